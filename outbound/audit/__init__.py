"""Who changed what, on whose behalf: written in the same transaction, never updated."""
