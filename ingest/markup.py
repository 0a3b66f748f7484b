"""XML from strangers, a piece at a time: no document types, no depth, no token beyond what a workbook needs."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.parsers import expat

from ingest import archives
from ingest.limits import Allowance

MOST_DEPTH = 64
MOST_TOKEN = 256 << 10
"""Bytes of a tag: until its end comes, the parser keeps it and looks at it again with each piece."""
_SMALL_PART = 16 << 20
_CHUNK = 1 << 16

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Data = Callable[[str], None]


def safe_parser(name: str) -> expat.XMLParserType:
    """A parser that refuses document types: no workbook has one, and entities are how XML becomes a bomb."""

    def refuse(*_: object) -> None:
        raise archives.damaged(name)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    return parser


def fed(parser: expat.XMLParserType, stream: BinaryIO, name: str, size: int = _CHUNK) -> Iterator[None]:
    """Gives a stream to its parser; yields after each piece. Raises :class:`outbound.errors.Invalid` where it is
    damaged."""
    given = 0
    ended = False
    while not ended:
        piece = stream.read(size)
        ended = not piece
        given += len(piece)
        try:
            parser.Parse(piece, ended)
        except expat.ExpatError:
            raise archives.damaged(name) from None
        if given - parser.CurrentByteIndex > MOST_TOKEN + size:
            raise archives.damaged(name)
        yield


def parse(
    archive: zipfile.ZipFile,
    part: str,
    name: str,
    allowance: Allowance,
    start: Start,
    end: End | None = None,
    data: Data | None = None,
    *,
    limit: int = _SMALL_PART,
) -> Iterator[None]:
    """Reads a part of an archive; yields after each piece."""
    parser = safe_parser(name)
    depth = 0

    def deeper(tag: str, given: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEPTH:
            raise archives.damaged(name)
        start(tag, given)

    def back(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(tag)

    parser.StartElementHandler = deeper
    parser.EndElementHandler = back
    parser.CharacterDataHandler = data
    with archives.part(archive, part, name, limit, allowance) as stream:
        yield from fed(parser, stream, name)


def read(
    archive: zipfile.ZipFile, part: str, name: str, allowance: Allowance, start: Start, end: End | None = None
) -> None:
    """Reads a small part of an archive whole."""
    for _ in parse(archive, part, name, allowance, start, end):
        pass
