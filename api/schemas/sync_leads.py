"""What phones send of leads and what happened with them: one shape a kind of operation."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Literal

from pydantic import Field, model_validator

from api.schemas.addresses import AddressPatch
from api.schemas.common import Latitude, Longitude, LongText, Moment, ShortText, Wire
from api.schemas.leads import LeadIn, LeadPatch, StageIn
from outbound.activities.drafts import ActivityDraft
from outbound.cadences.enrollments import EnrollmentDraft
from outbound.sync.handlers.activities import Logged, Undone
from outbound.sync.handlers.doors import DoorEdit
from outbound.sync.handlers.leads import ConsentGiven, LeadEdit, StageMove
from outbound.sync.operations import Operation
from outbound.vocabulary import ActivityResult, ActivityType, ConsentChannel


class OperationIn(Wire):
    """One thing done offline. Where it makes something, its ``id`` becomes that thing's id."""

    id: uuid.UUID
    """Made by the phone (UUIDv7): the same id sent again changes nothing."""
    occurred_at: Moment
    """When it was done, by the phone's clock."""

    def draft(self) -> Any:
        raise NotImplementedError

    def operation(self, sent_at: datetime | None, now: datetime) -> Operation:
        kind: str = self.kind  # type: ignore[attr-defined]
        return Operation(self.id, kind, self.occurred_at, now, self.draft(), sent_at)


class LeadCreated(OperationIn):
    kind: Literal["lead.create"]
    data: LeadIn

    @model_validator(mode="after")
    def _one_id(self) -> LeadCreated:
        if self.data.id not in (None, self.id):
            raise ValueError("a lead has the id of the operation that creates it: leave data.id out")
        return self

    def draft(self) -> Any:
        return self.data.model_copy(update={"id": self.id}).draft()


class ActivityData(Wire):
    lead_id: uuid.UUID
    type: ActivityType
    result: ActivityResult | None = None
    notes: LongText | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    duration_secs: int | None = Field(default=None, ge=0, le=86_400)
    follow_up_at: Moment | None = None
    trip_stop_id: uuid.UUID | None = None
    attachments: tuple[uuid.UUID, ...] = Field(default=(), max_length=20)
    """Photos of it, by the ids they have or will have."""

    @model_validator(mode="after")
    def _both_or_neither(self) -> ActivityData:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("lat and lon go together: give both or neither")
        return self


class ActivityLogged(OperationIn):
    kind: Literal["activity"]
    data: ActivityData

    def draft(self) -> Logged:
        data = self.data
        return Logged(
            data.lead_id,
            ActivityDraft(
                id=self.id,
                type=data.type,
                occurred_at=self.occurred_at,
                result=data.result,
                notes=data.notes,
                lat=data.lat,
                lon=data.lon,
                duration_secs=data.duration_secs,
                follow_up_at=data.follow_up_at,
                trip_stop_id=data.trip_stop_id,
                attachments=data.attachments,
            ),
        )


class UndoData(Wire):
    activity_id: uuid.UUID


class ActivityUndone(OperationIn):
    kind: Literal["activity.undo"]
    data: UndoData

    def draft(self) -> Undone:
        return Undone(self.data.activity_id)


class StageData(StageIn):
    lead_id: uuid.UUID


class StageMoved(OperationIn):
    kind: Literal["stage"]
    data: StageData

    def draft(self) -> StageMove:
        return StageMove(self.data.lead_id, self.data.stage, self.data.version)


class LeadData(LeadPatch):
    lead_id: uuid.UUID
    version: int | None = Field(default=None, ge=1, le=2**31 - 1)
    """The one that the phone had read; where it is left out, what is sent overwrites."""


_IDS = frozenset({"campaign_id", "owner_id"})
_TIMES = frozenset({"next_action_at"})


class LeadUpdated(OperationIn):
    kind: Literal["lead.update"]
    data: LeadData

    def draft(self) -> LeadEdit:
        changes = self.data.changes()
        for name in ("lead_id", "version"):
            changes.pop(name, None)
        apart = {name: changes.pop(name, None) for name in ("tags", "consent", "door")}
        ids = {name: changes.pop(name) for name in _IDS & changes.keys()}
        times = {name: changes.pop(name) for name in _TIMES & changes.keys()}
        return LeadEdit(self.data.lead_id, self.data.version, changes, ids, times, **apart)


class DoorData(AddressPatch):
    """The door of ``address_id``, or that of a lead (one captured offline has no other name for it yet)."""

    address_id: uuid.UUID | None = None
    lead_id: uuid.UUID | None = None
    version: int | None = Field(default=None, ge=1, le=2**31 - 1)

    @model_validator(mode="after")
    def _names_one(self) -> DoorData:
        if (self.address_id is None) == (self.lead_id is None):
            raise ValueError("name the door by address_id or by lead_id")
        return self


class DoorUpdated(OperationIn):
    kind: Literal["address.update"]
    data: DoorData

    def draft(self) -> DoorEdit:
        changes = self.data.changes()
        known = {name: changes.pop(name, None) for name in ("address_id", "lead_id", "version")}
        return DoorEdit(sorted(changes), **known, **changes)


class ConsentData(Wire):
    lead_id: uuid.UUID
    channel: ConsentChannel
    granted: bool
    source: ShortText | None = None


class ConsentSaid(OperationIn):
    kind: Literal["consent"]
    data: ConsentData

    def draft(self) -> ConsentGiven:
        return ConsentGiven(**self.data.model_dump())


class EnrolmentData(Wire):
    lead_id: uuid.UUID
    cadence_id: uuid.UUID


class Enrolled(OperationIn):
    kind: Literal["enrolment"]
    data: EnrolmentData

    def draft(self) -> EnrollmentDraft:
        return EnrollmentDraft(self.data.cadence_id, self.data.lead_id, self.id)
