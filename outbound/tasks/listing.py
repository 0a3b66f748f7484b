"""Finding tasks: whose, in what state, due when."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, and_, not_, or_, select
from sqlalchemy.orm import Session

from outbound.errors import NotFound
from outbound.identity.models import User
from outbound.storage.context import context_of
from outbound.tasks.models import Task
from outbound.vocabulary import TaskState


class TaskSort(StrEnum):
    DUE = "due"
    """Soonest first; without a due time last."""
    LATEST_DUE = "-due"
    """Latest first; without a due time last."""
    CREATED = "-created"
    """Newest first."""


@dataclass(frozen=True)
class TaskFilter:
    assignee_id: uuid.UUID | None = None
    lead_id: uuid.UUID | None = None
    state: TaskState | None = None
    due_from: datetime | None = None
    due_until: datetime | None = None
    overdue: bool | None = None


@dataclass(frozen=True)
class TaskRow:
    """A task with the name of its assignee."""

    task: Task
    assignee_name: str | None


def one(session: Session, task_id: uuid.UUID, *, lock: bool = False) -> Task:
    """A task within the caller's reach. Raises :class:`NotFound`."""
    query = select(Task).where(Task.org_id == context_of(session).org_id, Task.id == task_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    task = session.scalars(query).one_or_none()
    if task is None:
        raise NotFound(f"There is no task {task_id} in your reach.")
    return task


def row_of(session: Session, task_id: uuid.UUID) -> TaskRow:
    """A task with its assignee's name. Raises :class:`NotFound`."""
    row = session.execute(_named(session).where(Task.id == task_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no task {task_id} in your reach.")
    return TaskRow(*row)


def find(
    session: Session,
    wanted: TaskFilter,
    now: datetime,
    *,
    sort: TaskSort = TaskSort.DUE,
    after: tuple[uuid.UUID, datetime | None] | None,
    limit: int,
) -> list[TaskRow]:
    """Tasks in the caller's reach, after a place in the list: the id and due time of the last one."""
    query = _named(session)
    for column, value in (
        (Task.assignee_id, wanted.assignee_id), (Task.lead_id, wanted.lead_id), (Task.state, wanted.state)
    ):  # fmt: skip
        if value is not None:
            query = query.where(column == value)
    if wanted.due_from is not None:
        query = query.where(Task.due_at >= wanted.due_from)
    if wanted.due_until is not None:
        query = query.where(Task.due_at < wanted.due_until)
    if wanted.overdue is not None:
        in_time = or_(Task.state != TaskState.OPEN, Task.due_at >= now, Task.due_at.is_(None))
        query = query.where(not_(in_time) if wanted.overdue else in_time)
    return [TaskRow(*row) for row in session.execute(_ordered(query, sort, after).limit(limit))]


def _named(session: Session) -> Select[Task, str]:
    return (
        select(Task, User.name)
        .outerjoin(User, User.id == Task.assignee_id)
        .where(Task.org_id == context_of(session).org_id)
    )


def _ordered(
    query: Select[Task, str], sort: TaskSort, after: tuple[uuid.UUID, datetime | None] | None
) -> Select[Task, str]:
    if sort is TaskSort.CREATED:
        query = query.order_by(Task.id.desc())
        return query.where(Task.id < after[0]) if after else query
    due = Task.due_at.asc() if sort is TaskSort.DUE else Task.due_at.desc()
    query = query.order_by(due.nulls_last(), Task.id)
    if after is None:
        return query
    task_id, moment = after
    if moment is None:
        return query.where(Task.due_at.is_(None), Task.id > task_id)
    beyond = Task.due_at > moment if sort is TaskSort.DUE else Task.due_at < moment
    return query.where(or_(beyond, and_(Task.due_at == moment, Task.id > task_id), Task.due_at.is_(None)))
