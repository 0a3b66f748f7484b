"""Finding leads: the lists, one lead, and the board."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, Session, defer

from outbound.addresses.models import Address
from outbound.addresses.service import position_of
from outbound.identity.models import User
from outbound.leads.filters import LeadFilter, conditions, inside
from outbound.leads.models import Lead, LeadTag
from outbound.storage.context import context_of
from outbound.storage.planning import hidden
from outbound.territories.reach import tree
from outbound.vocabulary import BOARD_STAGES, LeadSort, Stage

__all__ = ["BoardColumn", "LeadFilter", "LeadRow", "Mark", "board", "find", "mark_of", "one"]


@dataclass(frozen=True)
class LeadRow:
    """A lead with its door, the name of its owner and its tags."""

    lead: Lead
    address: Address | None
    owner_name: str | None
    position: tuple[float, float] | None
    tags: tuple[str, ...] = ()
    position_unreadable: bool = False
    """There is a position that the caller may see, and it does not open."""


@dataclass(frozen=True)
class BoardColumn:
    stage: Stage
    count: int
    overdue: int
    cards: list[LeadRow]


@dataclass(frozen=True)
class Mark:
    """A place in a sorted list: after this lead, whose sorted time was this (none: it has none)."""

    id: uuid.UUID
    moment: datetime | None = None


@dataclass(frozen=True)
class _Order:
    column: InstrumentedAttribute[Any] | None
    newest_first: bool


_ORDERS = {
    LeadSort.NEWEST: _Order(None, True),
    LeadSort.DUE: _Order(Lead.due_at, False),
    LeadSort.LAST_ACTIVITY: _Order(Lead.last_activity_at, True),
    LeadSort.STAGE_ENTERED: _Order(Lead.stage_entered_at, False),
}
_BY_SCOPE = (None, Lead.due_at)
"""Sorted columns that have an index for each owner and territory; none: the id."""


def find(
    session: Session,
    wanted: LeadFilter,
    now: datetime,
    *,
    after: Mark | uuid.UUID | None = None,
    limit: int,
    sort: LeadSort = LeadSort.NEWEST,
) -> list[LeadRow]:
    """Leads in the caller's reach in an order, after a place in it; what has no sorted time comes last."""
    mark = Mark(after) if isinstance(after, uuid.UUID) else after
    given = conditions(session, wanted, now)
    exact = wanted.bbox is not None and context_of(session).may_see_positions
    found: list[LeadRow] = []
    while len(found) < limit:
        ids = find_ids(session, wanted, given, mark, sort, limit)
        rows = load(session, ids)
        # Cells cover the box and a little more; the exact test follows once positions are open. Of one that is not
        # readable the cell has to do.
        found += [row for row in rows if not exact or row.position_unreadable or inside(row.position, wanted.bbox)]
        if len(ids) < limit:
            break
        mark = mark_of(rows[-1].lead, sort)
    return found[:limit]


def mark_of(lead: Lead, sort: LeadSort) -> Mark:
    """The place of a lead in a list of that order."""
    column = _ORDERS[sort].column
    return Mark(lead.id, getattr(lead, column.key) if column is not None else None)


def find_ids(
    session: Session,
    wanted: LeadFilter,
    given: Sequence[ColumnElement[bool]],
    mark: Mark | None,
    sort: LeadSort,
    limit: int,
) -> list[uuid.UUID]:
    """The ids of one page, in order: those with a sorted time first, then those without."""
    order = _ORDERS[sort]
    if order.column is None:
        after = [] if mark is None else [Lead.id < mark.id]
        return _page(session, wanted, [*given, *after], None, True, limit)
    ids: list[uuid.UUID] = []
    in_first_part = mark is None or mark.moment is not None
    if in_first_part:
        place = tuple_(order.column, Lead.id)
        after = [order.column.is_not(None)]
        if mark is not None:
            end = tuple_(mark.moment, mark.id)
            after.append(place < end if order.newest_first else place > end)
        ids = _page(session, wanted, [*given, *after], order.column, order.newest_first, limit)
    if len(ids) < limit and order.column is not Lead.stage_entered_at:
        after = [order.column.is_(None)]
        if mark is not None and not in_first_part:
            after.append(Lead.id < mark.id)
        ids += _page(session, wanted, [*given, *after], None, True, limit - len(ids))
    return ids


