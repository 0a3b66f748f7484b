"""ZIP archives from strangers, opened within bounds: a list in one, or the parts of a workbook.

An archive of a few kilobytes can hold a petabyte, and a directory of millions of parts costs memory before any part is
read. Both are bounded by what was read, never by what the archive says of itself.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from ingest.limits import MOST_BYTES, Allowance, Bounded, buffered
from outbound.errors import Invalid

MAGIC = b"PK\x03\x04"
_DIRECTORY_BYTES = 4 << 20
_END = struct.Struct("<4s4H2LH")
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    ValueError,
    OSError,
)
"""What reading a damaged archive raises."""
_LISTS = (".csv", ".tsv", ".tab", ".txt", ".psv")


@contextmanager
def opened(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    """An archive whose directory is of a sane size. Raises :class:`Invalid` for one that is damaged."""
    with path.open("rb") as file:
        try:
            _refuse_vast_directory(file, name)
            archive = zipfile.ZipFile(file)
        except BROKEN:
            raise damaged(name) from None
        yield archive


def damaged(name: str) -> Invalid:
    """The error of an archive that cannot be unpacked."""
    return Invalid(f"{name} is a damaged ZIP archive or workbook, or one with a password; save it again without one.")


def kind_of(archive: zipfile.ZipFile) -> str:
    """``xlsx``, ``ods``, ``xlsb``, or ``zip`` for an archive that is no workbook."""
    names = {info.filename.lower() for info in archive.infolist()}
    if "[content_types].xml" in names and any(name.endswith("workbook.bin") for name in names):
        return "xlsb"
    if "[content_types].xml" in names and any("workbook" in name and name.endswith(".xml") for name in names):
        return "xlsx"
    if "mimetype" in names and "content.xml" in names:
        return "ods"
    return "zip"


def the_list_in(archive: zipfile.ZipFile, name: str) -> str:
    """The one part that can be a list. Raises :class:`Invalid` where there is none, or more than one."""
    parts = [
        info.filename
        for info in archive.infolist()
        if not info.is_dir() and not info.filename.rpartition("/")[2].startswith((".", "__MACOSX"))
        and not info.filename.startswith("__MACOSX/")
    ]  # fmt: skip
    lists = [part for part in parts if part.lower().endswith(_LISTS)] or (parts if len(parts) == 1 else [])
    if len(lists) != 1:
        raise Invalid(f"{name} is a ZIP archive of {len(parts):,} files; hand in the one list that is meant.")
    return lists[0]


def open_list(path: Path, name: str, allowance: Allowance) -> BinaryIO:
    """The one list in an archive, unpacked as it is read. Raises :class:`Invalid` where it holds something else."""
    stack = ExitStack()
    archive = stack.enter_context(opened(path, name))
    try:
        if (kind := kind_of(archive)) != "zip":
            raise Invalid(f"{name} is a workbook ({kind.upper()}) that is not read; save the sheet as XLSX or CSV.")
        raw = _bounded(archive, the_list_in(archive, name), name, MOST_BYTES, allowance)
    except BaseException:
        stack.close()
        raise
    raw.after = stack
    return buffered(raw)


def part(archive: zipfile.ZipFile, name: str, file: str, limit: int, allowance: Allowance) -> BinaryIO:
    """A part of an archive as a stream that ends with :class:`TooLarge` where it unpacks to too much, or takes too
    long."""
    return buffered(_bounded(archive, name, file, limit, allowance), 1 << 16)


def _bounded(archive: zipfile.ZipFile, name: str, file: str, limit: int, allowance: Allowance) -> Bounded:
    try:
        info = archive.getinfo(name)
        stream = archive.open(info)
        packed = info.compress_size
        return Bounded(stream, file, allowance, limit=limit, packed=packed, broken=BROKEN, damage=damaged(file))
    except (KeyError, *BROKEN):
        raise damaged(file) from None


def _refuse_vast_directory(file: BinaryIO, name: str) -> None:
    """The end record says how long the directory is; zipfile would read all of it."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise damaged(name)
    length = _END.unpack_from(tail, at)[5]
    large = at >= 20 and tail[at - 20 : at - 16] == b"PK\x06\x07"
    if length > _DIRECTORY_BYTES or (large and size > _DIRECTORY_BYTES):
        raise Invalid(f"{name} is an archive of too many files; hand in the one list that is meant.")
    file.seek(0)
