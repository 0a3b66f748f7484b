"""Trips: planned canvassing runs and their stops."""
