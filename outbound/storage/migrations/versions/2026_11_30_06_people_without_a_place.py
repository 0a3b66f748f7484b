"""Who runs the server stands for somebody whom nobody proved and who has a place nowhere any more."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_30_06"
down_revision = "2026_11_30_04"


def upgrade() -> None:
    run_sql_beside(__file__)
