"""Lists that were handed in: how far each is, and which of its rows could not be used."""

from __future__ import annotations

import uuid

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from outbound.errors import NotFound
from outbound.imports.models import ImportReject, ProspectImport
from outbound.storage.context import context_of
from outbound.vocabulary import ImportStatus


def get(session: Session, import_id: uuid.UUID) -> ProspectImport:
    """An import in the caller's reach: a manager's own, or any for the owner. Raises :class:`NotFound`."""
    found = session.get(ProspectImport, (context_of(session).org_id, import_id))
    if found is None:
        raise NotFound(f"There is no import {import_id} in your reach.")
    return found


def find(
    session: Session, *, status: ImportStatus | None = None, after: uuid.UUID | None = None, limit: int
) -> list[ProspectImport]:
    """Imports in the caller's reach, newest first."""
    query = select(ProspectImport).where(ProspectImport.org_id == context_of(session).org_id)
    if status is not None:
        query = query.where(ProspectImport.status == status)
    if after is not None:
        query = query.where(ProspectImport.id < after)
    return list(session.scalars(query.order_by(ProspectImport.id.desc()).limit(limit)))


def rejects(
    session: Session, import_id: uuid.UUID, *, after: uuid.UUID | None = None, limit: int
) -> list[ImportReject]:
    """Rows that could not be used, by their line in the file, from after one of them on. Raises :class:`NotFound`."""
    job = get(session, import_id)
    query = select(ImportReject).where(ImportReject.org_id == job.org_id, ImportReject.import_id == job.id)
    if after is not None:
        last = session.get(ImportReject, (job.org_id, after))
        if last is None or last.import_id != job.id:
            raise NotFound("The page before is not of this import; start again from the first.")
        query = query.where(tuple_(ImportReject.line, ImportReject.id) > tuple_(last.line, last.id))
    return list(session.scalars(query.order_by(ImportReject.line, ImportReject.id).limit(limit)))
