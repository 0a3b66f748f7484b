"""Whose ground a position is: which territory holds it, and what lies below which."""
