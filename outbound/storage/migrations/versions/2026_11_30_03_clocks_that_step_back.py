"""A clock that was set back holds nobody up, and moves nothing that happened to another day."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_30_03"
down_revision = "2026_11_30_02"


def upgrade() -> None:
    run_sql_beside(__file__)
