"""What happens to kept files when rows go: a file goes only when no row of its organisation names it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from outbound.attachments.models import Attachment
from outbound.attachments.rules import ORPHAN_AFTER, PENDING_FOR
from outbound.audit.service import record
from outbound.storage.blobs import BlobStore
from outbound.storage.context import context_of
from outbound.storage.database import Database
from outbound.vocabulary import AttachmentState

_BATCH = 500
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Swept:
    """How many were removed."""

    pending: int = 0
    staged: int = 0
    blobs: int = 0
    unfinished: int = 0

    def __add__(self, other: Swept) -> Swept:
        return Swept(
            self.pending + other.pending,
            self.staged + other.staged,
            self.blobs + other.blobs,
            self.unfinished + other.unfinished,
        )


def hold_store(session: Session) -> None:
    """Keeps sweeps of the organisation waiting until this transaction ends; many may hold it at once."""
    _lock(session, "pg_advisory_xact_lock_shared")


def drop_unused(database: Database, store: BlobStore, org_id: uuid.UUID, hashes: Iterable[str]) -> int:
    """Removes files that no stored row of the organisation names; says how many. Call it after the commit."""
    dropped = 0
    for batch in _batches(hashes):
        with database.as_job(org_id) as session:
            _lock(session, "pg_advisory_xact_lock")
            named = set(
                session.scalars(
                    select(Attachment.sha256).where(
                        Attachment.org_id == org_id,
                        Attachment.sha256.in_(batch),
                        Attachment.state == AttachmentState.STORED,
                    )
                )
            )
            for sha256 in set(batch) - named:
                store.delete(org_id, sha256)
                dropped += 1
    return dropped


def sweep_attachments(database: Database, store: BlobStore, now: datetime) -> Swept:
    """Removes, in every organisation of this database, uploads that were never completed and files without a row.

    What another database keeps in the same bucket is left alone.
    """
    swept = Swept(unfinished=_sweep_workspace(store, now))
    for organisation in database.organisations():
        swept += Swept(
            pending=_sweep_pending(database, organisation.id, now),
            staged=_sweep_staged(store, organisation.id, now),
            blobs=drop_unused(database, store, organisation.id, _old_blobs(store, organisation.id, now)),
        )
    return swept


def drop_organisation(store: BlobStore, org_id: uuid.UUID) -> int:
    """Removes every file of an organisation that is being deleted; says how many."""
    dropped = 0
    for blob in list(store.walk(org_id)):
        store.delete(org_id, blob.sha256)
        dropped += 1
    for staged in list(store.walk_staged(org_id)):
        store.unstage(org_id, staged.name)
    return dropped


def _sweep_pending(database: Database, org_id: uuid.UUID, now: datetime) -> int:
    with database.as_job(org_id) as session:
        rows = session.scalars(
            select(Attachment)
            .where(
                Attachment.org_id == org_id,
                Attachment.state == AttachmentState.PENDING,
                Attachment.created_at < now - PENDING_FOR,
            )
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            record(session, "attachment", row.id, "expired", before={"lead_id": str(row.lead_id)})
            session.delete(row)
        return len(rows)


def _sweep_staged(store: BlobStore, org_id: uuid.UUID, now: datetime) -> int:
    old = [each for each in store.walk_staged(org_id) if each.modified_at < now - PENDING_FOR - timedelta(hours=1)]
    for each in old:
        store.unstage(org_id, each.name)
    return len(old)


def _old_blobs(store: BlobStore, org_id: uuid.UUID, now: datetime) -> Iterator[str]:
    return (blob.sha256 for blob in store.walk(org_id) if blob.modified_at < now - ORPHAN_AFTER)


def _sweep_workspace(store: BlobStore, now: datetime) -> int:
    if not store.workspace.is_dir():
        return 0
    old = [each for each in store.workspace.iterdir() if each.stat().st_mtime < (now - PENDING_FOR).timestamp()]
    for each in old:
        each.unlink(missing_ok=True)
    return len(old)


def _lock(session: Session, function: str) -> None:
    session.execute(
        text(f"select {function}(hashtextextended(:name, 0))"),
        {"name": f"{context_of(session).org_id}|attachments"},
    )


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    remaining = iter(items)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
