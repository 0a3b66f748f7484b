"""The texts that the cells of a workbook point to, read as far as cells have pointed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest import archives
from ingest.limits import Allowance
from ingest.markup import parse
from outbound.errors import TooLarge

_MOST_STRINGS = 5_000_000
_STRING_BYTES = 1 << 30
_STRING_CHARS = 256 << 20


class SharedStrings:
    """Texts by number; the readings of Japanese words (rPh) are no part of them."""

    def __init__(self, archive: zipfile.ZipFile | None, part: str | None, name: str, allowance: Allowance) -> None:
        self._texts: list[str] = []
        self._pieces: list[str] = []
        self._chars = 0
        self._taking = self._phonetic = False
        self._name = name
        self._more: Iterator[None] = iter(())
        if archive is not None and part is not None:
            self._more = parse(archive, part, name, allowance, self._start, self._end, self._data, limit=_STRING_BYTES)

    def at(self, number: int) -> str | None:
        """A text; none where there are fewer. Raises :class:`TooLarge`, and :class:`outbound.errors.Invalid` where they
        are damaged."""
        texts = self._texts
        if number < len(texts):
            return texts[number]
        for _ in self._more:
            if number < len(texts):
                return texts[number]
        return None

    def _start(self, tag: str, _: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "si":
            self._pieces.clear()
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "t":
            self._taking = not self._phonetic

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "t":
            self._taking = False
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "si":
            self._texts.append("".join(self._pieces))
            if len(self._texts) > _MOST_STRINGS:
                raise self._too_large()

    def _data(self, text: str) -> None:
        if self._taking:
            self._chars += len(text)
            if self._chars > _STRING_CHARS:
                raise self._too_large()
            self._pieces.append(text)

    def _too_large(self) -> TooLarge:
        return TooLarge(f"{self._name} holds more text than a workbook is read with; save the sheet as CSV.")


@contextmanager
def shared_strings(path: Path, name: str, part: str | None, allowance: Allowance) -> Iterator[SharedStrings]:
    """Those of a workbook, for all of its sheets."""
    if part is None:
        yield SharedStrings(None, None, name, allowance)
        return
    with archives.opened(path, name) as archive:
        yield SharedStrings(archive, part, name, allowance)
