"""Tasks, trips, stops, shifts and positions of a day out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from outbound.errors import Conflict, Invalid, NotFound
from outbound.identity.permissions import Operation as Permission
from outbound.positions import service as positions
from outbound.positions.service import PositionDraft
from outbound.shifts import service as shifts
from outbound.shifts.service import ShiftDraft
from outbound.sync.operations import Arrival, Done, Handler, Need, Operation
from outbound.sync.presence import absent
from outbound.tasks import service as tasks
from outbound.tasks.service import Completion, TaskDraft
from outbound.trips import service as trips
from outbound.trips import stops
from outbound.trips.service import TripDraft
from outbound.vocabulary import StopStatus, TaskState, TripStatus


@dataclass(frozen=True)
class TaskDone:
    task_id: uuid.UUID
    notes: str | None = None
    duration_secs: int | None = None


@dataclass(frozen=True)
class TaskEdit:
    """What is none stays; ``clears_due_at`` takes the date away."""

    task_id: uuid.UUID
    title: str | None = None
    due_at: datetime | None = None
    clears_due_at: bool = False
    assignee_id: uuid.UUID | None = None
    state: TaskState | None = None
    version: int | None = None


@dataclass(frozen=True)
class TripMove:
    trip_id: uuid.UUID
    status: TripStatus
    actual_distance_meters: int | None = None
    actual_duration_minutes: int | None = None


@dataclass(frozen=True)
class StopTold:
    trip_id: uuid.UUID
    stop_id: uuid.UUID
    arrived: bool = False
    status: StopStatus | None = None
    notes: str | None = None
    skip_reason: str | None = None


@dataclass(frozen=True)
class ShiftEnd:
    shift_id: uuid.UUID


@dataclass(frozen=True)
class Whereabouts:
    """Positions of one's own shift; ``shift_id`` lets them wait for its start."""

    positions: list[PositionDraft]
    shift_id: uuid.UUID | None = None


def _create_task(session: Session, operation: Operation, arrival: Arrival) -> Done:
    draft: TaskDraft = operation.draft
    task, created = tasks.create(session, draft, arrival.now)
    return Done(created, (("task", task.id), ("lead", task.lead_id)))


def _complete_task(session: Session, operation: Operation, arrival: Arrival) -> Done:
    done: TaskDone = operation.draft
    how = Completion(
        occurred_at=operation.occurred_at,
        client_sent_at=operation.sent_as_of(arrival.now),
        notes=done.notes,
        duration_secs=done.duration_secs,
    )
    task, changed = tasks.complete(session, done.task_id, how, arrival.now)
    return Done(changed, (("task", task.id), ("lead", task.lead_id)))


def _edit_task(session: Session, operation: Operation, arrival: Arrival) -> Done:
    edit: TaskEdit = operation.draft
    changes = {
        name: value
        for name, value in (("title", edit.title), ("due_at", edit.due_at), ("assignee_id", edit.assignee_id))
        if value is not None or (name == "due_at" and edit.clears_due_at)
    }
    expected = edit.version
    if changes:
        task = tasks.edit(session, edit.task_id, changes, arrival.now, expected=expected)
        expected = None
    if edit.state is not None:
        task = tasks.move(session, edit.task_id, edit.state, arrival.now, expected=expected)
    return Done(True, (("task", task.id), ("lead", task.lead_id)))


def _create_trip(session: Session, operation: Operation, arrival: Arrival) -> Done:
    trip, created = trips.create(session, operation.draft, arrival.now)
    return Done(created, (("trip", trip.id),))


def _trip_needs(draft: TripDraft) -> list[Need]:
    return [("lead", stop.lead_id) for stop in draft.stops if stop.lead_id is not None]


def _move_trip(session: Session, operation: Operation, arrival: Arrival) -> Done:
    move: TripMove = operation.draft
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


def _tell_stop(session: Session, operation: Operation, arrival: Arrival) -> Done:
    told: StopTold = operation.draft
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


def _start_shift(session: Session, operation: Operation, arrival: Arrival) -> Done:
    draft = replace(operation.draft, client_sent_at=operation.sent_as_of(arrival.now))
    shift, created = shifts.start(session, draft, arrival.now)
    return Done(created, (("shift", shift.id),))


def _end_shift(session: Session, operation: Operation, arrival: Arrival) -> Done:
    shift, changed = shifts.end(
        session,
        operation.draft.shift_id,
        operation.occurred_at,
        arrival.now,
        client_sent_at=operation.sent_as_of(arrival.now),
    )
    return Done(changed, (("shift", shift.id),))


def _report(session: Session, operation: Operation, arrival: Arrival) -> Done:
    where: Whereabouts = operation.draft
    if where.shift_id is not None and absent(session, [("shift", where.shift_id)]):
        raise NotFound(f"There is no shift {where.shift_id} yet.")
    reported = positions.report(
        session,
        where.positions,
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


_KEPT = (positions.Outcome.APPLIED, positions.Outcome.DUPLICATE)


def _task(draft: TaskDone | TaskEdit) -> list[Need]:
    return [("task", draft.task_id)]


HANDLERS = (
    Handler(
        "task.create",
        TaskDraft,
        Permission.TASKS_WRITE,
        _create_task,
        lambda draft: [("lead", draft.lead_id)],
        makes="task",
        rank=1,
    ),
    Handler("task.complete", TaskDone, Permission.TASKS_WRITE, _complete_task, _task),
    Handler("task.update", TaskEdit, Permission.TASKS_WRITE, _edit_task, _task),
    Handler("trip.create", TripDraft, Permission.TRIPS_WRITE, _create_trip, _trip_needs, makes="trip", rank=1),
    Handler("trip.status", TripMove, Permission.TRIPS_WRITE, _move_trip, lambda draft: [("trip", draft.trip_id)]),
    Handler(
        "stop",
        StopTold,
        Permission.TRIPS_WRITE,
        _tell_stop,
        lambda draft: [("trip", draft.trip_id), ("trip_stop", draft.stop_id)],
    ),
    Handler("shift.start", ShiftDraft, Permission.SHIFTS_WRITE, _start_shift, lambda draft: [], makes="shift", rank=1),
    Handler("shift.end", ShiftEnd, Permission.SHIFTS_WRITE, _end_shift, lambda draft: [("shift", draft.shift_id)]),
    *(
        Handler(
            kind,
            Whereabouts,
            Permission.SHIFTS_WRITE,
            _report,
            lambda draft: [("shift", draft.shift_id)] if draft.shift_id else [],
            rank=3,
        )
        for kind in ("position", "positions")
    ),
)
