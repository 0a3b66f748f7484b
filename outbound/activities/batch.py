"""Many activities at once: leads read and locked in one go, the rules applied, the rows written a table a statement.

What is odd about a lead (out of reach, put away, taken ids, a door to be closed) is left to
:func:`outbound.activities.service.log`, which writes the very same rows one by one; a test holds both to the same.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from outbound.activities.clocks import happened as when
from outbound.activities.drafts import ActivityDraft, channel_of
from outbound.activities.following import Happening, Table, consequence_of, passed_on, table_of
from outbound.audit.service import Line
from outbound.cadences import results as cadences
from outbound.leads.moves import renew, write
from outbound.leads.rules import TRANSITIONS, LeadState, Move, entering, other_than, passing
from outbound.storage.bulk import driver_of
from outbound.storage.context import Context, context_of, keys_of
from outbound.storage.crypto import seal_position
from outbound.storage.planning import for_any_organisation
from outbound.storage.rowset import array_of, insert_rows, told_by_sqlalchemy
from outbound.vocabulary import OPEN_STAGES, ActivityType, Stage

Given = tuple[uuid.UUID, ActivityDraft]
"""A lead and what happened with it; the draft has an id."""


@dataclass(frozen=True)
class LeadNow:
    """How a lead stands after its activities."""

    id: uuid.UUID
    stage: Stage
    version: int
    due_at: datetime | None
    next_action_at: datetime | None
    owner_id: uuid.UUID | None
    territory_id: uuid.UUID | None


@dataclass(frozen=True)
class Taken:
    """An activity that was stored, and how its lead stands after all of the batch."""

    lead: LeadNow
    activity: dict[str, Any]
    """The columns that were written."""


@dataclass
class _Lead:
    """A locked lead while its activities are gone through."""

    id: uuid.UUID
    state: LeadState
    version: int
    history: list[tuple[datetime, uuid.UUID | None, uuid.UUID | None]]
    """Since when it was whose, where; oldest first."""
    activities: list[tuple[Any, ...]] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    audit: list[Line] = field(default_factory=list)
    asked: list[cadences.Asked] = field(default_factory=list)

    def take(self, move: Move) -> None:
        self.moves.append(move)
        self.state = move.after
        self.version += move.is_edit

    def standing_at(self, moment: datetime) -> tuple[uuid.UUID | None, uuid.UUID | None]:
        """Owner and territory as of a moment; before the first record, those it began with."""
        found = None
        for since, owner_id, territory_id in self.history:
            if found is None or since <= moment:
                found = (owner_id, territory_id)
        return found or (self.state.owner_id, self.state.territory_id)

    def now(self) -> LeadNow:
        state = self.state
        return LeadNow(
            self.id,
            state.stage,
            self.version,
            state.due_at,
            state.next_action_at,
            state.owner_id,
            state.territory_id,
        )


def log_many(session: Session, given: Sequence[Given], now: datetime, *, reopening: bool = False) -> list[Taken | None]:
    """Stores activities in the order given and moves their leads; none for each that must be logged by itself.

    All of a lead's activities are taken, or none. Raises what the database raises, so it belongs inside a savepoint
    unless the transaction is to fail with it: ``reopening`` also takes what reopens a lead, which the database refuses
    where another one is open at its door by now.
    """
    session.flush()
    with told_by_sqlalchemy():
        return _log_many(session, driver_of(session), given, now, reopening)


def _log_many(
    session: Session, connection: psycopg.Connection[Any], given: Sequence[Given], now: datetime, reopening: bool
) -> list[Taken | None]:
    context = context_of(session)
    loaded = _load(connection, context, given)
    by_lead: dict[uuid.UUID, list[int]] = defaultdict(list)
    for place, (lead_id, _) in enumerate(given):
        by_lead[lead_id].append(place)
    ids = [draft.id for _, draft in given]
    twice = {each for each in ids if ids.count(each) > 1} if len(set(ids)) < len(ids) else set()
    results: list[Taken | None] = [None] * len(given)
    written: list[_Lead] = []
    for lead_id, places in by_lead.items():
        lead = loaded.leads.get(lead_id)
        drafts = [given[place][1] for place in places]
        if lead is None or any(draft.id in loaded.known or draft.id in twice for draft in drafts):
            continue
        if any(draft.trip_stop_id and draft.trip_stop_id not in loaded.stops for draft in drafts):
            continue
        if not all(_takes(session, lead, draft, loaded.table, now, reopening) for draft in drafts):
            continue
        written.append(lead)
        stands = lead.now()
        for place, row in zip(places, lead.activities, strict=True):
            results[place] = Taken(stands, dict(zip(_ACTIVITIES, row, strict=True)))
    if written:
        _write(connection, context, written)
        renew(session, [move for lead in written for move in lead.moves])
    return results


@dataclass(frozen=True)
class _Loaded:
    leads: dict[uuid.UUID, _Lead]
    known: set[uuid.UUID]
    stops: set[uuid.UUID]
    table: Table


_COLUMNS = (
    "id", "version", "pipeline_stage", "stage_entered_at", "owner_id", "territory_id", "due_at", "next_action_at",
    "last_activity_at", "last_activity_id", "address_id", "cell",
)  # fmt: skip
"""The lead's id and version, then what :class:`LeadState` holds of one that is not put away."""
_LOCK = for_any_organisation(
    f"select {', '.join(_COLUMNS)} from outbound.leads"  # noqa: S608 (names of columns)
    " where org_id = %(org)s and id = any(%(leads)s::uuid[]) and archived_at is null and merged_into_id is null"
    " order by id for update"
)
_KNOWN = for_any_organisation("select id from outbound.activities where org_id = %(org)s and id = any(%(ids)s::uuid[])")
_HISTORY = for_any_organisation("""
    select lead_id, occurred_at, owner_id, territory_id from outbound.lead_stage_changes
    where org_id = %(org)s and lead_id = any(%(leads)s::uuid[]) order by lead_id, occurred_at, id
""")
_OUTCOMES = """
    select result, stage, to_stage, next_action_minutes, cadence_id
    from outbound.activity_outcomes where org_id = %(org)s
"""
_POLICIES = "select stage, sla_minutes from outbound.stage_policies where org_id = %(org)s"
_STOPS = for_any_organisation(
    "select id from outbound.trip_stops where org_id = %(org)s and id = any(%(stops)s::uuid[])"
)


