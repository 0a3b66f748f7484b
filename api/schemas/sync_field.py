"""What phones send of a day out: tasks, trips, stops, shifts, positions and photos."""

from __future__ import annotations

import uuid
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from api.schemas.attachments import Sha256
from api.schemas.common import Latitude, Longitude, LongText, Moment, Name, ShortText, Wire
from api.schemas.positions import PositionIn
from api.schemas.sync_leads import OperationIn
from api.schemas.trips import Metres, StopPatch, TripIn, TripMinutes
from outbound.attachments.service import AttachmentDraft
from outbound.positions.service import PositionDraft
from outbound.shifts.service import ShiftDraft
from outbound.storage.blobs import Blob
from outbound.sync.handlers.field import ShiftEnd, StopTold, TaskDone, TaskEdit, TripMove, Whereabouts
from outbound.sync.handlers.files import Photo
from outbound.tasks.service import TaskDraft
from outbound.vocabulary import MediaType, TaskState, TripStatus


class TaskData(Wire):
    lead_id: uuid.UUID
    title: Name
    due_at: Moment | None = None
    assignee_id: uuid.UUID | None = None


class TaskCreated(OperationIn):
    kind: Literal["task.create"]
    data: TaskData

    def draft(self) -> TaskDraft:
        return TaskDraft(id=self.id, **self.data.model_dump())


class TaskDoneData(Wire):
    task_id: uuid.UUID
    notes: LongText | None = None
    duration_secs: int | None = Field(default=None, ge=0, le=86_400)


class TaskCompleted(OperationIn):
    kind: Literal["task.complete"]
    data: TaskDoneData

    def draft(self) -> TaskDone:
        return TaskDone(**self.data.model_dump())


class TaskChanges(Wire):
    """What is left out stays; ``due_at`` may be null."""

    task_id: uuid.UUID
    title: Name | None = None
    due_at: Moment | None = None
    assignee_id: uuid.UUID | None = None
    state: Literal[TaskState.OPEN, TaskState.CANCELLED] | None = None
    version: int | None = Field(default=None, ge=1, le=2**31 - 1)

    @model_validator(mode="after")
    def _something(self) -> TaskChanges:
        if not self.model_fields_set & {"title", "due_at", "assignee_id", "state"}:
            raise ValueError("say what changes: title, due_at, assignee_id or state")
        if not ({"due_at"} & self.model_fields_set or self.title or self.assignee_id or self.state):
            raise ValueError("title, assignee_id and state cannot be null; leave them out to keep them")
        return self


class TaskUpdated(OperationIn):
    kind: Literal["task.update"]
    data: TaskChanges

    def draft(self) -> TaskEdit:
        clears = "due_at" in self.data.model_fields_set and self.data.due_at is None
        return TaskEdit(clears_due_at=clears, **self.data.model_dump())


class TripCreated(OperationIn):
    kind: Literal["trip.create"]
    data: TripIn

    @model_validator(mode="after")
    def _one_id(self) -> TripCreated:
        if self.data.id not in (None, self.id):
            raise ValueError("a trip has the id of the operation that plans it: leave data.id out")
        return self

    def draft(self) -> Any:
        return self.data.model_copy(update={"id": self.id}).draft()


class TripStatusData(Wire):
    trip_id: uuid.UUID
    status: TripStatus
    actual_distance_meters: Metres | None = None
    actual_duration_minutes: TripMinutes | None = None


class TripMoved(OperationIn):
    kind: Literal["trip.status"]
    data: TripStatusData

    def draft(self) -> TripMove:
        return TripMove(**self.data.model_dump())


class StopData(StopPatch):
    trip_id: uuid.UUID
    stop_id: uuid.UUID


class StopReported(OperationIn):
    kind: Literal["stop"]
    data: StopData

    def draft(self) -> StopTold:
        return StopTold(**self.data.model_dump(exclude={"occurred_at"}))


class ShiftData(Wire):
    pass


class ShiftStarted(OperationIn):
    """Starts when the operation occurred."""

    kind: Literal["shift.start"]
    data: ShiftData = ShiftData()

    def draft(self) -> ShiftDraft:
        return ShiftDraft(id=self.id, started_at=self.occurred_at)


class ShiftEndData(Wire):
    shift_id: uuid.UUID


class ShiftEnded(OperationIn):
    """Ends when the operation occurred."""

    kind: Literal["shift.end"]
    data: ShiftEndData

    def draft(self) -> ShiftEnd:
        return ShiftEnd(self.data.shift_id)


class PositionData(Wire):
    lat: Latitude
    lon: Longitude
    accuracy: Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)] | None = None
    shift_id: uuid.UUID | None = None


class PositionReported(OperationIn):
    """Where the phone was when the operation occurred."""

    kind: Literal["position"]
    data: PositionData

    def draft(self) -> Whereabouts:
        data = self.data
        return Whereabouts([PositionDraft(self.id, data.lat, data.lon, self.occurred_at, data.accuracy)], data.shift_id)


class PositionsData(Wire):
    positions: Annotated[list[PositionIn], Field(min_length=1, max_length=1000)]
    shift_id: uuid.UUID | None = None
    """Named, the positions wait until the start of that shift has arrived."""


class PositionsReported(OperationIn):
    kind: Literal["positions"]
    data: PositionsData

    def draft(self) -> Whereabouts:
        return Whereabouts([each.draft() for each in self.data.positions], self.data.shift_id)


class PhotoData(Wire):
    lead_id: uuid.UUID
    media_type: MediaType
    size: int = Field(ge=1, le=2**53)
    """Bytes."""
    sha256: Sha256
    """Of the bytes as they will be sent, in hexadecimal."""
    activity_id: uuid.UUID | None = None
    file_name: ShortText | None = None


class PhotoTaken(OperationIn):
    """A photo by reference: its bytes arrive by ``/api/attachments``, before or after."""

    kind: Literal["photo"]
    data: PhotoData

    def draft(self) -> Photo:
        data = self.data
        sent = Blob(data.sha256, data.size)
        return Photo(AttachmentDraft(self.id, data.lead_id, sent, data.activity_id, data.file_name), data.media_type)
