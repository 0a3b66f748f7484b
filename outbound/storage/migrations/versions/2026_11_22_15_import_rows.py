"""Rows of an import before they are leads, and what becomes of them."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_15"
down_revision = "2026_11_22_14"


def upgrade() -> None:
    run_sql_beside(__file__)
