"""Looking into what was sent, and writing photos anew so that nothing hidden goes along.

``cleaned`` and ``small_picture`` decode in a :class:`Child`; ``rewrite`` and ``thumbnail`` are what it does.
"""

from __future__ import annotations

import io
import os
import struct
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from PIL import Image, ImageCms, ImageOps

from outbound.attachments import rules
from outbound.attachments.child import Child, refused
from outbound.vocabulary import MediaType

if TYPE_CHECKING:  # the child does without: it is to start fast
    from outbound.storage.blobs import Blob

MAX_EDGE = 4096
"""Pixels; a longer photo is scaled down: enough to read a meter across a yard."""
_QUALITY = 88
_FORMATS = {MediaType.JPEG: "JPEG", MediaType.PNG: "PNG", MediaType.WEBP: "WEBP"}
_BROKEN = (
    OSError,
    SyntaxError,  # how Pillow tells of a broken PNG
    ValueError,
    TypeError,
    EOFError,
    IndexError,
    KeyError,
    OverflowError,
    ZeroDivisionError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    ImageCms.PyCMSError,
)
Image.MAX_IMAGE_PIXELS = None  # ours is a setting, and looked at before anything is decoded
_BAND = 64
"""Rows of a smaller photo that are made at a time."""


@dataclass(frozen=True)
class Clean:
    """A file as it may be kept. ``width`` and ``height`` in pixels, for photos."""

    path: Path
    media_type: MediaType
    width: int | None = None
    height: int | None = None
    blob: Blob | None = None
    """What it is in the store, once it was put there."""


@contextmanager
def cleaned(path: Path, workspace: Path, *, max_pixels: int, child: Child | None = None) -> Iterator[Clean]:
    """What was sent, as it may be kept: a photo is decoded and written anew, upright, in sRGB, without EXIF, GPS,
    XMP, comments or anything behind its end; a PDF stays as it is. What was made is gone at exit.

    Raises :class:`Invalid` for what is not taken, or broken, or larger than ``max_pixels`` once decoded.
    """
    with path.open("rb") as file:
        head = file.read(rules.HEAD_BYTES)
        file.seek(max(0, path.stat().st_size - rules.TAIL_BYTES))
        tail = file.read()
    media_type = rules.media_type_of(head)
    if not head:
        raise refused("it is empty; send the photo again")
    if media_type is None:
        raise refused(rules.why_not(head))
    if media_type is MediaType.PDF:
        if not rules.ends_like_a_pdf(tail):
            raise refused("this PDF is cut off; send it again")
        yield Clean(path, media_type)
        return
    with _file_in(workspace) as made:
        told = (child or Child()).run("rewrite", path, made, media_type=str(media_type), max_pixels=max_pixels)
        yield Clean(made, media_type, told["width"], told["height"])


def small_picture(pieces: Iterable[bytes], workspace: Path, edge: int, child: Child) -> bytes:
    """As ``thumbnail``, of a kept photo as a store gives it out."""
    with _file_in(workspace) as whole, _file_in(workspace) as made:
        with whole.open("wb") as file:
            file.writelines(pieces)
        child.run("thumbnail", whole, made, edge=edge)
        return made.read_bytes()


@contextmanager
def _file_in(workspace: Path) -> Iterator[Path]:
    workspace.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=workspace)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def thumbnail(source: BinaryIO, edge: int) -> bytes:
    """A kept photo as JPEG that fits a square of ``edge`` pixels. Raises :class:`Invalid` for what is no photo."""
    with _speaking_plainly():
        image = Image.open(source, formats=list(_FORMATS.values()))
        image.draft(None, (edge, edge))
        image.thumbnail((edge, edge))
        made = io.BytesIO()
        _opaque(image).save(made, "JPEG", quality=80, optimize=True)
        return made.getvalue()


def rewrite(path: Path, media_type: MediaType, target: BinaryIO, max_pixels: int) -> tuple[int, int]:
    """Writes a photo anew; returns its width and height. Raises :class:`Invalid`."""
    with _speaking_plainly(), Image.open(path, formats=[_FORMATS[media_type]]) as opened:
        width, height = opened.size
        if width * height > max_pixels:  # told by the header, before anything is decoded
            raise refused(
                f"it has {width * height:,} pixels, more than the {max_pixels:,} that are taken; send a smaller one"
            )
        # A JPEG can be decoded at half its size, for a quarter of the memory; also where that is a little less.
        shrink = max(1.0, max(opened.size) / (0.95 * MAX_EDGE))
        opened.draft(None, (int(width / shrink), int(height / shrink)))
        opened.load()
        profile, orientation = opened.info.get("icc_profile"), opened.getexif()
        image = _within(opened, path.parent)  # first, so that the rest is done to less
        image.info["exif"] = orientation.tobytes()
        image = ImageOps.exif_transpose(image)
        image = _in_srgb(image, profile)
        image = _plain(image, media_type)
        image.info = {}  # what is written comes from here: comments, text chunks, profiles
        options: dict[str, Any] = {"quality": _QUALITY} if media_type is not MediaType.PNG else {}
        image.save(target, _FORMATS[media_type], **options)
        return image.size


def _within(opened: Image.Image, workspace: Path) -> Image.Image:
    """The photo no longer than ``MAX_EDGE``. A large one is let go before the small one stands in memory: its rows
    wait on disk."""
    width, height = opened.size
    scale = max(width, height) / MAX_EDGE
    if scale <= 1 or opened.mode not in ("L", "LA", "RGB", "RGBA"):
        opened.thumbnail((MAX_EDGE, MAX_EDGE), Image.Resampling.LANCZOS)
        return opened
    across, down = max(1, round(width / scale)), max(1, round(height / scale))
    around = 3 * height / down + 1  # so many rows of the large one, on either side, have a part in one of the small
    with tempfile.TemporaryFile(dir=workspace) as rows:
        for top in range(0, down, _BAND):
            count = min(_BAND, down - top)
            above, below = top * height / down, min(height, (top + count) * height / down)
            first, last = max(0, int(above - around)), min(height, int(below + around) + 1)
            band = opened.crop((0, first, width, last))
            box = (0, above - first, width, below - first)
            rows.write(band.resize((across, count), Image.Resampling.LANCZOS, box=box).tobytes())
        info = {key: value for key, value in opened.info.items() if key == "transparency"}
        opened.im = None  # type: ignore[assignment]
        rows.seek(0)
        made = Image.frombytes(opened.mode, (across, down), rows.read())
    made.info = info
    return made


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as every screen shows them without the profile, which can tell of the device."""
    if not profile or image.mode not in ("RGB", "RGBA", "L"):
        return image
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            image, given, ImageCms.createProfile("sRGB"), outputMode="RGB" if image.mode == "L" else image.mode
        )
    except _BROKEN:
        return image  # a broken profile is no reason to lose a photo
    return converted or image


def _plain(image: Image.Image, media_type: MediaType) -> Image.Image:
    if media_type is MediaType.JPEG:
        return _opaque(image)
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    return image.convert("RGBA" if has_alpha else "L" if image.mode in ("L", "1") else "RGB")


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        over = Image.new("RGB", image.size, "white")
        rgba = image.convert("RGBA")
        over.paste(rgba, mask=rgba.getchannel("A"))
        return over
    return image if image.mode in ("RGB", "L") else image.convert("RGB")


@contextmanager
def _speaking_plainly() -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise refused("this photo is broken or cut off; take or send it again") from error
