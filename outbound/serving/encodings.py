"""Whether an answer is sent gzipped, and what its headers then say."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from functools import lru_cache

from starlette.datastructures import MutableHeaders

SHRINKS = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/manifest+json",
        "application/wasm",
        "application/x-protobuf",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
    }
)
"""Media types that are worth it. What is not named is sent as it is: pictures and archives do not shrink, and neither
tables to be saved nor streams of events are held back."""
SMALL = 1024
"""Bytes below which an answer is sent as it is: it takes one packet either way."""
_WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)
_GZIP = 16 + zlib.MAX_WBITS


def accepts_gzip(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request's headers ask for gzip, and do not prefer that nothing is done."""
    given = [value for name, value in headers if name.lower() == b"accept-encoding"]
    return prefers_gzip(b",".join(given).decode("latin-1")) if given else False


@lru_cache(maxsize=64)  # browsers and programs say the same each time
def prefers_gzip(accept_encoding: str) -> bool:
    """As RFC 9110, 12.5.3: weights, ``*`` for what is not named, ``q=0`` for never; what is no weight counts as 0."""
    weights: dict[str, float] = {}
    for part in accept_encoding.split(","):
        name, *parameters = (each.strip() for each in part.split(";"))
        weights.setdefault(name.lower(), _weight(parameters))
    gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return gzip > 0 and gzip >= weights.get("identity", 0.0)


def gzipped(body: bytes | memoryview, level: int) -> bytes:
    """The whole body at once; the interpreter is free for others meanwhile."""
    packer = zlib.compressobj(level, zlib.DEFLATED, _GZIP)
    return packer.compress(body) + packer.flush()


def media_type(headers: MutableHeaders) -> str:
    """Without its parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def weaken(headers: MutableHeaders) -> None:
    """An ``ETag`` that is true of two encodings says that they mean the same, not that their bytes are the same."""
    if "etag" in headers and not headers["etag"].startswith("W/"):
        headers["etag"] = f"W/{headers['etag']}"


def names(if_none_match: str | None, etag: str) -> bool:
    """Whether ``If-None-Match`` names the tag, weak or strong."""
    given = (if_none_match or "").strip()
    tags = {each.strip().removeprefix("W/") for each in given.split(",")}
    return given == "*" or etag.removeprefix("W/") in tags


def _weight(parameters: list[str]) -> float:
    if not parameters:
        return 1.0
    found = _WEIGHT.fullmatch("".join(parameters))
    return float(found.group(1)) if found else 0.0
