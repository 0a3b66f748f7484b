"""The commands, a file a concern; each registers itself on the app."""
