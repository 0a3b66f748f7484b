"""Turf from a GeoJSON file: every feature becomes a territory, or nothing does."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from outbound.audit.service import record
from outbound.errors import Conflict, Forbidden, Invalid, NotFound
from outbound.geo.overlay import can_be_laid_over, is_drawn_alike
from outbound.geo.polygons import Turf, read_turf
from outbound.identity.service import slug_of
from outbound.storage.context import context_of
from outbound.storage.database import Database
from outbound.territories.models import Territory
from outbound.territories.placement import Placed, place_again
from outbound.territories.service import TerritoryDraft, create
from outbound.texts import storable
from outbound.vocabulary import TerritoryType

MOST_BYTES = 256 * 1024**2
_LONGEST_NAME = 200
_GRID = 1e-7
"""Degrees, about a centimetre: what positions are rounded to."""


@dataclass(frozen=True)
class LoadedTerritories:
    """What a file added. ``known`` were there already, with the same shape."""

    added: int
    known: int
    parent_slug: str | None
    left_out: tuple[str, ...] = ()
    """Why features were left out, a sentence each; only where that was asked for."""
    doors_placed: int = 0
    leads_placed: int = 0
    """Doors that were there before and now lie in another territory, and open leads that went with them."""


@dataclass(frozen=True)
class _Shape:
    name: str
    slug: str
    turf: Turf


def load_territories(
    database: Database,
    org_id: uuid.UUID,
    user_id: uuid.UUID,
    path: Path,
    type: TerritoryType,
    *,
    parent_slug: str | None = None,
    new_region: str | None = None,
    name_property: str | None = None,
    priority_weight: int = 1,
    leave_out_broken: bool = False,
    now: datetime | None = None,
) -> LoadedTerritories:
    """Adds the polygons of a GeoJSON FeatureCollection in one transaction.

    ``parent_slug`` names the territory they lie under; with ``new_region`` a REGION of that name, their union, is
    made first. ``name_property`` is the property that names a feature; without it the usual ones are tried. Loading
    the same file again adds nothing. A shape that is no clean area refuses the whole file, unless
    ``leave_out_broken`` says to load the others. Doors that were there before are put where they now lie.

    Raises :class:`NotFound` for no file or parent, :class:`Invalid` for a file or shape that cannot be used, and
    :class:`Conflict` where a slug is taken by another shape.
    """
    if parent_slug and new_region:
        raise Invalid("Give either a parent or the name of a new region, not both.")
    if new_region and type is TerritoryType.REGION:
        raise Invalid("A REGION has no parent; leave the new region out.")
    shapes, left_out = _read(path, name_property, leave_out_broken=leave_out_broken)
    with database.as_member(org_id, user_id, source="import") as session:
        if not context_of(session).may_manage:
            raise Forbidden("Only managers and owners cut territories; ask yours.")
        added = known = 0
        now = now or datetime.now(UTC)
        parent_id = _id_of(session, parent_slug) if parent_slug else None
        if new_region:
            region = _Shape(new_region, slug_of(new_region), _union([shape.turf for shape in shapes]))
            parent_id, is_new = _ensure(session, region, TerritoryType.REGION, None, priority_weight, now)
            parent_slug = region.slug
            added, known = added + is_new, known + (not is_new)
        for shape in shapes:
            _, is_new = _ensure(session, shape, type, parent_id, priority_weight, now)
            added, known = added + is_new, known + (not is_new)
        placed = Placed()
        if added:  # once for all, not once a shape
            placed = place_again(session, shapely.GeometryCollection([each.turf.shape for each in shapes]), now)
            record(
                session,
                "territories",
                org_id,
                "loaded",
                after={"added": added, "doors_placed": placed.doors, "leads_placed": placed.leads},
            )
        return LoadedTerritories(added, known, parent_slug, tuple(left_out), placed.doors, placed.leads)


def _ensure(
    session: Session,
    shape: _Shape,
    type: TerritoryType,
    parent_id: uuid.UUID | None,
    priority_weight: int,
    now: datetime,
) -> tuple[uuid.UUID, bool]:
    there = session.scalars(
        select(Territory).where(Territory.org_id == context_of(session).org_id, Territory.slug == shape.slug)
    ).one_or_none()
    if there is not None:
        if there.type == type and is_drawn_alike(read_turf(there.geometry).shape, shape.turf.shape):
            return there.id, False
        raise Conflict(
            f"There is already a territory {shape.slug} of another shape; rename the one in the file, "
            "or remove the other first."
        )
    draft = TerritoryDraft(
        id=None,
        name=shape.name,
        slug=shape.slug,
        type=type,
        geometry=shape.turf.geometry,
        parent_id=parent_id,
        priority_weight=priority_weight,
    )
    territory, _ = create(session, draft, now, place=False)
    return territory.id, True


def _id_of(session: Session, slug: str) -> uuid.UUID:
    found = session.scalars(
        select(Territory.id).where(Territory.org_id == context_of(session).org_id, Territory.slug == slug)
    ).one_or_none()
    if found is None:
        raise NotFound(f"There is no territory {slug} in your reach; load or draw it first.")
    return found


def _read(path: Path, name_property: str | None, *, leave_out_broken: bool) -> tuple[list[_Shape], list[str]]:
    features = _features(path)
    names = [_name(feature, number, path.stem, name_property) for number, feature in enumerate(features, start=1)]
    slugs: set[str] = set()
    shapes: list[_Shape] = []
    left_out: list[str] = []
    for number, (feature, name) in enumerate(zip(features, names, strict=True), start=1):
        slug = _free_slug(name, slugs)
        try:
            shapes.append(_Shape(name, slug, read_turf(feature, what=f"Feature {number} ({name}) of {path.name}")))
        except Invalid as error:
            if not leave_out_broken:
                raise
            left_out.append(error.message)
    if not shapes:
        raise Invalid(f"{path.name} holds no shape that can be used. {left_out[0]}")
    return shapes, left_out


def _features(path: Path) -> list[Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Invalid(f"{path.name} is larger than {MOST_BYTES // 1024**2} MB; split it.")
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}; check its name.") from None
    except IsADirectoryError:
        raise Invalid(f"{path} is a folder; name the file in it.") from None
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise Invalid(f"{path.name} is not GeoJSON; export the territories as a FeatureCollection.") from None
    if isinstance(content, dict) and content.get("type") == "Feature":
        content = {"type": "FeatureCollection", "features": [content]}
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        raise Invalid(f"{path.name} is not a GeoJSON FeatureCollection; export the territories as one.")
    features = content.get("features")
    if not isinstance(features, list) or not features:
        raise Invalid(f"{path.name} holds no features; there is no territory in it.")
    return features


_USUAL_NAMES = ("name", "Name", "NAME", "title", "label", "neighborhood", "neighbourhood", "slug", "id")


def _name(feature: Any, number: int, stem: str, name_property: str | None) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    properties = properties if isinstance(properties, dict) else {}
    if name_property is not None:
        if properties.get(name_property) in (None, ""):
            there = ", ".join(list(properties)[:8]) or "none"
            raise Invalid(f"Feature {number} has no property {name_property}; its properties are: {there}.")
        candidates: Sequence[Any] = [properties[name_property]]
    else:
        candidates = [properties.get(usual) for usual in _USUAL_NAMES]
    for value in candidates:
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return " ".join(storable(str(value)).split())[:_LONGEST_NAME]
    return f"{re.sub(r'[_-]+', ' ', stem)} {number}"[:_LONGEST_NAME]


def _free_slug(name: str, taken: set[str]) -> str:
    """The slug of a name; of features with the same name the second is ``…-2``, and so on, in the file's order."""
    slug = base = slug_of(name)
    number = 2
    while slug in taken:
        slug = f"{base}-{number}"
        number += 1
    taken.add(slug)
    return slug


def _union(turfs: Sequence[Turf]) -> Turf:
    """The area of all; where rounding makes their common border meet itself, their hull."""
    if not can_be_laid_over([turf.shape for turf in turfs], within=_GRID):
        raise Invalid("The shapes cross each other too often to be united to a region; name the region's own shape.")
    union = shapely.union_all([turf.shape for turf in turfs], grid_size=_GRID)
    try:
        return read_turf(json.loads(shapely.to_geojson(union)))
    except Invalid:
        return read_turf(json.loads(shapely.to_geojson(shapely.convex_hull(union))))
