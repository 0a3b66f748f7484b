"""Rows that could not be used, as a table that its owner mends in a spreadsheet and sends again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

COLUMNS = ("line", "reason")
"""Stand before the columns of the list; a list that begins with them is one that was sent back."""


def ordered(names: Iterable[str], header: Sequence[str]) -> list[str]:
    """All columns of the list they come from, in its order; what it did not name stands behind, by its name."""
    return [*header, *sorted(set(names) - set(header) - set(COLUMNS))]


def as_table(
    rows: Iterable[tuple[int, str, dict[str, Any]]], names: Iterable[str], header: Sequence[str]
) -> Iterator[list[str]]:
    """A header, then every row: its line, the reason, and its cells as they were written."""
    columns = ordered(names, header)
    yield [*COLUMNS, *columns]
    for line, reason, raw in rows:
        yield [str(line), reason, *(str(raw.get(name, "")) for name in columns)]
