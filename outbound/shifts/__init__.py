"""The hours a rep works."""
