"""The audit log."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import Query

from api.dependencies import UnitOfWork
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.routing import Router
from api.schemas.audit import AuditOut
from outbound.audit.listing import AuditFilter, find
from outbound.identity.permissions import Operation
from outbound.wire import Moment

router = Router(prefix="/api/audit", tags=["audit"])
Word = Annotated[str | None, Query(min_length=1, max_length=100, pattern=r"^[\w.:-]+$")]


@router.get("", dependencies=[permits(Operation.AUDIT_READ)])
def read_audit_log(
    session: UnitOfWork,
    paging: Paging,
    entity: Word = None,
    entity_id: uuid.UUID | None = None,
    acted_by: uuid.UUID | None = None,
    acted_for: uuid.UUID | None = None,
    action: Word = None,
    source: Word = None,
    request_id: Word = None,
    since: Moment | None = None,
    until: Moment | None = None,
) -> Page[AuditOut]:
    """Who changed what, newest first. A manager reads what they did and what concerns their leads and territories; an
    owner reads all."""
    wanted = AuditFilter(entity, entity_id, acted_by, acted_for, action, source, request_id, since, until)
    found = find(session, wanted, after=paging.after_moment, limit=paging.fetched)
    return paging.page(found, AuditOut.of, lambda each: Place(each.entry.id, each.entry.occurred_at))
