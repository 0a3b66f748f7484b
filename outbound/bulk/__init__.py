"""Changes of many leads at once: previewed, bounded, remembered, and taken back."""
