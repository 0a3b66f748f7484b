"""A restore that has not finished, known from the home or from the database alone: nothing else works there meanwhile.

A restore writes its journal into the home before its first step, and gives the schema that it sets aside a name of
its own. Both go when it has finished, or when everything was put back.
"""

from __future__ import annotations

from pathlib import Path

import psycopg

from outbound.errors import Unavailable

JOURNAL = "restore.json"
"""In the home, as long as a restore of it has not finished."""
ASIDE = "outbound_before_restore"
"""What the name of a schema that a restore set aside begins with."""
RECOVER = "`outbound restore --recover`"

_IS_ASIDE = f"select exists (select from pg_catalog.pg_namespace where starts_with(nspname, '{ASIDE}'))"  # noqa: S608


class UnfinishedRestore(Unavailable):
    """A restore is under way, or was killed: what is there is not what is to be worked on."""

    title = "Restore unfinished"

    def __init__(self, message: str) -> None:
        super().__init__(message, outside=message)  # it names nothing, and helps whoever looks


def refuse_unfinished_home(home: Path) -> None:
    """Raises :class:`UnfinishedRestore` for a home whose restore has not finished."""
    if (home / JOURNAL).exists():
        raise UnfinishedRestore(
            f"A restore of this installation has not finished; wait for it, or where it was stopped run {RECOVER}, "
            "which puts back what was there."
        )


def refuse_unfinished_database(connection: psycopg.Connection) -> None:
    """The same for a database, whichever home the restore was of. Leaves no transaction open."""
    with connection.cursor() as cursor:
        row = cursor.execute(_IS_ASIDE).fetchone()
    connection.rollback()
    if row is not None and row[0]:
        raise UnfinishedRestore(
            f"A restore of this database has not finished; wait for it, or where it was stopped run {RECOVER} in the "
            "home that it was of, which puts back what was there."
        )
