"""Photos and files."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_13"
down_revision = "2026_11_22_12"


def upgrade() -> None:
    run_sql_beside(__file__)
