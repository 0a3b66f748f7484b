"""Cadences: sequences of steps, and the leads enrolled in them."""
