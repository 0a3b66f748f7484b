"""Doors as people work on them: found, changed, followed by their leads."""
