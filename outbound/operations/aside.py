"""The schema that a restore sets aside: recognised from the database alone, and dropped with the restore's commit.

The set-aside schema says in its comment whose restore it was, and the restored one which restores it went through.
"""

# ruff: noqa: S608
# Names of schemas are made here or come from the catalogue.

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import sql
from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from outbound.errors import Conflict
from outbound.operations.journal import Journal
from outbound.storage.database import application_name
from outbound.storage.migrate import LOGIN_ROLES
from outbound.storage.unfinished import ASIDE, RECOVER

WORKER = "outbound restore"
"""What connections of the programs that load rows are called."""
_ONE_AT_A_TIME = 0x6F757452
_LOADING = 0x6F75744C
_WAIT_SECONDS = 10
_RESTORES_KEPT = 20
_MINE = (
    "-c timezone=UTC -c idle_session_timeout=0 -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10"
    " -c tcp_keepalives_count=3"
)


@dataclass(frozen=True)
class SetAside:
    """A schema that a restore set aside. ``id`` is none where an older version left it without a word."""

    schema: str
    id: str | None
    home: str
    machine: str
    process: str
    """What its connections are called."""
    there: bool
    """Whether there was a schema at all."""
    former: str | None
    """The comment that the schema had."""


@contextmanager
def held(url: URL) -> Iterator[Connection]:
    """A connection that keeps every other restore of this database away. Raises :class:`Conflict` while one works."""
    options = {"connect_timeout": 10, "application_name": application_name(), "options": _MINE}
    engine = create_engine(url, connect_args=options, pool_size=1, max_overflow=0)
    try:
        with engine.connect() as connection:
            connection.execute(text(f"set lock_timeout = '{_WAIT_SECONDS}s'"))  # one that was killed ends in moments
            try:
                connection.execute(text("select pg_advisory_lock(:key)"), {"key": _ONE_AT_A_TIME})
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) != "55P03":
                    raise
                raise Conflict("Another restore of this database is at work; wait until it has ended.") from None
            connection.execute(text("set lock_timeout = '60s'"))
            connection.commit()
            yield connection
    finally:
        engine.dispose()


def server_of(connection: Connection) -> str:
    """What tells this database from every other, on whatever address it is reached."""
    row = connection.execute(
        text(
            "select (select system_identifier from pg_control_system())::text as server, oid::text as database"
            " from pg_database where datname = current_database()"
        )
    ).one()
    return f"{row.server}/{row.database}"


def refuse_others(connection: Connection) -> None:
    """Raises :class:`Conflict` while another process works on this database, or holds a transaction open in it."""
    query = text(
        "select count(*) as many, string_agg(distinct concat_ws(' ', nullif(application_name, ''), 'as', usename,"
        " 'from', coalesce(host(client_addr), 'this machine')), ', ') as who from pg_stat_activity"
        " where datname = current_database() and coalesce(backend_type, 'client backend') = 'client backend'"
        " and pid <> pg_backend_pid() and application_name is distinct from :own"
        " and (usename = any(:roles) or starts_with(application_name, 'outbound ') or xact_start is not null)"
    )
    deadline = time.monotonic() + 2  # whoever was just stopped takes leave in a moment
    while True:
        there = connection.execute(query, {"own": application_name(), "roles": list(LOGIN_ROLES)}).one()
        connection.rollback()
        if not there.many:
            return
        if time.monotonic() > deadline:
            raise Conflict(
                f"{there.many} connections work on this database ({there.who}); stop what serves from it, in other "
                "homes and on other machines too."
            )
        time.sleep(0.2)


def found(connection: Connection) -> list[SetAside]:
    """Every schema that is set aside, the latest first."""
    rows = connection.execute(
        text(
            "select n.nspname, obj_description(n.oid, 'pg_namespace') as told, exists ("
            " select from pg_class as c where c.relnamespace = n.oid) as there"
            f" from pg_namespace as n where starts_with(n.nspname, '{ASIDE}') order by n.nspname desc"
        )
    ).all()
    connection.rollback()
    return [_told(row.nspname, row.told, row.there) for row in rows]


def whose(aside: SetAside) -> str:
    """A sentence for whoever finds it."""
    if aside.id is None:
        return f"A restore by an older version did not finish, and left {aside.schema}; {RECOVER} puts it back."
    return (
        f"A restore of {aside.home} on {aside.machine} into this database has not finished; run {RECOVER} there, or "
        "here if that home is gone."
    )


