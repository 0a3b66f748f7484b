"""Whether a lead was the caller's at the time is asked only where it is not theirs now."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_29_03"
down_revision = "2026_11_29_02"


def upgrade() -> None:
    run_sql_beside(__file__)
