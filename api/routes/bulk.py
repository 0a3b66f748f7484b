"""Changes of many leads at once: previewed, made, looked up, undone."""

from __future__ import annotations

import uuid

from fastapi import Response

from api.dependencies import Now, UnitOfWork
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.repeats import told_made
from api.routing import Router
from api.schemas.bulk import BulkIn, BulkOut, BulkPreviewIn, BulkPreviewOut
from outbound.bulk import service
from outbound.identity.permissions import Operation

router = Router(prefix="/api/leads/bulk", tags=["leads"])


@router.get("", dependencies=[permits(Operation.LEADS_BULK)])
def list_bulk_changes(session: UnitOfWork, paging: Paging) -> Page[BulkOut]:
    """Changes that were made, the latest first; a manager with territories sees their own."""
    found = service.history(session, after=paging.after, limit=paging.fetched)
    return paging.page(found, BulkOut.of, lambda each: Place(each.id))


@router.post("/preview", dependencies=[permits(Operation.LEADS_BULK)])
def preview_bulk_change(body: BulkPreviewIn, session: UnitOfWork, now: Now) -> BulkPreviewOut:
    """How many leads a change would change, how many not, and why; nothing is written."""
    return BulkPreviewOut.of(service.preview(session, body.target(session), body.change(), now))


@router.post("", status_code=201, dependencies=[permits(Operation.LEADS_BULK)])
def make_bulk_change(body: BulkIn, session: UnitOfWork, response: Response, now: Now) -> BulkOut:
    """Changes up to 10,000 leads at once and remembers what each was; the same ``id`` again answers with 200."""
    bulk, created = service.execute(session, body.target(session), body.change(), now, id=body.id, told=body.told())
    told_made(response, created)
    return BulkOut.of(bulk)


@router.get("/{bulk_id}", dependencies=[permits(Operation.LEADS_BULK)])
def read_bulk_change(bulk_id: uuid.UUID, session: UnitOfWork) -> BulkOut:
    """One change that was made."""
    return BulkOut.of(service.get(session, bulk_id))


@router.post("/{bulk_id}/undo", dependencies=[permits(Operation.LEADS_BULK)])
def undo_bulk_change(bulk_id: uuid.UUID, session: UnitOfWork, now: Now) -> BulkOut:
    """Restores each lead that nobody has changed since; ``undone`` says how many, and why others were kept."""
    return BulkOut.of(service.undo(session, bulk_id, now))
