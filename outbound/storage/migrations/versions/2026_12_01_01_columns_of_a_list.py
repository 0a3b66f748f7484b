"""What was said of a list's columns is a column of its own: a list is known by it, and read by it."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_12_01_01"
down_revision = "2026_11_30_07"


def upgrade() -> None:
    run_sql_beside(__file__)
