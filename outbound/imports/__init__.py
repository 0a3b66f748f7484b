"""What was imported from where, and the rows that could not be used."""
