"""The database says what a machine's key carries, so that no transaction of a machine begins without."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_30_04"
down_revision = "2026_11_30_03"


def upgrade() -> None:
    run_sql_beside(__file__)
