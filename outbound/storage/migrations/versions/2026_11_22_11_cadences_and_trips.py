"""Cadences, trips, imports as people edit them."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_11"
down_revision = "2026_11_22_10"


def upgrade() -> None:
    run_sql_beside(__file__)
