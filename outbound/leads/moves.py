"""The one writer of what moves a lead: its stage, owner, place and clocks, its history, its handoffs, its audit.

A move is a value (:class:`outbound.leads.rules.Move`); many are written in a handful of statements, one is a batch of
one. What the database alone writes of a move stands in triggers: merged leads follow their survivor
(``carry_merged``), and who has lost sight of a lead is noted (``note_departure``).
"""

# ruff: noqa: S608
# Nothing but constants stands in the statements; values are always parameters.

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any
from weakref import WeakSet

import psycopg
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from outbound.audit.service import Line, record_many
from outbound.errors import Conflict
from outbound.ids import uuid7
from outbound.leads.models import Lead
from outbound.leads.rules import LeadState, Move
from outbound.storage.bulk import driver_of
from outbound.storage.context import Context, context_of
from outbound.storage.planning import for_any_organisation
from outbound.storage.rowset import array_of, told_by_sqlalchemy
from outbound.vocabulary import HandoffStatus, Stage


def state_of(lead: Lead) -> LeadState:
    """Where a lead stands that was read."""
    return LeadState(
        Stage(lead.pipeline_stage),
        lead.stage_entered_at,
        lead.owner_id,
        lead.territory_id,
        lead.due_at,
        lead.next_action_at,
        lead.last_activity_at,
        lead.last_activity_id,
        lead.address_id,
        lead.cell,
        lead.archived_at,
        lead.merged_into_id,
    )


def make(session: Session, *moves: Move) -> None:
    """Writes moves of leads that are locked, those of one lead in their order; leads that the session holds say so.

    Raises what the database raises: :func:`conflict_of` knows what it means.
    """
    if not moves:
        return
    session.flush()
    with told_by_sqlalchemy():
        write(driver_of(session), context_of(session), moves)
    renew(session, moves)


def write(
    connection: psycopg.Connection[Any], context: Context, moves: Sequence[Move], also: Iterable[Line] = ()
) -> None:
    """As :func:`make`, but for what the session holds; ``also`` are further entries of the audit log."""
    entries = [*also, *(Line("lead", move.lead_id, **vars(move.entry)) for move in moves if move.entry is not None)]
    with connection.pipeline():
        # The leads first: what is wrong with a move is wrong with them.
        for statement, values in _updates(context, moves):
            connection.execute(statement, values)
        _hand_off(connection, context, moves)
        told = [_history(move) for move in moves if move.makes_history]
        if told:
            arrays = {
                name: array_of(column, type_)
                for (name, type_), column in zip(_HISTORY.items(), zip(*told, strict=True), strict=True)
            }
            connection.execute(_ADD_HISTORY, arrays | {"org": context.org_id})
        record_many(connection, context, entries)


def renew(session: Session, moves: Sequence[Move]) -> None:
    """Tells the leads that a session holds what was written of them."""
    org_id = context_of(session).org_id
    for first, last, edits in _by_lead(moves):
        lead = session.identity_map.get(identity_key(Lead, (org_id, last.lead_id)))
        if lead is None or first.before is None:
            continue
        for name in _changed(first.before, last.after):
            set_committed_value(lead, _COLUMN[name], getattr(last.after, name))
        if "version" in lead.__dict__:
            set_committed_value(lead, "version", lead.version + edits)
        session.expire(lead, ["updated_at"])
        session.info.setdefault(_RENEWED, WeakSet()).add(lead)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _transaction: object) -> None:
    """What was rolled back to a savepoint is not what stands: the leads are read again."""
    for lead in session.info.pop(_RENEWED, ()):
        if lead in session:
            session.expire(lead)


def history_of(moved: str) -> str:
    """The statement that adds the history of a relation of moves.

    Its columns: id (of the row that is added), lead_id, from_stage, to_stage, occurred_at, user_id (who moved it),
    owner_id, territory_id, due_at (where a clock starts), activity_id. Parameter: org.
    """
    return f"""
insert into outbound.lead_stage_changes (
    org_id, id, lead_id, from_stage, to_stage, occurred_at, user_id, acted_by, owner_id, territory_id, due_at,
    activity_id
)
select
    %(org)s, m.id, m.lead_id, m.from_stage, m.to_stage, m.occurred_at, m.user_id,
    case when m.owner_id is distinct from m.user_id then m.user_id end, m.owner_id, m.territory_id, m.due_at,
    m.activity_id
from ({moved}) as m
"""