def _page(
    session: Session,
    wanted: LeadFilter,
    given: Sequence[ColumnElement[bool]],
    column: InstrumentedAttribute[Any] | None,
    descending: bool,
    limit: int,
) -> list[uuid.UUID]:
    """One page of ids, sorted by a column and the id, or the id alone.

    Where a scope bounds the caller, or a territory is asked for, the index of each owner and territory gives its
    first rows, and the first of these are taken: no walk through other people's leads. So does that of each stage
    for the whole organisation's due times.
    """
    context = context_of(session)
    keys: list[Any] = [Lead.id] if column is None else [column, Lead.id]
    ids = select(*keys).where(*given).order_by(*_sorted(keys, descending)).limit(limit)
    if wanted.is_selective or not any(column is each for each in _BY_SCOPE):
        if wanted.territory_id is not None:
            ids = ids.where(Lead.territory_id.in_(tree(context.org_id, wanted.territory_id)))
        return list(session.execute(ids.with_only_columns(Lead.id)).scalars())
    branches: list[Select[Any]]
    if wanted.territory_id is not None:
        branches = [_within(ids, tree(context.org_id, wanted.territory_id), Lead.territory_id)]
    elif not context.sees_whole_organisation and wanted.owner_id is None:
        others = ids.where(or_(Lead.owner_id.is_(None), Lead.owner_id != context.user_id))
        readable = select(func.unnest(func.outbound.readable_territories()).label("id"))
        branches = [
            select(ids.where(Lead.owner_id == context.user_id).subquery("own")),
            _within(others, readable, Lead.territory_id),
        ]
    elif column is Lead.due_at and wanted.owner_id is None and len(wanted.stages) != 1:
        stages = select(func.unnest(literal(list(wanted.stages or Stage), ARRAY(Text))).label("id"))
        branches = [_within(ids, stages, Lead.pipeline_stage)]
    else:
        return list(session.execute(ids.with_only_columns(Lead.id)).scalars())
    together = union_all(*branches).subquery("together")
    listed = _sorted([together.c[key.key] for key in keys], descending)
    return list(session.execute(select(together.c.id).order_by(*listed).limit(limit)).scalars())


def _within(ids: Select[Any], places: Select[Any], column: InstrumentedAttribute[Any]) -> Select[Any]:
    """The first rows of each place: as many small walks through an index."""
    each = places.subquery("places")
    first = ids.where(column == each.c.id).correlate(each).lateral("first_rows")
    return select(first).select_from(each.join(first, true()))


def _sorted(keys: Sequence[Any], descending: bool) -> list[Any]:
    return [key.desc() for key in keys] if descending else list(keys)


def load(session: Session, ids: Sequence[uuid.UUID]) -> list[LeadRow]:
    """These leads with all that is shown of them, in the order given; what is out of reach is left out."""
    if not ids:
        return []
    context = context_of(session)
    query = _with_doors(context.may_see_positions)
    rows = {
        lead.id: _row(session, lead, address, owner_name, tags or ())
        for lead, address, owner_name, tags in session.execute(query, {"org": context.org_id, "ids": list(ids)})
    }
    return [rows[each] for each in ids if each in rows]


def one(session: Session, lead_id: uuid.UUID) -> LeadRow | None:
    """One lead of any type in the caller's reach, put away or not."""
    rows = load(session, [lead_id])
    return rows[0] if rows else None


def board(session: Session, wanted: LeadFilter, now: datetime, *, cards: int) -> list[BoardColumn]:
    """Counts of every stage, and the most urgent cards of the board's columns."""
    given = conditions(session, wanted, now)
    if wanted.territory_id is not None:
        given.append(Lead.territory_id.in_(tree(context_of(session).org_id, wanted.territory_id)))
    overdue = func.count().filter(Lead.due_at < now)
    counts = {
        stage: (count, late)
        for stage, count, late in session.execute(
            select(Lead.pipeline_stage, func.count(), overdue).where(*given).group_by(Lead.pipeline_stage)
        )
    }
    columns = []
    for stage in Stage:
        count, late = counts.get(stage, (0, 0))
        rows: list[LeadRow] = []
        if stage in BOARD_STAGES and count:
            query = select(Lead.id).where(*given, Lead.pipeline_stage == stage)
            urgent = query.order_by(Lead.due_at.nulls_last(), Lead.id).limit(cards)
            rows = load(session, list(session.scalars(urgent)))
        columns.append(BoardColumn(stage, count, late, rows))
    return columns


@lru_cache
def _with_doors(with_positions: bool) -> Select[Lead, Address, str, list[str]]:
    """Built once: every lead that is shown is read by it."""
    tagged = (LeadTag.org_id == Lead.org_id, LeadTag.lead_id == Lead.id)
    tags = select(func.array_agg(aggregate_order_by(LeadTag.tag, LeadTag.tag))).where(*tagged)
    query = (
        select(Lead, Address, User.name, tags.correlate(Lead).scalar_subquery())
        .outerjoin(Address, and_(Address.org_id == Lead.org_id, Address.id == Lead.address_id))
        .outerjoin(User, User.id == Lead.owner_id)
        .where(
            Lead.org_id == hidden(bindparam("org", type_=Uuid())), Lead.id == any_(bindparam("ids", type_=ARRAY(Uuid)))
        )
    )
    return query if with_positions else query.options(defer(Address.position), defer(Address.cell))


def _row(session: Session, lead: Lead, address: Address | None, owner_name: str | None, tags: Sequence[str]) -> LeadRow:
    may_see = address is not None and context_of(session).may_see_positions
    position = position_of(session, address) if may_see and address else None
    shut = may_see and address is not None and address.position is not None and position is None
    return LeadRow(lead, address, owner_name, position, tuple(tags), shut)
