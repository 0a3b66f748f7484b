"""The records of a delimited text, each with the line it begins in; nothing is dropped unseen.

Python's own CSV parser splits the fields. Around it stands what it lacks: a quote that is never closed costs the
line that opens it, not the rest of the file; a line without an end costs itself, not the memory.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

from ingest.text import UNREADABLE

LONGEST_LINE = 1_000_000
MOST_LINES = 200
"""Lines a quoted field may run over before its quote counts as never closed."""
_KEPT = 2_000
"""Characters of a faulty line that are kept."""


@dataclass(frozen=True)
class Dialect:
    """How fields are told apart."""

    delimiter: str = ","
    quote: str = '"'
    escape: str | None = None


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
    """A quoted field has run on for too long."""


class Records:
    """Iterates the records of a text once. ``width`` is the number of fields a whole record has, when known."""

    def __init__(self, stream: TextIO, dialect: Dialect, width: int | None = None) -> None:
        self._stream = stream
        self._dialect = dialect
        self.width = width
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._line = 0
        self._overlong = False
        self._ascii = True
        self._ended = False

    def __iter__(self) -> Iterator[Record]:
        fields = self._parser()
        while True:
            self._taken, self._overlong, self._ascii, first = [], False, True, self._line + 1
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
                self._again.extendleft(reversed(self._taken[1:]))
                self._taken = self._taken[:1]
                fields = self._parser()
                values = [self._taken[0][:_KEPT].rstrip("\n")] if self._taken else []
            if self._overlong:
                fault = f"the line is longer than {LONGEST_LINE:,} characters"
            elif fault is None and not self._ascii and any(UNREADABLE.search(v) for v in values):
                fault = "the line holds bytes that are not of the file's encoding"
            self._line += len(self._taken)
            if fault is not None:
                values = [UNREADABLE.sub("�", value[:_KEPT]) for value in values[:50]]
            yield Record(first, values, fault, len(self._taken))

    def _parser(self) -> Iterator[list[str]]:
        return _split(self._lines(), self._dialect)

    def _lines(self) -> Iterator[str]:
        while True:
            if len(self._taken) >= MOST_LINES:
                raise _NeverClosedError
            line = self._again.popleft() if self._again else self._stream.readline(LONGEST_LINE + 1)
            if not line:
                self._ended = True
                return
            if len(line) > LONGEST_LINE and not line.endswith("\n"):
                self._overlong = True
                while (rest := self._stream.readline(LONGEST_LINE)) and not rest.endswith("\n"):
                    pass
                line = line[:_KEPT].replace(self._dialect.quote, "") + "\n"
            self._taken.append(line)
            if not line.isascii():
                self._ascii = False
            yield line

    def _runs_on(self, values: list[str]) -> bool:
        """Whether a record of several lines is none: a wrong number of fields, or stray quotes."""
        several = len(self._taken) > 1
        if several and self.width is not None and len(values) != self.width:
            return True
        at_end = self._ended and not self._again and bool(self._taken)
        if not (several or at_end):
            return False
        try:
            for _ in _split(self._taken, self._dialect, strict=True):
                pass
        except csv.Error as error:
            # Within one line a stray quote is the writer's carelessness; over several it is where a field began.
            return several or "unexpected end of data" in str(error)
        return False


_NEVER_CLOSED = "a quote that opens in this line is not closed"


def _split(lines: Iterable[str], dialect: Dialect, *, strict: bool = False) -> Iterator[list[str]]:
    return csv.reader(
        lines, delimiter=dialect.delimiter, quotechar=dialect.quote, escapechar=dialect.escape, strict=strict
    )
