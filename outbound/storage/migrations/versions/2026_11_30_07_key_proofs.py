"""The database knows its key ring: for each key that seals what it holds, a proof that only its holder can give."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_30_07"
down_revision = "2026_11_30_06"


def upgrade() -> None:
    run_sql_beside(__file__)
