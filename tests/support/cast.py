"""Who and what a test franchise is made of: people, territories, doors."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from outbound.vocabulary import Role, TerritoryType
from tests.support.places import Box

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Member:
    """A person of the franchise; the password of all is ``PASSWORD``."""

    id: uuid.UUID
    email: str
    name: str
    role: Role
    password: str = PASSWORD


@dataclass(frozen=True)
class Turf:
    """A territory with the box it covers."""

    id: uuid.UUID
    name: str
    slug: str
    type: TerritoryType
    box: Box
    parent: Turf | None = None


@dataclass(frozen=True)
class Door:
    """An address with its position in the clear."""

    id: uuid.UUID
    line: str
    lat: float
    lon: float
    cell: int
    territory_id: uuid.UUID | None
