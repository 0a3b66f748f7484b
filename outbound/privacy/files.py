"""Uploaded lists that name a person who was erased, or that nobody needs any more."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from outbound.imports.models import ProspectImport
from outbound.privacy.rules import KEEP_UPLOADS, Person
from outbound.settings import Settings
from outbound.storage.blobs import BlobStore, open_store
from outbound.storage.database import Database
from outbound.vocabulary import ImportStatus

_PIECE = 1 << 20
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252")
_PACKED = b"PK\x03\x04"


@dataclass(frozen=True)
class KeptList:
    """The file of an import: in the store of uploads, or where earlier versions kept it, below ``OUTBOUND_HOME``."""

    store: BlobStore
    org_id: uuid.UUID
    sha256: str
    path: Path | None

    def pieces(self) -> Iterator[bytes]:
        if self.path is None:
            yield from self.store.read(self.org_id, self.sha256)
            return
        with self.path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece

    def drop(self) -> None:
        if self.path is None:
            self.store.delete(self.org_id, self.sha256)
        else:
            self.path.unlink(missing_ok=True)


def drop_uploads_that_mention(database: Database, settings: Settings, org_id: uuid.UUID, person: Person) -> int:
    """Removes the files of finished imports that name the person; the rows taken from them stay. Returns how many.

    A workbook is packed, so nothing can be found in it: it goes too.
    """
    gone = 0
    for kept in _finished(database, settings, org_id, None):
        if names(kept.pieces(), person):
            kept.drop()
            gone += 1
    return gone


def drop_old_uploads(database: Database, settings: Settings, org_id: uuid.UUID, now: datetime) -> int:
    """Removes the files of imports that were finished long ago. Returns how many."""
    gone = 0
    for kept in _finished(database, settings, org_id, now - KEEP_UPLOADS):
        kept.drop()
        gone += 1
    return gone


def names(pieces: Iterable[bytes], person: Person) -> bool:
    """Whether a file tells of the person, in any usual encoding; pieces overlap by the longest word, and by a line."""
    needles = [needle for text in person.needles for needle in _encoded(text)]
    words = [word.lower().encode() for word in person.words]
    overlap = max(map(len, needles), default=0)
    kept = b""
    for number, piece in enumerate(pieces):
        if number == 0 and piece.startswith(_PACKED):
            return True
        small = kept + piece.lower()
        if any(needle in small for needle in needles) or _on_one_line(small, words):
            return True
        line = len(small) - small.rfind(b"\n")
        kept = small[-max(overlap, min(line, _PIECE)) :]
    return False


def _finished(database: Database, settings: Settings, org_id: uuid.UUID, before: datetime | None) -> Iterator[KeptList]:
    query = select(ProspectImport.file_url, ProspectImport.file_sha256).where(
        ProspectImport.org_id == org_id, ProspectImport.status != ImportStatus.PROCESSING
    )
    if before is not None:
        query = query.where(ProspectImport.finished_at < before)
    with database.as_job(org_id) as session:
        files = {(row.file_url, row.file_sha256) for row in session.execute(query)}
    store = open_store(settings, "uploads")
    for url, sha256 in sorted(files):
        if store.size(org_id, sha256) is not None:
            yield KeptList(store, org_id, sha256, None)
        path = (settings.home / url).resolve()
        if path.is_relative_to(settings.uploads_dir.resolve()) and path.is_file():
            yield KeptList(store, org_id, sha256, path)


def _encoded(text: str) -> Iterator[bytes]:
    for encoding in _ENCODINGS:
        try:
            yield text.encode(encoding)
        except UnicodeEncodeError:
            continue


def _on_one_line(small: bytes, words: list[bytes]) -> bool:
    """First and last name in columns of their own."""
    if len(words) < 2 or not all(word in small for word in words):
        return False
    return any(all(word in line for word in words) for line in small.split(b"\n"))
