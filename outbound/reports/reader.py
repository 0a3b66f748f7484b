"""Connections to published marts: read only, locked down, one a build."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pandas as pd

from outbound.reports.errors import NothingPublished
from outbound.warehouse.outcomes import Outcome, read_outcome

_LOCKED_DOWN: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "memory_limit": "512MB",
    "threads": "2",
}


class Reader(Protocol):
    """Runs one query on one organisation's marts. Parameters are written ``$name``."""

    def query(self, sql: str, params: Mapping[str, Any]) -> pd.DataFrame: ...
    def stream(self, sql: str, params: Mapping[str, Any], rows: int) -> Iterator[list[tuple[Any, ...]]]: ...
    def outcome(self) -> Outcome | None: ...


class FileReader:
    """Reads the DuckDB file behind an organisation's ``current`` link, looked up at each query."""

    def __init__(self, published: Path, org_id: uuid.UUID) -> None:
        self._folder = published / str(org_id)
        self._link = self._folder / "current"

    def query(self, sql: str, params: Mapping[str, Any]) -> pd.DataFrame:
        """Raises :class:`NothingPublished` when there is no build yet."""
        cursor = self._cursor()
        try:
            cursor.execute("set schema = 'marts'")
            cursor.execute(sql, dict(params))
            return frame_of(cursor.fetchall(), [column[0] for column in cursor.description or ()])
        finally:
            cursor.close()

    def stream(self, sql: str, params: Mapping[str, Any], rows: int) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of one query on one build, so many at a time. Raises :class:`NothingPublished`."""
        cursor = self._cursor()
        try:
            cursor.execute("set schema = 'marts'")
            cursor.execute(sql, dict(params))
            while found := cursor.fetchmany(rows):
                yield found
        finally:
            cursor.close()

    def outcome(self) -> Outcome | None:
        """What became of the last run; none: none has ended yet."""
        return read_outcome(self._folder)

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        for attempt in range(5):
            try:
                return _connection(self._link.resolve(strict=True)).cursor()
            except FileNotFoundError:
                break
            except duckdb.IOException:
                # The build was cleared away between looking it up and opening it: there is a newer one.
                if attempt == 4 or not self._link.exists():
                    raise
        raise NothingPublished


_connections: dict[Path, duckdb.DuckDBPyConnection] = {}
_guard = threading.Lock()


def _connection(path: Path) -> duckdb.DuckDBPyConnection:
    """One connection a build. Earlier builds of the folder are let go of; whoever still reads them may finish."""
    with _guard:
        found = _connections.get(path)
        if found is None:
            found = duckdb.connect(str(path), read_only=True, config=_LOCKED_DOWN)
            found.execute("set timezone = 'UTC'")
            found.execute("set lock_configuration = true")
            for other in [other for other in _connections if other.parent == path.parent]:
                del _connections[other]
            _connections[path] = found
        return found


def frame_of(rows: Sequence[Sequence[Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Rows of either engine as a frame: ids as text, dates as ``datetime.date``."""
    return pd.DataFrame(
        {
            name: [str(value) if isinstance(value, uuid.UUID) else value for value in values]
            for name, values in zip(columns, zip(*rows, strict=True), strict=True)
        }
        if rows
        else {},
        columns=list(columns),
    )
