"""What each member may see and change within their organisation."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_05"
down_revision = "2026_11_22_04"


def upgrade() -> None:
    run_sql_beside(__file__)
