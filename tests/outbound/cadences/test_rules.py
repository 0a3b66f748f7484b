"""Steps that make sense, when the next is due, and where one goes whose step is removed."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.cadences.rules import (
    MOST_STEPS,
    StepDraft,
    heir,
    refuse_closed_target,
    refuse_illegal_turn,
    refuse_senseless_steps,
    refuse_unfit_stage,
    resumed,
    stages_of,
    step_after,
)
from outbound.errors import Conflict, Invalid
from outbound.vocabulary import OPEN_STAGES, EnrollmentStatus, MessageChannel, Stage, StepChannel

NOW = datetime(2026, 7, 1, 15, tzinfo=UTC)
SMS, EMAIL = uuid.uuid4(), uuid.uuid4()
TEMPLATES = {SMS: MessageChannel.SMS, EMAIL: MessageChannel.EMAIL}
A, B, C, D, NEW = (uuid.uuid4() for _ in range(5))


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (StepDraft(StepChannel.SMS), "steps.0.template_id"),
        (StepDraft(StepChannel.SMS, template_id=EMAIL), "steps.0.template_id"),
        (StepDraft(StepChannel.EMAIL, template_id=SMS), "steps.0.template_id"),
        (StepDraft(StepChannel.EMAIL, template_id=uuid.uuid4()), "steps.0.template_id"),
        (StepDraft(StepChannel.CALL, template_id=SMS), "steps.0.template_id"),
        (StepDraft(StepChannel.TASK, wait_minutes=525_601), "steps.0.wait_minutes"),
    ],
)
def test_a_senseless_step_is_refused_by_name(step: StepDraft, field: str):
    with pytest.raises(Invalid) as refused:
        refuse_senseless_steps([step], TEMPLATES)
    assert [error["field"] for error in refused.value.errors] == [field]


def test_a_step_that_stands_twice_is_refused():
    with pytest.raises(Invalid, match="twice"):
        refuse_senseless_steps([StepDraft(StepChannel.CALL, id=A), StepDraft(StepChannel.VISIT, id=A)], {})


def test_sensible_steps_pass():
    refuse_senseless_steps(
        [StepDraft(StepChannel.SMS, template_id=SMS), StepDraft(StepChannel.EMAIL, template_id=EMAIL)]
        + [StepDraft(StepChannel.VISIT)] * (MOST_STEPS - 2),
        TEMPLATES,
    )


def test_leads_run_on_while_they_talk_and_stop_when_they_are_won_or_lost():
    assert stages_of(Stage.FOLLOW_UP) == {Stage.CONTACTED, Stage.FOLLOW_UP}
    assert stages_of(Stage.COLD) == {Stage.COLD}
    for target in OPEN_STAGES:
        assert target in stages_of(target)
        assert not stages_of(target) & {Stage.WON, Stage.LOST, Stage.NOT_QUALIFIED}


def test_a_cadence_starts_from_an_open_stage():
    for stage in Stage:
        if stage in OPEN_STAGES:
            refuse_closed_target(stage)
        else:
            with pytest.raises(Invalid):
                refuse_closed_target(stage)


def test_a_lead_of_another_stage_is_not_enrolled():
    refuse_unfit_stage(Stage.FOLLOW_UP, Stage.CONTACTED)
    with pytest.raises(Conflict, match="closed"):
        refuse_unfit_stage(Stage.COLD, Stage.WON)
    with pytest.raises(Conflict, match="is for leads in COLD"):
        refuse_unfit_stage(Stage.COLD, Stage.CONTACTED)


@pytest.mark.parametrize(
    ("before", "after", "step", "expected"),
    [
        ([A, B, C], [A, B, C], B, B),
        ([A, B, C], [A, C], B, C),
        ([A, B, C], [C, A], B, C),
        ([A, B, C], [A, B], C, None),
        ([A, B, C], [A, B, NEW], C, NEW),
        ([A, B, C], [], B, None),
        ([A, B, C], [NEW], B, NEW),
        ([A, B, C], [NEW, A], C, None),
    ],
)
def test_whoever_stood_on_a_removed_step_moves_on_and_never_back(before, after, step, expected):
    assert heir(before, after, step) == expected


@given(
    st.permutations([A, B, C, D]),
    st.lists(st.sampled_from([A, B, C, D, NEW]), unique=True),
    st.sampled_from([A, B, C, D]),
)
def test_nobody_repeats_what_they_did_unless_it_is_behind_them_no_more(before, after, step):
    found = heir(before, after, step)
    assert found is None or found in after
    if found in before and found != step:
        assert before.index(found) > before.index(step)


def test_steps_follow_each_other_to_the_end():
    assert [step_after([A, B, C], each) for each in (A, B, C, D, None)] == [B, C, None, None, None]


def test_what_was_left_of_a_wait_is_still_waited_for():
    hour = timedelta(hours=1)
    assert resumed(NOW + 5 * hour, NOW, NOW + 100 * hour) == NOW + 105 * hour
    assert resumed(NOW - hour, NOW, NOW + hour) == NOW + hour
    assert resumed(None, NOW, NOW) == NOW


def test_what_is_over_stays_over():
    assert refuse_illegal_turn(EnrollmentStatus.ACTIVE, EnrollmentStatus.PAUSED)
    assert not refuse_illegal_turn(EnrollmentStatus.CANCELLED, EnrollmentStatus.CANCELLED)
    for over in (EnrollmentStatus.COMPLETED, EnrollmentStatus.CANCELLED):
        with pytest.raises(Conflict):
            refuse_illegal_turn(over, EnrollmentStatus.ACTIVE)
