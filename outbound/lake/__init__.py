"""The lake: append-only change batches of the operational tables, named by a manifest."""
