"""Files that people hand in: kept under the hash of their content, on this machine or in S3.

Every key carries the organisation, so that one's file is never another's, even where the bytes are the same. A store
knows nothing of rows: services write the file first and the row after, and sweep files that no row names.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

from outbound.errors import NotFound, TooLarge, Unavailable
from outbound.settings import Settings

CHUNK = 1 << 18
Space = Literal["attachments", "uploads"]
"""What a store is for; each has its own folder, or its own prefix in the bucket."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Blob:
    """What a file is known by. ``size`` in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Stored:
    """A kept file as a sweep or a backup finds it."""

    org_id: uuid.UUID
    sha256: str
    size: int
    modified_at: datetime


@dataclass(frozen=True)
class Staged:
    """A file that somebody sent directly, and nobody has looked at yet."""

    org_id: uuid.UUID
    name: uuid.UUID
    modified_at: datetime


@dataclass(frozen=True)
class Ticket:
    """One direct upload: send the bytes by ``method`` to ``url``, with exactly these headers."""

    method: str
    url: str
    headers: dict[str, str]


class BlobStore(Protocol):
    """Where files are kept. Raises :class:`outbound.errors.Unavailable` when it cannot be reached."""

    def put(self, org_id: uuid.UUID, source: BinaryIO, *, limit: int) -> Blob:
        """Keeps a stream, durably when this returns; the same content again is kept once, as new.

        Raises :class:`TooLarge` as soon as it is longer than ``limit`` bytes.
        """

    def size(self, org_id: uuid.UUID, sha256: str) -> int | None:
        """Bytes of a kept file; none where there is no such file."""

    def read(self, org_id: uuid.UUID, sha256: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The content in pieces, or a part of it. Raises :class:`NotFound` before the first piece."""

    def delete(self, org_id: uuid.UUID, sha256: str) -> None:
        """Removes a file; nothing happens where there is none."""

    def walk(self, org_id: uuid.UUID | None = None) -> Iterator[Stored]:
        """Every kept file of one organisation, or of all."""

    def stage(self, org_id: uuid.UUID, name: uuid.UUID, source: BinaryIO, *, limit: int) -> Blob:
        """Puts a stream aside under a name, until it is looked at. Raises :class:`TooLarge`."""

    def read_staged(self, org_id: uuid.UUID, name: uuid.UUID) -> Iterator[bytes]:
        """Raises :class:`NotFound` where nothing was sent."""

    def unstage(self, org_id: uuid.UUID, name: uuid.UUID) -> None: ...

    def walk_staged(self, org_id: uuid.UUID) -> Iterator[Staged]: ...

    def upload_ticket(self, org_id: uuid.UUID, name: uuid.UUID, declared: Blob, seconds: int) -> Ticket | None:
        """A direct upload to be staged under a name; none where the API itself has to take it."""

    def download_url(
        self, org_id: uuid.UUID, sha256: str, *, media_type: str, disposition: str, seconds: int
    ) -> str | None:
        """A short-lived direct address; none where the API itself has to serve it."""

    @property
    def workspace(self) -> Path:
        """A folder for unfinished files, on this machine."""


def open_store(settings: Settings, space: Space = "attachments") -> BlobStore:
    """The store of this installation: S3 where ``OUTBOUND_S3_URL`` is set, else below ``OUTBOUND_HOME``."""
    folder = settings.home / space
    if settings.s3_url is None:
        return LocalStore(folder)
    from outbound.storage.s3 import S3Store  # the client costs half a second to load, and few need it

    return S3Store.open(settings, folder, space)


