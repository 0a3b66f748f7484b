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
from typing import BinaryIO, cast

from outbound.errors import Invalid, TooLarge

MAGIC = b"PK\x03\x04"
MOST_BYTES = 4 * 1024**3
"""Unpacked size beyond which any file is refused: a gzip of a few megabytes can hold terabytes."""
_DIRECTORY_BYTES = 4 << 20
_END = struct.Struct("<4s4H2LH")
_RATIO = 400
"""Unpacked bytes for one packed byte that no list reaches; held beyond the first :data:`_FREE` bytes."""
_FREE = 128 << 20
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


def open_list(path: Path, name: str) -> BinaryIO:
    """The one list in an archive, unpacked as it is read. Raises :class:`Invalid` where it holds something else."""
    stack = ExitStack()
    archive = stack.enter_context(opened(path, name))
    try:
        if (kind := kind_of(archive)) != "zip":
            raise Invalid(f"{name} is a workbook ({kind.upper()}) that is not read; save the sheet as XLSX or CSV.")
        raw = _bounded(archive, the_list_in(archive, name), name, MOST_BYTES)
    except BaseException:
        stack.close()
        raise
    raw.after = stack
    return cast("BinaryIO", io.BufferedReader(raw, 1 << 20))


def part(archive: zipfile.ZipFile, name: str, file: str, limit: int) -> BinaryIO:
    """A part of an archive as a stream that ends with :class:`TooLarge` where it unpacks to too much."""
    return cast("BinaryIO", io.BufferedReader(_bounded(archive, name, file, limit), 1 << 16))


def _bounded(archive: zipfile.ZipFile, name: str, file: str, limit: int) -> _Bounded:
    try:
        info = archive.getinfo(name)
        return _Bounded(archive.open(info), info.compress_size, file, limit)
    except (KeyError, *BROKEN):
        raise damaged(file) from None


class _Bounded(io.RawIOBase):
    """Counts what is unpacked."""

    def __init__(self, stream: object, packed: int, file: str, limit: int) -> None:
        self._stream = cast("BinaryIO", stream)
        self._most = min(limit, max(_FREE, packed * _RATIO))
        self._file = file
        self._read = 0
        self.after: ExitStack | None = None
        """What is closed with it."""

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._read

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            piece = self._stream.read(len(buffer))
        except BROKEN:
            raise damaged(self._file) from None
        self._read += len(piece)
        if self._read > self._most:
            raise TooLarge(f"{self._file} unpacks to more than {self._most >> 20:,} MB; split the list.")
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        if self.after is not None:
            self.after.close()
        super().close()


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
