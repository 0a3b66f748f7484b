"""The rows of a list in chunks of bounded size: each row a prospect or a reject, with what its owner wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.fields import Mapped
from ingest.limits import MOST_BLANK_ROWS, MOST_ROWS, Allowance
from ingest.records import Record
from ingest.sniff import Layout
from ingest.validate import Prospect, Reject, Validator
from outbound.errors import TooLarge
from outbound.imports.rejects import COLUMNS as REJECT_COLUMNS
from outbound.spreadsheets import restored
from outbound.texts import storable

Original = dict[str, str]
"""A row as it was written, by column; blank cells are left out."""
CHUNK_ROWS = 20_000
CHUNK_BLANK_ROWS = 100_000
"""Rows that hold nothing."""
_CHUNK_CHARS = 16 << 20
MOST_CELL_CHARS = 2_000
MOST_ROW_CHARS = 20_000
"""Characters that are kept of a cell and of a row as they were written; mapped columns come first."""
UNSPLIT = "the line as it was"
"""The column of a line that could not be split into fields."""


@dataclass
class Chunk:
    """Rows that stand one after the other. ``rows = len(prospects) + len(rejects) + blank``."""

    prospects: list[Prospect] = field(default_factory=list)
    originals: list[Original] = field(default_factory=list)
    """Of the prospects, in their order."""
    rejects: list[tuple[Reject, Original]] = field(default_factory=list)
    blank: int = 0
    share: float | None = None
    """Of the file that was read up to its end, 0 to 1; none where that cannot be told."""
    chars: int = 0

    @property
    def rows(self) -> int:
        return len(self.prospects) + len(self.rejects) + self.blank

    @property
    def full(self) -> bool:
        return (
            len(self.prospects) + len(self.rejects) >= CHUNK_ROWS
            or self.chars >= _CHUNK_CHARS
            or self.blank >= CHUNK_BLANK_ROWS
        )


def read_chunks(
    layout: Layout, mapped: Mapped, *, after_line: int = 0, allowance: Allowance | None = None
) -> Iterator[Chunk]:
    """Every row of a list behind a line of it, in chunks of at most some ten thousand rows and some megabytes.

    Raises :class:`outbound.errors.Invalid` where the file is damaged within, and :class:`TooLarge` where it holds too
    much, or takes longer than it may.
    """
    validator = Validator(mapped, len(layout.header))
    keeper = _Keeper(layout, mapped)
    sent_back = layout.header[:2] == REJECT_COLUMNS
    chunk = Chunk()
    rows = blank = 0
    with layout.records(allowance) as reading:
        for record in reading.records:
            rows += 1
            if rows > MOST_ROWS + MOST_BLANK_ROWS:
                raise TooLarge(f"{layout.text.name} has more than {MOST_ROWS:,} rows; split the list.")
            if record.line <= after_line:
                continue
            if sent_back:
                record.values[:] = map(restored, record.values)
            _judge(record, layout, validator, keeper, chunk)
            if chunk.full:
                blank += chunk.blank
                if blank > MOST_BLANK_ROWS:
                    raise TooLarge(
                        f"{layout.text.name} has more than {MOST_BLANK_ROWS:,} empty rows up to line {record.line:,}; "
                        "remove them, and hand it in again."
                    )
                chunk.share = reading.share()
                yield chunk
                chunk = Chunk()
        if chunk.rows:
            chunk.share = 1.0
            yield chunk


def _judge(record: Record, layout: Layout, validator: Validator, keeper: _Keeper, chunk: Chunk) -> None:
    if record.fault is not None:
        original = keeper.unsplit(record.values)
        chunk.rejects.append((Reject(record.line, record.fault), original))
        chunk.chars += MOST_CELL_CHARS
        return
    if layout.repeats_header(record.values):
        chunk.rejects.append((Reject(record.line, "it repeats the header"), {}))
        return
    read = validator.read(record.line, record.values)
    if read is None:
        chunk.blank += 1
        return
    original = keeper.original(record.values)
    chunk.chars += keeper.chars
    if isinstance(read, Reject):
        chunk.rejects.append((read, original))
    else:
        chunk.prospects.append(read)
        chunk.originals.append(original)


class _Keeper:
    """Makes what is kept of a row as it was written."""

    def __init__(self, layout: Layout, mapped: Mapped) -> None:
        self._names = list(layout.header)
        self._first = sorted(set(mapped.values()))
        self._skip = len(REJECT_COLUMNS) if layout.header[:2] == REJECT_COLUMNS else 0
        self.chars = 0
        """Of the row that was kept last, at most."""

    def original(self, values: Sequence[str]) -> Original:
        self.chars = sum(map(len, values))
        if self.chars > MOST_CELL_CHARS:
            return self._shortened(values)
        names = self._names
        if len(values) > len(names):
            names = [*names, *(f"column {at + 1}" for at in range(len(names), len(values)))]
        kept = {name: value for name, value in zip(names, values, strict=False) if value}
        if not all(map(str.isprintable, kept.values())):
            kept = {name: storable(value) for name, value in kept.items()}
        for name in self._names[: self._skip]:
            kept.pop(name, None)
        return kept

    def unsplit(self, values: Sequence[str]) -> Original:
        self.chars = sum(map(len, values))
        return {UNSPLIT: storable(" ".join(values)[:MOST_CELL_CHARS])}

    def _shortened(self, values: Sequence[str]) -> Original:
        kept: Original = {}
        room = MOST_ROW_CHARS
        for at in dict.fromkeys((*self._first, *range(len(values)))):
            if at < self._skip or at >= len(values) or not values[at]:
                continue
            name = self._names[at] if at < len(self._names) else f"column {at + 1}"
            value = values[at][: min(MOST_CELL_CHARS, room)]
            room -= len(value) + len(name)
            if room <= 0:
                break
            kept[name] = storable(value)
        self.chars = MOST_ROW_CHARS - max(0, room)
        return kept
