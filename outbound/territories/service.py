"""Cutting territories, changing and retiring them. Each change puts the doors it touches where they now lie."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbound.audit.service import record
from outbound.errors import Conflict, Forbidden, Invalid, NotFound
from outbound.geo.overlay import is_drawn_alike
from outbound.geo.polygons import read_turf
from outbound.identity.models import Organisation
from outbound.identity.service import refuse_unknown_zone, slug_of
from outbound.ids import uuid7
from outbound.storage.captures import first_capture, of_before
from outbound.storage.context import context_of
from outbound.storage.locks import serialise
from outbound.storage.versions import begin_edit
from outbound.territories.models import Territory
from outbound.territories.placement import Placed, place_again
from outbound.territories.rules import (
    ground_that_changes_hands,
    refuse_ground_outside,
    refuse_wrong_parent,
)
from outbound.vocabulary import OwnerRule, TerritoryType

LETTING_GO = "This is the top of your own territories: the owner retires it, lets it rest or hangs it elsewhere."


@dataclass(frozen=True)
class TerritoryDraft:
    """A territory as it was drawn; ``geometry`` is a GeoJSON Polygon or MultiPolygon."""

    id: uuid.UUID | None
    name: str
    type: TerritoryType
    geometry: dict[str, Any]
    slug: str | None = None
    color: str | None = None
    parent_id: uuid.UUID | None = None
    priority_weight: int = 1
    zone: str | None = None
    active: bool = True
    owner_rule: OwnerRule = OwnerRule.FIXED


def create(session: Session, draft: TerritoryDraft, now: datetime, *, place: bool = True) -> tuple[Territory, bool]:
    """Adds a territory and puts the doors that lie in it there; the second value is false for a repeat.

    ``place`` false leaves the doors to a caller that draws many and places once (``placement.place_again``).
    Raises :class:`Invalid` for a shape that is none or a parent of the wrong type, :class:`Conflict` for a slug or
    an id that is taken, :class:`Forbidden` for who may not, or ground beyond a manager's own.
    """
    context = context_of(session)
    if not context.may_manage:
        raise Forbidden("Only managers and owners cut territories; ask yours.")
    if draft.id is not None and not first_capture(session, "territory", draft.id, asdict(draft)):
        with of_before():
            known = session.get(Territory, (context.org_id, draft.id))
            if known is None:
                raise NotFound(f"There is no territory {draft.id} in your reach.")
        return known, False
    turf = read_turf(draft.geometry, field="body.geometry")  # before anybody has to wait for it
    serialise(session, "territories")
    _refuse_ground_of_others(session, turf.shape)
    _check_parent(session, draft.type, draft.parent_id)
    zone = draft.zone or session.scalars(select(Organisation.zone).where(Organisation.id == context.org_id)).one()
    refuse_unknown_zone(zone)
    territory = Territory(
        org_id=context.org_id,
        id=draft.id or uuid7(),
        name=draft.name,
        slug=draft.slug or slug_of(draft.name),
        type=draft.type,
        color=draft.color.lower() if draft.color else None,
        geometry=turf.geometry,
        parent_id=draft.parent_id,
        priority_weight=draft.priority_weight,
        active=draft.active,
        owner_rule=draft.owner_rule,
        zone=zone,
    )
    session.add(territory)
    _flush(session, territory.slug)
    placed = place_again(session, turf.shape, now) if place and draft.active else Placed()
    record(session, "territory", territory.id, "created", after=audited(territory) | _counted(placed))
    return territory, True


def get(session: Session, territory_id: uuid.UUID, *, lock: bool = False) -> Territory:
    """A territory within the caller's reach that is not retired. With ``lock``, one that they may also change.

    Raises :class:`NotFound`, and :class:`Forbidden` for one that they may only read.
    """
    query = select(Territory).where(
        Territory.org_id == context_of(session).org_id, Territory.id == territory_id, Territory.retired_at.is_(None)
    )
    territory = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if territory is None and lock and session.scalars(query).one_or_none() is not None:
        raise Forbidden("You may read this territory but not change it; ask its manager.")
    if territory is None:
        raise NotFound(f"There is no territory {territory_id} in your reach.")
    return territory


def edit(
    session: Session, territory_id: uuid.UUID, changes: Mapping[str, Any], now: datetime, *, expected: int | None = None
) -> tuple[Territory, Placed]:
    """Changes what is named: ``name``, ``slug``, ``color``, ``geometry``, ``parent_id``, ``priority_weight``,
    ``active``, ``zone``, ``owner_rule``.

    Doors and open leads of ground that changes hands are placed anew; what happened before keeps the territory of
    its time. Who may not retire it may not let it rest or hang it elsewhere either. Raises as
    :func:`create`, :class:`NotFound`, and :class:`PreconditionFailed` when ``expected`` is no longer the version.
    """
    if not context_of(session).may_manage:
        raise Forbidden("Only managers and owners change territories; ask yours.")
    turf = read_turf(changes["geometry"], field="body.geometry") if "geometry" in changes else None
    serialise(session, "territories")
    territory = get(session, territory_id, lock=True)
    begin_edit(territory, expected)
    before = audited(territory)
    old = shapely.geometry.shape(territory.geometry)
    old_standing = (territory.active, territory.priority_weight)
    new: BaseGeometry = old
    if turf is not None:
        _refuse_ground_of_others(session, turf.shape)
        new, territory.geometry = turf.shape, turf.geometry
    standing = (changes.get("active", territory.active), changes.get("priority_weight", territory.priority_weight))
    hung_elsewhere = "parent_id" in changes and changes["parent_id"] != territory.parent_id
    rests = old_standing[0] and not standing[0]
    # Under another of their own it would be the top no longer, and be retired next.
    if is_top_of_own(session, territory) and (hung_elsewhere or rests):
        raise Forbidden(LETTING_GO)
    if hung_elsewhere:
        _check_parent(session, territory.type, changes["parent_id"])
        if not may_hang_under(session, changes["parent_id"]):
            raise Forbidden("You may hang a territory only under one of your own; ask the owner for another place.")
        territory.parent_id = changes["parent_id"]
    if "zone" in changes:
        refuse_unknown_zone(changes["zone"])
    for name in ("name", "slug", "priority_weight", "active", "zone", "owner_rule"):
        if name in changes:
            setattr(territory, name, changes[name])
    if "color" in changes:
        territory.color = changes["color"].lower() if changes["color"] else None
    _flush(session, territory.slug)
    placed = place_again(session, ground_that_changes_hands(old, new, old_standing, standing), now)
    after = audited(territory) | _counted(placed) | {"polygon_changed": not is_drawn_alike(old, new)}
    record(session, "territory", territory.id, "edited", before=before, after=after)
    return territory, placed


def is_top_of_own(session: Session, territory: Territory) -> bool:
    """Whether what this territory gives up leaves the reach of the caller, a manager of some."""
    return not may_hang_under(session, territory.parent_id)


def may_hang_under(session: Session, parent_id: uuid.UUID | None) -> bool:
    """Whether the caller may hang territories there: what a manager of some hangs elsewhere stays in their reach."""
    if context_of(session).sees_whole_organisation:
        return True
    writable = text("select cast(:id as uuid) = any(outbound.writable_territories())")
    return bool(session.scalar(writable, {"id": parent_id}))


def audited(territory: Territory) -> dict[str, Any]:
    """What the log says of a territory."""
    return {
        "slug": territory.slug,
        "type": str(territory.type),
        "parent_id": str(territory.parent_id) if territory.parent_id else None,
        "priority_weight": territory.priority_weight,
        "active": territory.active,
        "zone": territory.zone,
        "owner_rule": str(territory.owner_rule),
        "color": territory.color,
    }


def _counted(placed: Placed) -> dict[str, int]:
    return {"doors_placed": placed.doors, "leads_placed": placed.leads}


def _check_parent(session: Session, type_: TerritoryType, parent_id: uuid.UUID | None) -> None:
    if parent_id is None:
        return
    try:
        parent = get(session, parent_id)
    except NotFound:
        reason = "There is no such parent territory in your reach; name one that exists, or none."
        raise Invalid(reason, errors=[{"field": "body.parent_id", "reason": reason}]) from None
    refuse_wrong_parent(type_, parent.type)


def _refuse_ground_of_others(session: Session, shape: BaseGeometry) -> None:
    """A manager of some territories cuts within them, so that no neighbour's door becomes theirs by drawing."""
    if context_of(session).sees_whole_organisation:
        return
    own: Iterable[dict[str, Any]] = session.scalars(
        select(Territory.geometry).where(
            Territory.org_id == context_of(session).org_id,
            text("territories.id = any((select outbound.writable_territories())::uuid[])"),
            Territory.retired_at.is_(None),
        )
    )
    refuse_ground_outside(shape, [shapely.geometry.shape(each) for each in own])


def _flush(session: Session, slug: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        if constraint == "uq_territories_org_id_slug":
            raise Conflict(f"The slug {slug!r} is taken; give another name or slug.") from error
        raise Conflict("The territory contradicts what is stored already; read it again.") from error
