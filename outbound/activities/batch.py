"""Many activities at once: leads read and locked in one go, the rules applied, the rows written in four statements.

What is odd about a lead (out of reach, put away, taken ids, a move that touches more than the lead itself) is left
to :func:`outbound.activities.service.log`, which writes the very same rows one by one; a test holds both to the same.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from outbound.activities.clocks import happened as when
from outbound.activities.drafts import ActivityDraft, channel_of
from outbound.activities.following import Happening, LeadState, Table, consequence_of, owed_after, table_of
from outbound.ids import uuid7
from outbound.leads.rules import TRANSITIONS, due_at
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

    row: Mapping[str, Any]
    history: list[tuple[datetime, uuid.UUID | None, uuid.UUID | None]]
    """Since when it was whose, where; oldest first."""
    state: LeadState
    version: int
    due_at: datetime | None
    next_action_at: datetime | None
    last_activity_id: uuid.UUID | None
    activities: list[tuple[Any, ...]] = field(default_factory=list)
    moves: list[tuple[Any, ...]] = field(default_factory=list)
    audit: list[tuple[Any, ...]] = field(default_factory=list)

    def standing_at(self, moment: datetime) -> tuple[uuid.UUID | None, uuid.UUID | None]:
        """Owner and territory as of a moment; before the first record, those it began with."""
        found = None
        for since, owner_id, territory_id in self.history:
            if found is None or since <= moment:
                found = (owner_id, territory_id)
        return found or (self.row["owner_id"], self.row["territory_id"])

    def now(self) -> LeadNow:
        return LeadNow(
            self.row["id"],
            self.state.stage,
            self.version,
            self.due_at,
            self.next_action_at,
            self.row["owner_id"],
            self.row["territory_id"],
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
        session.expire_all()
    return results


@dataclass(frozen=True)
class _Loaded:
    leads: dict[uuid.UUID, _Lead]
    known: set[uuid.UUID]
    stops: set[uuid.UUID]
    table: Table


_COLUMNS = (
    "id", "address_id", "territory_id", "owner_id", "cell", "pipeline_stage", "stage_entered_at", "last_activity_at",
    "last_activity_id", "due_at", "next_action_at", "version",
)  # fmt: skip
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
    leads = {}
    for values_ in rows[0]:
        row = dict(zip(_COLUMNS, values_, strict=True))
        leads[row["id"]] = _Lead(
            row=row,
            history=history[row["id"]],
            state=LeadState(
                Stage(row["pipeline_stage"]),
                row["stage_entered_at"],
                row["owner_id"] is not None,
                row["last_activity_at"],
            ),
            version=row["version"],
            due_at=row["due_at"],
            next_action_at=row["next_action_at"],
            last_activity_id=row["last_activity_id"],
        )
    table = table_of(tuple(rows[3]), tuple(rows[4]))
    return _Loaded(leads, {row[0] for row in rows[1]}, {row[0] for row in rows[5]} if stops else set(), table)


def _takes(session: Session, lead: _Lead, draft: ActivityDraft, table: Table, now: datetime, reopening: bool) -> bool:
    """Adds an activity's rows to a lead's; false for what is not for here."""
    if draft.attachments or (draft.type is ActivityType.DOOR_KNOCK and draft.result is None):
        return False
    happened = when(session, draft.occurred_at, draft.client_sent_at, now)
    happening = Happening(draft.type, happened.occurred_at, draft.result, draft.follow_up_at)
    follows = consequence_of(lead.state, happening, table)
    outcome = follows.outcome
    if follows.closes_door or (outcome is not None and outcome.cadence_id is not None):
        return False
    if follows.moves_to is not None and not _is_plain(lead.state.stage, follows.moves_to, reopening):
        return False
    context = context_of(session)
    row = lead.row
    owner_id, territory_id = lead.standing_at(happened.occurred_at)
    assert draft.id is not None
    position = None
    if draft.lat is not None and draft.lon is not None:
        position = seal_position(keys_of(session), context.org_id, draft.id, draft.lat, draft.lon)
    lead.activities.append(
        (
            draft.id,
            row["id"],
            row["address_id"],
            context.user_id,
            draft.type,
            channel_of(draft.type),
            happened.occurred_at,
            now,
            draft.result,
            draft.notes,
            position,
            row["cell"],
            draft.duration_secs,
            draft.follow_up_at,
            territory_id,
            owner_id,
            draft.trip_stop_id,
            happened.offset_ms or None,
            happened.suspect,
        )
    )
    acted_for = row["owner_id"] if row["owner_id"] != context.user_id else None
    after = {"lead_id": str(row["id"]), "type": draft.type, "result": draft.result}
    lead.audit.append((acted_for, "activity", draft.id, "logged", None, after))
    if follows.is_newest:
        lead.state = replace(lead.state, last_activity_at=happened.occurred_at)
        lead.last_activity_id = draft.id
    if not follows.follows:
        return True
    if follows.moves_to is not None:
        _move(lead, follows.moves_to, follows.moves_at, draft.id, table, context)
    owed = owed_after(lead.state.stage, happening, outcome, table, has_owner=lead.state.has_owner)
    if owed is not None:
        lead.due_at, lead.next_action_at = owed.due_at, owed.next_action_at
    return True


def _is_plain(from_stage: Stage, to_stage: Stage, reopening: bool) -> bool:
    """A legal move that touches nothing but the lead: no handoff begins or ends."""
    if to_stage not in TRANSITIONS[from_stage] or Stage.SCHEDULED in (from_stage, to_stage):
        return False
    return (from_stage in OPEN_STAGES or reopening) and to_stage is not Stage.WON


def _move(lead: _Lead, to_stage: Stage, at: datetime, activity_id: uuid.UUID, table: Table, context: Context) -> None:
    row, from_stage = lead.row, lead.state.stage
    lead.state = replace(lead.state, stage=to_stage, stage_entered_at=at)
    lead.due_at = due_at(to_stage, table.sla_minutes.get(to_stage), at, has_owner=lead.state.has_owner)
    lead.next_action_at = lead.due_at
    lead.version += 1
    acted_by = context.user_id if context.user_id != row["owner_id"] else None
    where = (row["owner_id"], row["territory_id"])
    lead.moves.append(
        (uuid7(), row["id"], from_stage, to_stage, at, context.user_id, *where, lead.due_at, activity_id, acted_by)
    )
    lead.history.append((at, *where))
    same = {
        "owner_id": str(row["owner_id"]) if row["owner_id"] else None,
        "territory_id": str(row["territory_id"]) if row["territory_id"] else None,
    }
    acted_for = row["owner_id"] if row["owner_id"] != context.user_id else None
    before, after = {"stage": str(from_stage), **same}, {"stage": str(to_stage), **same}
    lead.audit.append((acted_for, "lead", row["id"], "stage_changed", before, after))


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
_MOVES = {
    "id": "uuid",
    "lead_id": "uuid",
    "from_stage": "text",
    "to_stage": "text",
    "occurred_at": "timestamptz",
    "user_id": "uuid",
    "owner_id": "uuid",
    "territory_id": "uuid",
    "due_at": "timestamptz",
    "activity_id": "uuid",
    "acted_by": "uuid",
}
_AUDIT = {
    "acted_for": "uuid",
    "entity": "text",
    "entity_id": "uuid",
    "action": "text",
    "before": "jsonb",
    "after": "jsonb",
    "id": "uuid",
}
_UPDATE = for_any_organisation("""
    update outbound.leads as l set
        pipeline_stage = n.stage, stage_entered_at = n.entered, last_activity_at = n.last_at,
        last_activity_id = n.last_id, due_at = n.due, next_action_at = n.next, version = n.version
    from unnest(
        %(ids)s::uuid[], %(stages)s::text[], %(entered)s::timestamptz[], %(last_at)s::timestamptz[],
        %(last_id)s::uuid[], %(due)s::timestamptz[], %(next)s::timestamptz[], %(versions)s::integer[]
    ) as n (id, stage, entered, last_at, last_id, due, next, version)
    where l.org_id = %(org)s and l.id = n.id
