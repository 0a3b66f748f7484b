"""The lineage: capture, lake, dbt, published."""
