"""Saved filters of the lead lists, named there by ``segment_id``."""

from __future__ import annotations

import uuid

from fastapi import Response

from api.dependencies import Now, UnitOfWork
from api.etags import IfMatch, tag
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.repeats import told_made
from api.routing import Router
from api.schemas.segments import SegmentIn, SegmentOut, SegmentPatch
from outbound.identity.permissions import Operation
from outbound.segments import service

router = Router(prefix="/api/segments", tags=["segments"])


@router.get("", dependencies=[permits(Operation.LEADS_READ)])
def list_segments(session: UnitOfWork, paging: Paging) -> Page[SegmentOut]:
    """The caller's own segments and those shared with all, by age."""
    found = service.visible(session, after=paging.after, limit=paging.fetched)
    return paging.page(found, SegmentOut.of, lambda each: Place(each.id))


@router.post("", status_code=201, dependencies=[permits(Operation.SEGMENTS_WRITE)])
def create_segment(body: SegmentIn, session: UnitOfWork, response: Response, now: Now) -> SegmentOut:
    """Keeps a filter under a name; managers and owners may share it. The same ``id`` again answers with 200."""
    segment, created = service.create(session, body.draft(), now)
    told_made(response, created)
    tag(response, segment.version)
    return SegmentOut.of(segment)


@router.get("/{segment_id}", dependencies=[permits(Operation.LEADS_READ)])
def read_segment(segment_id: uuid.UUID, session: UnitOfWork, response: Response) -> SegmentOut:
    """One segment that the caller can see."""
    segment = service.get(session, segment_id)
    tag(response, segment.version)
    return SegmentOut.of(segment)


@router.patch("/{segment_id}", dependencies=[permits(Operation.SEGMENTS_WRITE)])
def edit_segment(
    segment_id: uuid.UUID, body: SegmentPatch, session: UnitOfWork, response: Response, now: Now, version: IfMatch
) -> SegmentOut:
    """Changes a segment's name or filter, or shares it."""
    segment = service.edit(session, segment_id, body.changes(), now, expected=version)
    session.refresh(segment)
    tag(response, segment.version)
    return SegmentOut.of(segment)


@router.delete("/{segment_id}", status_code=204, dependencies=[permits(Operation.SEGMENTS_WRITE)])
def delete_segment(segment_id: uuid.UUID, session: UnitOfWork, now: Now, version: IfMatch) -> None:
    """Deletes a saved filter; no lead changes by it."""
    service.delete(session, segment_id, now, expected=version)
