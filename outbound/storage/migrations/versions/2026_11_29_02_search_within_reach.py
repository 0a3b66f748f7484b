"""A search looks once at each lead that has the word."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_29_02"
down_revision = "2026_11_29_01"


def upgrade() -> None:
    run_sql_beside(__file__)
