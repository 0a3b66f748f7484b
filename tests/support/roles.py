"""Connecting as ``outbound_app`` does, in any role and with any context: what an attacker or a bug might set."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from outbound.storage.database import APP_ROLES, Database

ROLES = sorted(APP_ROLES)
INSUFFICIENT_PRIVILEGE = "42501"
FOREIGN_KEY_VIOLATION = "23503"


@contextmanager
def entered(
    database: Database,
    role: str | None,
    *,
    org_id: uuid.UUID | None = None,
    user_id: uuid.UUID | None = None,
    readable: Iterable[uuid.UUID] = (),
    writable: Iterable[uuid.UUID] = (),
) -> Iterator[Connection]:
    """One transaction of ``outbound_app`` in a role (none: its own), rolled back at exit."""
    settings = {
        "app.org_id": str(org_id) if org_id else "",
        "app.user_id": str(user_id) if user_id else "",
        "app.readable_territories": "{" + ",".join(map(str, readable)) + "}",
        "app.writable_territories": "{" + ",".join(map(str, writable)) + "}",
    }
    with database.engine.connect() as connection:
        for name, value in settings.items():
            connection.execute(text("select set_config(:name, :value, true)"), {"name": name, "value": value})
        if role is not None:
            connection.execute(text(f"set local role {role}"))
        yield connection
        connection.rollback()


def sqlstate_of(connection: Connection, statement: str, **parameters: object) -> str | None:
    """What the server answers to a statement: its error code, or none. Undone either way."""
    savepoint = connection.begin_nested()
    try:
        connection.execute(text(statement), parameters)
    except DBAPIError as error:
        return getattr(error.orig, "sqlstate", None)
    finally:
        savepoint.rollback()
    return None


@dataclass(frozen=True)
class Table:
    """A table of the schema, by the catalogue."""

    name: str
    columns: tuple[str, ...]
    """Those that may be written."""

    @property
    def is_tenant(self) -> bool:
        return "org_id" in self.columns


def tables(database: Database) -> list[Table]:
    """Every table of schema ``outbound``, whether a model knows it or not."""
    query = text(
        "select c.relname, array_agg(a.attname::text order by a.attnum) from pg_class c"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
        " and a.attgenerated = '' where c.relnamespace = 'outbound'::regnamespace"
        " and c.relkind in ('r', 'p', 'm', 'f') group by 1 order by 1"
    )
    with database.admin_engine.connect() as connection:
        return [Table(name, tuple(columns)) for name, columns in connection.execute(query)]


def may(connection: Connection, role: str, table: Table, privilege: str) -> bool:
    """Whether a role was granted a privilege on a table, or on any of its columns."""
    function = "has_table_privilege" if privilege == "delete" else "has_any_column_privilege"
    return bool(
        connection.scalar(
            text(f"select {function}(:role, :table, :privilege)"),
            {"role": role, "table": f"outbound.{table.name}", "privilege": privilege},
        )
    )
