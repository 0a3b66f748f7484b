"""Reading the audit log: who changed what, in the order in which it happened, newest first."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from outbound.audit.models import AuditEntry
from outbound.identity.models import User
from outbound.storage.context import context_of


@dataclass(frozen=True)
class AuditFilter:
    entity: str | None = None
    entity_id: uuid.UUID | None = None
    acted_by: uuid.UUID | None = None
    acted_for: uuid.UUID | None = None
    action: str | None = None
    source: str | None = None
    request_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that no longer counts."""


@dataclass(frozen=True)
class AuditRow:
    """An entry with the names of who acted, and for whom."""

    entry: AuditEntry
    acted_by_name: str | None
    acted_for_name: str | None


def find(
    session: Session, wanted: AuditFilter, *, after: tuple[datetime, uuid.UUID] | None, limit: int
) -> list[AuditRow]:
    """Entries in the caller's reach, newest first, after a place in the list.

    An owner reads all; a manager what they did, what was done for them, and what concerns leads and turf in reach.
    """
    actor, subject = aliased(User), aliased(User)
    query = (
        select(AuditEntry, actor.name, subject.name)
        .outerjoin(actor, actor.id == AuditEntry.acted_by)
        .outerjoin(subject, subject.id == AuditEntry.acted_for)
        .where(AuditEntry.org_id == context_of(session).org_id)
    )
    for column, value in (
        (AuditEntry.entity, wanted.entity),
        (AuditEntry.entity_id, wanted.entity_id),
        (AuditEntry.acted_by, wanted.acted_by),
        (AuditEntry.acted_for, wanted.acted_for),
        (AuditEntry.action, wanted.action),
        (AuditEntry.source, wanted.source),
        (AuditEntry.request_id, wanted.request_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(AuditEntry.occurred_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditEntry.occurred_at < wanted.until)
    if after is not None:
        moment, entry_id = after
        query = query.where(
            or_(
                AuditEntry.occurred_at < moment,
                and_(AuditEntry.occurred_at == moment, AuditEntry.id < entry_id),
            )
        )
    query = query.order_by(AuditEntry.occurred_at.desc(), AuditEntry.id.desc()).limit(limit)
    return [AuditRow(*row) for row in session.execute(query)]
