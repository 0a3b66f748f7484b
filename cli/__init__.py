"""The `outbound` command; the only place that may import everything."""