def _load(connection: psycopg.Connection[Any], context: Context, given: Sequence[Given]) -> _Loaded:
    """One round trip. The locks come first, so that what is read after them is what stays."""
    stops = [draft.trip_stop_id for _, draft in given if draft.trip_stop_id is not None]
    values = {
        "org": context.org_id,
        "leads": array_of({lead_id for lead_id, _ in given}, "uuid"),
        "ids": array_of((draft.id for _, draft in given), "uuid"),
        "stops": array_of(stops, "uuid"),
    }
    queries = [_LOCK, _KNOWN, _HISTORY, _OUTCOMES, _POLICIES, *([_STOPS] if stops else [])]
    with connection.pipeline():
        cursors = [connection.execute(query, values) for query in queries]
        rows = [cursor.fetchall() for cursor in cursors]
    history: dict[uuid.UUID, list[tuple[datetime, uuid.UUID | None, uuid.UUID | None]]] = defaultdict(list)
    for lead_id, occurred_at, owner_id, territory_id in rows[2]:
        history[lead_id].append((occurred_at, owner_id, territory_id))
    leads = {
        lead_id: _Lead(lead_id, LeadState(Stage(stage), *stands), version, history[lead_id])
        for lead_id, version, stage, *stands in rows[0]
    }
    table = table_of(tuple(rows[3]), tuple(rows[4]))
    return _Loaded(leads, {row[0] for row in rows[1]}, {row[0] for row in rows[5]} if stops else set(), table)


