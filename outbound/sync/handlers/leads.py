"""Leads captured and moved offline."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outbound.cadences import enrollments
from outbound.cadences.enrollments import EnrollmentDraft
from outbound.errors import Conflict
from outbound.identity.permissions import Operation as Permission
from outbound.leads import batch, editing, service
from outbound.leads.consent import Consent
from outbound.leads.models import LeadStageChange
from outbound.leads.requests import LeadIn, LeadPatch, StageIn
from outbound.storage.context import context_of
from outbound.sync.operations import Arrival, Done, Handler, Need, Operation, named
from outbound.vocabulary import ConsentChannel
from outbound.wire import ShortText, Version, Wire


class StageMove(StageIn):
    lead_id: uuid.UUID


class LeadEdit(LeadPatch):
    lead_id: uuid.UUID
    version: Version | None = None
    """The one that the phone had read; where it is left out, what is sent overwrites."""

    def changes_at(self, at: datetime) -> dict[str, Any]:
        """What was sent, as the service takes it; what was said of consent was said then."""
        found = {name: value for name, value in self.changes().items() if name not in ("lead_id", "version")}
        if "consent" in found:
            found["consent"] = {
                channel: answer if answer.at else replace(answer, at=at) for channel, answer in found["consent"].items()
            }
        return found


class ConsentGiven(Wire):
    """What somebody said about being reached, at the door."""

    lead_id: uuid.UUID
    channel: ConsentChannel
    granted: bool
    source: ShortText | None = None


class Enrolment(Wire):
    lead_id: uuid.UUID
    cadence_id: uuid.UUID


def _create(session: Session, operation: Operation[LeadIn], arrival: Arrival) -> Done:
    # Captured when it was captured: its clock starts at the door, not when the phone found a signal.
    lead, created = service.create(session, _draft(operation), operation.moment)
    return Done(created, (("lead", lead.id),))


def _create_many(session: Session, operations: Sequence[Operation[LeadIn]]) -> set[uuid.UUID]:
    return batch.create_many(session, [(_draft(each), each.moment) for each in operations])


def _draft(operation: Operation[LeadIn]) -> service.LeadDraft:
    return operation.data.model_copy(update={"id": operation.id}).draft()


def _move(session: Session, operation: Operation[StageMove], arrival: Arrival) -> Done:
    """A move from an old version applies where it is still legal: the lead is where it may go on from.

    One that the same person has overtaken by a later move of their own, which arrived first, is no longer meant.
    """
    move = operation.data
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


def _edit(session: Session, operation: Operation[LeadEdit], arrival: Arrival) -> Done:
    edit = operation.data
    lead = editing.edit(session, edit.lead_id, edit.changes_at(operation.moment), arrival.now, expected=edit.version)
    return Done(True, (("lead", lead.id),))


def _consent(session: Session, operation: Operation[ConsentGiven], arrival: Arrival) -> Done:
    given = operation.data
    answer = Consent(given.granted, operation.moment, given.source)
    lead = editing.set_consent(session, given.lead_id, given.channel, answer, arrival.now)
    return Done(True, (("lead", lead.id),))


def _enrol(session: Session, operation: Operation[Enrolment], arrival: Arrival) -> Done:
    wanted = operation.data
    draft = EnrollmentDraft(wanted.cadence_id, wanted.lead_id, operation.id)
    enrollment, created = enrollments.create(session, draft, arrival.now)
    return Done(created, (("enrollment", enrollment.id), ("lead", enrollment.lead_id)))


HANDLERS = (
    Handler(
        "lead.create",
        LeadIn,
        Permission.LEADS_WRITE,
        _create,
        named("campaign"),
        makes="lead",
        at_once=_create_many,
        rank=0,
    ),
    Handler("lead.update", LeadEdit, Permission.LEADS_WRITE, _edit, named("lead")),
    Handler("stage", StageMove, Permission.LEADS_WRITE, _move, named("lead")),
    Handler("consent", ConsentGiven, Permission.LEADS_WRITE, _consent, named("lead")),
    Handler("enrolment", Enrolment, Permission.ENROLLMENTS_WRITE, _enrol, named("lead", "cadence"), makes="enrollment"),
)
