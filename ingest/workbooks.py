"""XLSX workbooks: which sheet holds the list, and what its numbers mean.

Read as a stream by a parser of XML, and not by calamine: that one makes a dense grid of whatever corners a sheet names,
so that two cells far apart abort the process (tafia/calamine#693).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from ingest import archives
from ingest.limits import MOST_BYTES, Allowance
from ingest.markup import read
from ingest.records import Record
from ingest.shared_strings import SharedStrings, shared_strings
from ingest.sheets import CellStyle, rows_of

MOST_SHEETS = 50
_DATES = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)})
_TIMES = frozenset({18, 19, 20, 21, 45, 46, 47})
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_ZEROS = re.compile(r"0+")


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
    def open(
        self, width: int | None = None, *, allowance: Allowance | None = None, strings: SharedStrings | None = None
    ) -> Iterator[tuple[Iterator[Record], Callable[[], float | None]]]:
        """Its rows, streamed, and how much of the sheet has been read. ``width``: of its header, when known;
        ``strings``: the workbook's, where several sheets are read.

        Raises :class:`Invalid` where it is damaged, :class:`TooLarge`.
        """
        if strings is None:
            allowance = allowance or Allowance()
            with (
                shared_strings(self.path, self.name, self.strings, allowance) as own,
                self.open(width, allowance=allowance, strings=own) as opened,
            ):
                yield opened
            return
        with archives.opened(self.path, self.name) as archive:
            size = max(1, archive.getinfo(self.sheet.part).file_size)
            stream = archives.part(archive, self.sheet.part, self.name, MOST_BYTES, allowance or Allowance())
            with stream:
                records = rows_of(stream, strings, self.styles, self.name, width)
                yield records, lambda: min(1.0, stream.tell() / size)


def sheets_of(path: Path, name: str, allowance: Allowance) -> list[Workbook]:
    """The visible sheets of a workbook, in their order. Raises :class:`Invalid` for a file that is none."""
    with archives.opened(path, name) as archive:
        known = set(archive.namelist())
        book = _target(archive, "", "_rels/.rels", "officeDocument", name, allowance) or "xl/workbook.xml"
        if book not in known:
            raise archives.damaged(name)
        folder, _, file = book.rpartition("/")
        relations = _relations(archive, folder, f"{folder}/_rels/{file}.rels".lstrip("/"), name, allowance)
        styles_part = next((part for kind, part in relations.values() if kind == "styles"), None)
        strings = next((part for kind, part in relations.values() if kind == "sharedStrings"), None)
        sheets, since_1904 = _sheets(archive, book, relations, name, allowance)
        styles = _styles(archive, styles_part, since_1904, name, allowance) if styles_part in known else ()
        return [
            Workbook(path, name, sheet, strings if strings in known else None, styles)
            for sheet in sheets[:MOST_SHEETS]
            if sheet.part in known
        ]


def _sheets(
    archive: zipfile.ZipFile, book: str, relations: dict[str, tuple[str, str]], name: str, allowance: Allowance
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

    read(archive, book, name, allowance, start)
    return found, since_1904


def _target(archive: zipfile.ZipFile, folder: str, part: str, kind: str, name: str, allowance: Allowance) -> str | None:
    relations = _relations(archive, folder, part, name, allowance)
    return next((target for of_kind, target in relations.values() if of_kind == kind), None)


def _relations(
    archive: zipfile.ZipFile, folder: str, part: str, name: str, allowance: Allowance
) -> dict[str, tuple[str, str]]:
    """Kind and part by id."""
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, given: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship" and given.get("TargetMode") != "External":
            target = given.get("Target", "")
            target = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = given.get("Type", "").rpartition("/")[2]
            found[given.get("Id", "")] = (kind, posixpath.normpath(target))

    if part in archive.namelist():
        read(archive, part, name, allowance, start)
    return found


def _styles(
    archive: zipfile.ZipFile, part: str | None, since_1904: bool, name: str, allowance: Allowance
) -> tuple[CellStyle, ...]:
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
    read(archive, part, name, allowance, start, end)
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