def placed_by(rows: str) -> str:
    """The update that puts leads where a relation says: columns id, cell, territory_id. Parameter: org."""
    return f"""
update outbound.leads as l
set cell = p.cell, territory_id = p.territory_id, version = l.version + 1
from ({rows}) as p
where l.org_id = %(org)s and l.id = p.id
"""


def conflict_of(error: IntegrityError) -> Conflict:
    """What the database refuses of a lead, in the words of who sent it."""
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if constraint == "uq_leads_open_at_address":
        return Conflict("This address already has an open outbound lead; log your activity there instead.")
    if constraint == "pk_leads":
        return Conflict("A lead with this id exists outside your reach; capture it under a new id.")
    if constraint == "fk_leads_org_id_owner_id":
        return Conflict("The owner is not a member of this organisation; name one who is.")
    if constraint == "fk_leads_org_id_campaign_id":
        return Conflict("There is no such campaign; leave it out or name one that exists.")
    return Conflict("The lead contradicts what is stored already; read it again.")


_RENEWED = "renewed leads"
_TYPES = {
    "stage": "text",
    "stage_entered_at": "timestamptz",
    "owner_id": "uuid",
    "territory_id": "uuid",
    "due_at": "timestamptz",
    "next_action_at": "timestamptz",
    "last_activity_at": "timestamptz",
    "last_activity_id": "uuid",
    "address_id": "uuid",
    "cell": "bigint",
    "archived_at": "timestamptz",
    "merged_into_id": "uuid",
}
_IDENTITY = {"ids": "uuid", "edits": "integer"}
_NAMES = tuple(each.name for each in fields(LeadState))
_COLUMN = {name: name for name in _NAMES} | {"stage": "pipeline_stage"}
"""Columns of a lead by the names of :class:`LeadState`."""

_HISTORY = {
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
}
_ADD_HISTORY = for_any_organisation(
    history_of(
        f"select * from unnest({', '.join(f'%({name})s::{type_}[]' for name, type_ in _HISTORY.items())})"
        f" as v ({', '.join(_HISTORY)})"
    )
).encode()


def _by_lead(moves: Sequence[Move]) -> list[tuple[Move, Move, int]]:
    """Of each lead its first and its last move, and how many versions they are."""
    found: dict[Any, tuple[Move, Move, int]] = {}
    for move in moves:
        first, _, edits = found.get(move.lead_id, (move, move, 0))
        found[move.lead_id] = (first, move, edits + move.is_edit)
    return list(found.values())


def _changed(before: LeadState, after: LeadState) -> list[str]:
    if before is after:
        return []
    return [name for name in _NAMES if getattr(before, name) != getattr(after, name)]


def _updates(context: Context, moves: Sequence[Move]) -> list[tuple[bytes, dict[str, Any]]]:
    """The update of the leads that stand otherwise, or are of another version: the columns that differ alone, so that
    nothing is written back that another hand has passed on meanwhile."""
    changed: dict[str, None] = {}
    rows: list[tuple[Move, int]] = []
    for first, last, edits in _by_lead(moves):
        if first.before is None:
            continue
        differs = _changed(first.before, last.after)
        changed |= dict.fromkeys(differs)
        if differs or edits:
            rows.append((last, edits))
    if not rows:
        return []
    names = tuple(name for name in _NAMES if name in changed)
    values: dict[str, Any] = {
        name: array_of((getattr(last.after, name) for last, _ in rows), _TYPES[name]) for name in names
    }
    values |= {
        "org": context.org_id,
        "ids": array_of((last.lead_id for last, _ in rows), "uuid"),
        "edits": array_of((edits for _, edits in rows), "integer"),
    }
    return [(_update(names), values)]


@lru_cache(maxsize=256)
def _update(names: tuple[str, ...]) -> bytes:
    sets = ", ".join([*(f"{_COLUMN[name]} = n.{name}" for name in names), "version = l.version + n.edits"])
    arrays = ", ".join(
        ["%(ids)s::uuid[]", "%(edits)s::integer[]", *(f"%({name})s::{_TYPES[name]}[]" for name in names)]
    )
    listed = ", ".join(["id", "edits", *names])
    return for_any_organisation(
        f"update outbound.leads as l set {sets} from unnest({arrays}) as n ({listed})"
        " where l.org_id = %(org)s and l.id = n.id"
    ).encode()


def _history(move: Move) -> tuple[Any, ...]:
    after = move.after
    return (
        uuid7(),
        move.lead_id,
        move.before.stage if move.before is not None else None,
        after.stage,
        move.at,
        move.by,
        after.owner_id,
        after.territory_id,
        after.due_at if move.starts_clock else None,
        move.activity_id,
    )


