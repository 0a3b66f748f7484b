"""Leads: households or persons at an address, their stage, owner and due time."""
