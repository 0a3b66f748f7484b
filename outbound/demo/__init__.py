"""A fictional franchise: its town, its basemap and its history. Deterministic by seed."""
