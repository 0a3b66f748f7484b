"""What the marts of cadences, trips, imports and handoffs read."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_20"
down_revision = "2026_11_22_19"


def upgrade() -> None:
    run_sql_beside(__file__)
