"""A notification of figures that are held back."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_22_21"
down_revision = "2026_11_22_20"


def upgrade() -> None:
    run_sql_beside(__file__)
