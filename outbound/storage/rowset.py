"""Some rows in one statement, under the caller's policies: for tens to thousands; more are copied (``bulk``)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import ARRAY, ColumnElement, SQLColumnExpression, Text, Uuid, any_, cast, literal
from sqlalchemy.exc import DBAPIError

from outbound.storage.base import SCHEMA


def insert_rows(
    connection: psycopg.Connection[Any],
    table: str,
    columns: Mapping[str, str],
    rows: Sequence[Sequence[Any]],
    same: Mapping[str, Any],
) -> None:
    """Inserts rows into a table of the schema, one array a column: one statement, however many rows.

    ``columns`` are the PostgreSQL types by name, in the order of the rows' values; ``same`` holds what every row has
    in common. Nothing is returned, for what the policies hide from the caller could not be.
    """
    if not rows:
        return
    arrays = [array_of(values, type_) for type_, values in zip(columns.values(), zip(*rows, strict=True), strict=True)]
    connection.execute(_statement(table, tuple(columns.items()), tuple(same)), [*same.values(), *arrays])


@contextmanager
def told_by_sqlalchemy() -> Iterator[None]:
    """Raises the driver's errors as SQLAlchemy would, so that one place knows what they mean."""
    try:
        yield
    except psycopg.Error as error:
        raise DBAPIError.instance(None, None, error, psycopg.Error) from error


_statements: dict[tuple[Any, ...], bytes] = {}


def _statement(table: str, columns: tuple[tuple[str, str], ...], same: tuple[str, ...]) -> bytes:
    key = (table, columns, same)
    if key not in _statements:
        names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in columns)
        query = sql.SQL(
            "insert into {table} ({same}, {names}) select {constants}, {names} from unnest({arrays}) as rows ({names})"
        ).format(
            table=sql.Identifier(SCHEMA, table),
            same=sql.SQL(", ").join(map(sql.Identifier, same)),
            names=names,
            constants=sql.SQL(", ").join(sql.SQL("%s") for _ in same),
            arrays=sql.SQL(", ").join(sql.SQL("%s::{}[]").format(sql.SQL(type_)) for _, type_ in columns),
        )
        _statements[key] = query.as_bytes(None)
    return _statements[key]


def array_of(values: Iterable[Any], type_: str) -> str:
    """An array as PostgreSQL writes it, to be cast to ``type_[]``: many times as fast as the driver's own way."""
    return "{" + ",".join(["NULL" if value is None else _ITEM.get(type_, str)(value) for value in values]) + "}"


def among(column: SQLColumnExpression[uuid.UUID], ids: Iterable[uuid.UUID]) -> ColumnElement[bool]:
    """Whether a column holds one of many ids: as ``column.in_(ids)``, but one parameter and one statement, prepared
    once however many they are."""
    return column == any_(cast(literal(array_of(ids, "uuid"), Text), ARRAY(Uuid)))


def _quoted(value: str) -> str:
    plain = value.value if isinstance(value, Enum) else value
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


_ITEM: dict[str, Callable[[Any], str]] = {
    "text": _quoted,
    "jsonb": lambda value: _quoted(json.dumps(value, separators=(",", ":"))),
    "bytea": lambda value: f'"\\\\x{value.hex()}"',
    "timestamptz": datetime.isoformat,
}
"""How a value of a type is written; all others by their plain text, which holds nothing to be quoted."""
