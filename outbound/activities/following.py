"""What an activity makes of its lead: the one home of these rules, whether one is logged or a phone's whole day."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from outbound.activities.rules import Outcome
from outbound.leads.rules import LeadState, due_at
from outbound.vocabulary import OPEN_STAGES, TOUCH_TYPES, ActivityResult, ActivityType, Stage


@dataclass(frozen=True)
class Table:
    """The organisation's own rules: result × stage, and minutes in which a stage owes a touch."""

    outcomes: Mapping[tuple[ActivityResult, Stage], Outcome]
    sla_minutes: Mapping[Stage, int | None]


@lru_cache(maxsize=256)
def table_of(outcomes: tuple[tuple[Any, ...], ...], policies: tuple[tuple[Any, ...], ...]) -> Table:
    """The table of rows as they are stored: result, stage, next stage, minutes, cadence; and stage, minutes.

    Kept, for an organisation's rules change rarely and every knock asks for them.
    """
    return Table(
        {
            (ActivityResult(result), Stage(stage)): Outcome(
                ActivityResult(result), Stage(stage), Stage(to_stage), minutes, cadence_id
            )
            for result, stage, to_stage, minutes, cadence_id in outcomes
        },
        {Stage(stage): minutes for stage, minutes in policies},
    )


@dataclass(frozen=True)
class Happening:
    """An activity, with its time by our clock."""

    type: ActivityType
    occurred_at: datetime
    result: ActivityResult | None = None
    follow_up_at: datetime | None = None


@dataclass(frozen=True)
class Consequence:
    """What follows from an activity."""

    closes_door: bool
    """In whatever order it arrives: nobody knocks there again."""
    is_newest: bool
    """Whether it is now the lead's last activity."""
    follows: bool
    """False for a late one: a fact of its week, but what came after it has already moved the lead."""
    outcome: Outcome | None
    moves_to: Stage | None
    moves_at: datetime


def consequence_of(lead: LeadState, happening: Happening, table: Table) -> Consequence:
    """What an activity does to its lead.

    A stage that somebody set by hand after the knock stands, but for a wish to be left alone. COLD is set by
    nobody's hand: a lead captured offline reaches us after its first knock was made.
    """
    leave_alone = happening.result is ActivityResult.DO_NOT_CONTACT
    is_newest = lead.last_activity_at is None or happening.occurred_at >= lead.last_activity_at
    follows = is_newest or leave_alone
    overtaken = happening.occurred_at < lead.stage_entered_at and lead.stage is not Stage.COLD
    outcome = None
    if follows and happening.result is not None and (leave_alone or not overtaken):
        outcome = table.outcomes.get((happening.result, lead.stage))
    return Consequence(
        closes_door=leave_alone,
        is_newest=is_newest,
        follows=follows,
        outcome=outcome,
        moves_to=outcome.to_stage if outcome is not None and outcome.to_stage is not lead.stage else None,
        moves_at=max(happening.occurred_at, lead.stage_entered_at),  # the history of a lead runs one way
    )


def passed_on(
    lead: LeadState, happening: Happening, follows: Consequence, activity_id: uuid.UUID, table: Table
) -> LeadState:
    """The lead's clocks after an activity, in the stage it is in by then.

    What it owes changes only where it followed, the activity was a touch, and the lead is open.
    """
    if follows.is_newest:
        lead = replace(lead, last_activity_at=happening.occurred_at, last_activity_id=activity_id)
    if not follows.follows or happening.type not in TOUCH_TYPES or lead.stage not in OPEN_STAGES:
        return lead
    due = due_at(lead.stage, table.sla_minutes.get(lead.stage), happening.occurred_at, has_owner=lead.has_owner)
    return replace(lead, due_at=due, next_action_at=next_action(happening, follows.outcome) or due)


def next_action(happening: Happening, outcome: Outcome | None) -> datetime | None:
    """When somebody means to act after an activity; none: when the next touch is owed."""
    if happening.follow_up_at is not None:
        return happening.follow_up_at
    if outcome is not None and outcome.next_action_minutes is not None:
        return happening.occurred_at + timedelta(minutes=outcome.next_action_minutes)
    return None
