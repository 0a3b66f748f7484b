"""Leads in cadences: enrolled, paused, resumed, cancelled; and what happens to each next."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbound.audit.service import record
from outbound.cadences import service as cadences
from outbound.cadences.models import Cadence, CadenceStep, LeadCadenceEnrollment
from outbound.cadences.rules import due, refuse_illegal_turn, refuse_unfit_stage, resumed
from outbound.errors import Conflict, NotFound, OutboundError
from outbound.ids import uuid7
from outbound.leads import service as leads
from outbound.leads.models import Lead
from outbound.storage.captures import first_capture, of_before
from outbound.storage.context import context_of
from outbound.vocabulary import EnrollmentEnd, EnrollmentStatus


@dataclass(frozen=True)
class EnrollmentDraft:
    """Which lead is to run through which cadence."""

    cadence_id: uuid.UUID
    lead_id: uuid.UUID
    id: uuid.UUID | None = None


@dataclass(frozen=True)
class EnrollmentRow:
    """An enrolment with its cadence's name and the step that is due next; no step when it is over."""

    enrollment: LeadCadenceEnrollment
    cadence_name: str
    step: CadenceStep | None


@dataclass(frozen=True)
class Refusal:
    """A lead of many that was not enrolled, and why."""

    lead_id: uuid.UUID
    status: int
    reason: str


def create(session: Session, draft: EnrollmentDraft, now: datetime) -> tuple[LeadCadenceEnrollment, bool]:
    """Enrols a lead; the second value is false where the same request did so already.

    Raises :class:`NotFound` for a lead out of reach, :class:`outbound.errors.Forbidden` for one that may only be
    read, :class:`Conflict` for a lead that runs through a cadence already, is closed, or does not fit, and for a
    cadence that is inactive or has no steps.
    """
    lead = leads.get(session, draft.lead_id, lock=True)
    if draft.id is not None and not first_capture(session, "enrollment", draft.id, asdict(draft)):
        with of_before():
            return get(session, draft.id), False
    cadence = cadences.get(session, draft.cadence_id)
    if not cadence.active:
        raise Conflict(f"The cadence “{cadence.name}” is inactive; set it active, or choose another.")
    refuse_unfit_stage(cadence.target_stage, lead.pipeline_stage)
    running = _running(session, lead)
    if running is not None:
        raise Conflict(
            "The lead runs through a cadence already; cancel that enrolment first.", enrollment_id=str(running.id)
        )
    return _begin(session, lead, cadence, now, draft.id), True


def create_many(
    session: Session, cadence_id: uuid.UUID, lead_ids: Sequence[uuid.UUID], now: datetime
) -> tuple[list[LeadCadenceEnrollment], list[Refusal]]:
    """Enrols every lead that may be; tells why of the others. One that cannot be never holds back the rest."""
    cadences.get(session, cadence_id)
    made, refused = [], []
    for lead_id in sorted(set(lead_ids)):  # in one order, so that two managers never wait for each other
        try:
            with session.begin_nested():
                made.append(create(session, EnrollmentDraft(cadence_id, lead_id), now)[0])
        except OutboundError as error:
            refused.append(Refusal(lead_id, error.status, error.message))
    return made, refused


