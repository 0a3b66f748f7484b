"""Files into the domain: sniff, map, validate, locate, assign, write."""
