"""What the server answers to a phone."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from api.schemas.common import Utc
from api.schemas.leads import LeadOut
from api.schemas.sync_operations import Malformed
from outbound.sync.changes import Changes
from outbound.sync.operations import Need, Outcome, Result
from outbound.vocabulary import (
    ActivityResult,
    ActivityType,
    AssignmentRole,
    EnrollmentStatus,
    StopStatus,
    TaskState,
    TerritoryType,
    TripStatus,
)


class FieldError(BaseModel):
    field: str
    reason: str


class WaitsForOut(BaseModel):
    kind: str
    id: uuid.UUID


class ResultOut(BaseModel):
    """What one operation came to, and how the server now stands."""

    id: uuid.UUID | None
    kind: str | None
    status: Outcome
    reason: str | None = None
    errors: list[FieldError] | None = None
    waits_for: WaitsForOut | None = None
    state: dict[str, dict[str, Any]]
    """By kind (``lead``, ``task`` …): id, version, stage or state of what the operation is about."""

    @classmethod
    def of(cls, result: Result, states: dict[Need, dict[str, Any]]) -> ResultOut:
        return cls(
            id=result.id,
            kind=result.kind,
            status=result.outcome,
            reason=result.reason,
            waits_for=WaitsForOut(kind=result.waits_for[0], id=result.waits_for[1]) if result.waits_for else None,
            state={need[0]: _told(states[need]) for need in result.about if need in states},
        )

    @classmethod
    def malformed(cls, item: Malformed) -> ResultOut:
        first = item.errors[0]
        return cls(
            id=item.id,
            kind=item.kind,
            status=Outcome.REJECTED,
            reason=f"{first['field']}: {first['reason']}.",
            errors=[FieldError(**each) for each in item.errors],
            state={},
        )


class SyncOut(BaseModel):
    results: list[ResultOut]
    """One for each operation sent, in the same order."""
    settled: list[ResultOut]
    """Operations of earlier batches that had waited for something, and wait no longer."""
    server_time: Utc


def _told(state: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
        for name, value in state.items()
    }


class _Row(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: uuid.UUID


class TerritoryRow(_Row):
    name: str
    type: TerritoryType
    color: str | None
    geometry: dict[str, Any]
    parent_id: uuid.UUID | None
    active: bool
    zone: str
    version: int


class AssignmentRow(_Row):
    territory_id: uuid.UUID
    user_id: uuid.UUID
    role: AssignmentRole
    assigned_at: Utc
    unassigned_at: Utc | None


class TaskRow(_Row):
    lead_id: uuid.UUID
    assignee_id: uuid.UUID | None
    title: str
    due_at: Utc | None
    state: TaskState
    completed_at: Utc | None
    version: int


class EnrollmentRow(_Row):
    lead_id: uuid.UUID
    cadence_id: uuid.UUID
    current_step_id: uuid.UUID | None
    status: EnrollmentStatus
    next_run_at: Utc | None


class TripRow(_Row):
    name: str | None
    owner_id: uuid.UUID
    territory_id: uuid.UUID | None
    status: TripStatus
    planned_start: Utc | None
    started_at: Utc | None
    completed_at: Utc | None
    version: int


class StopRow(_Row):
    trip_id: uuid.UUID
    lead_id: uuid.UUID | None
    address_id: uuid.UUID | None
    order: int
    status: StopStatus
    planned_at: Utc | None
    arrival_at: Utc | None
    completed_at: Utc | None


class ActivityRow(_Row):
    lead_id: uuid.UUID
    type: ActivityType
    result: ActivityResult | None
    occurred_at: Utc
    notes: str | None
    follow_up_at: Utc | None
    trip_stop_id: uuid.UUID | None
    undone_at: Utc | None


class GoneOut(BaseModel):
    kind: Literal["lead", "task", "enrollment", "trip", "stop", "territory", "assignment", "activity"]
    id: uuid.UUID


class ChangesOut(BaseModel):
    """A page of what changed. Rows replace what the phone has under their id."""

    reset: bool
    """Forget all you have first: this is the first page of everything."""
    reason: str | None
    cursor: str
    """To be sent next time: at once where there is ``more``."""
    more: bool
    server_time: Utc
    rules: dict[str, Any] | None
    """Results and stages, cadences and steps, names of templates and colleagues; none where nothing differs."""
    territories: list[TerritoryRow]
    assignments: list[AssignmentRow]
    leads: list[LeadOut]
    tasks: list[TaskRow]
    enrollments: list[EnrollmentRow]
    trips: list[TripRow]
    stops: list[StopRow]
    activities: list[ActivityRow]
    """One's own of the last two weeks."""
    gone: list[GoneOut]
    """Deleted, put away, or not in your reach any more: forget it, and what hangs on it."""

    @classmethod
    def of(cls, page: Changes, now: datetime) -> ChangesOut:
        return cls(
            reset=page.reset,
            reason=page.reason,
            cursor=page.cursor,
            more=page.more,
            server_time=now,
            rules=page.rules,
            territories=[TerritoryRow.model_validate(each) for each in page.territories],
            assignments=[AssignmentRow.model_validate(each) for each in page.assignments],
            leads=[LeadOut.of(each, now) for each in page.leads],
            tasks=[TaskRow.model_validate(each) for each in page.tasks],
            enrollments=[EnrollmentRow.model_validate(each) for each in page.enrollments],
            trips=[TripRow.model_validate(each) for each in page.trips],
            stops=[StopRow.model_validate(each) for each in page.stops],
            activities=[ActivityRow.model_validate(each) for each in page.activities],
            gone=[GoneOut(kind=kind, id=row_id) for kind, row_id in page.gone],  # type: ignore[arg-type]
        )
