"""The stage machine and the clock of what is owed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.errors import Conflict
from outbound.leads.rules import (
    DEFAULT_SLA_MINUTES,
    DUE_SOON,
    TRANSITIONS,
    due_at,
    refuse_illegal_move,
    sla_state,
)
from outbound.vocabulary import OPEN_STAGES, SlaState, Stage

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (the strategy wants naive bounds and adds the zone)
STAGES = st.sampled_from(Stage)
MINUTES = st.none() | st.integers(1, 60 * 24 * 60)


class TestStages:
    def test_the_way_to_a_win_is_open(self):
        for one, next_one in zip(
            (Stage.COLD, Stage.CONTACTED, Stage.FOLLOW_UP, Stage.SCHEDULED),
            (Stage.CONTACTED, Stage.FOLLOW_UP, Stage.SCHEDULED, Stage.WON),
            strict=True,
        ):
            refuse_illegal_move(one, next_one)

    @pytest.mark.parametrize("stage", OPEN_STAGES)
    @pytest.mark.parametrize("end", [Stage.LOST, Stage.NOT_QUALIFIED])
    def test_any_open_lead_may_be_lost_or_not_qualify(self, stage: Stage, end: Stage):
        refuse_illegal_move(stage, end)

    def test_only_a_scheduled_lead_is_won(self):
        assert {stage for stage in Stage if Stage.WON in TRANSITIONS[stage]} == {Stage.SCHEDULED}

    def test_of_the_closed_stages_only_lost_reopens_and_only_to_cold(self):
        closed = set(Stage) - set(OPEN_STAGES)
        assert {stage: set(TRANSITIONS[stage]) for stage in closed} == {
            Stage.LOST: {Stage.COLD},
            Stage.WON: set(),
            Stage.NOT_QUALIFIED: set(),
        }

    def test_no_open_lead_goes_back_to_cold(self):
        assert all(Stage.COLD not in TRANSITIONS[stage] for stage in OPEN_STAGES)

    @given(stage=STAGES)
    def test_staying_is_always_legal(self, stage: Stage):
        refuse_illegal_move(stage, stage)

    @given(one=STAGES, other=STAGES)
    def test_what_is_not_in_the_table_is_refused_in_a_sentence_that_names_the_ways_out(self, one: Stage, other: Stage):
        if one is other or other in TRANSITIONS[one]:
            refuse_illegal_move(one, other)
            return
        with pytest.raises(Conflict) as caught:
            refuse_illegal_move(one, other)
        assert str(caught.value).startswith(f"A lead in {one} cannot move to {other}; ")
        assert all(stage in str(caught.value) for stage in TRANSITIONS[one])

    @given(start=STAGES, wishes=st.lists(STAGES, max_size=30))
    def test_no_sequence_of_moves_leaves_the_table(self, start: Stage, wishes: list[Stage]):
        stage = start
        for wish in wishes:
            try:
                refuse_illegal_move(stage, wish)
            except Conflict:
                continue
            assert wish is stage or wish in TRANSITIONS[stage]
            stage = wish

    def test_every_stage_has_its_row_and_its_default(self):
        assert set(TRANSITIONS) == set(DEFAULT_SLA_MINUTES) == set(Stage)
        assert all(DEFAULT_SLA_MINUTES[stage] is None for stage in set(Stage) - set(OPEN_STAGES))


class TestDueTimes:
    @given(stage=STAGES, minutes=MINUTES, start=MOMENTS, has_owner=st.booleans())
    def test_a_touch_is_owed_that_long_after_the_clock_started_or_not_at_all(
        self, stage: Stage, minutes: int | None, start: datetime, has_owner: bool
    ):
        due = due_at(stage, minutes, start, has_owner=has_owner)
        owes = minutes is not None and stage in OPEN_STAGES and (has_owner or stage is not Stage.COLD)
        assert due == (start + timedelta(minutes=minutes or 0) if owes else None)

    def test_a_cold_lead_owes_nothing_until_it_has_an_owner(self):
        start = datetime(2026, 3, 2, 9, tzinfo=UTC)
        assert due_at(Stage.COLD, 60, start, has_owner=False) is None
        assert due_at(Stage.COLD, 60, start, has_owner=True) == start + timedelta(hours=1)
        assert due_at(Stage.CONTACTED, 60, start, has_owner=False) == start + timedelta(hours=1)

    @given(start=MOMENTS, minutes=st.integers(1, 10_000), offset=st.integers(-12, 14))
    def test_the_same_moment_told_in_another_zone_is_due_at_the_same_moment(
        self, start: datetime, minutes: int, offset: int
    ):
        elsewhere = start.astimezone(timezone(timedelta(hours=offset)))
        assert due_at(Stage.COLD, minutes, elsewhere, has_owner=True) == due_at(
            Stage.COLD, minutes, start, has_owner=True
        )


class TestSlaStates:
    @given(due=st.none() | MOMENTS, now=MOMENTS)
    def test_every_lead_stands_in_exactly_one_state(self, due: datetime | None, now: datetime):
        states = {
            SlaState.NONE: due is None,
            SlaState.OVERDUE: due is not None and due < now,
            SlaState.DUE_SOON: due is not None and now <= due <= now + DUE_SOON,
            SlaState.OK: due is not None and due > now + DUE_SOON,
        }
        assert [state for state, holds in states.items() if holds] == [sla_state(due, now)]

    def test_due_this_very_moment_is_not_yet_overdue(self):
        now = datetime(2026, 3, 2, 9, tzinfo=UTC)
        assert sla_state(now, now) is SlaState.DUE_SOON
        assert sla_state(now - timedelta(microseconds=1), now) is SlaState.OVERDUE
        assert sla_state(now + DUE_SOON, now) is SlaState.DUE_SOON
        assert sla_state(now + DUE_SOON + timedelta(microseconds=1), now) is SlaState.OK
