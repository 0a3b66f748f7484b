"""The text of a file: unpacked, in its encoding, a bounded line at a time."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from ingest import archives
from ingest.limits import GLANCE_BYTES, MOST_BYTES, Allowance, Bounded, buffered
from outbound.errors import Invalid, NotFound

_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_BROKEN_GZIP = (EOFError, zlib.error, gzip.BadGzipFile)
_KINDS = (
    (b"PK\x03\x04", "a ZIP archive", "unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an XLS workbook or one with a password", "save it as XLSX or CSV, without a password"),
    (b"%PDF", "a PDF", "export the list as CSV"),
    (b"SQLite format 3", "an SQLite database", "export the list as CSV"),
    (b"PAR1", "a Parquet file", "export the list as CSV"),
    (b"\x89PNG", "a picture", "export the list as CSV"),
    (b"\xff\xd8\xff", "a picture", "export the list as CSV"),
    (_GZIP, "a gzip within an archive", "unpack it first"),
    (b"BZh", "a bzip2 archive", "unpack it first"),
    (b"\xfd7zXZ", "an xz archive", "unpack it first"),
    (b"(\xb5/\xfd", "a zstd archive", "unpack it first"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MARKS = {name: tuple(mark for mark, other in _BOMS if other == name) for name in ("utf-16", "utf-32")}
"""Of the encodings whose decoder takes no text without one."""
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ESCAPED = re.compile(r"[\udc80-\udcff]")
_NON_ASCII = re.compile(r"[\x80-\ud7ff\ue000-\U0010ffff]")
_MOST_CONTROLS = 0.01
UNREADABLE = re.compile(r"[\udc80-\udcff\ufffd]")
"""What stands in a line where bytes were not of the file's encoding."""


@dataclass(frozen=True)
class Text:
    """A file that was found to be text."""

    path: Path
    name: str
    """What its owner calls it; errors say this name."""
    encoding: str
    packed: str = ""
    """``gzip``, ``zip``, or nothing."""

    def open(self, allowance: Allowance | None = None) -> TextIO:
        """The text, its line ends all alike; bytes that are not of the encoding match :data:`UNREADABLE`.

        Raises :class:`Invalid`, also while it is read, where the file is no longer what it was, and :class:`TooLarge`
        where it holds too much, or takes longer than it may.
        """
        raw = _unpacked(self.path, self.packed, self.name, allowance or Allowance())
        marks = _MARKS.get(self.encoding)
        if marks is not None and not _peek(raw).startswith(marks):
            raw.close()
            raise Invalid(f"{self.name} is no longer what it was: somebody writes to it; import it once it is whole.")
        errors = "surrogateescape" if self.encoding.startswith("utf-8") else "replace"
        return io.TextIOWrapper(raw, self.encoding, errors=errors if self.encoding != _CP1252 else _CP1252)


def read_text(path: Path, name: str | None = None, allowance: Allowance | None = None) -> Text:
    """Finds out how a file is to be read, in one pass over it, or at a glance over its beginning.

    Raises :class:`NotFound` for no file, :class:`Invalid` for one that is empty, binary or damaged, and
    :class:`TooLarge` for one that unpacks to too much, or takes longer than it may.
    """
    name = name or path.name
    head = first_bytes(path)
    packed = "gzip" if head.startswith(_GZIP) else "zip" if head.startswith(archives.MAGIC) else ""
    return Text(path, name, _encoding(path, name, packed, allowance or Allowance()), packed)


def first_bytes(path: Path) -> bytes:
    """What tells kinds of files apart. Raises :class:`NotFound` and :class:`Invalid` for one that cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(8)
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}; check its name.") from None
    except IsADirectoryError:
        raise Invalid(f"{path} is a folder; name the file in it.") from None
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from None


def _encoding(path: Path, name: str, packed: str, allowance: Allowance) -> str:
    most = GLANCE_BYTES if allowance.glance else MOST_BYTES
    with _unpacked(path, packed, name, allowance) as raw:
        head = raw.read(_CHUNK)
        if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
            raise Invalid(f"{name} is empty; there is nothing to import.")
        _refuse_known_binary(name, head)
        encoding = next((encoding for mark, encoding in _BOMS if head.startswith(mark)), None) or _by_zeros(head)
        if encoding is None:
            encoding = _utf8_or_older(raw, head, most)
        else:
            _read_on(raw, most)
        sample = head[: len(head) // 4 * 4].decode(encoding, _CP1252 if encoding == _CP1252 else "replace")
        # Some exports hold a stray zero byte; a file that is full of control characters is no text.
        if len(_CONTROLS.findall(sample)) > max(2, _MOST_CONTROLS * len(sample)):
            raise Invalid(f"{name} is binary, not text; export the list as CSV.")
        return encoding


def _refuse_known_binary(name: str, head: bytes) -> None:
    for mark, kind, remedy in _KINDS:
        if head.startswith(mark):
            raise Invalid(f"{name} is {kind}, not CSV; {remedy}.")


def _by_zeros(head: bytes) -> str | None:
    """UTF-16 without a mark shows in that every other byte of plain words is zero."""
    sample = head[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half and odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if half and even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _utf8_or_older(raw: BinaryIO, head: bytes, most: int) -> str:
    """UTF-8 when its multi-byte characters outnumber the bytes that break it; else the Windows code page."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    broken = whole = total = 0
    chunk = head
    while True:
        text = decoder.decode(chunk, final=not chunk)
        if not text.isascii():
            broken += len(_ESCAPED.findall(text))
            whole += len(_NON_ASCII.findall(text))
        total += len(chunk)
        if not chunk or total >= most:
            break
        chunk = raw.read(_CHUNK)
    return "utf-8" if broken == 0 or whole > 2 * broken else _CP1252


def _read_on(raw: BinaryIO, most: int) -> None:
    """To the end, so that what is damaged is told."""
    total = 0
    while total < most and (chunk := raw.read(_CHUNK)):
        total += len(chunk)


def _peek(raw: BinaryIO) -> bytes:
    """What is read next; whoever reads gets just that."""
    assert isinstance(raw, io.BufferedReader)
    return raw.peek(4)[:4]


def _unpacked(path: Path, packed: str, name: str, allowance: Allowance) -> BinaryIO:
    if packed == "zip":
        return archives.open_list(path, name, allowance)
    if packed == "gzip":
        damage = Invalid(f"{name} is a damaged gzip; fetch it again.")
        size = path.stat().st_size
        return buffered(
            Bounded(
                gzip.open(path, "rb"),
                name,
                allowance,
                limit=MOST_BYTES,
                packed=size,
                broken=_BROKEN_GZIP,
                damage=damage,
            )
        )
    return buffered(Bounded(path.open("rb"), name, allowance, limit=MOST_BYTES))


_CP1252 = "cp1252"


def _as_latin1(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


# Five bytes mean nothing in cp1252; Latin-1 reads every one.
codecs.register_error(_CP1252, _as_latin1)
