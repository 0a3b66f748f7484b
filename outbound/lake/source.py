"""One read-only REPEATABLE READ transaction as ``outbound_etl``, from which a batch is read."""

# ruff: noqa: S608
# Names come from tables.py and values are checked by _uuid and _snapshot: COPY, which ADBC uses, takes no
# parameters.

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import adbc_driver_postgresql
import pyarrow as pa
from adbc_driver_manager import Error as AdbcError
from adbc_driver_manager import dbapi as adbc
from adbc_driver_postgresql import dbapi as adbc_postgresql
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from outbound.errors import Unavailable
from outbound.lake.tables import CHANGE_TABLES, TOMBSTONES, LakeTable

_BATCH_BYTES = 32 << 20
"""Rows arrive in pieces of about this size, so memory stays bounded whatever the table."""

_SNAPSHOT = re.compile(r"\d+:\d+:[\d,]*")
_TRANSACTION = (
    r"-c default_transaction_isolation=repeatable\ read -c default_transaction_read_only=on"
    " -c timezone=UTC -c statement_timeout=0"
)


def conninfo(url: URL, *, options: str = "-c timezone=UTC") -> str:
    """A SQLAlchemy URL as libpq's connection string."""
    parts: dict[str, Any] = {
        "host": url.host,
        "port": url.port,
        "dbname": url.database,
        "user": url.username,
        "password": url.password,
        **url.query,
        "options": options,
    }
    return make_conninfo(**{name: value for name, value in parts.items() if value is not None})


class Source:
    """What one snapshot of the database shows."""

    def __init__(self, connection: adbc.Connection) -> None:
        self._connection = connection
        head = self.rows(
            "select pg_current_snapshot()::text as snapshot,"
            " (select system_identifier::text from pg_control_system())"
            " || '/' || (select oid::text from pg_database where datname = current_database())"
            " as system_identifier"
        )[0]
        self.snapshot: str = head["snapshot"]
        self.system_identifier: str = head["system_identifier"]
        """Names the cluster and the database in it: a restored copy is another one."""
        self.organisations = [str(row["id"]) for row in self.rows("select id from outbound.organisations order by id")]

    def knows_head(self, generation: str, batch: int, snapshot: str) -> bool:
        """Whether this database's own history contains that batch."""
        found = self.rows(
            "select batch, snapshot from outbound.lake_heads"
            f" where generation = '{_uuid(generation)}'::uuid and batch = {int(batch)}"
        )
        return bool(found) and found[0]["snapshot"] == snapshot

    def erased_since(self, first: str) -> bool:
        """Whether a person was erased by a transaction that a generation's first snapshot did not see: its batches
        still hold their id. A stamp of another cluster, before a restore, says nothing."""
        found = self.rows(
            "select exists (select from outbound.erasures"
            f" where erased_in < pg_snapshot_xmax('{_snapshot(self.snapshot)}'::pg_snapshot)"
            f" and not pg_visible_in_snapshot(erased_in, '{_snapshot(first)}'::pg_snapshot)) as erased"
        )
        return bool(found[0]["erased"])

    def everything(self, table: LakeTable) -> Iterator[pa.RecordBatch]:
        """All rows of a table."""
        return self._stream(f"select {table.select_list} from outbound.{table.source_table}")

    def changes(self, table: LakeTable, since: str) -> Iterator[pa.RecordBatch]:
        """Rows written by transactions that the earlier snapshot did not see, and this one does."""
        return self._stream(
            f"select {table.select_list} from outbound.{table.source_table} where {self._changed(since)}"
        )

    def tombstones(self, since: str) -> Iterator[pa.RecordBatch]:
        """Rows deleted since the earlier snapshot, but for those that were written again."""
        gone = " union all ".join(
            f"select {TOMBSTONES.select_list} from outbound.tombstones as t"
            f" where {self._changed(since)} and table_name = '{table.name}' and not erased and not exists ("
            f"select from outbound.{table.source_table} as r where r.org_id = t.org_id and r.id = t.row_id)"
            for table in CHANGE_TABLES
        )
        return self._stream(f"select distinct * from ({gone}) as gone")

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a small query."""
        with self._connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetch_arrow_table().to_pylist()

    def _changed(self, since: str) -> str:
        """``xact`` at or above this snapshot's end was stamped by another cluster, before a restore: the full
        snapshot that began the generation took those rows."""
        earlier = _snapshot(since)
        organisations = ",".join(_uuid(org_id) for org_id in self.organisations)
        return (
            f"org_id = any('{{{organisations}}}'::uuid[])"
            f" and xact >= pg_snapshot_xmin('{earlier}'::pg_snapshot)"
            f" and xact < pg_snapshot_xmax('{_snapshot(self.snapshot)}'::pg_snapshot)"
            f" and not pg_visible_in_snapshot(xact, '{earlier}'::pg_snapshot)"
        )

    def _stream(self, query: str) -> Iterator[pa.RecordBatch]:
        with self._connection.cursor() as cursor:
            cursor.adbc_statement.set_options(
                **{adbc_driver_postgresql.StatementOptions.BATCH_SIZE_HINT_BYTES.value: str(_BATCH_BYTES)}
            )
            cursor.execute(query)
            with cursor.fetch_record_batch() as reader:
                yield from reader


@contextmanager
def open_source(url: URL) -> Iterator[Source]:
    """Opens the transaction. Raises :class:`Unavailable` when the database cannot be read."""
    try:
        with adbc_postgresql.connect(conninfo(url, options=_TRANSACTION)) as connection:
            try:
                yield Source(connection)
            finally:
                connection.rollback()
    except AdbcError as error:
        reason = str(error).strip().splitlines()[0]
        raise Unavailable(
            f"The database could not be read for the lake: {reason}. "
            "Check that PostgreSQL runs and is migrated, then run the pipeline again."
        ) from error


def _snapshot(text: str) -> str:
    if not _SNAPSHOT.fullmatch(text):
        raise ValueError(f"not a snapshot: {text!r}")
    return text


def _uuid(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f-]{36}", text):
        raise ValueError(f"not an identifier: {text!r}")
    return text
