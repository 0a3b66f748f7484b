"""What was mended in a row of a list, or left out of it, stands in the row beside its reason."""

from outbound.storage.migrations.steps import run_sql_beside

revision = "2026_11_29_04"
down_revision = "2026_11_29_03"


def upgrade() -> None:
    run_sql_beside(__file__)
