"""Pairs of leads that may be one, and what was decided of them."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_16"
down_revision = "2026_11_22_15"


def upgrade() -> None:
    run_sql_beside(__file__)
