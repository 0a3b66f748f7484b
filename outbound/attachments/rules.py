"""What a file is, by its own bytes, and what it may be called."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

from outbound.vocabulary import MediaType

HEAD_BYTES = 64
"""So much of a file's beginning tells what it is."""
TAIL_BYTES = 2048
PENDING_FOR = timedelta(days=7)
"""A direct upload that was announced and not completed is forgotten after this."""
ORPHAN_AFTER = timedelta(hours=1)
"""A kept file that no row names may belong to a request that is still going on; after this it does not."""

_EXTENSIONS = {
    MediaType.JPEG: ".jpg",
    MediaType.PNG: ".png",
    MediaType.WEBP: ".webp",
    MediaType.PDF: ".pdf",
}
_MAX_NAME = 100
_KNOWN_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def media_type_of(head: bytes) -> MediaType | None:
    """The type that the first bytes show; none for whatever is not taken. What a sender claims counts for nothing."""
    if head.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return MediaType.WEBP
    if head.startswith(b"%PDF-"):
        return MediaType.PDF
    return None


def why_not(head: bytes) -> str:
    """One sentence for a file whose type is not taken."""
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"):
        # No decoder with a licence we may ship; phones convert when a page asks for JPEG.
        return "HEIC photos are not taken; send it as JPEG (iPhone: Settings, Camera, Formats, Most Compatible)"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<svg", b"<?xml", b"<!doctype", b"<html", b"<script")):
        return "files that can carry scripts are not taken; send a JPEG, PNG or WebP photo, or a PDF"
    return "its content is of no type that is taken; send a JPEG, PNG or WebP photo, or a PDF"


def ends_like_a_pdf(tail: bytes) -> bool:
    """Whether a PDF came whole, by the mark its last bytes carry."""
    return b"%%EOF" in tail


def safe_name(given: str | None, media_type: MediaType) -> str:
    """A file's name without folders, control or invisible characters, and with the ending of what it really is.

    Never empty, at most 100 characters, never starting with a dot.
    """
    name = unicodedata.normalize("NFC", (given or "").encode("utf-8", "ignore").decode())
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(each for each in name if unicodedata.category(each)[0] != "C" and each not in '<>:"|?*;%')
    stem = _KNOWN_EXTENSION.sub("", name.strip(" .")).strip(" .")
    return (stem[: _MAX_NAME - 5].rstrip(" .") or ("document" if media_type is MediaType.PDF else "photo")) + (
        _EXTENSIONS[media_type]
    )


def byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First byte and length that a ``Range`` header asks of a file of ``size`` bytes; none: all of it.

    Only a single range is understood; others are answered whole, as RFC 9110 (14.2) allows. Raises
    :class:`ValueError` for a range outside the file.
    """
    found = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", (header or "").strip())
    if found is None or found.group(0) == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size - 1
        if int(last) == 0:
            raise ValueError("an empty range")
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < int(first):
            return None
    if start >= size:
        raise ValueError("a range behind the end")
    return start, end - start + 1