""")


def _write(connection: psycopg.Connection[Any], context: Context, leads: list[_Lead]) -> None:
    org = {"org_id": context.org_id}
    activities = [row for lead in leads for row in lead.activities]
    moves = [row for lead in leads for row in lead.moves]
    audit = [(*row, uuid7()) for lead in leads for row in lead.audit]
    # A lead that only took in late facts is not written.
    changed = [lead for lead in leads if lead.last_activity_id != lead.row["last_activity_id"] or lead.moves]
    signed = org | {"acted_by": context.user_id, "request_id": context.request_id, "source": context.source}
    with connection.pipeline():
        insert_rows(connection, "activities", _ACTIVITIES, activities, org)
        if moves:
            insert_rows(connection, "lead_stage_changes", _MOVES, moves, org)
        insert_rows(connection, "audit_entries", _AUDIT, audit, signed)
        if changed:
            connection.execute(
                _UPDATE,
                {
                    "org": context.org_id,
                    "ids": array_of((lead.row["id"] for lead in changed), "uuid"),
                    "stages": array_of((lead.state.stage for lead in changed), "text"),
                    "entered": array_of((lead.state.stage_entered_at for lead in changed), "timestamptz"),
                    "last_at": array_of((lead.state.last_activity_at for lead in changed), "timestamptz"),
                    "last_id": array_of((lead.last_activity_id for lead in changed), "uuid"),
                    "due": array_of((lead.due_at for lead in changed), "timestamptz"),
                    "next": array_of((lead.next_action_at for lead in changed), "timestamptz"),
                    "versions": array_of((lead.version for lead in changed), "integer"),
                },
            )
