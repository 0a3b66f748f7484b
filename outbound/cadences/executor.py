"""Running cadences: what is due becomes a queued message or somebody's task, and the lead goes on to its next step.

One call does one bounded batch in the caller's transaction. Two at once never take the same enrolment
(``SKIP LOCKED``), and a step of an enrolment makes one message or task in its life (unique indexes).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from outbound.addresses.models import Address
from outbound.audit.service import record
from outbound.cadences.enrollments import end
from outbound.cadences.models import Cadence, CadenceStep, LeadCadenceEnrollment
from outbound.cadences.rules import MESSAGE_STEPS, due, stages_of, step_after
from outbound.cadences.service import RUNNING
from outbound.identity.models import Organisation
from outbound.ids import uuid7
from outbound.leads.models import Lead
from outbound.messaging.models import Message, MessageTemplate
from outbound.messaging.rules import Suppression, lawful_at, suppressed
from outbound.storage.context import context_of
from outbound.tasks.models import Task
from outbound.territories.models import Territory
from outbound.vocabulary import (
    OPEN_STAGES,
    EnrollmentEnd,
    EnrollmentStatus,
    MessageDirection,
    MessageStatus,
    StepChannel,
    TaskState,
)

_TITLES: Mapping[StepChannel, str] = {
    StepChannel.CALL: "Call",
    StepChannel.VISIT: "Visit",
    StepChannel.TASK: "Follow up",
}
_LONGEST_TITLE = 200


@dataclass
class Executed:
    """What one batch did. ``more``: the batch was full, so there may be more to do at once."""

    processed: int = 0
    messages_queued: int = 0
    messages_suppressed: int = 0
    tasks_created: int = 0
    completed: int = 0
    cancelled: int = 0
    more: bool = False


def execute(session: Session, now: datetime, *, limit: int = 200) -> Executed:
    """Does what is due: ``limit`` enrolments at the most, the longest due first."""
    done = Executed()
    _stop_those_who_left(session, now, limit, done)
    zones = _Zones(session)
    batch = _due(session, now, limit)
    steps = _steps(session, {enrollment.cadence_id for enrollment, _ in batch})
    for enrollment, lead in batch:
        _run(session, enrollment, lead, steps[enrollment.cadence_id], zones, now, done)
    done.processed = len(batch)
    done.more = done.more or len(batch) == limit
    session.flush()
    return done


def _due(session: Session, now: datetime, limit: int) -> list[tuple[LeadCadenceEnrollment, Lead]]:
    org_id = context_of(session).org_id
    rows = session.execute(
        select(LeadCadenceEnrollment, Lead)
        .join(Lead, (Lead.org_id == LeadCadenceEnrollment.org_id) & (Lead.id == LeadCadenceEnrollment.lead_id))
        .where(
            LeadCadenceEnrollment.org_id == org_id,
            LeadCadenceEnrollment.status == EnrollmentStatus.ACTIVE,
            LeadCadenceEnrollment.next_run_at <= now,
            Lead.archived_at.is_(None),  # one that was put away may come back, and goes on then
            exists().where(
                Cadence.org_id == LeadCadenceEnrollment.org_id,
                Cadence.id == LeadCadenceEnrollment.cadence_id,
                Cadence.active,  # what is switched off waits
            ),
        )
        .order_by(LeadCadenceEnrollment.next_run_at, LeadCadenceEnrollment.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=(LeadCadenceEnrollment, Lead))
    )
    return [(enrollment, lead) for enrollment, lead in rows]


def _stop_those_who_left(session: Session, now: datetime, limit: int, done: Executed) -> None:
    """Ends enrolments whose lead has left the stages of its cadence, however it left."""
    org_id = context_of(session).org_id
    left = or_(
        *(and_(Cadence.target_stage == target, Lead.pipeline_stage.not_in(stages_of(target))) for target in OPEN_STAGES)
    )
    gone = session.scalars(
        select(LeadCadenceEnrollment)
        .join(Lead, (Lead.org_id == LeadCadenceEnrollment.org_id) & (Lead.id == LeadCadenceEnrollment.lead_id))
        .join(
            Cadence,
            (Cadence.org_id == LeadCadenceEnrollment.org_id) & (Cadence.id == LeadCadenceEnrollment.cadence_id),
        )
        .where(LeadCadenceEnrollment.org_id == org_id, LeadCadenceEnrollment.status.in_(RUNNING), left)
        .order_by(LeadCadenceEnrollment.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=LeadCadenceEnrollment)
    ).all()
    for enrollment in gone:
        _finish(session, enrollment, EnrollmentEnd.STAGE_LEFT, now)
    done.cancelled += len(gone)
    done.more = len(gone) == limit
    session.flush()


def _run(
    session: Session,
    enrollment: LeadCadenceEnrollment,
    lead: Lead,
    steps: list[CadenceStep],
    zones: _Zones,
    now: datetime,
    done: Executed,
) -> None:
    step = _current(session, enrollment, steps)
    if step is None:
        done.completed += 1
        _finish(session, enrollment, EnrollmentEnd.FINISHED, now)
        return
    channel = step.channel
    from_time = now
    if channel in MESSAGE_STEPS:
        from_time = _message(session, enrollment, lead, step, zones, now, done)
    else:
        _task(session, enrollment, lead, step, now, done)
    enrollment.last_executed_at = now
    order = [each.id for each in steps]
    following = step_after(order, step.id)
    record(
        session,
        "enrollment",
        enrollment.id,
        "step_executed",
        before={"step_id": str(step.id)},
        after={"step_id": str(following) if following else None, "channel": step.channel, "lead_id": str(lead.id)},
    )
    if following is None:
        done.completed += 1
        _finish(session, enrollment, EnrollmentEnd.FINISHED, now)
        return
    enrollment.current_step_id = following
    # A message that waits for the morning has not been sent yet: the next wait begins when it is.
    enrollment.next_run_at = due(from_time, next(each for each in steps if each.id == following).wait_minutes)


def _message(
    session: Session,
    enrollment: LeadCadenceEnrollment,
    lead: Lead,
    step: CadenceStep,
    zones: _Zones,
    now: datetime,
    done: Executed,
) -> datetime:
    """Queues what the step says for the first lawful moment, or says why not; from when the next wait runs."""
    channel = MESSAGE_STEPS[step.channel]
    reason: Suppression | None = suppressed(channel, phone=lead.phone, email=lead.email, consent=lead.consent)
    if reason is None and (step.template_id is None or _retired(session, step.template_id)):
        reason = Suppression.NO_TEMPLATE
    scheduled = lawful_at(now, zones.of(lead.territory_id))
    made = session.execute(
        insert(Message)
        .values(
            org_id=lead.org_id,
            id=uuid7(),
            lead_id=lead.id,
            enrollment_id=enrollment.id,
            step_id=step.id,
            template_id=step.template_id,
            channel=channel,
            direction=MessageDirection.OUTBOUND,
            status=MessageStatus.SUPPRESSED if reason else MessageStatus.QUEUED,
            reason=reason,
            scheduled_for=scheduled,
            territory_id=lead.territory_id,
            owner_id=lead.owner_id,
            cell=lead.cell,
        )
        .on_conflict_do_nothing()
        .returning(Message.id)
    ).first()
    if made is not None and reason is not None:
        done.messages_suppressed += 1
    elif made is not None:
        done.messages_queued += 1
    return now if reason else scheduled


def _task(
    session: Session, enrollment: LeadCadenceEnrollment, lead: Lead, step: CadenceStep, now: datetime, done: Executed
) -> None:
    if step.channel == StepChannel.VISIT and _nobody_knocks_there(session, lead):
        return
    made = session.execute(
        insert(Task)
        .values(
            org_id=lead.org_id,
            id=uuid7(),
            lead_id=lead.id,
            assignee_id=lead.owner_id,
            title=_title(step),
            due_at=due(now, step.sla_minutes) if step.sla_minutes else None,
            state=TaskState.OPEN,
            enrollment_id=enrollment.id,
            step_id=step.id,
        )
        .on_conflict_do_nothing()
        .returning(Task.id)
    ).first()
    if made is not None:
        done.tasks_created += 1
        record(
            session,
            "task",
            made.id,
            "created",
            after={"lead_id": str(lead.id), "enrollment_id": str(enrollment.id)},
            whose=lead.owner_id,
        )


def _title(step: CadenceStep) -> str:
    told = (step.step_metadata or {}).get("title")
    return told[:_LONGEST_TITLE] if isinstance(told, str) and told.strip() else _TITLES[step.channel]


def _current(session: Session, enrollment: LeadCadenceEnrollment, steps: list[CadenceStep]) -> CadenceStep | None:
    """The step that is due; of one retired while somebody was being enrolled, the next that is in force."""
    for step in steps:
        if step.id == enrollment.current_step_id:
            return step
    if enrollment.current_step_id is None:
        return None
    retired = session.get(CadenceStep, (enrollment.org_id, enrollment.current_step_id))
    return next((step for step in steps if retired is not None and step.order >= retired.order), None)


def _finish(session: Session, enrollment: LeadCadenceEnrollment, reason: EnrollmentEnd, now: datetime) -> None:
    before = str(enrollment.status)
    end(enrollment, reason, now)
    record(
        session,
        "enrollment",
        enrollment.id,
        "ended",
        before={"status": before},
        after={"status": str(enrollment.status), "because": reason, "lead_id": str(enrollment.lead_id)},
    )


def _steps(session: Session, cadence_ids: set[uuid.UUID]) -> dict[uuid.UUID, list[CadenceStep]]:
    found: dict[uuid.UUID, list[CadenceStep]] = {cadence_id: [] for cadence_id in cadence_ids}
    rows = session.scalars(
        select(CadenceStep)
        .where(
            CadenceStep.org_id == context_of(session).org_id,
            CadenceStep.cadence_id.in_(cadence_ids),
            CadenceStep.last_edition.is_(None),
        )
        .order_by(CadenceStep.order)
    )
    for step in rows:
        found[step.cadence_id].append(step)
    return found


def _retired(session: Session, template_id: uuid.UUID) -> bool:
    found = session.get(MessageTemplate, (context_of(session).org_id, template_id))
    return found is None or found.retired_at is not None


def _nobody_knocks_there(session: Session, lead: Lead) -> bool:
    if lead.address_id is None:
        return False
    return bool(
        session.scalar(select(Address.do_not_knock).where(Address.org_id == lead.org_id, Address.id == lead.address_id))
    )


class _Zones:
    """The clocks that leads live by: their territory's, or else the organisation's."""

    def __init__(self, session: Session) -> None:
        org_id = context_of(session).org_id
        self._own = ZoneInfo(session.scalars(select(Organisation.zone).where(Organisation.id == org_id)).one())
        rows = session.execute(select(Territory.id, Territory.zone).where(Territory.org_id == org_id))
        self._zones = {territory_id: ZoneInfo(zone) for territory_id, zone in rows}

    def of(self, territory_id: uuid.UUID | None) -> ZoneInfo:
        return self._zones.get(territory_id, self._own) if territory_id else self._own
