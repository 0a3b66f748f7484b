"""Parts of pages: what they look like, never what a number means."""
