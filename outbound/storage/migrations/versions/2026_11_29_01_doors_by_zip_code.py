"""A door that is known by its ZIP code alone stands in no cell of the past."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_29_01"
down_revision = "2026_11_22_21"


def upgrade() -> None:
    run_sql_beside(__file__)
