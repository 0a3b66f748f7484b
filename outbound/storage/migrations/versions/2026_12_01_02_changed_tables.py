"""A phone's question what is new is first asked of the tables, by one statement whose plan is kept."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_12_01_02"
down_revision = "2026_12_01_01"


def upgrade() -> None:
    run_sql_beside(__file__)
