"""What became of the last run, where the marts are on PostgreSQL: a table that each organisation reads its row of."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import URL

from outbound.warehouse.outcomes import Outcome, parse_outcome, plain_outcome
from outbound.warehouse.postgres_publish import READER, ensure_roles

_TABLE = """
create table if not exists warehouse.outcomes (org_id uuid primary key, outcome jsonb not null);
alter table warehouse.outcomes enable row level security;
drop policy if exists reader on warehouse.outcomes;
create policy reader on warehouse.outcomes for select to {reader}
using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant usage on schema warehouse to {reader};
grant select on warehouse.outcomes to {reader};
"""


def read(connection: psycopg.Connection) -> dict[uuid.UUID, Outcome]:
    """Every organisation's."""
    if not _exists(connection):
        return {}
    rows = connection.execute("select org_id, outcome from warehouse.outcomes").fetchall()
    return {row[0]: parse_outcome(row[1]) for row in rows}


def write(connection: psycopg.Connection, url: URL, told: Mapping[uuid.UUID, Outcome]) -> None:
    """Replaces what is said of these organisations, and forgets the others."""
    if not _exists(connection):
        ensure_roles(connection, url)
        connection.execute(_TABLE.format(reader=READER).encode())
    connection.execute("delete from warehouse.outcomes where org_id <> all(%s)", (list(told),))
    for org_id, outcome in told.items():
        connection.execute(
            "insert into warehouse.outcomes values (%s, %s)"
            " on conflict (org_id) do update set outcome = excluded.outcome",
            (org_id, Jsonb(plain_outcome(outcome))),
        )


def _exists(connection: psycopg.Connection) -> bool:
    row = connection.execute("select to_regclass('warehouse.outcomes') is not null").fetchone()
    return bool(row and row[0])
