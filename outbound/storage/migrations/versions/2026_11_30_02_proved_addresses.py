"""Addresses that their mailbox, or who runs the server, has proved; links that are checked again when they are used."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_30_02"
down_revision = "2026_11_29_04"


def upgrade() -> None:
    run_sql_beside(__file__)
