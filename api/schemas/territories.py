from __future__ import annotations

import uuid
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.common import Utc
from outbound.territories.assignments import AssignmentRow
from outbound.territories.models import Territory
from outbound.vocabulary import AssignmentRole, OwnerRule, TerritoryType
from outbound.wire import Name, Patch, ShortText, Wire

Slug = Annotated[ShortText, Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
Color = Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")]
Weight = Annotated[int, Field(ge=1, le=1000)]
Geometry = Annotated[
    dict[str, Any], Field(description="GeoJSON Polygon or MultiPolygon, longitude first (RFC 7946).", max_length=20)
]
_SQUARE: dict[str, Any] = {
    "type": "Polygon",
    "coordinates": [[[-93.64, 41.58], [-93.62, 41.58], [-93.62, 41.61], [-93.64, 41.61], [-93.64, 41.58]]],
}


class TerritoryIn(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0197a1c0-0000-7000-8000-000000000001",
                    "name": "Beaverdale",
                    "type": "MICRO",
                    "geometry": _SQUARE,
                    "color": "#2e7d32",
                }
            ]
        }
    )

    id: uuid.UUID | None = None
    """Made by the client (UUIDv7): the same request again returns the first result."""
    name: Name
    type: TerritoryType
    geometry: Geometry
    slug: Slug | None = None
    color: Color | None = None
    parent_id: uuid.UUID | None = None
    priority_weight: Weight = 1
    active: bool = True
    zone: ShortText | None = None
    owner_rule: OwnerRule = OwnerRule.FIXED
    """Who is given the new leads of a list: the primary OWNER, OWNERs and CONTRIBUTORs in turn, or whoever of these
    has the fewest open leads."""


class TerritoryPatch(Patch):
    """What is left out stays as it is; ``color`` and ``parent_id`` may be null."""

    never_null = frozenset({"name", "slug", "geometry", "priority_weight", "active", "zone", "owner_rule"})

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Beaverdale North", "priority_weight": 5}]})

    name: Name | None = None
    slug: Slug | None = None
    color: Color | None = None
    geometry: Geometry | None = None
    parent_id: uuid.UUID | None = None
    priority_weight: Weight | None = None
    active: bool | None = None
    zone: ShortText | None = None
    owner_rule: OwnerRule | None = None


class TerritoryOut(BaseModel):
    id: uuid.UUID
    name: str
    slug: str
    type: TerritoryType
    color: str | None
    geometry: dict[str, Any]
    parent_id: uuid.UUID | None
    priority_weight: int
    active: bool
    zone: str
    owner_rule: OwnerRule
    version: int
    created_at: Utc
    updated_at: Utc

    @classmethod
    def of(cls, territory: Territory) -> TerritoryOut:
        return cls.model_validate(territory, from_attributes=True)


class AssignmentIn(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"user_id": "0197a1c0-0000-7000-8000-000000000002", "role": "OWNER", "is_primary": True},
            ]
        }
    )

    id: uuid.UUID | None = None
    user_id: uuid.UUID
    role: AssignmentRole
    is_primary: bool = False
    """The one to whom the territory's new leads go (rule ``fixed``); only of role OWNER, and one a territory."""


class AssignmentPatch(Patch):
    never_null = frozenset({"role", "is_primary"})

    model_config = ConfigDict(json_schema_extra={"examples": [{"role": "CONTRIBUTOR"}]})

    role: AssignmentRole | None = None
    is_primary: bool | None = None


class AssignmentOut(BaseModel):
    id: uuid.UUID
    territory_id: uuid.UUID
    user_id: uuid.UUID
    user_name: str
    role: AssignmentRole
    is_primary: bool
    assigned_at: Utc
    unassigned_at: Utc | None

    @classmethod
    def of(cls, row: AssignmentRow) -> AssignmentOut:
        each = row.assignment
        return cls(
            id=each.id,
            territory_id=each.territory_id,
            user_id=each.user_id,
            user_name=row.user_name,
            role=each.role,
            is_primary=each.is_primary,
            assigned_at=each.assigned_at,
            unassigned_at=each.unassigned_at,
        )


class TerritoryDetailOut(TerritoryOut):
    """A territory with who works it now."""

    assignments: list[AssignmentOut]
