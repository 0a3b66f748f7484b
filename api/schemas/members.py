from __future__ import annotations

import uuid
from typing import Literal

from pydantic import BaseModel, Field

from api.schemas.common import Utc
from api.schemas.identity import example
from outbound.identity.leaving import Handover
from outbound.identity.members import Member
from outbound.vocabulary import Role
from outbound.wire import Wire


class MemberOut(BaseModel):
    """A member. ``email`` is told to who manages people, and null for a machine."""

    id: uuid.UUID
    name: str
    role: Role
    active: bool
    is_machine: bool
    email: str | None
    email_verified: bool | None
    """Whether its mailbox answered, or who runs the server set it; null where ``email`` is. Without it the person
    cannot join a second organisation."""
    joined_at: Utc
    version: int

    @classmethod
    def of(cls, member: Member) -> MemberOut:
        return cls.model_validate(member, from_attributes=True)


class MemberEdit(Wire):
    model_config = example({"role": "SALES_MANAGER"})

    role: Role | None = None
    active: Literal[True] | None = Field(
        default=None, description="`true` lets a member in again; to shut one out, deactivate them."
    )


class RecipientOut(BaseModel):
    """What one member is given; the caller is given what has no territory owner."""

    member_id: uuid.UUID
    leads: int
    tasks: int
    trips: int


class HandoverOut(BaseModel):
    """What a member holds: ``leads`` in open stages, open ``tasks``, ``trips`` planned or under way,
    running ``enrollments`` of these leads, ``territories`` assigned, and API ``keys`` they made, which end.
    ``recipients``: who would get it, or got it."""

    leads: int
    tasks: int
    trips: int
    enrollments: int
    territories: int
    keys: int
    recipients: list[RecipientOut]

    @classmethod
    def of(cls, handover: Handover) -> HandoverOut:
        return cls(
            leads=handover.leads,
            tasks=handover.tasks,
            trips=handover.trips,
            enrollments=handover.enrollments,
            territories=handover.territories,
            keys=handover.keys,
            recipients=[
                RecipientOut(member_id=member_id, **share)
                for member_id, share in sorted(handover.shares.items(), key=lambda pair: str(pair[0]))
            ],
        )


class DeactivateIn(Wire):
    model_config = example({"to": "territory_owner"})

    to: uuid.UUID | Literal["territory_owner"]
    """A member who takes over all, or for each lead the owner of its territory, or of the next one above."""