def _hand_off(connection: psycopg.Connection[Any], context: Context, moves: Sequence[Move]) -> None:
    """A lead that enters SCHEDULED is handed to who quotes; one that leaves it has been decided. What is taken back
    is as if it had not been."""
    begun: list[dict[str, Any]] = []
    ended: list[tuple[Any, ...]] = []
    for move in moves:
        before = move.before.stage if move.before is not None else None
        after = move.after.stage
        if before is after or (before is not Stage.SCHEDULED and after is not Stage.SCHEDULED and not move.takes_back):
            continue
        if move.takes_back is not None:
            _take_back(connection, context, move)
        elif after is Stage.SCHEDULED:
            begun.append({"lead": move.lead_id, "at": move.at, "status": HandoffStatus.PENDING, "decided": None})
        elif before is Stage.SCHEDULED:
            status = HandoffStatus.ACCEPTED if after is Stage.WON else HandoffStatus.DECLINED
            own = next((each for each in reversed(begun) if each["lead"] == move.lead_id), None)
            if own is not None:  # begun by these moves, and over by them
                own |= {"status": status, "decided": move.at}
            else:
                ended.append((move.lead_id, status, move.at))
    if ended:
        leads, statuses, times = zip(*ended, strict=True)
        values = {"leads": array_of(leads, "uuid"), "status": array_of(statuses, "text")}
        values |= {"decided": array_of(times, "timestamptz")}
        connection.execute(_END_HANDOFFS, values | {"org": context.org_id})
    if begun:
        values = {
            "ids": array_of((uuid7() for _ in begun), "uuid"),
            "leads": array_of((each["lead"] for each in begun), "uuid"),
            "at": array_of((each["at"] for each in begun), "timestamptz"),
            "status": array_of((each["status"] for each in begun), "text"),
            "decided": array_of((each["decided"] for each in begun), "timestamptz"),
        }
        connection.execute(_BEGIN_HANDOFFS, values | {"org": context.org_id})


def _take_back(connection: psycopg.Connection[Any], context: Context, move: Move) -> None:
    values = {"org": context.org_id, "id": move.takes_back, "lead": move.lead_id, "at": move.at}
    connection.execute(_TAKE_BACK_HISTORY, values)
    if move.before is not None and move.before.stage is Stage.SCHEDULED:
        connection.execute(_TAKE_BACK_HANDOFF, values)
    elif move.after.stage is Stage.SCHEDULED:
        connection.execute(_REOPEN_HANDOFF, values)


_END_HANDOFFS = for_any_organisation("""
    update outbound.onboarding_handoffs as h set status = e.status, decided_at = e.decided
    from unnest(%(leads)s::uuid[], %(status)s::text[], %(decided)s::timestamptz[]) as e (lead, status, decided)
    where h.org_id = %(org)s and h.lead_id = e.lead and h.status in ('pending', 'quoted')
""").encode()
_BEGIN_HANDOFFS = for_any_organisation("""
    insert into outbound.onboarding_handoffs (org_id, id, lead_id, scheduled_at, status, decided_at, value_cents)
    select l.org_id, b.id, l.id, b.at, b.status, b.decided, l.estimated_value_cents
    from unnest(
        %(ids)s::uuid[], %(leads)s::uuid[], %(at)s::timestamptz[], %(status)s::text[], %(decided)s::timestamptz[]
    ) as b (id, lead, at, status, decided)
    join outbound.leads as l on l.org_id = %(org)s and l.id = b.lead
""").encode()
_TAKE_BACK_HISTORY = for_any_organisation("""
    update outbound.lead_stage_changes set undone_at = %(at)s where org_id = %(org)s and id = %(id)s
""").encode()
_TAKE_BACK_HANDOFF = for_any_organisation("""
    update outbound.onboarding_handoffs set status = 'declined', decided_at = %(at)s
    where org_id = %(org)s and lead_id = %(lead)s and status = 'pending'
""").encode()
_REOPEN_HANDOFF = for_any_organisation("""
    update outbound.onboarding_handoffs as h set status = 'pending', decided_at = null
    from outbound.lead_stage_changes as c
    where
        c.org_id = %(org)s and c.id = %(id)s
        and h.org_id = c.org_id and h.lead_id = %(lead)s and h.decided_at = c.occurred_at
""").encode()
