"""Files that were handed in: kept under their own hash, so that a file cannot change while it is read.

They lie in the store of uploads (``outbound.storage.blobs``): below ``OUTBOUND_HOME``, or in S3, where whoever runs the
import fetches them.
"""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from ingest.limits import MOST_BYTES
from outbound.errors import Conflict, Invalid, NotFound
from outbound.imports.models import ProspectImport
from outbound.settings import Settings
from outbound.storage.blobs import open_store, received


@dataclass(frozen=True)
class Upload:
    """A kept file. ``url`` is where it lies below ``OUTBOUND_HOME``, if it is kept there."""

    url: str
    sha256: str
    name: str


def keep(settings: Settings, org_id: uuid.UUID, path: Path, name: str | None = None) -> Upload:
    """Copies a file to the uploads, readable by this user only. ``name``: what its owner calls it.

    Raises :class:`NotFound` or :class:`Invalid` when it cannot be read, :class:`Conflict` when somebody still writes
    it, :class:`outbound.errors.TooLarge`.
    """
    try:
        with path.open("rb") as file:
            source = cast("BinaryIO", _Unchanged(file, name or path.name))
            blob = open_store(settings, "uploads").put(org_id, source, limit=MOST_BYTES)
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}; check its name.") from None
    except IsADirectoryError:
        raise Invalid(f"{path} is a folder; name the file in it.") from None
    except OSError as error:
        raise Invalid(f"{path} cannot be copied to {settings.uploads_dir}: {error.strerror}.") from None
    url = f"{settings.uploads_dir.name}/{org_id}/{blob.sha256[:2]}/{blob.sha256}"
    return Upload(url, blob.sha256, name or path.name)


def forget(settings: Settings, org_id: uuid.UUID, upload: Upload) -> None:
    """Removes a kept file that turned out to be of no use."""
    open_store(settings, "uploads").delete(org_id, upload.sha256)


@contextmanager
def on_disk(settings: Settings, job: ProspectImport) -> Iterator[Path]:
    """The file of an import on this machine: where it lies, or fetched for as long as it is read.

    Raises :class:`NotFound` when it is no longer kept.
    """
    kept = settings.home / job.file_url
    if kept.is_file():
        yield kept
        return
    store = open_store(settings, "uploads")
    pieces = store.read(job.org_id, job.file_sha256)
    store.workspace.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=store.workspace) as copy:
        for piece in pieces:
            copy.write(piece)
        copy.flush()
        yield Path(copy.name)


@contextmanager
def staged(
    settings: Settings, org_id: uuid.UUID, upload_id: uuid.UUID, sha256: str | None, limit: int
) -> Iterator[Path]:
    """A file that was sent directly to the store, on this machine for as long as it is read.

    Raises :class:`Conflict` where nothing was sent yet, :class:`Invalid` where it is not what its hash says, and
    :class:`outbound.errors.TooLarge`.
    """
    store = open_store(settings, "uploads")
    try:
        pieces = store.read_staged(org_id, upload_id)
    except NotFound:
        raise Conflict("Nothing was sent for this upload yet; send its bytes to the upload's url first.") from None
    with received(store.workspace, _Pieces(pieces), limit=limit) as (path, blob):  # type: ignore[arg-type]
        if sha256 is not None and blob.sha256 != sha256:
            reason = "what was sent is not that file; send it again"
            raise Invalid(f"sha256: {reason}.", errors=[{"field": "sha256", "reason": reason}])
        yield path


def clear_staged(settings: Settings, org_id: uuid.UUID, before: datetime) -> int:
    """Removes what was sent before a moment and never handed in. Returns how many."""
    store = open_store(settings, "uploads")
    old = [each for each in store.walk_staged(org_id) if each.modified_at < before]
    for each in old:
        store.unstage(org_id, each.name)
    return len(old)


class _Unchanged:
    """A file that must be at its end what it was at its beginning: half of a list is no list."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._name = name
        self._before = self._now()
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._read += len(piece)
        ended = not piece or size < 0
        if self._read > self._before[0] or (ended and (self._now() != self._before or self._read < self._before[0])):
            raise Conflict(f"{self._name} changed while it was read; hand it in again when it is written whole.")
        return piece

    def _now(self) -> tuple[int, int]:
        stat = os.fstat(self._file.fileno())
        return stat.st_size, stat.st_mtime_ns


class _Pieces:
    """Pieces as a file that can be read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, _: int = -1) -> bytes:
        return next(self._pieces, b"")