def committed(connection: Connection, restore_id: str) -> bool:
    """Whether the schema is the one that this restore has made."""
    restores = _restores(_comment(connection))
    connection.rollback()
    return restore_id in restores


def set_aside(connection: Connection, journal: Journal, home: Path) -> None:
    """What is there steps aside, in one step, with its journal."""
    with connection.begin():
        there = connection.scalar(text("select to_regnamespace('outbound') is not null"))
        told = {
            "restore": journal.id,
            "home": str(home),
            "machine": socket.gethostname(),
            "process": application_name(),
            "started_at": journal.started_at,
            "there": there,
            "former": _comment(connection),
        }
        if there:
            connection.execute(text(f'alter schema outbound rename to "{journal.schema}"'))
        else:
            connection.execute(text(f'create schema "{journal.schema}"'))
        connection.execute(text(f'alter table if exists public.alembic_version set schema "{journal.schema}"'))
        _say(connection, journal.schema, json.dumps(told))


def put_back(connection: Connection, aside: SetAside) -> None:
    """What was set aside comes back, in one step; what the restore had made so far goes."""
    connection.execute(
        text(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = current_database()"
            " and application_name = any(:its) and pg_has_role(usesysid, 'USAGE')"
        ),
        {"its": [name for name in (f"{WORKER} {aside.id}", aside.process) if name != application_name()]},
    ).all()
    connection.rollback()
    with connection.begin():
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOADING})
        if aside.id is not None:
            connection.execute(text("drop schema if exists outbound cascade"))
            connection.execute(text("drop table if exists public.alembic_version"))
        elif connection.scalar(text("select to_regnamespace('outbound') is not null")):
            # Nobody wrote down whether it had finished: so nothing of it is dropped.
            kept = f"outbound_left_by_restore_{int(time.time())}"
            connection.execute(text(f"alter schema outbound rename to {kept}"))
            connection.execute(text(f"alter table if exists public.alembic_version set schema {kept}"))
        connection.execute(text(f'alter table if exists "{aside.schema}".alembic_version set schema public'))
        if aside.there:
            connection.execute(text(f'alter schema "{aside.schema}" rename to outbound'))
            _say(connection, "outbound", aside.former)
        else:
            connection.execute(text(f'drop schema "{aside.schema}"'))


def commit(connection: Connection, journal: Journal) -> None:
    """The restore has happened: what it had set aside is dropped, and the schema says so, in one step."""
    with connection.begin():
        former = connection.scalar(
            text("select obj_description(to_regnamespace(:name), 'pg_namespace')"), {"name": journal.schema}
        )
        restores = [*_restores(json.loads(former)["former"]), journal.id][-_RESTORES_KEPT:]
        connection.execute(text(f'drop schema "{journal.schema}" cascade'))
        _say(connection, "outbound", json.dumps({"restores": restores}))


def load_guard(journal: Journal) -> str:
    """What whoever loads rows says first, in the same transaction: it may have been overtaken by :func:`put_back`."""
    return (
        f"select pg_advisory_xact_lock_shared({_LOADING});\n"
        f"do $$ begin if to_regnamespace('{journal.schema}') is null then"
        " raise exception 'the restore was undone meanwhile'; end if; end $$;\n"
    )


def _told(schema: str, told: str | None, there: bool) -> SetAside:
    if told is None:
        return SetAside(schema, None, "", "", "", there, None)
    plain = json.loads(told)
    return SetAside(
        schema, plain["restore"], plain["home"], plain["machine"], plain["process"], plain["there"], plain["former"]
    )


def _comment(connection: Connection) -> str | None:
    return connection.scalar(text("select obj_description(to_regnamespace('outbound'), 'pg_namespace')"))


def _restores(comment: str | None) -> list[str]:
    try:
        plain: Any = json.loads(comment or "{}")
    except ValueError:  # somebody's own remark
        return []
    return list(plain.get("restores", [])) if isinstance(plain, dict) else []


def _say(connection: Connection, schema: str, comment: str | None) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(sql.SQL("comment on schema {} is {}").format(sql.Identifier(schema), sql.Literal(comment)))
