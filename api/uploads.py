"""A file in a request, written to disk piece by piece: nothing is held in memory, and nothing is read past a limit."""

from __future__ import annotations

import errno
import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from outbound.errors import Invalid, Unavailable

_MAX_FIELD = 1000
_MAX_FIELDS = 20
_MAX_HEADERS = 8_000
_FRAMING = 16_384
"""Bytes that a form may need around its file."""


@dataclass
class Received:
    """A file that came, and the fields beside it. The hash is that of the bytes as they were sent."""

    path: Path
    sha256: str = ""
    size: int = 0
    file_name: str | None = None
    fields: dict[str, str] = field(default_factory=dict)


@asynccontextmanager
async def receive(request: Request, workspace: Path, *, limit: int) -> AsyncIterator[Received]:
    """The body's file: a form's part ``file``, or the whole body of any other content type; gone at exit.

    Answers 413 as soon as it is, or says that it will be, larger than ``limit`` bytes, and ends the connection
    without reading on. Raises :class:`Invalid` for a form that cannot be read or carries no file.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    is_form = kind == b"multipart/form-data"
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit + (_FRAMING if is_form else 0):
        raise _too_large(limit)
    workspace.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=workspace) as file:
        taken = _Taken(file, limit)
        form = _Form(options.get(b"boundary", b""), taken) if is_form else None
        try:
            async for piece in request.stream():
                if form is None:
                    taken.write(piece)
                else:
                    form.write(piece)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise Unavailable("There is no room left for files; free some on the server, and send it again.") from error
        except ClientDisconnect:
            raise _unusable("file", "the connection ended before the whole file came") from None
        except FormParserError as error:
            raise _unusable("body", f"this is no multipart form ({error})") from None
        if form is not None:
            form.finish()
        file.flush()
        received = Received(Path(file.name), taken.digest.hexdigest(), taken.size)
        if form is not None:
            received.file_name, received.fields = form.file_name, form.fields
        yield received


class _Taken:
    """The file as far as it came."""

    def __init__(self, file: IO[bytes], limit: int) -> None:
        self.digest = hashlib.sha256()
        self.size = 0
        self._file = file
        self._limit = limit

    def write(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self._limit:
            raise _too_large(self._limit)
        self.digest.update(piece)
        self._file.write(piece)


class _Form:
    """A multipart form, read as it comes: one part ``file``, and short fields."""

    def __init__(self, boundary: bytes, taken: _Taken) -> None:
        self.fields: dict[str, str] = {}
        self.file_name: str | None = None
        self._taken = taken
        self._parts = self._header_bytes = 0
        self._has_file = self._ended = self._in_file = False
        self._name = ""
        self._value = b""
        self._header = self._header_value = b""
        self._headers: dict[bytes, bytes] = {}
        if not boundary:
            raise _unusable("body", "this form names no boundary")
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._on_header,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers,
                "on_part_data": self._on_data,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
        )

    def write(self, piece: bytes) -> None:
        self._parser.write(piece)

    def finish(self) -> None:
        if not self._ended:
            raise _unusable("body", "the form ends before its last part")
        if not self._has_file:
            raise _unusable("file", "the form carries no file; send it as the part `file`")

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > _MAX_FIELDS:
            raise _unusable("body", f"the form has more than {_MAX_FIELDS} parts")
        self._headers, self._value, self._in_file = {}, b"", False

    def _on_header(self, data: bytes, start: int, end: int) -> None:
        self._header += self._bounded(data[start:end])

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += self._bounded(data[start:end])

    def _bounded(self, data: bytes) -> bytes:
        self._header_bytes += len(data)
        if self._header_bytes > _MAX_HEADERS:
            raise _unusable("body", "the headers of the form are too long")
        return data

    def _on_header_end(self) -> None:
        self._headers[self._header.lower()] = self._header_value
        self._header = self._header_value = b""

    def _on_headers(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if self._name == "file":
            if self._has_file:
                raise _unusable("file", "the form carries more than one file; send one at a time")
            self._has_file = self._in_file = True
            self.file_name = _as_named(options.get(b"filename", b"").decode("utf-8", "replace"))

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._taken.write(data[start:end])
            return
        self._value += data[start:end]
        if len(self._value) > _MAX_FIELD:
            raise _unusable(self._name, f"longer than {_MAX_FIELD} bytes")

    def _end_part(self) -> None:
        if not self._in_file:
            self.fields[self._name] = self._value.decode("utf-8", "replace")

    def _end(self) -> None:
        self._ended = True


def _as_named(name: str) -> str | None:
    # Browsers write these three, and no other, in this way (HTML, multipart/form-data encoding).
    return name.replace("%22", '"').replace("%0D", "").replace("%0A", "") or None


def _too_large(limit: int) -> HTTPException:
    return HTTPException(
        413, f"file: larger than {limit:,} bytes; send a smaller one.", headers={"connection": "close"}
    )


def _unusable(name: str, reason: str) -> Invalid:
    return Invalid(f"{name}: {reason}.", errors=[{"field": name, "reason": reason}])
