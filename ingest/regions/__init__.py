"""Regions from files: OpenStreetMap extracts, OpenAddresses, TIGER address ranges."""
