"""Tasks: the inbox of a rep, and what becomes of each."""

from __future__ import annotations

import uuid
from typing import Literal

from fastapi import Response

from api.dependencies import CallerDep, Now, UnitOfWork
from api.etags import IfMatch, tag
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.repeats import told_made
from api.routing import Router
from api.schemas.tasks import TaskOut
from outbound.identity.permissions import Operation
from outbound.tasks import listing, service
from outbound.tasks.listing import TaskFilter, TaskSort
from outbound.tasks.requests import CompletionIn, TaskIn, TaskPatch
from outbound.vocabulary import TaskState
from outbound.wire import Moment

router = Router(prefix="/api/tasks", tags=["tasks"])
_reads = [permits(Operation.TASKS_READ)]
_writes = [permits(Operation.TASKS_WRITE)]


@router.get("", dependencies=_reads)
def list_tasks(
    session: UnitOfWork,
    caller: CallerDep,
    now: Now,
    paging: Paging,
    assignee: Literal["me"] | uuid.UUID | None = None,
    lead_id: uuid.UUID | None = None,
    state: TaskState | None = None,
    due_from: Moment | None = None,
    due_until: Moment | None = None,
    overdue: bool | None = None,
    sort: TaskSort = TaskSort.DUE,
) -> Page[TaskOut]:
    """Tasks in the caller's reach; ``due_until`` is the first moment that no longer counts."""
    assignee_id = assignee if isinstance(assignee, uuid.UUID) else caller.user_id if assignee else None
    wanted = TaskFilter(assignee_id, lead_id, state, due_from, due_until, overdue)
    after = (paging.cursor.id, paging.cursor.moment) if paging.cursor else None
    found = listing.find(session, wanted, now, sort=sort, after=after, limit=paging.fetched)
    return paging.page(found, lambda each: TaskOut.of(each, now), lambda each: Place(each.task.id, each.task.due_at))


@router.post("", status_code=201, dependencies=_writes)
def create_task(body: TaskIn, session: UnitOfWork, response: Response, now: Now) -> TaskOut:
    """Gives somebody a task, and tells them; the same request again returns the first result with 200."""
    task, created = service.create(session, body.draft(), now)
    told_made(response, created)
    return _answer(session, task.id, response, now)


@router.get("/{task_id}", dependencies=_reads)
def read_task(task_id: uuid.UUID, session: UnitOfWork, response: Response, now: Now) -> TaskOut:
    """One task in the caller's reach."""
    return _answer(session, task_id, response, now)


@router.patch("/{task_id}", dependencies=_writes)
def edit_task(
    task_id: uuid.UUID, body: TaskPatch, session: UnitOfWork, response: Response, now: Now, expected: IfMatch
) -> TaskOut:
    """Changes an open task: its words, its due time, or whose it is."""
    service.edit(session, task_id, body.changes(), now, expected=expected)
    return _answer(session, task_id, response, now)


@router.delete("/{task_id}", status_code=204, dependencies=_writes)
def delete_task(task_id: uuid.UUID, session: UnitOfWork, now: Now, expected: IfMatch) -> None:
    """Removes a task that was never done."""
    service.delete(session, task_id, now, expected=expected)


@router.post("/{task_id}/complete", dependencies=_writes)
def complete_task(
    task_id: uuid.UUID,
    body: CompletionIn,
    session: UnitOfWork,
    response: Response,
    now: Now,
    expected: IfMatch,
) -> TaskOut:
    """Marks a task as done and logs it on its lead; one that was done already is answered as it is."""
    service.complete(session, task_id, body.how(), now, expected=expected)
    return _answer(session, task_id, response, now)


@router.post("/{task_id}/cancel", dependencies=_writes)
def cancel_task(task_id: uuid.UUID, session: UnitOfWork, response: Response, now: Now, expected: IfMatch) -> TaskOut:
    """Calls an open task off."""
    service.move(session, task_id, TaskState.CANCELLED, now, expected=expected)
    return _answer(session, task_id, response, now)


@router.post("/{task_id}/reopen", dependencies=_writes)
def reopen_task(task_id: uuid.UUID, session: UnitOfWork, response: Response, now: Now, expected: IfMatch) -> TaskOut:
    """Opens a task again that was done or cancelled; what was logged stays logged."""
    service.move(session, task_id, TaskState.OPEN, now, expected=expected)
    return _answer(session, task_id, response, now)


def _answer(session: UnitOfWork, task_id: uuid.UUID, response: Response, now: Now) -> TaskOut:
    row = listing.row_of(session, task_id)
    tag(response, row.task.version)
    return TaskOut.of(row, now)
