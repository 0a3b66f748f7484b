"""What every migration needs."""

from __future__ import annotations

from pathlib import Path

from alembic import op


def run_sql_beside(revision_file: str) -> None:
    """Runs the SQL file that stands beside a revision and has its name."""
    statements = Path(revision_file).with_suffix(".sql").read_text(encoding="utf-8")
    # The driver's own cursor: SQLAlchemy would read the percent signs of format() as parameters.
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    with connection.cursor() as cursor:
        cursor.execute(statements)
