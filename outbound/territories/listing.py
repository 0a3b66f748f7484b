"""Finding territories: by place, by type, and along the hierarchy."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from outbound.errors import Invalid
from outbound.storage.context import context_of
from outbound.territories.models import Territory
from outbound.vocabulary import TerritoryType

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


class TerritorySort(StrEnum):
    CREATED = "created"
    NAME = "name"
    PRIORITY = "-priority_weight"


@dataclass(frozen=True)
class TerritoryFilter:
    type: TerritoryType | None = None
    parent_id: uuid.UUID | None = None
    root: bool = False
    """Only those at the top of the caller's reach, whose parent is none or out of it."""
    depth: int | None = None
    """Levels of the hierarchy, counted from the children of ``parent_id`` or the top; one, unless said."""
    active: bool | None = None
    bbox: Box | None = None


def visible(
    session: Session,
    wanted: TerritoryFilter,
    *,
    sort: TerritorySort = TerritorySort.CREATED,
    after: uuid.UUID | None = None,
    limit: int,
) -> list[Territory]:
    """Territories in the caller's reach, ``limit`` at the most, after a place in the list.

    Raises :class:`Invalid` when that place is gone.
    """
    org_id = context_of(session).org_id
    query = select(Territory).where(Territory.org_id == org_id, Territory.retired_at.is_(None))
    if wanted.root or wanted.parent_id is not None or wanted.depth is not None:
        query = query.where(Territory.id.in_(_levels(org_id, wanted)))
    if wanted.type is not None:
        query = query.where(Territory.type == wanted.type)
    if wanted.active is not None:
        query = query.where(Territory.active.is_(wanted.active))
    if wanted.bbox is not None:
        west, south, east, north = wanted.bbox
        query = query.where(
            Territory.west <= east, Territory.east >= west, Territory.south <= north, Territory.north >= south
        )
    keys = _keys(sort)
    if after is not None:
        last = session.execute(select(*keys).where(Territory.org_id == org_id, Territory.id == after)).one_or_none()
        if last is None:
            raise Invalid("The cursor's territory is gone; start again from the first page.")
        query = query.where(tuple_(*keys) > tuple_(*(literal(value) for value in last)))
    return list(session.scalars(query.order_by(*keys).limit(limit)))


def _keys(sort: TerritorySort) -> tuple[Any, ...]:
    match sort:
        case TerritorySort.NAME:
            return Territory.name, Territory.id
        case TerritorySort.PRIORITY:
            return -Territory.priority_weight, Territory.id
        case TerritorySort.CREATED:
            return (Territory.id,)


def _levels(org_id: uuid.UUID, wanted: TerritoryFilter) -> Select[uuid.UUID]:
    parent = aliased(Territory)
    first = select(Territory.id, literal(1).label("level")).where(
        Territory.org_id == org_id, Territory.retired_at.is_(None)
    )
    if wanted.parent_id is not None:
        first = first.where(Territory.parent_id == wanted.parent_id)
    else:
        above = select(parent.id).where(
            parent.org_id == org_id, parent.id == Territory.parent_id, parent.retired_at.is_(None)
        )
        first = first.where(~above.exists())
    tree = first.cte("tree", recursive=True)
    below = aliased(Territory)
    tree = tree.union_all(
        select(below.id, tree.c.level + 1)
        .join(tree, below.parent_id == tree.c.id)
        .where(below.org_id == org_id, below.retired_at.is_(None), tree.c.level < (wanted.depth or 1))
    )
    return select(tree.c.id)
