"""Which leads a bulk change changes, and why it leaves the others: decided before anything is written. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from outbound.leads.rules import TRANSITIONS
from outbound.vocabulary import OPEN_STAGES, BulkAction, SkipReason, Stage

SETTABLE = frozenset({Stage.COLD, Stage.CONTACTED, Stage.FOLLOW_UP, Stage.LOST, Stage.NOT_QUALIFIED})
"""Stages that many leads may be put into at once: SCHEDULED and WON hand over one at a time."""

SAMPLES = 5
"""Leads named for each reason."""


@dataclass(frozen=True)
class Standing:
    """A lead as a bulk change finds it."""

    id: uuid.UUID
    stage: Stage
    owner_id: uuid.UUID | None
    campaign_id: uuid.UUID | None
    is_writable: bool
    """Whether the caller may change it, and not only read it."""
    is_archived: bool = False
    has_tag: bool = False
    tags: int = 0
    address_taken: bool = False
    """Whether its address has another open lead, so that it cannot reopen."""
    stage_entered_at: datetime | None = None
    due_at: datetime | None = None
    next_action_at: datetime | None = None


@dataclass(frozen=True)
class Change:
    """What is to be done. Of ``value``: a member or none, a stage, a tag, a campaign or none."""

    action: BulkAction
    value: Any


@dataclass(frozen=True)
class Verdict:
    """The leads that will change, and those that will not by reason."""

    changes: list[Standing]
    skipped: Mapping[SkipReason, list[uuid.UUID]] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        return {str(reason): len(ids) for reason, ids in self.skipped.items()}


def judge(change: Change, leads: Iterable[Standing], missing: Iterable[uuid.UUID] = (), *, most_tags: int) -> Verdict:
    """Sorts leads into those that change and those that do not; ``missing`` were named and are out of reach."""
    changes: list[Standing] = []
    skipped: dict[SkipReason, list[uuid.UUID]] = {}
    for each in missing:
        skipped.setdefault(SkipReason.NOT_FOUND, []).append(each)
    for lead in leads:
        reason = why_not(change, lead, most_tags)
        if reason is None:
            changes.append(lead)
        else:
            skipped.setdefault(reason, []).append(lead.id)
    return Verdict(changes, skipped)


def why_not(change: Change, lead: Standing, most_tags: int) -> SkipReason | None:
    """Why a lead is left as it is; none for one that changes."""
    if lead.is_archived:
        return SkipReason.ARCHIVED
    if not lead.is_writable:
        return SkipReason.READ_ONLY
    match change.action:
        case BulkAction.REASSIGN:
            return SkipReason.UNCHANGED if lead.owner_id == change.value else None
        case BulkAction.CAMPAIGN:
            return SkipReason.UNCHANGED if lead.campaign_id == change.value else None
        case BulkAction.TAG:
            if lead.has_tag:
                return SkipReason.UNCHANGED
            return SkipReason.TOO_MANY_TAGS if lead.tags >= most_tags else None
        case BulkAction.UNTAG:
            return None if lead.has_tag else SkipReason.UNCHANGED
        case BulkAction.STAGE:
            return _why_not_stage(Stage(change.value), lead)


def _why_not_stage(wanted: Stage, lead: Standing) -> SkipReason | None:
    if wanted is lead.stage:
        return SkipReason.UNCHANGED
    if wanted not in TRANSITIONS[lead.stage]:
        return SkipReason.ILLEGAL_MOVE
    if lead.stage is Stage.SCHEDULED:
        return SkipReason.HANDED_OVER
    if lead.stage is Stage.LOST and lead.address_taken:
        return SkipReason.ADDRESS_TAKEN
    return None


def why_kept(change: Change, lead: Standing, before: Mapping[str, Any], made_at: datetime) -> SkipReason | None:
    """Why undoing leaves a lead as it is; none for one that still is what the change made of it."""
    if lead.is_archived:
        return SkipReason.ARCHIVED
    if not lead.is_writable:
        return SkipReason.READ_ONLY
    match change.action:
        case BulkAction.REASSIGN:
            stands = lead.owner_id == change.value
        case BulkAction.CAMPAIGN:
            stands = lead.campaign_id == change.value
        case BulkAction.TAG:
            stands = lead.has_tag
        case BulkAction.UNTAG:
            stands = not lead.has_tag
        case BulkAction.STAGE:
            stands = lead.stage is change.value and lead.stage_entered_at == made_at
            if stands and lead.address_taken and lead.stage not in OPEN_STAGES and before["stage"] in OPEN_STAGES:
                return SkipReason.ADDRESS_TAKEN
    return None if stands else SkipReason.CHANGED_SINCE
