"""The lines of a text, and where a quoted field that is open at the end of one of them closes.

What is found of a line stays known for the line behind it: in a text full of quotes that are never closed each line is
looked at once, not once for each of those before it.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TextIO

LONGEST_LINE = 1_000_000
MOST_RUN_CHARS = 131_072
"""Characters that a record may have beyond its first line: as many as a single field."""
_KEPT = 2_000


@dataclass(frozen=True)
class Dialect:
    """How fields are told apart."""

    delimiter: str = ","
    quote: str = '"'
    escape: str | None = None


class Line(NamedTuple):
    """A line with its end."""

    text: str
    overlong: bool = False
    """Whether it is longer than :data:`LONGEST_LINE`: only its beginning is kept, without its quotes."""


class _Within(NamedTuple):
    """A line that begins within quotes and ends within quotes."""

    fields: int
    """That begin in it."""
    chars: int


class Lookahead:
    """Lines in their order. They may be put back."""

    def __init__(self, stream: TextIO, dialect: Dialect) -> None:
        self._stream = stream
        self._dialect = dialect
        self._lines: deque[Line] = deque()
        self._run: deque[_Within] = deque()
        """Of the first lines that are ahead."""
        self._fields = self._chars = 0
        """Of the run."""
        self._end: int | None = None
        """What the run ends with: fields that begin in a line that closes the quote; none: not known yet; -1: nothing
        that closes it."""

    def take(self) -> Line | None:
        """The next line; none at the end."""
        if not self._lines:
            return self._read()
        if self._run:
            passed = self._run.popleft()
            self._fields -= passed.fields
            self._chars -= passed.chars
        else:
            self._end = None
        return self._lines.popleft()

    def put_back(self, lines: Sequence[Line]) -> None:
        """Gives lines back that were taken last."""
        if lines:
            self._lines.extendleft(reversed(lines))
            self._run.clear()
            self._fields = self._chars = 0
            self._end = None

    def closes_after(self, first: str, most: int, width: int | None) -> int | None:
        """After how many further lines, at most so many, a record ends whose first line ends within quotes; none where
        it does not, or not as a whole record of ``width`` fields."""
        begun = self._ends_open("", first)
        if begun is None:
            return None
        while self._end is None and len(self._run) < most and self._chars <= MOST_RUN_CHARS:
            self._look_at_one_more()
        if self._end is None or self._end < 0 or len(self._run) >= most or self._chars > MOST_RUN_CHARS:
            return None
        if width is not None and begun + self._fields + self._end != width:
            return None
        return len(self._run) + 1

    def _look_at_one_more(self) -> None:
        at = len(self._run)
        if at == len(self._lines):
            line = self._read()
            if line is None:
                self._end = -1
                return
            self._lines.append(line)
        line = self._lines[at]
        if line.overlong:
            self._end = -1
            return
        fields = self._ends_open(self._dialect.quote, line.text)
        if fields is not None:
            self._run.append(_Within(fields - 1, len(line.text)))
            self._fields += fields - 1
            self._chars += len(line.text)
            return
        try:
            self._end = len(next(self._split([self._dialect.quote + line.text]))) - 1
        except csv.Error:
            self._end = -1

    def _ends_open(self, before: str, text: str) -> int | None:
        """How many fields a line has that ends within quotes; none for one that does not, or has stray quotes."""
        lines = iter((before + text, f"{self._dialect.quote}\n"))
        try:
            fields = len(next(self._split(lines)))
        except csv.Error:
            return None
        return fields if next(lines, None) is None else None

    def _split(self, lines: Iterator[str] | list[str]) -> Iterator[list[str]]:
        own = self._dialect
        return csv.reader(lines, delimiter=own.delimiter, quotechar=own.quote, escapechar=own.escape, strict=True)

    def _read(self) -> Line | None:
        text = self._stream.readline(LONGEST_LINE + 1)
        if not text:
            return None
        if len(text) <= LONGEST_LINE or text.endswith("\n"):
            return Line(text)
        while (rest := self._stream.readline(LONGEST_LINE)) and not rest.endswith("\n"):
            pass
        return Line(text[:_KEPT].replace(self._dialect.quote, "") + "\n", overlong=True)
