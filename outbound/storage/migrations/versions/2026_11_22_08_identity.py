"""Tokens, API keys, invitations, throttling."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_08"
down_revision = "2026_11_22_07"


def upgrade() -> None:
    run_sql_beside(__file__)
