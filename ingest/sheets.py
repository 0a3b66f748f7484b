"""The rows of a worksheet, streamed out of its XML."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from ingest import archives
from ingest.lookahead import LONGEST_LINE
from ingest.markup import MOST_DEPTH, fed, safe_parser
from ingest.records import MOST_COLUMNS, Record
from ingest.shared_strings import SharedStrings
from outbound.errors import TooLarge

CellStyle = Callable[[str], str]
"""What a number means, as text: given its digits, of the style of its cell."""
MOST_ROWS = 1_048_576
_CHUNK = 1 << 14  # of which every byte may be a row as wide as a sheet
_STRAY = 50
"""Columns beyond the header in which a stray cell is kept, for its row to say so."""
_TAGS = ("row", "c", "v", "t", "is", "rPh", "sheetData")
_DIGITS = "0123456789"


def rows_of(
    stream: BinaryIO, strings: SharedStrings, styles: Sequence[CellStyle], name: str, width: int | None = None
) -> Iterator[Record]:
    """Rows in which a cell stands, each with its number in the sheet; blank ends are left out. ``width``: columns of
    the header, where it is known.

    Raises :class:`outbound.errors.Invalid` where the sheet is damaged and :class:`TooLarge` where it has more rows
    than any spreadsheet shows.
    """
    reader = _Reader(strings, styles, MOST_COLUMNS if width is None else min(width + _STRAY, MOST_COLUMNS))
    parser = safe_parser(name)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    for _ in fed(parser, stream, name, _CHUNK):
        if reader.depth > MOST_DEPTH:
            raise archives.damaged(name)
        if reader.line > MOST_ROWS:
            raise TooLarge(f"{name} has more than {MOST_ROWS:,} rows; split the list.")
        while reader.done:
            yield reader.done.popleft()


class _Reader:
    """Handlers of the parser; a row that is whole waits in ``done``."""

    def __init__(self, strings: SharedStrings, styles: Sequence[CellStyle], width: int) -> None:
        self.done: deque[Record] = deque()
        self.line = self.depth = 0
        self._strings = strings
        self._styles = styles
        self._width = width
        self._names: dict[str, str] = {tag: tag for tag in _TAGS}
        self._columns: dict[str, int] = {}
        self._values: list[str] = []
        self._pieces: list[str] = []
        self._column = -1
        self._type = self._style = ""
        self._chars = 0
        self._fault: str | None = None
        self._taking = self._phonetic = self._rooted = False

    def start(self, tag: str, given: dict[str, str]) -> None:
        self.depth += 1
        if not self._rooted:
            self._rooted = True
            prefix, colon, _ = tag.rpartition(":")
            self._names = {prefix + colon + known: known for known in _TAGS}
        kind = self._names.get(tag)
        if kind == "c":
            place = given.get("r")
            self._column = self._column_of(place) if place else self._column + 1
            self._type = given.get("t", "n")
            self._style = given.get("s", "")
            self._pieces = []
        elif kind == "v" or (kind == "t" and not self._phonetic):
            self._taking = True
        elif kind == "row":
            number = given.get("r", "")
            at = int(number) if number.isdecimal() and len(number) < 9 else 0
            self.line = max(self.line + 1, at)
            self._values, self._column, self._chars, self._fault = [], -1, 0, None
        elif kind == "rPh":
            self._phonetic = True

    def data(self, text: str) -> None:
        if self._taking:
            self._chars += len(text)
            if self._chars > LONGEST_LINE:
                self._fault = f"the row is longer than {LONGEST_LINE:,} characters"
            else:
                self._pieces.append(text)

    def end(self, tag: str) -> None:
        self.depth -= 1
        kind = self._names.get(tag)
        if kind in {"v", "t"}:
            self._taking = False
        elif kind == "c":
            if self._pieces:
                self._put(self._text("".join(self._pieces)))
        elif kind == "row":
            values = self._values
            if self._fault is not None:
                self.done.append(Record(self.line, [value[:200] for value in values[:50]], self._fault))
            elif values:
                self.done.append(Record(self.line, values))
            self._values = []
        elif kind == "rPh":
            self._phonetic = False

    def _put(self, value: str) -> None:
        if not value:
            return
        if not 0 <= self._column < self._width:
            self._fault = "the row has cells far beyond the header's columns"
            return
        missing = self._column - len(self._values)
        if missing > 0:
            self._values.extend([""] * missing)
        if missing < 0:
            self._values[self._column] = value
        else:
            self._values.append(value)

    def _text(self, raw: str) -> str:
        kind = self._type
        if kind == "s":
            found = self._strings.at(int(raw)) if raw.isdecimal() and len(raw) < 10 else None
            if found is not None:
                return found
            self._fault = "the row points to a text that is not there"
            return ""
        if kind == "n":
            return self._number(raw.strip())
        if kind == "b":
            return "TRUE" if raw.strip() in {"1", "true"} else "FALSE"
        return raw

    def _number(self, raw: str) -> str:
        """As a spreadsheet shows it: fifteen digits, no exponent where it is a whole number."""
        if not raw.isdecimal():
            try:
                number = float(raw)
            except ValueError:
                return raw
            raw = str(int(number)) if number.is_integer() and abs(number) < 1e17 else f"{number:.15g}"
        style = self._style
        if style and style != "0" and style.isdecimal() and len(style) < 7 and int(style) < len(self._styles):
            return self._styles[int(style)](raw)
        return raw

    def _column_of(self, place: str) -> int:
        letters = place.rstrip(_DIGITS)
        known = self._columns.get(letters)
        if known is None:
            known = 0
            for letter in letters.upper()[:4]:
                known = known * 26 + ord(letter) - 64 if "A" <= letter <= "Z" else MOST_COLUMNS * 100
            known -= 1
            if 0 <= known < MOST_COLUMNS:
                self._columns[letters] = known
        return known
