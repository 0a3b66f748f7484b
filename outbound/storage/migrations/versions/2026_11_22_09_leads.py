"""Tags, merges, bulk changes, segments."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_09"
down_revision = "2026_11_22_08"


def upgrade() -> None:
    run_sql_beside(__file__)
