"""Leads that may be one: evidence, score, outcome; the queue of those that nobody but a person can decide."""
