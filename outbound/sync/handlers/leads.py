"""Leads captured and moved offline."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outbound.addresses.service import DoorDraft
from outbound.cadences import enrollments
from outbound.cadences.enrollments import EnrollmentDraft
from outbound.errors import Conflict
from outbound.identity.permissions import Operation as Permission
from outbound.leads import editing, service
from outbound.leads.consent import Consent
from outbound.leads.models import LeadStageChange
from outbound.leads.service import LeadDraft
from outbound.storage.context import context_of
from outbound.sync.operations import Arrival, Done, Handler, Need, Operation
from outbound.vocabulary import ConsentChannel, Stage


@dataclass(frozen=True)
class StageMove:
    """A lead moved by hand. ``version``: the one that the phone had read."""

    lead_id: uuid.UUID
    stage: Stage
    version: int | None = None


@dataclass(frozen=True)
class LeadEdit:
    """What was changed of a lead, each kind of value apart so that it can wait as JSON. ``version``: the one read."""

    lead_id: uuid.UUID
    version: int | None = None
    plain: dict[str, int | str | None] = field(default_factory=dict)
    ids: dict[str, uuid.UUID | None] = field(default_factory=dict)
    times: dict[str, datetime | None] = field(default_factory=dict)
    tags: list[str] | None = None
    consent: dict[ConsentChannel, Consent] | None = None
    door: DoorDraft | None = None

    def changes(self, at: datetime) -> dict[str, Any]:
        found: dict[str, Any] = {**self.plain, **self.ids, **self.times}
        if self.tags is not None:
            found["tags"] = self.tags
        if self.door is not None:
            found["door"] = self.door
        if self.consent is not None:
            found["consent"] = {
                channel: answer if answer.at else replace(answer, at=at) for channel, answer in self.consent.items()
            }
        return found


@dataclass(frozen=True)
class ConsentGiven:
    """What somebody said about being reached, at the door."""

    lead_id: uuid.UUID
    channel: ConsentChannel
    granted: bool
    source: str | None = None


def _create(session: Session, operation: Operation, arrival: Arrival) -> Done:
    # Captured when it was captured: its clock starts at the door, not when the phone found a signal.
    lead, created = service.create(session, operation.draft, operation.moment)
    return Done(created, (("lead", lead.id),))


def _created_needs(draft: LeadDraft) -> list[Need]:
    return [("campaign", draft.campaign_id)] if draft.campaign_id else []


def _move(session: Session, operation: Operation, arrival: Arrival) -> Done:
    """A move from an old version applies where it is still legal: the lead is where it may go on from.

    One that the same person has overtaken by a later move of their own, which arrived first, is no longer meant.
    """
    move: StageMove = operation.draft
    lead = service.get(session, move.lead_id, lock=True)
    about: tuple[Need, ...] = (("lead", lead.id),)
    if lead.pipeline_stage is move.stage:
        return Done(True, about)
    if operation.moment < lead.stage_entered_at and _moved_by(session, lead.id) == context_of(session).user_id:
        raise Conflict(f"You moved this lead to {lead.pipeline_stage} after that; it stays there.")
    # The history of a lead runs one way.
    service.enter_stage(session, lead, move.stage, max(operation.moment, lead.stage_entered_at))
    session.flush()
    return Done(True, about)


def _moved_by(session: Session, lead_id: uuid.UUID) -> uuid.UUID | None:
    """Who last moved a lead by hand, where nothing else has moved it since."""
    last = session.execute(
        select(LeadStageChange.user_id, LeadStageChange.activity_id)
        .where(
            LeadStageChange.org_id == context_of(session).org_id,
            LeadStageChange.lead_id == lead_id,
            LeadStageChange.undone_at.is_(None),
        )
        .order_by(LeadStageChange.occurred_at.desc(), LeadStageChange.id.desc())
        .limit(1)
    ).one_or_none()
    return last.user_id if last is not None and last.activity_id is None else None


def _edit(session: Session, operation: Operation, arrival: Arrival) -> Done:
    edit: LeadEdit = operation.draft
    lead = editing.edit(session, edit.lead_id, edit.changes(operation.moment), arrival.now, expected=edit.version)
    return Done(True, (("lead", lead.id),))


def _consent(session: Session, operation: Operation, arrival: Arrival) -> Done:
    given: ConsentGiven = operation.draft
    answer = Consent(given.granted, operation.moment, given.source)
    lead = editing.set_consent(session, given.lead_id, given.channel, answer, arrival.now)
    return Done(True, (("lead", lead.id),))


def _enrol(session: Session, operation: Operation, arrival: Arrival) -> Done:
    enrollment, created = enrollments.create(session, operation.draft, arrival.now)
    return Done(created, (("enrollment", enrollment.id), ("lead", enrollment.lead_id)))


def _lead(draft: StageMove | LeadEdit | ConsentGiven) -> list[Need]:
    return [("lead", draft.lead_id)]


HANDLERS = (
    Handler("lead.create", LeadDraft, Permission.LEADS_WRITE, _create, _created_needs, makes="lead", rank=0),
    Handler("lead.update", LeadEdit, Permission.LEADS_WRITE, _edit, _lead),
    Handler("stage", StageMove, Permission.LEADS_WRITE, _move, _lead),
    Handler("consent", ConsentGiven, Permission.LEADS_WRITE, _consent, _lead),
    Handler(
        "enrolment",
        EnrollmentDraft,
        Permission.ENROLLMENTS_WRITE,
        _enrol,
        lambda draft: [("lead", draft.lead_id), ("cadence", draft.cadence_id)],
        makes="enrollment",
    ),
)
