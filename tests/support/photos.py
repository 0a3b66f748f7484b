"""Photos made here, with everything in them that must not be kept."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image

SECRETS = (b"41.5868", b"Sam Miller", b"SECRET-XMP", b"after-the-end", b"secret comment", b"PhoneMaker")
ORIENTATION, MAKE, ARTIST, GPS = 0x0112, 0x010F, 0x013B, 0x8825


def photo(kind: str = "JPEG", size: tuple[int, int] = (64, 48), *, orientation: int = 1, tail: bytes = b"") -> bytes:
    """A photo whose left half is red and whose right half is blue, with EXIF, GPS, XMP, a comment and a tail."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE], exif[ARTIST] = orientation, "PhoneMaker", "Sam Miller"
    exif.get_ifd(GPS).update({1: "N", 2: (41.0, 35.0, 12.5), 3: "W", 4: (93.0, 37.0, 30.0), 29: "41.5868"})
    options: dict[str, Any] = {"exif": exif, "comment": b"secret comment"} if kind == "JPEG" else {"exif": exif}
    if kind in ("JPEG", "WEBP"):
        options["xmp"] = b"<x:xmpmeta>SECRET-XMP</x:xmpmeta>"
        options["quality"] = 95
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue() + b"after-the-end" + tail


def png_of(width: int, height: int) -> bytes:
    """A tiny PNG that claims to be so large."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
