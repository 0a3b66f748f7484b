"""Cadences: which steps make sense, when the next one is due, and whose lead has left. Pure: time is an argument."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from outbound.errors import Conflict, Invalid
from outbound.vocabulary import OPEN_STAGES, EnrollmentStatus, MessageChannel, Stage, StepChannel

MOST_STEPS = 50
LONGEST_WAIT_MINUTES = 525_600
"""A year."""

MESSAGE_STEPS = {StepChannel.SMS: MessageChannel.SMS, StepChannel.EMAIL: MessageChannel.EMAIL}
"""Steps that send something; the others ask somebody to do something."""

_IN_CONVERSATION = frozenset({Stage.CONTACTED, Stage.FOLLOW_UP})
_GROUPS: Mapping[Stage, frozenset[Stage]] = {
    Stage.COLD: frozenset({Stage.COLD}),
    Stage.CONTACTED: _IN_CONVERSATION,
    Stage.FOLLOW_UP: _IN_CONVERSATION,
    Stage.SCHEDULED: frozenset({Stage.SCHEDULED}),
}
"""The stages a cadence keeps running in, by the stage it starts from: CONTACTED and FOLLOW_UP go to and fro."""


@dataclass(frozen=True)
class StepDraft:
    """A step as somebody wrote it. ``id`` names one that is there already; the place in the list is its order."""

    channel: StepChannel
    id: uuid.UUID | None = None
    template_id: uuid.UUID | None = None
    wait_minutes: int = 0
    sla_minutes: int | None = None
    auto_complete: bool = False
    metadata: dict[str, Any] | None = field(default=None, hash=False)


def stages_of(target: Stage) -> frozenset[Stage]:
    """Stages in which a cadence that starts from ``target`` runs on; none for a closed one."""
    return _GROUPS.get(target, frozenset())


def refuse_closed_target(target: Stage) -> None:
    """Raises :class:`Invalid` for a stage whose leads nobody works on any more."""
    if target not in OPEN_STAGES:
        listed = ", ".join(OPEN_STAGES)
        raise Invalid(f"A cadence starts from an open stage ({listed}), not from {target}.")


def refuse_unfit_stage(target: Stage, stage: Stage) -> None:
    """Raises :class:`Conflict` unless a lead in ``stage`` may be enrolled."""
    if stage not in OPEN_STAGES:
        raise Conflict(f"The lead is closed ({stage}); reopen it before you enrol it.")
    if stage not in stages_of(target):
        raise Conflict(f"This cadence is for leads in {target}, and the lead is in {stage}; choose another cadence.")


def refuse_senseless_steps(steps: Sequence[StepDraft], channels: Mapping[uuid.UUID, MessageChannel]) -> None:
    """Raises :class:`Invalid` that names every step at fault. ``channels``: those of the templates in force."""
    errors: list[dict[str, Any]] = []
    if len(steps) > MOST_STEPS:
        errors.append({"field": "steps", "reason": f"a cadence has {MOST_STEPS} steps at the most"})
    seen: set[uuid.UUID] = set()
    for number, step in enumerate(steps):
        for name, reason in _faults(step, channels, seen):
            errors.append({"field": f"steps.{number}.{name}", "reason": reason})
        if step.id is not None:
            seen.add(step.id)
    if errors:
        raise Invalid(f"{errors[0]['field']}: {errors[0]['reason']}.", errors=errors)


def _faults(
    step: StepDraft, channels: Mapping[uuid.UUID, MessageChannel], seen: set[uuid.UUID]
) -> list[tuple[str, str]]:
    found = []
    if step.id is not None and step.id in seen:
        found.append(("id", "the same step stands twice in the list"))
    wanted = MESSAGE_STEPS.get(step.channel)
    if wanted is not None and step.template_id is None:
        found.append(("template_id", f"a step by {step.channel} needs a template"))
    elif wanted is None and step.template_id is not None:
        found.append(("template_id", f"a {step.channel} step sends nothing, so it takes no template"))
    elif step.template_id is not None and step.template_id not in channels:
        found.append(("template_id", "there is no such template"))
    elif step.template_id is not None and channels[step.template_id] != wanted:
        found.append(("template_id", f"the template is for {channels[step.template_id]}, the step for {step.channel}"))
    if not 0 <= step.wait_minutes <= LONGEST_WAIT_MINUTES:
        found.append(("wait_minutes", f"it must lie between 0 and {LONGEST_WAIT_MINUTES}"))
    return found


def due(after: datetime, wait_minutes: int) -> datetime:
    """When a step is due that waits for so long after ``after``: the enrolment, or the step before."""
    return after + timedelta(minutes=wait_minutes)


def resumed(next_run_at: datetime | None, paused_at: datetime | None, now: datetime) -> datetime:
    """When a paused enrolment goes on: what was left of its wait is still waited for."""
    if next_run_at is None:
        return now
    left = next_run_at - (paused_at or now)
    return now + max(left, timedelta(0))


def step_after(order: Sequence[uuid.UUID], current: uuid.UUID | None) -> uuid.UUID | None:
    """The step that follows in the order of the list; none after the last, or for one that is not in it."""
    if current is None or current not in order:
        return None
    at = list(order).index(current) + 1
    return order[at] if at < len(order) else None


def heir(before: Sequence[uuid.UUID], after: Sequence[uuid.UUID], step: uuid.UUID) -> uuid.UUID | None:
    """The step that whoever stood on a removed one moves to: the next of the old order that is still there, or the
    first new one behind what came before; none when nothing is left to do."""
    if step in after:
        return step
    at = list(before).index(step)
    for follower in before[at + 1 :]:
        if follower in after:
            return follower
    done = set(before[:at])
    behind = [place for place, kept in enumerate(after) if kept in done]
    rest = after[behind[-1] + 1 :] if behind else after
    return rest[0] if rest else None


_MOVES = {
    EnrollmentStatus.ACTIVE: {EnrollmentStatus.PAUSED, EnrollmentStatus.CANCELLED},
    EnrollmentStatus.PAUSED: {EnrollmentStatus.ACTIVE, EnrollmentStatus.CANCELLED},
}


def refuse_illegal_turn(status: EnrollmentStatus, wanted: EnrollmentStatus) -> bool:
    """Whether there is anything to change; raises :class:`Conflict` for an enrolment that is over."""
    if wanted is status:
        return False
    if wanted not in _MOVES.get(status, set()):
        raise Conflict(f"This enrolment is {status}; it cannot become {wanted}. Enrol the lead again.")
    return True
