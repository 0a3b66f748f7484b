"""Writing a demo's rows: under the policies as a job, or, for many, as the owner with constraints added behind.

Either way one transaction, and no constraint is skipped. For many rows the indexes of the large tables are taken
away, the rows copied and the indexes built again before the commit. Foreign keys are not asked about row by row, but
all at once behind the copy, by joins that every core works on (PostgreSQL's own validation of a foreign key keeps to
one). Until then other sessions wait for these tables.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.orm import Session

from outbound.storage.bulk import copy_columns, driver_of
from outbound.storage.database import Database

LARGE_TABLES = (
    "addresses",
    "leads",
    "trips",
    "trip_stops",
    "activities",
    "lead_stage_changes",
    "lead_cadence_enrollments",
    "messages",
    "tasks",
)
MANY = 300_000
"""Activities from which the second way pays."""
_CHUNK = 400_000

Columns = dict[str, Any]
Told = Callable[[str, float | None], None]


class Writer:
    """Copies columns into tables within one open transaction."""

    def __init__(self, session: Session, told: Told) -> None:
        self.session = session
        self._told = told
        self.written: dict[str, int] = {}

    def enter(self, org_id: uuid.UUID) -> None:
        """All that follows is this organisation's."""
        self.session.execute(text("select set_config('app.org_id', :org_id, true)"), {"org_id": str(org_id)})

    def put(self, table: str, data: Columns) -> None:
        """Writes one table's columns whole."""
        self.written[table] = self.written.get(table, 0) + copy_columns(self.session, table, data).inserted

    def put_many(self, table: str, count: int, part: Callable[[slice], Columns]) -> None:
        """Writes `count` rows, made a slice at a time so that memory stays bounded.

        The next slice is made while the server takes this one.
        """
        slices = [slice(start, min(start + _CHUNK, count)) for start in range(0, count, _CHUNK)]
        with ThreadPoolExecutor(1) as maker:
            ahead = [maker.submit(part, rows) for rows in slices[:1]]
            for at, rows in enumerate(slices):
                self._told(table.replace("_", " "), rows.start / count)
                data = ahead.pop().result()
                ahead += [maker.submit(part, following) for following in slices[at + 1 : at + 2]]
                self.put(table, data)


@contextmanager
def writing(database: Database, org_id: uuid.UUID, activities: int, told: Told) -> Iterator[Writer]:
    """One transaction to write a demo in; committed at exit, rolled back on error."""
    if activities >= MANY and _may_bypass(database):
        with Session(database.admin_engine) as session, session.begin():
            connection = driver_of(session)
            with _constraints_behind(connection, told):
                yield Writer(session, told)
        return
    with database.as_job(org_id, source="demo") as session:
        yield Writer(session, told)


def _may_bypass(database: Database) -> bool:
    with database.admin_engine.connect() as connection:
        held = "select not row_security_active('outbound.activities')"
        return bool(connection.execute(text(held)).scalar())


@contextmanager
def _constraints_behind(connection: psycopg.Connection[Any], told: Told) -> Iterator[None]:
    names = [f"outbound.{table}" for table in LARGE_TABLES]
    indexes = connection.execute(
        "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index as i"
        " where indrelid = any(%s::regclass[]) and not exists (select from pg_constraint where conindid = i.indexrelid)"
        " order by 1",
        [names],
    ).fetchall()
    for name, _ in indexes:
        connection.execute(sql.SQL("drop index {}").format(sql.SQL(name)))
    connection.execute("set local session_replication_role = replica")  # no look-up a row, no trigger a row
    yield
    connection.execute("set local maintenance_work_mem = '512MB'")
    connection.execute("set local work_mem = '512MB'")
    for at, (_, definition) in enumerate(indexes):
        told("indexes", at / len(indexes))
        connection.execute(sql.SQL(definition))
    told("statistics", None)
    for table in names:
        connection.execute(sql.SQL("analyze {}").format(sql.SQL(table)))
    connection.execute("set local max_parallel_workers_per_gather = 4")
    connection.execute("set local parallel_setup_cost = 0")
    _add_search_words(connection, told)
    connection.execute("set local session_replication_role = origin")
    _check_foreign_keys(connection, told)


def _add_search_words(connection: psycopg.Connection[Any], told: Told) -> None:
    """What the trigger on leads does row by row: all at once, in the order of the index."""
    told("search words", None)
    connection.execute(
        "create temporary table words on commit drop as"
        " select l.org_id, w.word, l.id from outbound.leads as l"
        " cross join lateral unnest(outbound.lead_words(l.first_name, l.last_name, l.phone, l.email)) as w (word)"
        " where num_nonnulls(l.first_name, l.last_name, l.phone, l.email) > 0"
    )
    connection.execute(
        "insert into outbound.lead_tokens (org_id, token, lead_id)"
        ' select org_id, word, id from words order by org_id, word collate "C", id on conflict do nothing'
    )


_FOREIGN_KEYS = """
    select k.conname, k.conrelid::regclass::text, k.confrelid::regclass::text,
        array(
            select a.attname from unnest(k.conkey) with ordinality as c (number, place)
            join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = c.number order by c.place
        ),
        array(
            select a.attname from unnest(k.confkey) with ordinality as c (number, place)
            join pg_attribute as a on a.attrelid = k.confrelid and a.attnum = c.number order by c.place
        )
    from pg_constraint as k
    where k.contype = 'f' and k.connamespace = 'outbound'::regnamespace
    order by k.conrelid::regclass::text, k.conname
"""


def _check_foreign_keys(connection: psycopg.Connection[Any], told: Told) -> None:
    """Raises ``IntegrityError`` where a row of the schema names a row that is not there."""
    by_child: dict[str, list[tuple[str, str, list[str], list[str]]]] = {}
    for name, child, *reference in connection.execute(_FOREIGN_KEYS).fetchall():
        by_child.setdefault(child, []).append((name, *reference))
    for at, (child, keys) in enumerate(by_child.items()):
        told("foreign keys", at / len(by_child))
        # One walk through the child for all its keys.
        joins, breaks = [], []
        for number, (_, parent, columns, targets) in enumerate(keys):
            alias = sql.Identifier(f"p{number}")
            same = sql.SQL(" and ").join(
                sql.SQL("{}.{} = c.{}").format(alias, sql.Identifier(target), sql.Identifier(column))
                for column, target in zip(columns, targets, strict=True)
            )
            given = sql.SQL(" and ").join(sql.SQL("c.{} is not null").format(sql.Identifier(each)) for each in columns)
            joins.append(sql.SQL(" left join {} as {} on {}").format(sql.SQL(parent), alias, same))
            missing = sql.SQL("{}.{} is null").format(alias, sql.Identifier(targets[0]))
            breaks.append(sql.SQL("count(*) filter (where {} and {})").format(given, missing))
        query = sql.SQL("select {} from {} as c{}").format(
            sql.SQL(", ").join(breaks), sql.SQL(child), sql.SQL("").join(joins)
        )
        for (name, *_), found in zip(keys, connection.execute(query).fetchone() or (), strict=True):
            if found:
                raise psycopg.IntegrityError(f"{found} rows of {child} break {name}")
