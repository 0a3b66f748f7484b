"""Imports, leads, trips, activities, tasks and shifts."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_02"
down_revision = "2026_11_22_01"


def upgrade() -> None:
    run_sql_beside(__file__)
