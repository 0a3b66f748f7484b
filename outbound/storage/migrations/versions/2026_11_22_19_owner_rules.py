"""Which rule chooses the owner of a territory's new leads."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_19"
down_revision = "2026_11_22_18"


def upgrade() -> None:
    run_sql_beside(__file__)
