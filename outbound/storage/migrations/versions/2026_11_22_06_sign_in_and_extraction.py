"""Sign-in doors, scopes, and what the lake needs."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_06"
down_revision = "2026_11_22_05"


def upgrade() -> None:
    run_sql_beside(__file__)
