"""Saved filters of the lead list."""
