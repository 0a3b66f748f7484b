"""Cadences and their steps, edited while leads run through them.

A step that goes is retired, not deleted: its messages and tasks keep their step, and whoever stood on it moves to the
next one there is. Every change of the steps makes a new edition of the cadence.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbound.activities.models import ActivityOutcome
from outbound.audit.service import record
from outbound.cadences.models import Cadence, CadenceStep, LeadCadenceEnrollment
from outbound.cadences.rules import StepDraft, heir, refuse_closed_target, refuse_senseless_steps
from outbound.errors import Conflict, NotFound
from outbound.identity.permissions import Operation, require
from outbound.ids import uuid7
from outbound.messaging.service import channels_of
from outbound.storage.captures import first_capture, of_before
from outbound.storage.context import context_of
from outbound.storage.system import as_system
from outbound.storage.versions import begin_edit
from outbound.vocabulary import EnrollmentEnd, EnrollmentStatus, Role, Stage

RUNNING = (EnrollmentStatus.ACTIVE, EnrollmentStatus.PAUSED)
_ASIDE = 1_000_000
"""Added to the order of steps while they change places."""


@dataclass(frozen=True)
class CadenceDraft:
    """A cadence as somebody wrote it, its steps in their order."""

    name: str
    target_stage: Stage
    steps: Sequence[StepDraft] = ()
    description: str | None = None
    active: bool = True
    id: uuid.UUID | None = None


@dataclass(frozen=True)
class CadenceRow:
    """A cadence with its steps in force, and how many leads run through it."""

    cadence: Cadence
    steps: list[CadenceStep]
    running: int


def get(session: Session, cadence_id: uuid.UUID, *, lock: bool = False) -> Cadence:
    """A cadence in force. Raises :class:`NotFound`."""
    query = select(Cadence).where(
        Cadence.org_id == context_of(session).org_id, Cadence.id == cadence_id, Cadence.retired_at.is_(None)
    )
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFound(f"There is no cadence {cadence_id}.")
    return found


def steps_of(session: Session, cadence_id: uuid.UUID) -> list[CadenceStep]:
    """The steps in force, in their order."""
    return _steps(session, [cadence_id])


def find(
    session: Session,
    *,
    target_stage: Stage | None = None,
    active: bool | None = None,
    after: uuid.UUID | None = None,
    limit: int,
) -> list[CadenceRow]:
    """Cadences in force by id, ``limit`` at the most."""
    query = select(Cadence).where(Cadence.org_id == context_of(session).org_id, Cadence.retired_at.is_(None))
    if target_stage is not None:
        query = query.where(Cadence.target_stage == target_stage)
    if active is not None:
        query = query.where(Cadence.active == active)
    if after is not None:
        query = query.where(Cadence.id > after)
    return _rows(session, list(session.scalars(query.order_by(Cadence.id).limit(limit))))


def one(session: Session, cadence_id: uuid.UUID) -> CadenceRow:
    """A cadence in force with its steps. Raises :class:`NotFound`."""
    return _rows(session, [get(session, cadence_id)])[0]


def create(session: Session, draft: CadenceDraft, now: datetime) -> tuple[Cadence, bool]:
    """Adds a cadence; the second value is false where the same request made it already.

    Raises :class:`Invalid` for steps that make no sense, :class:`Conflict` for a name that is taken.
    """
    refuse_closed_target(draft.target_stage)
    if draft.id is not None and not first_capture(session, "cadence", draft.id, asdict(draft)):
        with of_before():
            return get(session, draft.id), False
    cadence = Cadence(
        org_id=context_of(session).org_id,
        id=draft.id or uuid7(),
        name=draft.name,
        description=draft.description,
        target_stage=draft.target_stage,
        active=draft.active,
        edition=0,  # the first steps make the first
    )
    session.add(cadence)
    _flush_named(session, cadence)
    _apply(session, cadence, draft.steps, now)
    record(
        session,
        "cadence",
        cadence.id,
        "created",
        after={"target_stage": cadence.target_stage, "active": cadence.active, "steps": len(draft.steps)},
    )
    session.flush()
    return cadence, True


def edit(
    session: Session, cadence_id: uuid.UUID, changes: dict[str, Any], now: datetime, version: int | None
) -> Cadence:
    """Changes ``name``, ``description``, ``target_stage``, ``active`` or ``steps`` (the whole list of drafts).

    Raises :class:`NotFound`, :class:`Invalid`, :class:`Conflict`, :class:`outbound.errors.PreconditionFailed`.
    """
    cadence = get(session, cadence_id, lock=True)
    begin_edit(cadence, version)
    before = _audited(cadence)
    for name in ("name", "description", "target_stage", "active"):
        if name in changes:
            setattr(cadence, name, changes[name])
    refuse_closed_target(cadence.target_stage)
    _flush_named(session, cadence)
    moved = _apply(session, cadence, changes["steps"], now) if "steps" in changes else 0
    after = _audited(cadence) | {"fields": sorted(changes), "moved_enrollments": moved}
    record(session, "cadence", cadence.id, "changed", before=before, after=after)
    session.flush()
    return cadence


def add_step(
    session: Session,
    cadence_id: uuid.UUID,
    draft: StepDraft,
    now: datetime,
    version: int | None,
    *,
    order: int | None = None,
) -> CadenceStep:
    """Puts a step into a cadence at a place (1 is the first), or at its end; the rest moves up."""
    cadence = get(session, cadence_id, lock=True)
    steps = [draft_of(step) for step in steps_of(session, cadence.id)]
    if draft.id is not None and any(step.id == draft.id for step in steps):
        raise Conflict("This cadence has a step of that id already; change it by PATCH.")
    at = len(steps) if order is None else min(order - 1, len(steps))
    edit(session, cadence_id, {"steps": [*steps[:at], draft, *steps[at:]]}, now, version)
    return steps_of(session, cadence_id)[at]


def edit_step(
    session: Session,
    cadence_id: uuid.UUID,
    step_id: uuid.UUID,
    changes: dict[str, Any],
    now: datetime,
    version: int | None,
) -> CadenceStep:
    """Changes one step, or its place (``order``, 1 is the first). Raises as :func:`edit`."""
    cadence = get(session, cadence_id, lock=True)
    steps = [draft_of(step) for step in steps_of(session, cadence.id)]
    at = _place(steps, step_id)
    changed = StepDraft(**({**asdict(steps[at]), **{k: v for k, v in changes.items() if k != "order"}}))
    del steps[at]
    to = min(changes["order"] - 1, len(steps)) if changes.get("order") else at
    steps.insert(to, changed)
    edit(session, cadence_id, {"steps": steps}, now, version)
    return steps_of(session, cadence_id)[to]


def remove_step(
    session: Session, cadence_id: uuid.UUID, step_id: uuid.UUID, now: datetime, version: int | None
) -> Cadence:
    """Retires one step; who stood on it moves to the next. Raises as :func:`edit`."""
    cadence = get(session, cadence_id, lock=True)
    steps = [draft_of(step) for step in steps_of(session, cadence.id)]
    del steps[_place(steps, step_id)]
    return edit(session, cadence_id, {"steps": steps}, now, version)


def retire(session: Session, cadence_id: uuid.UUID, now: datetime, version: int | None) -> None:
    """Takes a cadence out of use, and no result enrols in it any more; its history stays.

    Raises :class:`Conflict` while leads run through it.
    """
    cadence = get(session, cadence_id, lock=True)
    with as_system(session):
        running = _running(session, [cadence.id]).get(cadence.id, 0)
    if running:
        raise Conflict(
            f"{running} lead(s) run through this cadence; cancel their enrolments first, or set it inactive.",
            running=running,
        )
    begin_edit(cadence, version)
    cadence.retired_at, cadence.active = now, False
    named = (ActivityOutcome.org_id == cadence.org_id, ActivityOutcome.cadence_id == cadence.id)
    if session.scalars(select(ActivityOutcome.result).where(*named)).first() is not None:
        # The result table starts it somewhere, and that table is the owner's.
        require(session, Operation.RULES_WRITE)
        session.execute(update(ActivityOutcome).where(*named).values(cadence_id=None))
    record(session, "cadence", cadence.id, "deleted", before=_audited(cadence))
    session.flush()


def draft_of(step: CadenceStep) -> StepDraft:
    """A stored step as it could be written again."""
    return StepDraft(
        id=step.id,
        channel=step.channel,
        template_id=step.template_id,
        wait_minutes=step.wait_minutes,
        sla_minutes=step.sla_minutes,
        auto_complete=step.auto_complete,
        metadata=step.step_metadata,
    )


def _apply(session: Session, cadence: Cadence, drafts: Sequence[StepDraft], now: datetime) -> int:
    """Makes the steps those of the list; how many running enrolments had to move."""
    wanted = {draft.template_id for draft in drafts if draft.template_id is not None}
    refuse_senseless_steps(drafts, channels_of(session, wanted))
    standing = {step.id: step for step in steps_of(session, cadence.id)}
    before = [step.id for step in standing.values()]
    if [draft_of(step) for step in standing.values()] == list(drafts) and cadence.edition > 0:
        return 0
    cadence.edition += 1
    for each in standing.values():
        each.order += _ASIDE
    session.flush()
    kept: list[CadenceStep] = []
    for order, draft in enumerate(drafts, start=1):
        step: CadenceStep | None = standing.pop(draft.id, None) if draft.id is not None else None
        if step is None:
            step = CadenceStep(
                org_id=cadence.org_id, id=draft.id or uuid7(), cadence_id=cadence.id, first_edition=cadence.edition
            )
            session.add(step)
        step.order, step.channel, step.template_id = order, draft.channel, draft.template_id
        step.wait_minutes, step.sla_minutes = draft.wait_minutes, draft.sla_minutes
        step.auto_complete, step.step_metadata = draft.auto_complete, draft.metadata
        kept.append(step)
    for gone in standing.values():
        gone.order -= _ASIDE
        gone.last_edition = cadence.edition - 1
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("A step's id is taken by another one; leave it out, and it gets a new one.") from error
    return _move(session, cadence, before, [step.id for step in kept], [step.id for step in standing.values()], now)


def _move(
    session: Session,
    cadence: Cadence,
    before: list[uuid.UUID],
    after: list[uuid.UUID],
    gone: list[uuid.UUID],
    now: datetime,
) -> int:
    """Moves who stands on a step that went, at the time they were due; who has nothing left to do is done."""
    if not gone:
        return 0
    with as_system(session):  # leads run through it in territories that its editor may not see
        standing = session.scalars(
            select(LeadCadenceEnrollment)
            .where(
                LeadCadenceEnrollment.org_id == cadence.org_id,
                LeadCadenceEnrollment.cadence_id == cadence.id,
                LeadCadenceEnrollment.status.in_(RUNNING),
                LeadCadenceEnrollment.current_step_id.in_(gone),
            )
            .order_by(LeadCadenceEnrollment.id)
            .with_for_update()
        ).all()
        for enrollment in standing:
            assert enrollment.current_step_id is not None
            step = heir(before, after, enrollment.current_step_id)
            enrollment.current_step_id = step
            if step is None:
                enrollment.status, enrollment.ended_because = EnrollmentStatus.COMPLETED, EnrollmentEnd.FINISHED
                enrollment.completed_at, enrollment.next_run_at = now, None
    return len(standing)


def _rows(session: Session, cadences: list[Cadence]) -> list[CadenceRow]:
    ids = [cadence.id for cadence in cadences]
    steps: dict[uuid.UUID, list[CadenceStep]] = {cadence_id: [] for cadence_id in ids}
    for step in _steps(session, ids):
        steps[step.cadence_id].append(step)
    running = _running(session, ids)
    return [CadenceRow(cadence, steps[cadence.id], running.get(cadence.id, 0)) for cadence in cadences]


def _steps(session: Session, cadence_ids: Sequence[uuid.UUID]) -> list[CadenceStep]:
    return list(
        session.scalars(
            select(CadenceStep)
            .where(
                CadenceStep.org_id == context_of(session).org_id,
                CadenceStep.cadence_id.in_(cadence_ids),
                CadenceStep.last_edition.is_(None),
            )
            .order_by(CadenceStep.cadence_id, CadenceStep.order)
        )
    )


def _running(session: Session, cadence_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many enrolments run, as far as the caller may see them."""
    if context_of(session).role is Role.OPS:
        return {}  # they see no enrolments
    rows = session.execute(
        select(LeadCadenceEnrollment.cadence_id, func.count())
        .where(
            LeadCadenceEnrollment.org_id == context_of(session).org_id,
            LeadCadenceEnrollment.cadence_id.in_(cadence_ids),
            LeadCadenceEnrollment.status.in_(RUNNING),
        )
        .group_by(LeadCadenceEnrollment.cadence_id)
    )
    return {row[0]: row[1] for row in rows}


def _place(steps: list[StepDraft], step_id: uuid.UUID) -> int:
    for at, step in enumerate(steps):
        if step.id == step_id:
            return at
    raise NotFound(f"There is no step {step_id} in this cadence.")


def _audited(cadence: Cadence) -> dict[str, Any]:
    return {
        "target_stage": str(cadence.target_stage),
        "active": cadence.active,
        "edition": cadence.edition,
        "version": cadence.version,
    }


def _flush_named(session: Session, cadence: Cadence) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        if constraint == "uq_cadences_name":
            raise Conflict(f"There is a cadence “{cadence.name}” already; give this one another name.") from error
        raise Conflict("The cadence contradicts what is stored already; read it again.") from error
