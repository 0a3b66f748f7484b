"""Who a lead belonged to at a moment, and the history that says so."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from outbound.leads.models import Lead, LeadStageChange
from outbound.leads.moves import make, state_of
from outbound.leads.rules import handing_over
from outbound.storage.context import context_of


@dataclass(frozen=True)
class Standing:
    """Owner and territory of a lead at a moment."""

    owner_id: uuid.UUID | None
    territory_id: uuid.UUID | None


def standing_at(session: Session, lead: Lead, moment: datetime) -> Standing:
    """The lead's owner and territory as of a moment; before its first record, those it began with."""
    history = select(LeadStageChange.owner_id, LeadStageChange.territory_id).where(
        LeadStageChange.org_id == lead.org_id, LeadStageChange.lead_id == lead.id
    )
    row = session.execute(
        history.where(LeadStageChange.occurred_at <= moment)
        .order_by(LeadStageChange.occurred_at.desc(), LeadStageChange.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        row = session.execute(history.order_by(LeadStageChange.occurred_at, LeadStageChange.id).limit(1)).one_or_none()
    return Standing(*row) if row else Standing(lead.owner_id, lead.territory_id)


@dataclass(frozen=True)
class Then:
    """A lead that was the caller's at a moment, as far as an activity of that moment needs it."""

    address_id: uuid.UUID | None
    cell: int | None
    standing: Standing


def lead_then(session: Session, lead_id: uuid.UUID, moment: datetime) -> Then | None:
    """The lead, where the caller owned it or worked its territory at that moment; none where they did not."""
    if context_of(session).database_role not in ("outbound_rep", "outbound_manager"):
        return None  # nothing ever leaves the reach of the others
    row = session.execute(
        text("select * from outbound.lead_then(:lead, :moment)"), {"lead": lead_id, "moment": moment}
    ).one_or_none()
    return Then(row.address_id, row.cell, Standing(row.owner_id, row.territory_id)) if row else None


def touch_late(session: Session, activity_id: uuid.UUID) -> None:
    """Lets the caller's late activity be the last one of its lead, and close its door where that was asked for."""
    session.execute(text("select outbound.touch_late(:activity)"), {"activity": activity_id})


def hand_over(session: Session, leads: Iterable[Lead], owner_id: uuid.UUID, now: datetime) -> None:
    """Gives locked leads to another owner, with history and audit. What was owed stays owed: no clock starts anew."""
    by = context_of(session).user_id
    make(session, *(handing_over(lead.id, state_of(lead), owner_id, now, by) for lead in leads))
