"""Leads that reached SCHEDULED, on their way to a quote."""

from __future__ import annotations

import uuid

from api.dependencies import Now, UnitOfWork
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.routing import Router
from api.schemas.handoffs import HandoffOut, HandoffPatch
from outbound.identity.permissions import Operation
from outbound.onboarding import service
from outbound.vocabulary import HandoffStatus

router = Router(prefix="/api/handoffs", tags=["handoffs"])


@router.get("", dependencies=[permits(Operation.HANDOFFS_READ)])
def list_handoffs(
    session: UnitOfWork,
    paging: Paging,
    status: HandoffStatus | None = None,
    lead_id: uuid.UUID | None = None,
) -> Page[HandoffOut]:
    """Handoffs in the caller's reach, newest first; operations see all."""
    found = service.find(session, status=status, lead_id=lead_id, after=paging.after, limit=paging.fetched)
    return paging.page(found, HandoffOut.of, lambda each: Place(each.handoff.id))


@router.get("/{handoff_id}", dependencies=[permits(Operation.HANDOFFS_READ)])
def read_handoff(handoff_id: uuid.UUID, session: UnitOfWork) -> HandoffOut:
    """One handoff with what whoever quotes needs to know of its lead."""
    return HandoffOut.of(service.one(session, handoff_id))


@router.patch("/{handoff_id}", dependencies=[permits(Operation.HANDOFFS_WRITE)])
def decide_handoff(handoff_id: uuid.UUID, body: HandoffPatch, session: UnitOfWork, now: Now) -> HandoffOut:
    """Quotes, accepts or declines: accepted makes the lead WON, declined takes it back to FOLLOW_UP."""
    row = service.decide(session, handoff_id, now, status=body.status, value_cents=body.value_cents)
    return HandoffOut.of(row)
