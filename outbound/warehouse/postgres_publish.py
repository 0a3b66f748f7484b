"""Publishes on PostgreSQL: a new schema of marts with its policies takes the name ``marts`` in one transaction."""

# Names of marts come from outbound.warehouse.marts and of schemas from build ids; values are always parameters.

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

import psycopg
from psycopg import errors, sql
from sqlalchemy import URL

from outbound.storage.migrate import role_password
from outbound.warehouse.marts import MARTS

SCHEMA = "marts"
READER = "outbound_reader"
"""Login of :mod:`outbound.reports`: sees the organisation that ``app.org_id`` names."""
ANALYST = "outbound_analyst"
"""Role to grant to an analyst's own login; ``warehouse.analysts`` says whose marts that login sees."""

_SCHEMAS_KEPT = 2


Connect = Callable[[], AbstractContextManager[psycopg.Connection]]
"""One transaction of the administrator, committed at exit."""


def publish_schema(
    connect: Connect,
    url: URL,
    build_id: str,
    passed: Sequence[str],
    held_back: Mapping[str, Sequence[str]],
    generation: str = "",
) -> None:
    """Puts the rows of organisations that passed in place; the others keep the rows they have."""
    schema = f"marts_{build_id.replace('-', '')}"
    with connect() as connection:
        ensure_roles(connection, url)
    with connect() as connection:
        connection.execute(_format("create schema {}", schema))
        for mart, order in MARTS.items():
            _copy_mart(connection, schema, mart, order, passed, list(held_back))
        connection.execute(_format(f"grant usage on schema {{}} to {READER}, {ANALYST}", schema))
        _swap(connection, schema)
    _drop_old(connect, generation)


def ensure_roles(connection: psycopg.Connection, url: URL) -> None:
    """Makes the reader's login and the analysts' role, and the schema that outlives every build."""
    password = role_password(url, READER)
    for role, login in ((READER, "login"), (ANALYST, "nologin")):
        try:
            with connection.transaction():
                connection.execute(f"create role {role} {login} noinherit nosuperuser nobypassrls".encode())
        except (errors.DuplicateObject, errors.UniqueViolation):
            continue  # roles belong to the whole server
    scram = connection.pgconn.encrypt_password(password.encode(), READER.encode(), b"scram-sha-256")
    connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(READER), scram.decode()))
    connection.execute("create schema if not exists warehouse")
    connection.execute(
        "create table if not exists warehouse.analysts"
        " (login name not null, org_id uuid not null, primary key (login, org_id))"
    )
    connection.execute("alter table warehouse.analysts enable row level security")
    connection.execute("drop policy if exists own on warehouse.analysts")
    connection.execute(
        f"create policy own on warehouse.analysts for select to {ANALYST} using (login = current_user)".encode()
    )
    connection.execute(f"grant usage on schema warehouse to {ANALYST}".encode())
    connection.execute(f"grant select on warehouse.analysts to {ANALYST}".encode())


def _copy_mart(
    connection: psycopg.Connection,
    schema: str,
    mart: str,
    order: Sequence[str],
    passed: Sequence[str],
    held_back: Sequence[str],
) -> None:
    name = sql.Identifier(schema, mart)
    ordered = sql.SQL(", ").join(map(sql.Identifier, order))
    built = sql.Identifier("build", mart)
    connection.execute(
        sql.SQL("create table {} as select * from {} where org_id = any({}::uuid[]) order by {}").format(
            name, built, list(passed), ordered
        )
    )
    before = _columns(connection, SCHEMA, mart)
    if held_back and before == _columns(connection, schema, mart):
        connection.execute(
            sql.SQL("insert into {} select * from {} where org_id = any({}::uuid[])").format(
                name, sql.Identifier(SCHEMA, mart), list(held_back)
            )
        )
    connection.execute(sql.SQL("create index on {} (org_id, {})").format(name, ordered))
    connection.execute(sql.SQL("alter table {} enable row level security").format(name))
    connection.execute(
        sql.SQL(
            "create policy reader on {} for select to {}"
            " using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid))"
        ).format(name, sql.Identifier(READER))
    )
    connection.execute(
        sql.SQL(
            "create policy analyst on {} for select to {}"
            " using (org_id in (select a.org_id from warehouse.analysts as a where a.login = current_user))"
        ).format(name, sql.Identifier(ANALYST))
    )
    connection.execute(
        sql.SQL("grant select on {} to {}, {}").format(name, sql.Identifier(READER), sql.Identifier(ANALYST))
    )
    connection.execute(sql.SQL("analyze {}").format(name))


def _columns(connection: psycopg.Connection, schema: str, mart: str) -> list[tuple[str, str]]:
    rows = connection.execute(
        "select column_name, data_type from information_schema.columns"
        " where table_schema = %s and table_name = %s order by ordinal_position",
        (schema, mart),
    )
    return [(row[0], row[1]) for row in rows]


def _swap(connection: psycopg.Connection, schema: str) -> None:
    """A query that runs goes on with the old tables; the next one finds the new."""
    row = connection.execute("select to_regnamespace(%s) is not null", (SCHEMA,)).fetchone()
    if row and row[0]:
        connection.execute(_format(f"alter schema {SCHEMA} rename to {{}}", f"{schema}_before"))
    connection.execute(_format(f"alter schema {{}} rename to {SCHEMA}", schema))


def _drop_old(connect: Connect, generation: str) -> None:
    """Names begin with a time-ordered id: older than the lake's generation, one may tell of who was erased since. One
    that is still read is left for the next time."""
    oldest = f"marts_{generation.replace('-', '')}"
    with connect() as connection:
        rows = connection.execute(
            "select nspname from pg_namespace where nspname like 'marts\\_%' order by nspname desc"
        )
        schemas = [row[0] for row in rows]
    old = schemas[_SCHEMAS_KEPT:] + [each for each in schemas[:_SCHEMAS_KEPT] if generation and each < oldest]
    for schema in old:
        try:
            with connect() as connection:
                connection.execute("set local lock_timeout = '2s'")
                connection.execute(_format("drop schema {} cascade", schema))
        except errors.LockNotAvailable:
            continue


def _format(template: str, schema: str) -> sql.Composed:
    return sql.SQL(template).format(sql.Identifier(schema))
