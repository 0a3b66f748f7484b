"""Nothing: address points and streets of regions are files (decision 0019). The number stays, for others follow it."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_17"
down_revision = "2026_11_22_16"


def upgrade() -> None:
    run_sql_beside(__file__)
