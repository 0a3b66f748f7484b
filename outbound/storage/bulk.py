"""Many rows at once.

``COPY FROM`` is refused under row-level security, so rows are copied into a temporary table and from there inserted
under the policies, in the caller's transaction. Where no policy holds the caller (the administrator's demo data),
they are copied straight into the table.
"""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import psycopg
import pyarrow as pa
from psycopg import sql
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from outbound.storage.base import SCHEMA
from outbound.storage.pgcopy import ARROW_TYPES, HEADER, TRAILER, encode

Where: TypeAlias = Session | Connection | psycopg.Connection[Any]
Columns: TypeAlias = pa.Table | pa.RecordBatch | Mapping[str, Any]
"""Arrow data, or by name: Arrow arrays, numpy arrays ((n, 16) ``uint8`` for identifiers, ``datetime64`` for times),
sequences of Python values, or one value for all rows."""

_CHUNK = 65_536
"""Rows encoded at a time: bounds memory at some tens of megabytes."""


@dataclass(frozen=True)
class Copied:
    """How many rows were given, and how many of them were new."""

    given: int
    inserted: int

    @property
    def there_already(self) -> int:
        return self.given - self.inserted


def copy_rows(
    where: Where,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    on_conflict: Literal["error", "nothing"] = "error",
) -> Copied:
    """Inserts rows of Python values, streamed: no more than a chunk is held.

    ``table`` is a table of the schema ``outbound``. With ``on_conflict="nothing"`` rows whose key is there already
    are left as they are. Raises what the database raises; nothing is committed here.
    """
    connection = driver_of(where)
    types = _types(connection, _qualified(table), columns)

    def batches() -> Iterator[list[pa.Array]]:
        remaining = iter(rows)
        while chunk := list(itertools.islice(remaining, _CHUNK)):
            by_column = zip(*chunk, strict=True)
            yield [_column(values, type_) for values, type_ in zip(by_column, types, strict=True)]

    return _copy(connection, table, columns, types, batches(), on_conflict)


def copy_columns(
    where: Where, table: str, data: Columns, *, on_conflict: Literal["error", "nothing"] = "error"
) -> Copied:
    """Inserts rows given by columns: the fast way. As :func:`copy_rows` otherwise."""
    connection = driver_of(where)
    columns = _names(data)
    types = _types(connection, _qualified(table), columns)
    return _copy(connection, table, columns, types, _batches(data, types), on_conflict)


def append_columns(where: Where, table: str, data: Columns, types: Mapping[str, str]) -> int:
    """Adds columns to a temporary table that the caller has made; returns the number of rows."""
    columns = _names(data)
    listed = [types[column] for column in columns]
    return _stream(driver_of(where), sql.Identifier("pg_temp", table), columns, listed, _batches(data, listed))


@contextmanager
def staged_columns(where: Where, data: Columns, types: Mapping[str, str], *, name: str = "staged") -> Iterator[str]:
    """Puts columns into a temporary table, known to the planner and dropped at the end; yields its name.

    ``types`` are the PostgreSQL types by column.
    """
    connection = driver_of(where)
    columns = _names(data)
    target = sql.Identifier("pg_temp", name)
    definitions = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(types[column])) for column in columns
    )
    connection.execute(sql.SQL("create temporary table {} ({})").format(sql.Identifier(name), definitions))
    append_columns(connection, name, data, types)
    connection.execute(sql.SQL("analyze {}").format(target))
    yield name
    connection.execute(sql.SQL("drop table {}").format(target))


def hold_statistics(where: Where, *tables: str) -> None:
    """Keeps ANALYZE off tables until the end of the transaction; readers and writers are not held up.

    To be called before many rows are written to tables that others refer to in the same transaction. An automatic
    ANALYZE in between counts no uncommitted row but every page; the planner then takes the full table for an empty
    one, and each foreign-key check may walk a whole index of the organisation: minutes, then hours. A second bulk
    write of the same tables waits here for the first.
    """
    listed = sql.SQL(", ").join(map(_qualified, tables))
    driver_of(where).execute(sql.SQL("lock table {} in share update exclusive mode").format(listed))


def driver_of(where: Where) -> psycopg.Connection[Any]:
    """The psycopg connection of a session's transaction."""
    if isinstance(where, psycopg.Connection):
        return where
    connection = where.connection() if isinstance(where, Session) else where
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def uuid_column(values: Iterable[uuid.UUID | None]) -> pa.Array:
    """Identifiers as an Arrow column."""
    return pa.array([None if value is None else value.bytes for value in values], pa.binary(16))


