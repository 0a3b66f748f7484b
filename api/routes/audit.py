"""The audit log."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import Query

from api.dependencies import CursorDep, UnitOfWork
from api.paging import Limit, Page, Place, write_cursor
from api.permissions import permits
from api.routing import Router
from api.schemas.audit import AuditOut
from api.schemas.common import Moment
from outbound.audit.listing import AuditFilter, find
from outbound.errors import Invalid
from outbound.identity.permissions import Operation

router = Router(prefix="/api/audit", tags=["audit"])
Word = Annotated[str | None, Query(min_length=1, max_length=100, pattern=r"^[\w.:-]+$")]


@router.get("", dependencies=[permits(Operation.AUDIT_READ)])
def read_audit_log(
    session: UnitOfWork,
    cursor: CursorDep,
    entity: Word = None,
    entity_id: uuid.UUID | None = None,
    acted_by: uuid.UUID | None = None,
    acted_for: uuid.UUID | None = None,
    action: Word = None,
    source: Word = None,
    request_id: Word = None,
    since: Moment | None = None,
    until: Moment | None = None,
    limit: Limit = 50,
) -> Page[AuditOut]:
    """Who changed what, newest first. A manager reads what they did and what concerns their leads and territories; an
    owner reads all."""
    if cursor is not None and cursor.moment is None:
        raise Invalid("The cursor is none of this list's; start again from the first page.")
    after = (cursor.moment, cursor.id) if cursor and cursor.moment else None
    wanted = AuditFilter(entity, entity_id, acted_by, acted_for, action, source, request_id, since, until)
    found = find(session, wanted, after=after, limit=limit + 1)
    more = len(found) > limit
    found = found[:limit]
    return Page(
        items=[AuditOut.of(each) for each in found],
        next_cursor=write_cursor(Place(found[-1].entry.id, found[-1].entry.occurred_at)) if more else None,
    )
