"""Cadences, messages, hand-offs and the rules kept as data."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_03"
down_revision = "2026_11_22_02"


def upgrade() -> None:
    run_sql_beside(__file__)
