"""Reads the marts on PostgreSQL as ``outbound_reader``, whose policies show one organisation."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

import numpy as np
import pandas as pd
import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from outbound.errors import Unavailable
from outbound.reports.errors import MadeByAnotherVersion, NothingPublished
from outbound.reports.reader import frame
from outbound.settings import Settings
from outbound.storage.migrate import role_password
from outbound.warehouse.outcomes import Outcome, parse_outcome
from outbound.warehouse.postgres_engine import warehouse_url
from outbound.warehouse.postgres_publish import READER, SCHEMA

_PARAMETER = re.compile(r"\$(\w+)")
_MISSING = {"3F000", "42P01", "28P01", "28000"}
"""No schema, no table, or no such login yet: nothing was ever published."""


class PostgresReader:
    """Each query is one read-only transaction: the marts never change within it."""

    def __init__(self, settings: Settings, org_id: uuid.UUID) -> None:
        self._admin_url = warehouse_url(settings)
        self._org_id = org_id

    def query(self, sql: str, params: Mapping[str, Any]) -> pd.DataFrame:
        """Raises :class:`NothingPublished` when there is no build yet, :class:`MadeByAnotherVersion` when it lacks a
        column, :class:`Unavailable` when nobody answers."""
        with self._transaction() as connection:
            # Of the driver itself, which gives plain rows: thousands would each be wrapped once more.
            driver = cast("psycopg.Connection", connection.connection.driver_connection)
            cursor = driver.cursor(binary=True)
            cursor.execute(_PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%")).encode(), dict(params))
            names = [column.name for column in cursor.description or ()]
            return frame(names, map(_column, zip(*cursor.fetchall(), strict=True)))

    def stream(self, sql: str, params: Mapping[str, Any], rows: int) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of one query on one build, so many at a time. Raises as :meth:`query`."""
        with self._transaction() as connection:
            statement = text(_PARAMETER.sub(r":\1", sql)).execution_options(yield_per=rows)
            for found in connection.execute(statement, dict(params)).partitions():
                yield [tuple(row) for row in found]

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with _engine(self._admin_url).begin() as connection:
                connection.execute(
                    text("select set_config('app.org_id', :org_id, true)"), {"org_id": str(self._org_id)}
                )
                connection.execute(text(f"set local search_path = {SCHEMA}"))
                yield connection
        except (DBAPIError, psycopg.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            if getattr(cause, "sqlstate", None) in _MISSING or "password authentication" in str(cause):
                raise NothingPublished from error
            if isinstance(cause, psycopg.errors.UndefinedColumn):
                raise MadeByAnotherVersion from error
            if not isinstance(cause, psycopg.OperationalError):
                raise
            raise Unavailable(
                "The warehouse does not answer; check that PostgreSQL runs and that WAREHOUSE_URL names it."
            ) from error

    def outcome(self) -> Outcome | None:
        """What became of the last run; none: none has ended yet."""
        try:
            found = self.query("select outcome from warehouse.outcomes", {})
        except NothingPublished:
            return None
        return parse_outcome(found.iloc[0]["outcome"]) if len(found) else None


def _column(values: tuple[Any, ...]) -> Any:
    """A column as from the other engine: ids as text, numbers of which none is missing as they lie in memory."""
    kinds = set(map(type, values))
    if kinds in ({int}, {float}):
        return np.array(values)
    return [value and str(value) for value in values] if uuid.UUID in kinds else list(values)


@lru_cache
def _engine(admin_url: URL) -> Engine:
    login = admin_url.set(username=READER, password=role_password(admin_url, READER))
    return create_engine(
        login,
        pool_size=2,
        max_overflow=8,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 10,
            "options": "-c timezone=UTC -c default_transaction_read_only=on -c statement_timeout=60000",
        },
    )
