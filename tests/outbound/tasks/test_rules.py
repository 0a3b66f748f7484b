"""What may become of a task, and who can be given one."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.errors import Conflict, Invalid
from outbound.tasks.rules import Reach, is_overdue, refuse_illegal_move, refuse_out_of_reach
from outbound.vocabulary import Role, TaskState

NOW = datetime(2026, 5, 4, 15, tzinfo=UTC)
OPEN, DONE, CANCELLED = TaskState.OPEN, TaskState.DONE, TaskState.CANCELLED


@pytest.mark.parametrize(
    ("from_state", "to_state"), [(OPEN, DONE), (OPEN, CANCELLED), (CANCELLED, OPEN), (CANCELLED, DONE), (DONE, OPEN)]
)
def test_these_moves_are_legal(from_state: TaskState, to_state: TaskState):
    refuse_illegal_move(from_state, to_state)


def test_what_was_done_is_not_called_off():
    with pytest.raises(Conflict, match="reopen it first"):
        refuse_illegal_move(DONE, CANCELLED)


@given(st.sampled_from(TaskState), st.none() | st.integers(-100, 100))
def test_only_an_open_task_whose_time_has_passed_is_overdue(state: TaskState, minutes: int | None):
    due = None if minutes is None else NOW + timedelta(minutes=minutes)
    assert is_overdue(state, due, NOW) == (state is OPEN and minutes is not None and minutes < 0)


@given(
    role=st.sampled_from(Role),
    reads=st.booleans(),
    writes=st.booleans(),
    owns=st.booleans(),
    nowhere=st.booleans(),
)
def test_a_task_is_given_only_to_who_can_do_something_about_the_lead(
    role: Role, reads: bool, writes: bool, owns: bool, nowhere: bool
):
    user, turf = uuid.uuid4(), None if nowhere else uuid.uuid4()
    elsewhere = uuid.uuid4()
    writable = {turf} if writes and turf else set()
    assignee = Reach(user, role, {elsewhere} if reads else set(), writable)
    everywhere = role is Role.FRANCHISE_OWNER or (role is Role.SALES_MANAGER and not reads)
    may = role is not Role.OPS and (everywhere or owns or bool(writable))
    if may:
        refuse_out_of_reach(assignee, user if owns else None, turf)
        return
    with pytest.raises(Invalid) as refused:
        refuse_out_of_reach(assignee, user if owns else None, turf)
    assert refused.value.errors[0]["field"] == "body.assignee_id"


def test_nobody_is_given_no_task():
    with pytest.raises(Invalid, match="no such active member"):
        refuse_out_of_reach(None, None, None)
