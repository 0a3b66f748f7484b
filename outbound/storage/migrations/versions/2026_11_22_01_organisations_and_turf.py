"""Organisations, people, territories, addresses, audit."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_01"
down_revision = None


def upgrade() -> None:
    run_sql_beside(__file__)
