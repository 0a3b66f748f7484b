"""Knocks, calls, messages and notes: append-only facts, and what follows from their results."""
