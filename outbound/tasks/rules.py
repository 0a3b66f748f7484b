"""What may become of a task, and who can be given one."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from outbound.errors import Conflict, Invalid
from outbound.vocabulary import Role, TaskState

_MOVES: Mapping[TaskState, frozenset[TaskState]] = {
    TaskState.OPEN: frozenset({TaskState.DONE, TaskState.CANCELLED}),
    # Somebody who did it offline, before they heard that it was called off, did it nonetheless.
    TaskState.CANCELLED: frozenset({TaskState.OPEN, TaskState.DONE}),
    TaskState.DONE: frozenset({TaskState.OPEN}),
}


def refuse_illegal_move(from_state: TaskState, to_state: TaskState) -> None:
    """Raises :class:`Conflict` unless a task may go from one state to another."""
    if to_state not in _MOVES[from_state]:
        raise Conflict(f"A task that is {from_state} cannot become {to_state}; reopen it first.", state=from_state)


def is_overdue(state: TaskState, due_at: datetime | None, now: datetime) -> bool:
    """Whether a task should have been done by now."""
    return state is TaskState.OPEN and due_at is not None and due_at < now


@dataclass(frozen=True)
class Reach:
    """What a member may change: their role, and the territories they work."""

    user_id: uuid.UUID
    role: Role
    readable: Collection[uuid.UUID]
    writable: Collection[uuid.UUID]


def refuse_out_of_reach(
    assignee: Reach | None, lead_owner_id: uuid.UUID | None, lead_territory_id: uuid.UUID | None
) -> None:
    """Raises :class:`Invalid` unless this member could do something about the lead: else nobody would see the task."""
    if assignee is None:
        raise _of_assignee("There is no such active member of this organisation; name one who is.")
    match assignee.role:
        case Role.FRANCHISE_OWNER:
            return
        case Role.SALES_MANAGER if not assignee.readable:
            return
        case Role.OPS:
            raise _of_assignee("Operations are given no tasks; name a rep, a manager or an owner.")
    if assignee.user_id != lead_owner_id and lead_territory_id not in assignee.writable:
        raise _of_assignee("They do not reach this lead; give them the lead or its territory first.")


def _of_assignee(reason: str) -> Invalid:
    return Invalid(reason, errors=[{"field": "body.assignee_id", "reason": reason}])
