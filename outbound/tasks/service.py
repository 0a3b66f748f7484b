"""Tasks: given, changed, done, called off. Doing one is an activity of its lead, in the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbound.activities import service as activities
from outbound.activities.service import ActivityDraft
from outbound.audit.service import record
from outbound.errors import Conflict, Forbidden
from outbound.ids import uuid7
from outbound.leads import service as leads
from outbound.leads.models import Lead
from outbound.notifications.service import notify
from outbound.storage.captures import first_capture, of_before
from outbound.storage.context import context_of
from outbound.storage.versions import begin_edit
from outbound.tasks.listing import one
from outbound.tasks.models import Task
from outbound.tasks.rules import Reach, refuse_illegal_move, refuse_out_of_reach
from outbound.vocabulary import ActivityType, NotificationKind, Role, TaskState


@dataclass(frozen=True)
class TaskDraft:
    """Something owed to a lead; without an assignee, by who says so."""

    id: uuid.UUID | None
    lead_id: uuid.UUID
    title: str
    due_at: datetime | None = None
    assignee_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Completion:
    """How a task was done. Times by the phone's clock; ``activity_id`` names the activity that records it."""

    activity_id: uuid.UUID | None = None
    occurred_at: datetime | None = None
    client_sent_at: datetime | None = None
    notes: str | None = None
    duration_secs: int | None = None


def create(session: Session, draft: TaskDraft, now: datetime) -> tuple[Task, bool]:
    """Gives somebody a task; the second value is false for a repeat.

    Raises :class:`NotFound` for a lead out of reach, :class:`Forbidden` for a task for somebody else by who is no
    manager, :class:`Invalid` for somebody who does not reach the lead, :class:`Conflict` for an id used otherwise.
    """
    context = context_of(session)
    if draft.id is not None and not first_capture(session, "task", draft.id, asdict(draft)):
        with of_before():
            return one(session, draft.id), False
    lead = leads.get(session, draft.lead_id, lock=True)
    assignee_id = draft.assignee_id or context.user_id
    _check_assignee(session, lead, assignee_id)
    task = Task(
        org_id=context.org_id,
        id=draft.id or uuid7(),
        lead_id=lead.id,
        assignee_id=assignee_id,
        title=draft.title,
        due_at=draft.due_at,
        state=TaskState.OPEN,
        version=1,
    )
    session.add(task)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("This id is taken by a task outside your reach; capture it under a new id.") from error
    record(session, "task", task.id, "created", after=_audited(task), whose=assignee_id)
    notify(session, assignee_id, NotificationKind.TASK_ASSIGNED, task_id=task.id, lead_id=lead.id)
    return task, True


def edit(
    session: Session, task_id: uuid.UUID, changes: Mapping[str, Any], now: datetime, *, expected: int | None = None
) -> Task:
    """Changes ``title``, ``due_at`` or ``assignee_id`` of an open task.

    Raises as :func:`create`; :class:`Conflict` for one that is not open, :class:`PreconditionFailed`.
    """
    lead, task = _locked(session, task_id)
    begin_edit(task, expected)
    if task.state != TaskState.OPEN:
        raise Conflict(f"This task is {task.state}; reopen it before you change it.", state=task.state)
    before, was = _audited(task), task.assignee_id
    if "assignee_id" in changes and changes["assignee_id"] != was:
        _check_assignee(session, lead, changes["assignee_id"])
        task.assignee_id = changes["assignee_id"]
        notify(session, task.assignee_id, NotificationKind.TASK_ASSIGNED, task_id=task.id, lead_id=lead.id)
    for name in ("title", "due_at"):
        if name in changes:
            setattr(task, name, changes[name])
    session.flush()
    after = _audited(task) | {"title_changed": "title" in changes}
    record(session, "task", task.id, "edited", before=before, after=after, whose=was)
    return task


def complete(
    session: Session, task_id: uuid.UUID, how: Completion, now: datetime, *, expected: int | None = None
) -> tuple[Task, bool]:
    """Marks a task as done and logs a TASK activity on its lead; false where it was done already, which stands.

    Raises :class:`NotFound`, :class:`Forbidden`, :class:`Conflict` for an activity id used otherwise.
    """
    lead, task = _locked(session, task_id)
    if task.state == TaskState.DONE:
        return task, False
    begin_edit(task, expected)
    before = _audited(task)
    activity, _, _ = activities.log(
        session,
        lead.id,
        ActivityDraft(
            id=how.activity_id,
            type=ActivityType.TASK,
            occurred_at=how.occurred_at or now,
            notes=how.notes,
            duration_secs=how.duration_secs,
            client_sent_at=how.client_sent_at,
        ),
        now,
    )
    task.state, task.completed_at, task.activity_id = TaskState.DONE, activity.occurred_at, activity.id
    session.flush()
    _record_state(session, task, "completed", before)
    return task, True


def move(
    session: Session, task_id: uuid.UUID, to_state: TaskState, now: datetime, *, expected: int | None = None
) -> Task:
    """Cancels an open task, or reopens one that is done or cancelled; a repeat changes nothing.

    A reopened task keeps no trace of its completion; the activity stays, for it happened. Raises :class:`Conflict`.
    """
    _, task = _locked(session, task_id)
    if task.state == to_state:
        return task
    begin_edit(task, expected)
    refuse_illegal_move(task.state, to_state)
    before = _audited(task)
    task.state, task.completed_at, task.activity_id = to_state, None, None
    session.flush()
    _record_state(session, task, "reopened" if to_state is TaskState.OPEN else "cancelled", before)
    return task


def delete(session: Session, task_id: uuid.UUID, now: datetime, *, expected: int | None = None) -> None:
    """Removes a task that was never done. Raises :class:`Conflict` for one that was."""
    _, task = _locked(session, task_id)
    begin_edit(task, expected)
    if task.state == TaskState.DONE:
        raise Conflict("This task was done, and is part of what happened; it cannot be deleted.", state=task.state)
    _record_state(session, task, "deleted", _audited(task))
    session.delete(task)
    session.flush()


def _locked(session: Session, task_id: uuid.UUID) -> tuple[Lead, Task]:
    """A task and its lead, locked in the order in which all else locks them: the lead first."""
    lead = leads.get(session, one(session, task_id).lead_id, lock=True)
    return lead, one(session, task_id, lock=True)


def _check_assignee(session: Session, lead: Lead, assignee_id: uuid.UUID | None) -> None:
    context = context_of(session)
    if assignee_id != context.user_id and not context.may_manage:
        raise Forbidden("Only a manager gives tasks to somebody else; leave the assignee out to keep it yourself.")
    row = session.execute(
        text("select member_role, readable, writable from outbound.scope_of(:org, :user)"),
        {"org": context.org_id, "user": assignee_id},
    ).one_or_none()
    reach = None
    if row is not None and assignee_id is not None:
        reach = Reach(assignee_id, Role(row.member_role), row.readable, row.writable)
    refuse_out_of_reach(reach, lead.owner_id, lead.territory_id)


def _record_state(session: Session, task: Task, action: str, before: dict[str, Any]) -> None:
    record(session, "task", task.id, action, before=before, after=_audited(task), whose=task.assignee_id)


def _audited(task: Task) -> dict[str, Any]:
    return {
        "lead_id": str(task.lead_id),
        "assignee_id": str(task.assignee_id) if task.assignee_id else None,
        "due_at": task.due_at.isoformat() if task.due_at else None,
        "state": str(task.state),
        "activity_id": str(task.activity_id) if task.activity_id else None,
    }
