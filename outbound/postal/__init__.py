"""How an address is written: its parts, the Postal Service's words, one spelling of one door."""
