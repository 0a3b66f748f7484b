"""Stages, due times and moves: which are legal, what each makes of a lead, and when a touch is owed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

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


@dataclass(frozen=True)
class LeadState:
    """Where a lead stands: all that a move may change of it."""

    stage: Stage
    stage_entered_at: datetime
    owner_id: uuid.UUID | None = None
    territory_id: uuid.UUID | None = None
    due_at: datetime | None = None
    """When a touch is owed by the stage's SLA."""
    next_action_at: datetime | None = None
    """When somebody means to act."""
    last_activity_at: datetime | None = None
    last_activity_id: uuid.UUID | None = None
    address_id: uuid.UUID | None = None
    cell: int | None = None
    archived_at: datetime | None = None
    merged_into_id: uuid.UUID | None = None

    @property
    def has_owner(self) -> bool:
        return self.owner_id is not None

    def told(self) -> dict[str, Any]:
        """What the audit log says of it."""
        return {"stage": str(self.stage), "owner_id": _text(self.owner_id), "territory_id": _text(self.territory_id)}


@dataclass(frozen=True)
class Entry:
    """Why a lead moved, as the audit log says it. ``acted_for``: the owner whose lead somebody else moved."""

    action: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    acted_for: uuid.UUID | None = None


@dataclass(frozen=True)
class Move:
    """One change of where a lead stands: from what, to what, when, by whom (none: the system), and why.

    ``before`` none: the lead begins. Its history gets a row where stage, owner or territory differ.
    """

    lead_id: uuid.UUID
    before: LeadState | None
    after: LeadState
    at: datetime
    by: uuid.UUID | None
    entry: Entry | None = None
    """None where the act that moved it has an entry of its own."""
    activity_id: uuid.UUID | None = None
    """The activity that it follows from."""
    starts_clock: bool = False
    """Whether what is owed is counted anew from here; its history says until when."""
    is_edit: bool = True
    """Whether it counts as a version of the lead; what only passes the clocks on does not."""
    takes_back: uuid.UUID | None = None
    """The row of history that counts no more; none is added then."""
    in_history: bool = True
    """False where somebody else's history tells it: a merged lead's survivor."""

    @property
    def makes_history(self) -> bool:
        """Whether the lead's history gets a row."""
        before, after = self.before, self.after
        return (
            self.in_history
            and self.takes_back is None
            and (
                before is None
                or before.stage is not after.stage
                or before.owner_id != after.owner_id
                or before.territory_id != after.territory_id
            )
        )


def begun(
    at: datetime,
    owner_id: uuid.UUID | None,
    sla_minutes: int | None,
    *,
    address_id: uuid.UUID | None,
    territory_id: uuid.UUID | None,
    cell: int | None,
) -> LeadState:
    """Where a new lead stands. ``sla_minutes`` are COLD's."""
    due = due_at(Stage.COLD, sla_minutes, at, has_owner=owner_id is not None)
    return LeadState(Stage.COLD, at, owner_id, territory_id, due, due, address_id=address_id, cell=cell)


def beginning(lead_id: uuid.UUID, lead: LeadState, at: datetime, by: uuid.UUID | None) -> Move:
    """A lead is there: the first row of its history."""
    return Move(lead_id, None, lead, at, by, Entry("created", after=lead.told()), starts_clock=True)


def entering(
    lead_id: uuid.UUID,
    lead: LeadState,
    stage: Stage,
    at: datetime,
    by: uuid.UUID | None,
    sla_minutes: int | None,
    activity_id: uuid.UUID | None = None,
) -> Move:
    """A lead enters a stage, and what it owes is counted from there. Whether it may is :func:`refuse_illegal_move`'s
    to say."""
    due = due_at(stage, sla_minutes, at, has_owner=lead.has_owner)
    after = replace(lead, stage=stage, stage_entered_at=at, due_at=due, next_action_at=due)
    entry = Entry("stage_changed", lead.told(), after.told(), other_than(by, lead.owner_id))
    return Move(lead_id, lead, after, at, by, entry, activity_id, starts_clock=True)


def reassigned(lead: LeadState, owner_id: uuid.UUID | None, at: datetime, sla_minutes: int | None) -> LeadState:
    """A lead with another owner, or none. ``sla_minutes`` are COLD's: a COLD lead's clock starts with its first owner
    and stops without one; otherwise what was owed stays owed."""
    if not restarts_clock(lead, owner_id):
        return replace(lead, owner_id=owner_id)
    due = due_at(Stage.COLD, sla_minutes, at, has_owner=owner_id is not None)
    return replace(lead, owner_id=owner_id, due_at=due, next_action_at=due)


class Owned(Protocol):
    """A lead of which it is known in which stage it is, and whose."""

    @property
    def stage(self) -> Stage: ...

    @property
    def owner_id(self) -> uuid.UUID | None: ...


def restarts_clock(lead: Owned, owner_id: uuid.UUID | None) -> bool:
    """Whether another owner sets a lead's clock."""
    return lead.stage is Stage.COLD and (lead.owner_id is None or owner_id is None)


def reassigning(
    lead_id: uuid.UUID,
    lead: LeadState,
    owner_id: uuid.UUID | None,
    at: datetime,
    by: uuid.UUID | None,
    sla_minutes: int | None,
) -> Move:
    """A lead is given to another owner, or to nobody, by :func:`reassigned`."""
    after = reassigned(lead, owner_id, at, sla_minutes)
    entry = Entry("reassigned", _owner(lead), _owner(after), other_than(by, lead.owner_id))
    starts = restarts_clock(lead, owner_id) and owner_id is not None
    return Move(lead_id, lead, after, at, by, entry, starts_clock=starts)


def handing_over(lead_id: uuid.UUID, lead: LeadState, owner_id: uuid.UUID, at: datetime, by: uuid.UUID | None) -> Move:
    """A lead goes on with another owner, in the name of the one that it leaves. No clock starts anew."""
    after = replace(lead, owner_id=owner_id)
    return Move(lead_id, lead, after, at, by, Entry("handed_over", _owner(lead), _owner(after), lead.owner_id))


def falling_back(
    lead_id: uuid.UUID,
    lead: LeadState,
    stage: Stage,
    entered_at: datetime,
    at: datetime,
    by: uuid.UUID | None,
    *,
    takes_back: uuid.UUID,
    activity_id: uuid.UUID,
) -> Move:
    """A lead is in the stage again that an activity took it out of, as if it had not been."""
    after = replace(lead, stage=stage, stage_entered_at=entered_at)
    told = {"stage": str(stage), "activity_id": str(activity_id)}
    entry = Entry("stage_fell_back", {"stage": str(lead.stage)}, told, other_than(by, lead.owner_id))
    return Move(lead_id, lead, after, at, by, entry, takes_back=takes_back)


def passing(lead_id: uuid.UUID, lead: LeadState, after: LeadState, at: datetime, by: uuid.UUID | None) -> Move:
    """A lead's clocks go on: it was touched, or what touched it last is another one."""
    return Move(lead_id, lead, after, at, by, is_edit=False)


def other_than(by: uuid.UUID | None, owner_id: uuid.UUID | None) -> uuid.UUID | None:
    """The owner, where somebody else acts."""
    return owner_id if owner_id != by else None


def _owner(lead: LeadState) -> dict[str, Any]:
    return {"owner_id": _text(lead.owner_id)}


def _text(value: uuid.UUID | None) -> str | None:
    return str(value) if value else None
