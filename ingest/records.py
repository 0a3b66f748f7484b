"""The records of a delimited text, each with the line it begins in; nothing is dropped unseen.

Python's own CSV parser splits the fields. Around it stands what it lacks: a quote that is never closed costs the
line that opens it, not the rest of the file; a line without an end costs itself, not the memory. Where a record may run
over several lines its end is looked for first (``ingest.lookahead``), so that no line is split again and again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

from ingest.lookahead import LONGEST_LINE, Dialect, Line, Lookahead
from ingest.text import UNREADABLE

MOST_LINES = 200
"""Lines a quoted field may run over before its quote counts as never closed."""
_MOST_ESCAPED = 20
"""The same where line ends may be escaped: there it cannot be told beforehand."""
MOST_COLUMNS = 16_384
_KEPT = 2_000
"""Characters of a faulty line that are kept."""


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of a record, or why it has none (``fault``)."""

    line: int
    """Of the file, counted from 1."""
    values: list[str]
    fault: str | None = None
    lines: int = 1
    """Lines it runs over."""


class _NeverClosedError(Exception):
    """A quoted field runs on for too long, or into what no quoted field holds."""


class Records:
    """Iterates the records of a text once. ``width`` is the number of fields a whole record has, when known."""

    def __init__(self, stream: TextIO, dialect: Dialect, width: int | None = None) -> None:
        self._lines_ahead = Lookahead(stream, dialect)
        self._dialect = dialect
        self.width = width
        self._taken: list[Line] = []
        self._line = 0
        self._left = 0
        """Lines that belong to the record yet, where it runs over several."""

    def __iter__(self) -> Iterator[Record]:
        fields = self._parser()
        while True:
            self._taken, self._left, first = [], 0, self._line + 1
            fault, values = None, []
            try:
                values = next(fields)
            except StopIteration:
                return
            except _NeverClosedError:
                fault = _NEVER_CLOSED
            except csv.Error:
                fault = "the line cannot be split into fields"
            if fault is None and self._runs_on(values):
                fault = _NEVER_CLOSED
            if fault is not None:
                # The line that is at fault alone; those behind it are read again.
                self._lines_ahead.put_back(self._taken[1:])
                self._taken = self._taken[:1]
                fields = self._parser()
                values = [self._taken[0].text[:_KEPT].rstrip("\n")] if self._taken else []
            if any(line.overlong for line in self._taken):
                fault = f"the line is longer than {LONGEST_LINE:,} characters"
            elif self.width is not None and len(values) > MOST_COLUMNS:
                fault = f"the line has more than {MOST_COLUMNS:,} fields"
            elif fault is None and self._is_unreadable(values):
                fault = "the line holds bytes that are not of the file's encoding"
            self._line += len(self._taken)
            if fault is not None:
                values = [UNREADABLE.sub("�", value[:_KEPT]) for value in values[:50]]
            yield Record(first, values, fault, len(self._taken))

    def _is_unreadable(self, values: list[str]) -> bool:
        ascii_alone = all(line.text.isascii() for line in self._taken)
        return not ascii_alone and any(UNREADABLE.search(value) for value in values)

    def _parser(self) -> Iterator[list[str]]:
        return _split(self._lines(), self._dialect)

    def _lines(self) -> Iterator[str]:
        while True:
            if self._taken:
                self._go_on()
            line = self._lines_ahead.take()
            if line is None:
                return
            self._taken.append(line)
            yield line.text

    def _go_on(self) -> None:
        """The record is not at its end: looks for it before the parser is given any further line."""
        if len(self._taken) >= self._most_lines:
            raise _NeverClosedError
        if self._left:
            self._left -= 1
            return
        last = self._taken[-1].text
        if self._dialect.escape and last.endswith(self._dialect.escape + "\n"):
            return  # an end of line that is none, within quotes or not
        further = self._lines_ahead.closes_after(
            last, self._most_lines - 1, self.width if len(self._taken) == 1 else None
        )
        if further is None:
            raise _NeverClosedError
        self._left = further - 1

    @property
    def _most_lines(self) -> int:
        return MOST_LINES if self._dialect.escape is None else _MOST_ESCAPED

    def _runs_on(self, values: list[str]) -> bool:
        """Whether a record of several lines is none: a wrong number of fields, or stray quotes."""
        if len(self._taken) < 2:
            return False
        if self.width is not None and len(values) != self.width:
            return True
        try:
            for _ in _split((line.text for line in self._taken), self._dialect, strict=True):
                pass
        except csv.Error:
            # Within one line a stray quote is the writer's carelessness; over several it is where a field began.
            return True
        return False


_NEVER_CLOSED = "a quote that opens in this line is not closed"


def _split(lines: Iterable[str], dialect: Dialect, *, strict: bool = False) -> Iterator[list[str]]:
    return csv.reader(
        lines, delimiter=dialect.delimiter, quotechar=dialect.quote, escapechar=dialect.escape, strict=strict
    )
