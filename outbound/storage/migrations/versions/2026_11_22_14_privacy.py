"""Erasure, export, deletion of an organisation."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_14"
down_revision = "2026_11_22_13"


def upgrade() -> None:
    run_sql_beside(__file__)
