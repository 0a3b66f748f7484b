"""Answers of geocoders, their calls, and doors that wait for a better position."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_18"
down_revision = "2026_11_22_17"


def upgrade() -> None:
    run_sql_beside(__file__)
