"""Connections to published marts: read only, locked down, one a build."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pandas as pd
import pyarrow as pa

from outbound.reports.errors import MadeByAnotherVersion, NothingPublished
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
        """Raises :class:`NothingPublished` when there is no build yet, :class:`MadeByAnotherVersion` when it lacks a
        table or column."""
        cursor = self._cursor()
        try:
            cursor.execute("set schema = 'marts'")
            found = cursor.sql(sql, params=dict(params)).to_arrow_table()
            return frame(found.column_names, map(_plain, found.columns) if found.num_rows else ())
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            raise MadeByAnotherVersion from error
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


def frame(names: Sequence[str], columns: Iterable[Any]) -> pd.DataFrame:
    """A frame of these columns; given none, for there are no rows, of columns without a type."""
    found = list(columns)
    return pd.DataFrame(dict(zip(names, found, strict=True)) if found else {}, columns=list(names))


def _plain(column: pa.ChunkedArray) -> Any:
    """Numbers as they lie in memory, which is quick; all else, and numbers among which some are missing, one by one."""
    kind = column.type
    if column.null_count == 0 and (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        return column.to_numpy()
    return column.to_pylist()
