"""What leads have been through: their timeline, merging and parting, and the tags they carry."""

from __future__ import annotations

import base64
import uuid
from typing import Annotated

from fastapi import Query, Response

from api.dependencies import Now, UnitOfWork
from api.etags import IfMatch
from api.paging import Limit, Page, Paging, Place
from api.permissions import permits
from api.routes.leads import lead_out
from api.routing import Router
from api.schemas.leads import LeadOut
from api.schemas.timelines import EntryOut, Kinds, MergeIn, TagOut, UnmergedOut, UnmergeIn
from outbound.errors import Invalid
from outbound.identity.permissions import Operation
from outbound.leads import merging, tags
from outbound.leads.timeline import timeline
from outbound.vocabulary import TimelineKind

router = Router(prefix="/api", tags=["leads"])


@router.get("/leads/{lead_id}/timeline", dependencies=[permits(Operation.ACTIVITIES_READ)])
def read_timeline(
    lead_id: uuid.UUID,
    session: UnitOfWork,
    paging: Paging,
    kind: Annotated[Kinds | None, Query(description="One or several; all, where none is given.")] = None,
) -> Page[EntryOut]:
    """All that happened with a lead, newest first: activities, moves, messages and tasks, and those of leads that
    were merged into it."""
    kinds = frozenset(kind or TimelineKind)
    found = timeline(session, lead_id, kinds=kinds, before=paging.after_moment, limit=paging.fetched)
    return paging.page(found, EntryOut.of, lambda each: Place(each.row.id, each.at))


@router.post("/leads/{lead_id}/merge", dependencies=[permits(Operation.LEADS_MERGE)])
def merge_leads(
    lead_id: uuid.UUID, body: MergeIn, session: UnitOfWork, response: Response, now: Now, version: IfMatch
) -> LeadOut:
    """Merges another lead into this one, which takes what it lacks; the other is put away and read with it."""
    merging.merge(session, lead_id, body.from_id, now, expected=version)
    return lead_out(session, lead_id, now, response)


@router.post("/leads/{lead_id}/unmerge", dependencies=[permits(Operation.LEADS_MERGE)])
def unmerge_leads(
    lead_id: uuid.UUID, body: UnmergeIn, session: UnitOfWork, response: Response, now: Now, version: IfMatch
) -> UnmergedOut:
    """Parts a lead that was merged into this one: both are as they were, but for what was edited since."""
    survivor, parted = merging.unmerge(session, lead_id, now, merged_id=body.merged_id, expected=version)
    return UnmergedOut(survivor=lead_out(session, survivor.id, now, response), parted=lead_out(session, parted.id, now))


@router.get("/tags", dependencies=[permits(Operation.LEADS_READ)])
def list_tags(
    session: UnitOfWork, cursor: Annotated[str | None, Query(max_length=1000)] = None, limit: Limit = 100
) -> Page[TagOut]:
    """Tags of leads in the caller's reach, by name, each with its number of leads."""
    found = tags.counted(session, after=_tag_of(cursor) if cursor else None, limit=limit + 1)
    more = len(found) > limit
    found = found[:limit]
    last = base64.urlsafe_b64encode(found[-1][0].encode()).decode() if more else None
    return Page(items=[TagOut(tag=tag, leads=count) for tag, count in found], next_cursor=last)


def _tag_of(cursor: str) -> str:
    try:
        tag = base64.b64decode(cursor, altchars=b"-_", validate=True).decode()
    except ValueError:
        raise Invalid("The cursor is none of ours; start again from the first page.") from None
    if "\x00" in tag or len(tag) > tags.LONGEST:
        raise Invalid("The cursor is none of ours; start again from the first page.")
    return tag
