"""What every subject of the reports shares: one reader of one organisation's marts, and one reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd

from outbound.reports.reach import MARK, Reach
from outbound.reports.reader import Reader


class Figures:
    """Reads within its reach, or not at all. Rules live in the models: subjects pick, restrict and add up."""

    reach: Reach
    _reader: Reader

    def _go_live_on(self) -> date | None:
        """The day on which work with the product began, where it is set."""
        raise NotImplementedError

    def _read(self, sql: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Runs a query that carries a condition of the reach; parameters are written ``$name``.

        Raises :class:`NothingPublished`, and :class:`ValueError` for a query that no reach bounds.
        """
        _refuse_unbounded(sql)
        return self._reader.query(sql, {**(params or {}), **self.reach.values(sql)})

    def _stream(self, sql: str, rows: int) -> Iterator[list[tuple[Any, ...]]]:
        """As :meth:`_read`, for what is too much for memory: plain rows, so many at a time, of one build."""
        _refuse_unbounded(sql)
        return self._reader.stream(sql, self.reach.values(sql), rows)


def sums_of(*columns: str) -> str:
    """Columns added up, each under its own name."""
    return ", ".join(f"cast(sum({column}) as bigint) as {column}" for column in columns)


def _refuse_unbounded(sql: str) -> None:
    if MARK not in sql:
        raise ValueError("a query of the marts names no reach: put self.reach.condition(column) into it")
