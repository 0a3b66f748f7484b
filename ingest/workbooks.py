"""XLSX workbooks: which sheet holds the list, and what its numbers mean.

Read as a stream by a parser of XML, and not by calamine: that one makes a dense grid of whatever corners a sheet names,
so that two cells far apart abort the process (tafia/calamine#693).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from xml.parsers import expat

from ingest import archives
from ingest.records import Record
from ingest.sheets import CellStyle, rows_of, safe_parser
from outbound.errors import TooLarge

MOST_SHEETS = 50
_SMALL_PART = 16 << 20
_MOST_STRINGS = 5_000_000
_STRING_BYTES = 1 << 30
_STRING_CHARS = 256 << 20
_DATES = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)})
_TIMES = frozenset({18, 19, 20, 21, 45, 46, 47})
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_ZEROS = re.compile(r"0+")
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Sheet:
    """A sheet that can be seen."""

    name: str
    part: str


@dataclass(frozen=True)
class Workbook:
    """A sheet of a workbook that was found to hold a list. ``encoding`` says what it is, as of a text."""

    path: Path
    name: str
    sheet: Sheet
    strings: str | None
    styles: tuple[CellStyle, ...]
    encoding: str = field(default="XLSX", init=False)

    @contextmanager
    def open(self, width: int | None = None) -> Iterator[tuple[Iterator[Record], Callable[[], float | None]]]:
        """Its rows, streamed, and how much of the sheet has been read. ``width``: of its header, when known.

        Raises :class:`Invalid` where it is damaged, :class:`TooLarge`.
        """
        with archives.opened(self.path, self.name) as archive:
            strings = _shared_strings(archive, self.strings, self.name) if self.strings else ()
            size = max(1, archive.getinfo(self.sheet.part).file_size)
            stream = archives.part(archive, self.sheet.part, self.name, archives.MOST_BYTES)
            with stream:
                records = rows_of(stream, strings, self.styles, self.name, width)
                yield records, lambda: min(1.0, stream.tell() / size)


def sheets_of(path: Path, name: str) -> list[Workbook]:
    """The visible sheets of a workbook, in their order. Raises :class:`Invalid` for a file that is none."""
    with archives.opened(path, name) as archive:
        known = set(archive.namelist())
        book = _target(archive, "", "_rels/.rels", "officeDocument", name) or "xl/workbook.xml"
        if book not in known:
            raise archives.damaged(name)
        folder, _, file = book.rpartition("/")
        relations = _relations(archive, folder, f"{folder}/_rels/{file}.rels".lstrip("/"), name)
        styles_part = next((part for kind, part in relations.values() if kind == "styles"), None)
        strings = next((part for kind, part in relations.values() if kind == "sharedStrings"), None)
        sheets, since_1904 = _sheets(archive, book, relations, name)
        styles = _styles(archive, styles_part, since_1904, name) if styles_part in known else ()
        return [
            Workbook(path, name, sheet, strings if strings in known else None, styles)
            for sheet in sheets[:MOST_SHEETS]
            if sheet.part in known
        ]


def _sheets(
    archive: zipfile.ZipFile, book: str, relations: dict[str, tuple[str, str]], name: str
) -> tuple[list[Sheet], bool]:
    found: list[Sheet] = []
    since_1904 = False

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal since_1904
        tag = tag.rpartition(":")[2]
        if tag == "workbookPr":
            since_1904 = given.get("date1904", "") in {"1", "true"}
        elif tag == "sheet" and given.get("state", "visible") == "visible":
            id_ = next((value for key, value in given.items() if key.rpartition(":")[2] == "id"), "")
            kind, part = relations.get(id_, ("", ""))
            if kind == "worksheet":
                found.append(Sheet(" ".join(given.get("name", "").split())[:60], part))

    _parse(archive, book, name, start)
    return found, since_1904


def _target(archive: zipfile.ZipFile, folder: str, part: str, kind: str, name: str) -> str | None:
    relations = _relations(archive, folder, part, name)
    return next((target for of_kind, target in relations.values() if of_kind == kind), None)


def _relations(archive: zipfile.ZipFile, folder: str, part: str, name: str) -> dict[str, tuple[str, str]]:
    """Kind and part by id."""
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, given: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship" and given.get("TargetMode") != "External":
            target = given.get("Target", "")
            target = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = given.get("Type", "").rpartition("/")[2]
            found[given.get("Id", "")] = (kind, posixpath.normpath(target))

    if part in archive.namelist():
        _parse(archive, part, name, start)
    return found


def _styles(archive: zipfile.ZipFile, part: str | None, since_1904: bool, name: str) -> tuple[CellStyle, ...]:
    """What a number of each cell style means: a measure, a day, or digits of a fixed width (a ZIP code)."""
    formats: dict[str, str] = {}
    used: list[str] = []
    within = ""

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal within
        tag = tag.rpartition(":")[2]
        if tag == "numFmt":
            formats[given.get("numFmtId", "")] = given.get("formatCode", "")
        elif tag in {"cellXfs", "cellStyleXfs"}:
            within = tag
        elif tag == "xf" and within == "cellXfs":
            used.append(given.get("numFmtId", "0"))

    def end(tag: str) -> None:
        nonlocal within
        if tag.rpartition(":")[2] == within:
            within = ""

    assert part is not None
    _parse(archive, part, name, start, end)
    epoch = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 (a sheet has no zone)
    return tuple(_style(id_, formats.get(id_, ""), epoch) for id_ in used)


def _style(id_: str, code: str, epoch: datetime) -> CellStyle:
    number = int(id_) if id_.isdecimal() and len(id_) < 6 else 0
    plain = _LITERAL.sub("", code.partition(";")[0].lower())
    if _ZEROS.fullmatch(plain) and plain == code and len(plain) < 20:
        return lambda value: value.zfill(len(plain)) if value.isdecimal() else value
    is_date = number in _DATES or (bool(code) and any(sign in plain for sign in "dy"))
    is_time = number in _TIMES or (bool(code) and not is_date and any(sign in plain for sign in "hs"))
    return (lambda value: _moment(value, epoch)) if is_date or is_time else str


def _moment(value: str, epoch: datetime) -> str:
    """Days since an epoch, as a date, a time of day or both; what lies outside the calendar stays a number."""
    try:
        days = float(value)
        moment = epoch + timedelta(seconds=round(days * 86_400))
    except (ValueError, OverflowError):
        return value
    if 0 <= days < 1:
        return moment.time().isoformat()
    return moment.date().isoformat() if moment.time() == datetime.min.time() else moment.isoformat(" ")


def _shared_strings(archive: zipfile.ZipFile, part: str, name: str) -> Sequence[str]:
    """The texts that cells point to; the readings of Japanese words (rPh) are no part of them."""
    texts: list[str] = []
    pieces: list[str] = []
    chars = 0
    taking = phonetic = False

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal taking, phonetic
        tag = tag.rpartition(":")[2]
        if tag == "si":
            pieces.clear()
        elif tag == "rPh":
            phonetic = True
        elif tag == "t":
            taking = not phonetic

    def end(tag: str) -> None:
        nonlocal taking, phonetic, chars
        tag = tag.rpartition(":")[2]
        if tag == "t":
            taking = False
        elif tag == "rPh":
            phonetic = False
        elif tag == "si":
            texts.append("".join(pieces))
            chars += len(texts[-1])
            if len(texts) > _MOST_STRINGS or chars > _STRING_CHARS:
                raise TooLarge(f"{name} holds more text than a workbook is read with; save the sheet as CSV.")

    def data(text: str) -> None:
        if taking:
            pieces.append(text)

    _parse(archive, part, name, start, end, data, limit=_STRING_BYTES)
    return texts


def _parse(
    archive: zipfile.ZipFile,
    part: str,
    name: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    data: Callable[[str], None] | None = None,
    *,
    limit: int = _SMALL_PART,
) -> None:
    parser = safe_parser(name)
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    with archives.part(archive, part, name, limit) as stream:
        try:
            while piece := stream.read(_CHUNK):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise archives.damaged(name) from None
