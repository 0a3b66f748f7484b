"""Stages and due times: which moves are legal, and when a touch is owed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from outbound.errors import Conflict
from outbound.vocabulary import OPEN_STAGES, SlaState, Stage

TRANSITIONS: Mapping[Stage, frozenset[Stage]] = {
    Stage.COLD: frozenset({Stage.CONTACTED, Stage.FOLLOW_UP, Stage.SCHEDULED, Stage.LOST, Stage.NOT_QUALIFIED}),
    Stage.CONTACTED: frozenset({Stage.FOLLOW_UP, Stage.SCHEDULED, Stage.LOST, Stage.NOT_QUALIFIED}),
    Stage.FOLLOW_UP: frozenset({Stage.CONTACTED, Stage.SCHEDULED, Stage.LOST, Stage.NOT_QUALIFIED}),
    Stage.SCHEDULED: frozenset({Stage.FOLLOW_UP, Stage.WON, Stage.LOST, Stage.NOT_QUALIFIED}),
    Stage.LOST: frozenset({Stage.COLD}),
    Stage.WON: frozenset(),
    Stage.NOT_QUALIFIED: frozenset(),
}
"""Legal moves. A quote that falls through takes SCHEDULED back to FOLLOW_UP; LOST may reopen to COLD."""

DEFAULT_SLA_MINUTES: Mapping[Stage, int | None] = {
    Stage.COLD: 7 * 24 * 60,
    Stage.CONTACTED: 2 * 24 * 60,
    Stage.FOLLOW_UP: 3 * 24 * 60,
    Stage.SCHEDULED: None,
    Stage.WON: None,
    Stage.LOST: None,
    Stage.NOT_QUALIFIED: None,
}
"""What a new organisation starts with, kept in ``stage_policies`` where it may be tuned."""

DUE_SOON = timedelta(hours=24)


def refuse_illegal_move(from_stage: Stage, to_stage: Stage) -> None:
    """Raises :class:`Conflict` unless a lead may move from one stage to another."""
    if to_stage is from_stage or to_stage in TRANSITIONS[from_stage]:
        return
    legal = ", ".join(sorted(TRANSITIONS[from_stage])) or "nowhere: it is closed"
    raise Conflict(f"A lead in {from_stage} cannot move to {to_stage}; from there it may move to {legal}.")


def due_at(stage: Stage, sla_minutes: int | None, clock_started_at: datetime, *, has_owner: bool) -> datetime | None:
    """When the next touch is owed.

    ``clock_started_at`` is the latest of: the stage was entered, the owner was set, the lead was touched. A COLD
    lead without an owner owes nothing: its clock starts when an owner is set.
    """
    if sla_minutes is None or stage not in OPEN_STAGES:
        return None
    if stage is Stage.COLD and not has_owner:
        return None
    return clock_started_at + timedelta(minutes=sla_minutes)


def sla_state(due: datetime | None, now: datetime) -> SlaState:
    """How a lead stands against its due time."""
    if due is None:
        return SlaState.NONE
    if due < now:
        return SlaState.OVERDUE
    return SlaState.DUE_SOON if due - now <= DUE_SOON else SlaState.OK
