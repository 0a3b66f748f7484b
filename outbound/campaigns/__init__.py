"""Campaigns: why a set of leads was sought."""
