"""What phones send and fetch."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_12"
down_revision = "2026_11_22_11"


def upgrade() -> None:
    run_sql_beside(__file__)
