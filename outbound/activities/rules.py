"""What follows from a result at the door, and what time a knock really happened."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from outbound.vocabulary import ActivityResult, Stage

MAX_PLAUSIBLE_OFFSET = timedelta(hours=26)
"""A phone set to the wrong zone is up to 26 hours off (UTC+14 to UTC−12); more is a broken clock."""

OLDEST_PLAUSIBLE = timedelta(days=90)
NETWORK = timedelta(minutes=1)
STEPPED_BACK = timedelta(hours=1)
"""By so much our clock must lie behind what we have written down before it is taken for set back."""
LONGEST_TRUSTED = timedelta(days=7)
"""So long after what we last wrote down a phone is believed while our own clock is wrong."""


@dataclass(frozen=True)
class Outcome:
    """One row of the table result × stage."""

    result: ActivityResult
    stage: Stage
    to_stage: Stage
    next_action_minutes: int | None = None
    cadence_id: uuid.UUID | None = None
    """The cadence that the result enrols its lead in."""


_DAY = 24 * 60
_ON_OPEN_BOARD: dict[ActivityResult, tuple[Stage | None, int | None]] = {
    ActivityResult.NOT_HOME: (None, 2 * _DAY),
    ActivityResult.LEFT_MATERIAL: (None, 3 * _DAY),
    ActivityResult.INTERESTED: (Stage.FOLLOW_UP, _DAY),
    ActivityResult.FOLLOW_UP: (Stage.FOLLOW_UP, 2 * _DAY),
    ActivityResult.SCHEDULED: (Stage.SCHEDULED, None),
    ActivityResult.WON: (Stage.SCHEDULED, None),
    ActivityResult.NOT_INTERESTED: (Stage.LOST, None),
    ActivityResult.NOT_QUALIFIED: (Stage.NOT_QUALIFIED, None),
    ActivityResult.DO_NOT_CONTACT: (Stage.LOST, None),
}


def default_outcomes() -> Iterator[Outcome]:
    """The table a new organisation starts with: one row for every result and stage.

    Interest in a first talk makes a lead CONTACTED; interest again, or a visit agreed on, makes it FOLLOW_UP.
    A knock never makes a lead WON on its own: a yes at the door is SCHEDULED, and the accepted quote wins it, except
    where the quote already stands (SCHEDULED). Closed leads stay as they are, but interest reopens a LOST one.
    """
    for result, (to_stage, next_action) in _ON_OPEN_BOARD.items():
        for stage in (Stage.COLD, Stage.CONTACTED, Stage.FOLLOW_UP):
            first_yes = result is ActivityResult.INTERESTED and stage is Stage.COLD
            yield Outcome(result, stage, Stage.CONTACTED if first_yes else to_stage or stage, next_action)
        yield Outcome(result, Stage.SCHEDULED, _when_scheduled(result))
        yield Outcome(
            result,
            Stage.LOST,
            Stage.COLD if result in (ActivityResult.INTERESTED, ActivityResult.FOLLOW_UP) else Stage.LOST,
        )
        yield Outcome(result, Stage.WON, Stage.WON)
        yield Outcome(result, Stage.NOT_QUALIFIED, Stage.NOT_QUALIFIED)


def _when_scheduled(result: ActivityResult) -> Stage:
    match result:
        case ActivityResult.WON:
            return Stage.WON
        case ActivityResult.NOT_INTERESTED | ActivityResult.DO_NOT_CONTACT:
            return Stage.LOST
        case ActivityResult.NOT_QUALIFIED:
            return Stage.NOT_QUALIFIED
        case ActivityResult.FOLLOW_UP:
            return Stage.FOLLOW_UP
        case _:
            return Stage.SCHEDULED


@dataclass(frozen=True)
class Occurrence:
    """When something happened, by our clock."""

    occurred_at: datetime
    offset_ms: int
    suspect: bool


def is_ahead(claimed: datetime, client_sent_at: datetime | None, received_at: datetime) -> bool:
    """Whether a phone is ahead of us by more than its message took."""
    return max(claimed, client_sent_at or claimed) - received_at > NETWORK


def occurrence(
    claimed: datetime, client_sent_at: datetime | None, received_at: datetime, latest: datetime | None = None
) -> Occurrence:
    """Corrects a phone's clock by what it said the time was when it sent.

    A wrong clock never loses a knock: where the correction is implausible the claim is kept, bounded by the time of
    receipt, and flagged. ``latest`` is the latest time that we have written down ourselves: where that lies well after
    ``received_at``, our own clock was set back, corrects nothing and bounds nothing; the claim is kept, and flagged.
    """
    if latest is not None and latest - received_at > STEPPED_BACK:
        return Occurrence(claimed, 0, True) if claimed - latest <= LONGEST_TRUSTED else _bounded(claimed, latest)
    offset = received_at - client_sent_at if client_sent_at else timedelta(0)
    suspect = abs(offset) > MAX_PLAUSIBLE_OFFSET
    # Below a minute the difference is the network's, not the clock's.
    if suspect or abs(offset) < NETWORK:
        offset = timedelta(0)
    corrected = claimed + offset
    if corrected > received_at:
        suspect = suspect or corrected - received_at > NETWORK
        corrected = received_at
    if received_at - corrected > OLDEST_PLAUSIBLE:
        suspect = True
    return Occurrence(corrected, _milliseconds(corrected - claimed), suspect)


def _bounded(claimed: datetime, latest: datetime) -> Occurrence:
    return Occurrence(latest, _milliseconds(latest - claimed), True)


def _milliseconds(offset: timedelta) -> int:
    return round(offset / timedelta(milliseconds=1))