class LocalStore:
    """Files below one folder, readable by this user only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def workspace(self) -> Path:
        return self._folder / "incoming"

    def put(self, org_id: uuid.UUID, source: BinaryIO, *, limit: int) -> Blob:
        with received(self.workspace, source, limit=limit) as (path, blob):
            _settle(path, self._path(org_id, blob.sha256))
        return blob

    def size(self, org_id: uuid.UUID, sha256: str) -> int | None:
        try:
            return self._path(org_id, sha256).stat().st_size
        except FileNotFoundError:
            return None

    def read(self, org_id: uuid.UUID, sha256: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        return _pieces(self._path(org_id, sha256), start, length)

    def delete(self, org_id: uuid.UUID, sha256: str) -> None:
        self._path(org_id, sha256).unlink(missing_ok=True)

    def walk(self, org_id: uuid.UUID | None = None) -> Iterator[Stored]:
        for path in sorted(self._folder.glob(f"{org_id or '*'}/??/*")):
            owner = _as_uuid(path.parts[-3])
            if owner is not None and _SHA256.fullmatch(path.name):
                stat = path.stat()
                yield Stored(owner, path.name, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))

    def stage(self, org_id: uuid.UUID, name: uuid.UUID, source: BinaryIO, *, limit: int) -> Blob:
        with received(self.workspace, source, limit=limit) as (path, blob):
            _settle(path, self._staged(org_id, name))
        return blob

    def read_staged(self, org_id: uuid.UUID, name: uuid.UUID) -> Iterator[bytes]:
        return _pieces(self._staged(org_id, name), 0, None)

    def unstage(self, org_id: uuid.UUID, name: uuid.UUID) -> None:
        self._staged(org_id, name).unlink(missing_ok=True)

    def walk_staged(self, org_id: uuid.UUID) -> Iterator[Staged]:
        for path in sorted((self._folder / str(org_id) / "staged").glob("*")):
            name = _as_uuid(path.name)
            if name is not None:
                yield Staged(org_id, name, datetime.fromtimestamp(path.stat().st_mtime, UTC))

    def upload_ticket(self, org_id: uuid.UUID, name: uuid.UUID, declared: Blob, seconds: int) -> Ticket | None:
        return None

    def download_url(
        self, org_id: uuid.UUID, sha256: str, *, media_type: str, disposition: str, seconds: int
    ) -> str | None:
        return None

    def _path(self, org_id: uuid.UUID, sha256: str) -> Path:
        return self._folder / str(org_id) / checked(sha256)[:2] / sha256

    def _staged(self, org_id: uuid.UUID, name: uuid.UUID) -> Path:
        return self._folder / str(org_id) / "staged" / str(name)


@contextmanager
def received(workspace: Path, source: BinaryIO, *, limit: int) -> Iterator[tuple[Path, Blob]]:
    """A stream written to a file of the workspace, hashed on the way; the file is gone at exit if still there.

    Raises :class:`TooLarge` without reading further than ``limit`` bytes and one piece.
    """
    workspace.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    file = tempfile.NamedTemporaryFile(dir=workspace, delete=False)  # noqa: SIM115 (outlives this block on success)
    path = Path(file.name)
    try:
        with file:
            while piece := source.read(CHUNK):
                size += len(piece)
                if size > limit:
                    raise TooLarge(f"The file is larger than {limit:,} bytes; send a smaller one.")
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        yield path, Blob(digest.hexdigest(), size)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable("There is no room left for files; free some on the server, and send it again.") from error
        raise
    finally:
        path.unlink(missing_ok=True)


def checked(sha256: str) -> str:
    """A hash as it may stand in a path. Raises :class:`NotFound` for anything else."""
    if not _SHA256.fullmatch(sha256):
        raise NotFound("There is no such file: this is not the SHA-256 of one.")
    return sha256


def _settle(path: Path, target: Path) -> None:
    """Moves a finished file to its place, so that it is there whole, or not at all, after a crash too."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _pieces(path: Path, start: int, length: int | None) -> Iterator[bytes]:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise NotFound("This file is no longer kept.") from None

    def pieces() -> Iterator[bytes]:
        left = length
        with file:
            file.seek(start)
            while piece := file.read(CHUNK if left is None else min(CHUNK, left)):
                yield piece
                if left is not None:
                    left -= len(piece)

    return pieces()


def _as_uuid(name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(name)
    except ValueError:
        return None
