"""Versions of what people edit, and what was sent under a client's id."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_07"
down_revision = "2026_11_22_06"


def upgrade() -> None:
    run_sql_beside(__file__)