def _copy(
    connection: psycopg.Connection[Any],
    table: str,
    columns: Sequence[str],
    types: Sequence[str],
    batches: Iterator[list[pa.Array]],
    on_conflict: str,
) -> Copied:
    target = _qualified(table)
    held = connection.execute("select row_security_active(%s)", [target.as_string()]).fetchone()
    if on_conflict == "error" and held == (False,):
        given = _stream(connection, target, columns, types, batches)
        return Copied(given, given)
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    name = f"bulk_{uuid.uuid4().hex[:12]}"
    stage = sql.Identifier("pg_temp", name)
    connection.execute(
        sql.SQL("create temporary table {} as select {} from {} with no data").format(
            sql.Identifier(name), listed, target
        )
    )
    given = _stream(connection, stage, columns, types, batches)
    insert = sql.SQL("insert into {} ({}) select {} from {}").format(target, listed, listed, stage)
    if on_conflict == "nothing":
        insert += sql.SQL(" on conflict do nothing")
    inserted = connection.execute(insert).rowcount
    connection.execute(sql.SQL("drop table {}").format(stage))
    return Copied(given, inserted)


def _stream(
    connection: psycopg.Connection[Any],
    target: sql.Identifier,
    columns: Sequence[str],
    types: Sequence[str],
    batches: Iterator[list[pa.Array]],
) -> int:
    command = sql.SQL("copy {} ({}) from stdin (format binary)").format(
        target, sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    rows = 0

    def following() -> tuple[int, bytes] | None:
        batch = next(batches, None)
        return None if batch is None else (len(batch[0]), encode(batch, types))

    with ThreadPoolExecutor(1) as encoder, connection.cursor() as cursor, cursor.copy(command) as copy:
        copy.write(HEADER)
        ahead = encoder.submit(following)
        while (made := ahead.result()) is not None:
            ahead = encoder.submit(following)  # encoded while the server takes the batch before
            rows += made[0]
            copy.write(made[1])
        copy.write(TRAILER)
    return rows


def _batches(data: Columns, types: Sequence[str]) -> Iterator[list[pa.Array]]:
    if isinstance(data, pa.Table):
        for batch in data.to_batches(max_chunksize=_CHUNK):
            yield from _batches(batch, types)
        return
    if isinstance(data, pa.RecordBatch):
        columns = list(data.columns)
        rows = data.num_rows
    else:
        rows = _length(data)
        columns = [_column(values, type_, rows) for values, type_ in zip(data.values(), types, strict=True)]
    for start in range(0, rows, _CHUNK):
        yield [column.slice(start, _CHUNK) for column in columns]


def _names(data: Columns) -> list[str]:
    return list(data.schema.names) if isinstance(data, pa.Table | pa.RecordBatch) else list(data)


def _length(data: Mapping[str, Any]) -> int:
    lengths = {len(values) for values in data.values() if _is_many(values)}
    if len(lengths) != 1:
        raise ValueError(f"columns of one length are needed, not of {sorted(lengths)}")
    return lengths.pop()


def _is_many(values: Any) -> bool:
    return isinstance(values, pa.Array | pa.ChunkedArray | np.ndarray | list | tuple)


def _column(values: Any, type_: str, rows: int | None = None) -> pa.Array:
    """Values of any accepted kind as an Arrow array of the type that a PostgreSQL type needs."""
    if isinstance(values, pa.ChunkedArray):
        return values.combine_chunks()
    if isinstance(values, pa.Array):
        return values
    if isinstance(values, np.ndarray) and values.dtype != object:
        if values.ndim == 2:
            packed = np.ascontiguousarray(values, dtype=np.uint8)
            return pa.FixedSizeBinaryArray.from_buffers(
                pa.binary(packed.shape[1]), len(packed), [None, pa.py_buffer(packed)]
            )
        if values.dtype.kind == "M":
            return pa.array(values.astype("datetime64[us]")).cast(ARROW_TYPES[type_])
        return pa.array(values, ARROW_TYPES[type_])
    if not _is_many(values):
        assert rows is not None
        return pa.repeat(pa.scalar(_plain(values, type_), ARROW_TYPES[type_]), rows)
    return pa.array([_plain(value, type_) for value in values], ARROW_TYPES[type_])


def _plain(value: Any, type_: str) -> Any:
    if isinstance(value, uuid.UUID):
        return value.bytes
    if type_ == "jsonb" and value is not None and not isinstance(value, str):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return value


def _types(connection: psycopg.Connection[Any], target: sql.Identifier, columns: Sequence[str]) -> list[str]:
    rows = connection.execute(
        "select attname, format_type(atttypid, null) from pg_attribute where attrelid = %s::regclass and attnum > 0",
        [target.as_string()],
    ).fetchall()
    known = dict(rows)
    unknown = [column for column in columns if column not in known]
    if unknown:
        raise ValueError(f"{target.as_string()} has no column {', '.join(unknown)}")
    return [known[column] for column in columns]


def _qualified(table: str) -> sql.Identifier:
    schema, dot, name = table.rpartition(".")
    return sql.Identifier(schema if dot else SCHEMA, name)
