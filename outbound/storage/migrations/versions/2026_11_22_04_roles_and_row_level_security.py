"""Roles and row-level security."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_04"
down_revision = "2026_11_22_03"


def upgrade() -> None:
    run_sql_beside(__file__)
