"""Tasks, trips, stops, shifts and positions of a day out."""

from __future__ import annotations

import uuid
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from outbound.errors import Conflict, Invalid, NotFound
from outbound.identity.permissions import Operation as Permission
from outbound.positions import service as positions
from outbound.positions.requests import PositionFields, PositionIn
from outbound.positions.service import PositionDraft
from outbound.shifts import service as shifts
from outbound.shifts.service import ShiftDraft
from outbound.sync.operations import Arrival, Done, Handler, Need, Operation, named
from outbound.sync.presence import absent
from outbound.tasks import service as tasks
from outbound.tasks.requests import CompletionFields, TaskFields
from outbound.tasks.service import Completion, TaskDraft
from outbound.trips import service as trips
from outbound.trips import stops
from outbound.trips.requests import StopPatch, TripIn, TripStatusFields
from outbound.vocabulary import TaskState
from outbound.wire import Moment, Name, Version, Wire


class TaskDone(CompletionFields):
    task_id: uuid.UUID


class TaskEdit(Wire):
    """What is left out stays; ``due_at`` may be null. It reopens or cancels too, which routes of their own do."""

    task_id: uuid.UUID
    title: Name | None = None
    due_at: Moment | None = None
    assignee_id: uuid.UUID | None = None
    state: Literal[TaskState.OPEN, TaskState.CANCELLED] | None = None
    version: Version | None = None

    @model_validator(mode="after")
    def _something(self) -> TaskEdit:
        if not self.model_fields_set & {"title", "due_at", "assignee_id", "state"}:
            raise ValueError("say what changes: title, due_at, assignee_id or state")
        if not ({"due_at"} & self.model_fields_set or self.title or self.assignee_id or self.state):
            raise ValueError("title, assignee_id and state cannot be null; leave them out to keep them")
        return self

    def changes(self) -> dict[str, Any]:
        given = self.model_dump(include={"title", "due_at", "assignee_id"}, exclude_unset=True)
        return {name: value for name, value in given.items() if value is not None or name == "due_at"}


class TripMove(TripStatusFields):
    trip_id: uuid.UUID


class StopTold(StopPatch):
    trip_id: uuid.UUID
    stop_id: uuid.UUID


class ShiftStart(Wire):
    """Starts when the operation occurred."""


class ShiftEnd(Wire):
    """Ends when the operation occurred."""

    shift_id: uuid.UUID


class Position(PositionFields):
    """Where the phone was when the operation occurred."""

    shift_id: uuid.UUID | None = None


class Positions(Wire):
    positions: Annotated[list[PositionIn], Field(min_length=1, max_length=1000)]
    shift_id: uuid.UUID | None = None
    """Named, the positions wait until the start of that shift has arrived."""


def _create_task(session: Session, operation: Operation[TaskFields], arrival: Arrival) -> Done:
    draft = TaskDraft(id=operation.id, **operation.data.model_dump())
    task, created = tasks.create(session, draft, arrival.now)
    return Done(created, (("task", task.id), ("lead", task.lead_id)))


def _complete_task(session: Session, operation: Operation[TaskDone], arrival: Arrival) -> Done:
    done = operation.data
    how = Completion(
        occurred_at=operation.occurred_at,
        client_sent_at=operation.sent_as_of(arrival.now),
        notes=done.notes,
        duration_secs=done.duration_secs,
    )
    task, changed = tasks.complete(session, done.task_id, how, arrival.now)
    return Done(changed, (("task", task.id), ("lead", task.lead_id)))


def _edit_task(session: Session, operation: Operation[TaskEdit], arrival: Arrival) -> Done:
    edit = operation.data
    changes = edit.changes()
    expected = edit.version
    if changes:
        task = tasks.edit(session, edit.task_id, changes, arrival.now, expected=expected)
        expected = None
    if edit.state is not None:
        task = tasks.move(session, edit.task_id, edit.state, arrival.now, expected=expected)
    return Done(True, (("task", task.id), ("lead", task.lead_id)))


def _create_trip(session: Session, operation: Operation[TripIn], arrival: Arrival) -> Done:
    trip, created = trips.create(session, operation.data.model_copy(update={"id": operation.id}).draft(), arrival.now)
    return Done(created, (("trip", trip.id),))


def _doors(trip: TripIn) -> list[Need]:
    return [("lead", stop.lead_id) for stop in trip.stops if stop.lead_id is not None]


