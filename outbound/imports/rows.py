"""The rows of a list with their fates, and how far the phase is that runs."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from outbound.imports.models import ImportProgress, ImportRow
from outbound.imports.service import get
from outbound.vocabulary import RowFate


def find(
    session: Session, import_id: uuid.UUID, *, fate: RowFate | None = None, after: int | None = None, limit: int
) -> list[ImportRow]:
    """Rows of an import by line, from after one of them on. Raises :class:`outbound.errors.NotFound`."""
    job = get(session, import_id)
    query = select(ImportRow).where(ImportRow.org_id == job.org_id, ImportRow.import_id == job.id)
    if fate is not None:
        query = query.where(ImportRow.fate == str(fate))
    if after is not None:
        query = query.where(ImportRow.line > after)
    return list(session.scalars(query.order_by(ImportRow.line).limit(limit)))


def progress(session: Session, import_id: uuid.UUID) -> ImportProgress | None:
    """How far the phase is that runs, or ran last; none before the first. Raises :class:`outbound.errors.NotFound`."""
    job = get(session, import_id)
    return session.get(ImportProgress, (job.org_id, job.id))
