"""Photos and files of leads: typed by what they contain, cleaned of what they must not tell, kept by their hash."""
