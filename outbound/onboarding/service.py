"""Leads on their way from the door to a customer: seen and decided by operations."""

from __future__ import annotations

import uuid
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from outbound.addresses.models import Address
from outbound.audit.service import record
from outbound.errors import NotFound
from outbound.identity.permissions import Operation, permitted
from outbound.leads import service as leads
from outbound.leads.models import Lead
from outbound.onboarding.models import OnboardingHandoff
from outbound.onboarding.rules import STAGE_AFTER, refuse_illegal_decision
from outbound.storage.context import context_of
from outbound.storage.system import as_system
from outbound.vocabulary import HandoffStatus, Role


@dataclass(frozen=True)
class HandoffRow:
    """A handoff with what whoever quotes needs of its lead; nothing of one that they may not see."""

    handoff: OnboardingHandoff
    lead: Row[Any] | None


def find(
    session: Session,
    *,
    status: HandoffStatus | None = None,
    lead_id: uuid.UUID | None = None,
    after: uuid.UUID | None = None,
    limit: int,
) -> list[HandoffRow]:
    """Handoffs in the caller's reach, newest first."""
    query = _with_leads(session)
    if status is not None:
        query = query.where(OnboardingHandoff.status == status)
    if lead_id is not None:
        query = query.where(OnboardingHandoff.lead_id == lead_id)
    if after is not None:
        query = query.where(OnboardingHandoff.id < after)
    return [_row(session, row) for row in session.execute(query.order_by(OnboardingHandoff.id.desc()).limit(limit))]


def one(session: Session, handoff_id: uuid.UUID) -> HandoffRow:
    """One handoff in the caller's reach. Raises :class:`NotFound`."""
    row = session.execute(_with_leads(session).where(OnboardingHandoff.id == handoff_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no handoff {handoff_id} in your reach.")
    return _row(session, row)


def decide(
    session: Session,
    handoff_id: uuid.UUID,
    now: datetime,
    *,
    status: HandoffStatus | None = None,
    value_cents: int | None = None,
) -> HandoffRow:
    """Quotes, accepts or declines, and moves the lead: accepted makes it WON, declined takes it back to FOLLOW_UP.

    Operations may not write leads; that one step is the system's, signed by them. Raises :class:`NotFound`,
    :class:`outbound.errors.Forbidden` for a lead that may only be read, :class:`outbound.errors.Conflict` for what
    was decided already.
    """
    lead_id = one(session, handoff_id).handoff.lead_id
    with _rights(session):
        lead = leads.get(session, lead_id, lock=True)  # the lead first, as everywhere
        handoff = session.scalars(
            select(OnboardingHandoff)
            .where(OnboardingHandoff.org_id == lead.org_id, OnboardingHandoff.id == handoff_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        before = _audited(handoff)
        wanted = status or handoff.status
        refuse_illegal_decision(handoff.status, wanted)
        decided = wanted in STAGE_AFTER and wanted != handoff.status
        if decided:
            leads.enter_stage(session, lead, STAGE_AFTER[wanted], max(now, lead.stage_entered_at))
            handoff.decided_at = now
        handoff.status = wanted
        if value_cents is not None:
            handoff.value_cents = value_cents
        record(
            session,
            "handoff",
            handoff.id,
            "decided" if decided else "changed",
            before=before,
            after=_audited(handoff) | {"lead_id": str(lead.id)},
            whose=lead.owner_id,
        )
        session.flush()
    session.refresh(handoff)
    return one(session, handoff_id)


def _rights(session: Session) -> AbstractContextManager[None]:
    return as_system(session) if context_of(session).role is Role.OPS else nullcontext()


def _with_leads(session: Session) -> Any:
    # Column by column: operations are granted no position.
    return (
        select(
            OnboardingHandoff,
            Lead.id.label("visible"),
            Lead.pipeline_stage,
            Lead.first_name,
            Lead.last_name,
            Lead.phone,
            Lead.email,
            Lead.owner_id,
            Address.house_number,
            Address.street,
            Address.unit,
            Address.city,
            Address.state,
            Address.postcode,
        )
        .outerjoin(Lead, (Lead.org_id == OnboardingHandoff.org_id) & (Lead.id == OnboardingHandoff.lead_id))
        .outerjoin(Address, (Address.org_id == Lead.org_id) & (Address.id == Lead.address_id))
        .where(OnboardingHandoff.org_id == context_of(session).org_id)
    )


def _row(session: Session, row: Row[Any]) -> HandoffRow:
    seen = row.visible is not None and permitted(session, Operation.LEADS_READ)
    return HandoffRow(row[0], row if seen else None)


def _audited(handoff: OnboardingHandoff) -> dict[str, Any]:
    return {"status": str(handoff.status), "value_cents": handoff.value_cents}
