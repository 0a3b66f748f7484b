"""Makes the glyph files in this folder: signed distance fields of an outline font, 256 characters a file.

Run once by hand when another font is wanted:
    python generate.py FONT.ttf "Open Sans Regular" [START …]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIZE, BORDER, RADIUS, CUTOFF, FINE = 24, 3, 8, 0.25, 8


def glyph(font: ImageFont.FreeTypeFont, code: int) -> bytes | None:
    """One glyph message, or None for a character that the font lacks."""
    text = chr(code)
    advance = round(font.getlength(text) / FINE)
    left, top, right, bottom = font.getbbox(text, anchor="ls")
    fields = _varint(1, code)
    if right <= left or bottom <= top:
        return fields + _varint(3, 0) + _varint(4, 0) + _varint(5, 0) + _varint(6, 0) + _varint(7, advance)
    x0, y0 = left // FINE, top // FINE
    width, height = -(-right // FINE) - x0, -(-bottom // FINE) - y0
    fine = Image.new("L", ((width + 2 * BORDER) * FINE, (height + 2 * BORDER) * FINE))
    origin = ((BORDER - x0) * FINE, (BORDER - y0) * FINE)
    ImageDraw.Draw(fine).text(origin, text, fill=255, font=font, anchor="ls")
    bitmap = _distance(np.asarray(fine) > 127)
    ascender = round(font.getmetrics()[0] / FINE)
    return (
        fields
        + _bytes(2, bitmap.tobytes())
        + _varint(3, width)
        + _varint(4, height)
        + _varint(5, _zigzag(x0))
        + _varint(6, _zigzag(-y0 - ascender))
        + _varint(7, advance)
    )


def _distance(inside: np.ndarray) -> np.ndarray:
    edge = np.zeros_like(inside)
    edge[:, 1:] |= inside[:, 1:] != inside[:, :-1]
    edge[1:, :] |= inside[1:, :] != inside[:-1, :]
    ey, ex = np.nonzero(edge)
    rows, columns = inside.shape[0] // FINE, inside.shape[1] // FINE
    y = (np.arange(rows) + 0.5) * FINE
    x = (np.arange(columns) + 0.5) * FINE
    out = np.empty((rows, columns))
    for row in range(rows):
        away = (x[:, None] - ex[None, :]) ** 2 + (y[row] - ey[None, :]) ** 2
        out[row] = np.sqrt(away.min(axis=1)) / FINE
    centre = inside[(y.astype(int))[:, None], x.astype(int)[None, :]]
    signed = np.where(centre, -out, out)
    return np.clip(np.round(255 - 255 * (signed / RADIUS + CUTOFF)), 0, 255).astype(np.uint8)


def _varint(field: int, value: int) -> bytes:
    return _number(field << 3) + _number(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _number(field << 3 | 2) + _number(len(value)) + value


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def main() -> None:
    source, name, *starts = sys.argv[1:]
    font = ImageFont.truetype(source, SIZE * FINE, layout_engine=ImageFont.Layout.BASIC)
    missing = bytes(font.getmask(chr(0x10FFFF)))
    folder = Path(__file__).parent / name
    folder.mkdir(exist_ok=True)
    for start in map(int, starts or ["0"]):
        characters = f"{start}-{start + 255}"
        stack = _bytes(1, name.encode()) + _bytes(2, characters.encode())
        for code in range(max(start, 32), start + 256):
            if 127 <= code < 160 or bytes(font.getmask(chr(code))) == missing:
                continue
            found = glyph(font, code)
            if found:
                stack += _bytes(3, found)
        (folder / f"{characters}.pbf").write_bytes(_bytes(1, stack))


if __name__ == "__main__":
    main()