def _move_trip(session: Session, operation: Operation[TripMove], arrival: Arrival) -> Done:
    move = operation.data
    trip = trips.change_status(
        session,
        move.trip_id,
        move.status,
        arrival.now,
        at=operation.moment,
        actual_distance_meters=move.actual_distance_meters,
        actual_duration_minutes=move.actual_duration_minutes,
    )
    return Done(True, (("trip", trip.id),))


def _tell_stop(session: Session, operation: Operation[StopTold], arrival: Arrival) -> Done:
    told = operation.data
    trip = trips.get(session, told.trip_id, lock=True)
    stops.tell(
        session,
        trip,
        told.stop_id,
        arrival.now,
        at=operation.moment,
        arrived=told.arrived,
        status=told.status,
        notes=told.notes,
        skip_reason=told.skip_reason,
    )
    return Done(True, (("trip", trip.id), ("trip_stop", told.stop_id)))


def _start_shift(session: Session, operation: Operation[ShiftStart], arrival: Arrival) -> Done:
    draft = ShiftDraft(
        id=operation.id, started_at=operation.occurred_at, client_sent_at=operation.sent_as_of(arrival.now)
    )
    shift, created = shifts.start(session, draft, arrival.now)
    return Done(created, (("shift", shift.id),))


def _end_shift(session: Session, operation: Operation[ShiftEnd], arrival: Arrival) -> Done:
    shift, changed = shifts.end(
        session,
        operation.data.shift_id,
        operation.occurred_at,
        arrival.now,
        client_sent_at=operation.sent_as_of(arrival.now),
    )
    return Done(changed, (("shift", shift.id),))


def _report_one(session: Session, operation: Operation[Position], arrival: Arrival) -> Done:
    here = operation.data
    draft = PositionDraft(operation.id, here.lat, here.lon, operation.occurred_at, here.accuracy)
    return _report(session, operation, [draft], arrival)


def _report_all(session: Session, operation: Operation[Positions], arrival: Arrival) -> Done:
    return _report(session, operation, [each.draft() for each in operation.data.positions], arrival)


def _report(session: Session, operation: Operation[Any], drafts: list[PositionDraft], arrival: Arrival) -> Done:
    shift_id = operation.data.shift_id
    if shift_id is not None and absent(session, [("shift", shift_id)]):
        raise NotFound(f"There is no shift {shift_id} yet.")
    reported = positions.report(
        session,
        drafts,
        arrival.now,
        keep_days=arrival.position_days,
        client_sent_at=operation.sent_as_of(arrival.now),
    )
    outcomes = {each.outcome for each in reported}
    refused = [
        each for each in reported if each.outcome not in (positions.Outcome.APPLIED, positions.Outcome.DUPLICATE)
    ]
    if len(refused) == len(reported):
        error = Conflict if outcomes == {positions.Outcome.CONFLICT} else Invalid
        raise error(refused[0].reason or "None of these positions can be kept.")
    note = f"{len(refused)} of {len(reported)} are not kept: {refused[0].reason}" if refused else None
    return Done(positions.Outcome.APPLIED in outcomes, (), note=note)


_TASKS, _TRIPS, _SHIFTS = Permission.TASKS_WRITE, Permission.TRIPS_WRITE, Permission.SHIFTS_WRITE

HANDLERS = (
    Handler("task.create", TaskFields, _TASKS, _create_task, named("lead"), makes="task", rank=1),
    Handler("task.complete", TaskDone, _TASKS, _complete_task, named("task")),
    Handler("task.update", TaskEdit, _TASKS, _edit_task, named("task")),
    Handler("trip.create", TripIn, _TRIPS, _create_trip, _doors, makes="trip", rank=1),
    Handler("trip.status", TripMove, _TRIPS, _move_trip, named("trip")),
    Handler("stop", StopTold, _TRIPS, _tell_stop, named("trip", trip_stop="stop_id")),
    Handler("shift.start", ShiftStart, _SHIFTS, _start_shift, named(), makes="shift", rank=1),
    Handler("shift.end", ShiftEnd, _SHIFTS, _end_shift, named("shift")),
    Handler("position", Position, _SHIFTS, _report_one, named("shift"), rank=3),
    Handler("positions", Positions, _SHIFTS, _report_all, named("shift"), rank=3),
)
