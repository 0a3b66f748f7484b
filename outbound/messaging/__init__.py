"""Message templates, and every message sent or withheld, with its reason."""
