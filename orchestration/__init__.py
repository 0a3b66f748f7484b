"""Dagster: thin assets, checks, jobs, sensors and schedules over outbound and ingest."""