def _takes(session: Session, lead: _Lead, draft: ActivityDraft, table: Table, now: datetime, reopening: bool) -> bool:
    """Adds an activity's rows to a lead's; false for what is not for here."""
    if draft.attachments or (draft.type is ActivityType.DOOR_KNOCK and draft.result is None):
        return False
    happened = when(session, draft.occurred_at, draft.client_sent_at, now)
    happening = Happening(draft.type, happened.occurred_at, draft.result, draft.follow_up_at)
    follows = consequence_of(lead.state, happening, table)
    outcome, state = follows.outcome, lead.state
    if follows.closes_door:
        return False
    if follows.moves_to is not None and not _is_plain(state.stage, follows.moves_to, reopening):
        return False
    context = context_of(session)
    owner_id, territory_id = lead.standing_at(happened.occurred_at)
    assert draft.id is not None
    position = None
    if draft.lat is not None and draft.lon is not None:
        position = seal_position(keys_of(session), context.org_id, draft.id, draft.lat, draft.lon)
    lead.activities.append(
        (
            draft.id,
            lead.id,
            state.address_id,
            context.user_id,
            draft.type,
            channel_of(draft.type),
            happened.occurred_at,
            now,
            draft.result,
            draft.notes,
            position,
            state.cell,
            draft.duration_secs,
            draft.follow_up_at,
            territory_id,
            owner_id,
            draft.trip_stop_id,
            happened.offset_ms or None,
            happened.suspect,
        )
    )
    after = {"lead_id": str(lead.id), "type": draft.type, "result": draft.result}
    by = context.user_id
    lead.audit.append(Line("activity", draft.id, "logged", None, after, other_than(by, state.owner_id)))
    if follows.moves_to is not None:
        minutes = table.sla_minutes.get(follows.moves_to)
        lead.take(entering(lead.id, state, follows.moves_to, follows.moves_at, by, minutes, draft.id))
        lead.history.append((follows.moves_at, state.owner_id, state.territory_id))
    if outcome is not None and outcome.cadence_id is not None:
        at, stage = happened.occurred_at, lead.state.stage
        lead.asked.append(cadences.Asked(lead.id, outcome.cadence_id, at, stage, state.owner_id))
    passed = passed_on(lead.state, happening, follows, draft.id, table)
    if passed is not lead.state:
        lead.take(passing(lead.id, lead.state, passed, happened.occurred_at, by))
    return True


def _is_plain(from_stage: Stage, to_stage: Stage, reopening: bool) -> bool:
    """A legal move that no other lead can stand in the way of."""
    return to_stage in TRANSITIONS[from_stage] and (from_stage in OPEN_STAGES or reopening)


_ACTIVITIES = {
    "id": "uuid",
    "lead_id": "uuid",
    "address_id": "uuid",
    "user_id": "uuid",
    "type": "text",
    "channel": "text",
    "occurred_at": "timestamptz",
    "received_at": "timestamptz",
    "result": "text",
    "notes": "text",
    "position": "bytea",
    "cell": "bigint",
    "duration_secs": "integer",
    "follow_up_at": "timestamptz",
    "territory_id": "uuid",
    "owner_id": "uuid",
    "trip_stop_id": "uuid",
    "clock_offset_ms": "bigint",
    "clock_suspect": "boolean",
}


def _write(connection: psycopg.Connection[Any], context: Context, leads: list[_Lead]) -> None:
    activities = [row for lead in leads for row in lead.activities]
    moves = [move for lead in leads for move in lead.moves]
    begun = cadences.beginnings(connection, context, [each for lead in leads for each in lead.asked])
    audit = [line for lead in leads for line in lead.audit]
    with connection.pipeline():
        insert_rows(connection, "activities", _ACTIVITIES, activities, {"org_id": context.org_id})
        write(connection, context, moves, also=[*audit, *(each.line for each in begun)])
        cadences.write(connection, context, begun)