def get(session: Session, enrollment_id: uuid.UUID, *, lock: bool = False) -> LeadCadenceEnrollment:
    """An enrolment of a lead in the caller's reach. Raises :class:`NotFound`."""
    query = select(LeadCadenceEnrollment).where(
        LeadCadenceEnrollment.org_id == context_of(session).org_id, LeadCadenceEnrollment.id == enrollment_id
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(f"There is no enrolment {enrollment_id} in your reach.")
    if lock:
        leads.get(session, found.lead_id, lock=True)  # the lead first, as everywhere; it also says who may
        found = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()
    return found


def find(
    session: Session,
    *,
    cadence_id: uuid.UUID | None = None,
    lead_id: uuid.UUID | None = None,
    status: EnrollmentStatus | None = None,
    after: uuid.UUID | None = None,
    limit: int,
) -> list[EnrollmentRow]:
    """Enrolments of leads in the caller's reach, newest first.

    Raises :class:`NotFound` for a cadence or lead that is not there.
    """
    query = _with_steps().where(LeadCadenceEnrollment.org_id == context_of(session).org_id)
    if cadence_id is not None:
        cadences.get(session, cadence_id)
        query = query.where(LeadCadenceEnrollment.cadence_id == cadence_id)
    if lead_id is not None:
        leads.get(session, lead_id)
        query = query.where(LeadCadenceEnrollment.lead_id == lead_id)
    if status is not None:
        query = query.where(LeadCadenceEnrollment.status == status)
    if after is not None:
        query = query.where(LeadCadenceEnrollment.id < after)
    rows = session.execute(query.order_by(LeadCadenceEnrollment.id.desc()).limit(limit))
    return [_row(row) for row in rows]


def rows(session: Session, ids: Sequence[uuid.UUID]) -> list[EnrollmentRow]:
    """These enrolments with what happens next, in the order of the ids."""
    query = _with_steps().where(
        LeadCadenceEnrollment.org_id == context_of(session).org_id, LeadCadenceEnrollment.id.in_(ids)
    )
    found = {row[0].id: _row(row) for row in session.execute(query)}
    return [found[each] for each in ids]


def pause(session: Session, enrollment_id: uuid.UUID, now: datetime) -> LeadCadenceEnrollment:
    """Holds an enrolment; what is left of its wait is kept. Raises :class:`Conflict` when it is over."""
    found = get(session, enrollment_id, lock=True)
    if refuse_illegal_turn(found.status, EnrollmentStatus.PAUSED):
        found.status, found.paused_at = EnrollmentStatus.PAUSED, now
        _tell(session, found, "paused", before=EnrollmentStatus.ACTIVE)
    return found


def resume(session: Session, enrollment_id: uuid.UUID, now: datetime) -> LeadCadenceEnrollment:
    """Goes on with a paused enrolment. Raises :class:`Conflict` when it is over."""
    found = get(session, enrollment_id, lock=True)
    if refuse_illegal_turn(found.status, EnrollmentStatus.ACTIVE):
        found.next_run_at = resumed(found.next_run_at, found.paused_at, now)
        found.status, found.paused_at = EnrollmentStatus.ACTIVE, None
        _tell(session, found, "resumed", before=EnrollmentStatus.PAUSED)
    return found


def cancel(session: Session, enrollment_id: uuid.UUID, now: datetime) -> LeadCadenceEnrollment:
    """Ends an enrolment by hand. Raises :class:`Conflict` when it is completed."""
    found = get(session, enrollment_id, lock=True)
    before = found.status
    if refuse_illegal_turn(before, EnrollmentStatus.CANCELLED):
        end(found, EnrollmentEnd.BY_HAND, now)
        _tell(session, found, "cancelled", before=before)
    return found


def end(enrollment: LeadCadenceEnrollment, reason: EnrollmentEnd, now: datetime) -> None:
    """Marks an enrolment as over: completed when it finished, cancelled otherwise."""
    enrollment.ended_because, enrollment.next_run_at, enrollment.paused_at = reason, None, None
    if reason is EnrollmentEnd.FINISHED:
        enrollment.status, enrollment.completed_at = EnrollmentStatus.COMPLETED, now
        enrollment.current_step_id = None
    else:
        enrollment.status, enrollment.cancelled_at = EnrollmentStatus.CANCELLED, now


def _begin(
    session: Session, lead: Lead, cadence: Cadence, at: datetime, enrollment_id: uuid.UUID | None
) -> LeadCadenceEnrollment:
    steps = cadences.steps_of(session, cadence.id)
    if not steps:
        raise Conflict(f"The cadence “{cadence.name}” has no steps; add one first.")
    enrollment = LeadCadenceEnrollment(
        org_id=lead.org_id,
        id=enrollment_id or uuid7(),
        lead_id=lead.id,
        cadence_id=cadence.id,
        current_step_id=steps[0].id,
        status=EnrollmentStatus.ACTIVE,
        started_at=at,
        next_run_at=due(at, steps[0].wait_minutes),
        edition=cadence.edition,
    )
    session.add(enrollment)
    try:
        session.flush()
    except IntegrityError as error:
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        if constraint == "uq_lead_cadence_enrollments_running":
            raise Conflict("The lead runs through a cadence already; cancel that enrolment first.") from error
        raise Conflict("This id is taken by another enrolment; send it under a new id.") from error
    record(
        session,
        "enrollment",
        enrollment.id,
        "created",
        after={"lead_id": str(lead.id), "cadence_id": str(cadence.id), "edition": cadence.edition},
        whose=lead.owner_id,
    )
    session.flush()
    return enrollment


def _running(session: Session, lead: Lead) -> LeadCadenceEnrollment | None:
    return session.scalars(
        select(LeadCadenceEnrollment).where(
            LeadCadenceEnrollment.org_id == lead.org_id,
            LeadCadenceEnrollment.lead_id == lead.id,
            LeadCadenceEnrollment.status.in_(cadences.RUNNING),
        )
    ).one_or_none()


def _tell(session: Session, enrollment: LeadCadenceEnrollment, action: str, *, before: EnrollmentStatus) -> None:
    lead = leads.get(session, enrollment.lead_id)
    record(
        session,
        "enrollment",
        enrollment.id,
        action,
        before={"status": before},
        after={"status": str(enrollment.status), "lead_id": str(lead.id)},
        whose=lead.owner_id,
    )
    session.flush()


def _with_steps() -> Any:
    return (
        select(LeadCadenceEnrollment, Cadence.name, CadenceStep)
        .join(
            Cadence,
            (Cadence.org_id == LeadCadenceEnrollment.org_id) & (Cadence.id == LeadCadenceEnrollment.cadence_id),
        )
        .outerjoin(
            CadenceStep,
            (CadenceStep.org_id == LeadCadenceEnrollment.org_id)
            & (CadenceStep.id == LeadCadenceEnrollment.current_step_id),
        )
    )


def _row(row: Any) -> EnrollmentRow:
    return EnrollmentRow(*row)
