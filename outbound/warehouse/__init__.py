"""From the lake to the published marts: dbt builds and tests, each organisation is published alone."""
