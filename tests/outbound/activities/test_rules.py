"""What follows from a result, and when a knock happened whatever the phone's clock says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.activities.rules import (
    MAX_PLAUSIBLE_OFFSET,
    OLDEST_PLAUSIBLE,
    default_outcomes,
    occurrence,
)
from outbound.leads.rules import refuse_illegal_move
from outbound.vocabulary import OPEN_STAGES, ActivityResult, Stage

NOW = datetime(2026, 3, 8, 18, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
NETWORK = st.timedeltas(timedelta(0), timedelta(seconds=59))
OUTCOMES = list(default_outcomes())


class TestTheResultTable:
    def test_it_has_one_row_for_every_result_in_every_stage(self):
        pairs = [(outcome.result, outcome.stage) for outcome in OUTCOMES]
        assert len(pairs) == len(set(pairs)) == len(ActivityResult) * len(Stage)

    @pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda each: f"{each.result}-in-{each.stage}")
    def test_no_result_leads_to_an_illegal_stage(self, outcome):
        refuse_illegal_move(outcome.stage, outcome.to_stage)

    @given(start=st.sampled_from(Stage), results=st.lists(st.sampled_from(ActivityResult), max_size=20))
    def test_no_run_of_results_leads_to_an_illegal_stage(self, start: Stage, results: list[ActivityResult]):
        table = {(outcome.result, outcome.stage): outcome.to_stage for outcome in OUTCOMES}
        stage = start
        for result in results:
            refuse_illegal_move(stage, table[result, stage])
            stage = table[result, stage]

    def test_a_knock_wins_only_where_a_quote_stands(self):
        assert {o.stage for o in OUTCOMES if o.to_stage is Stage.WON} == {Stage.SCHEDULED, Stage.WON}

    def test_who_must_not_be_contacted_is_no_open_lead_afterwards(self):
        after = {o.to_stage for o in OUTCOMES if o.result is ActivityResult.DO_NOT_CONTACT}
        assert not after & set(OPEN_STAGES)

    def test_a_next_step_is_planned_only_for_leads_that_stay_open(self):
        assert all(o.to_stage in OPEN_STAGES for o in OUTCOMES if o.next_action_minutes is not None)

    def test_nobody_home_moves_no_lead(self):
        assert all(o.to_stage is o.stage for o in OUTCOMES if o.result is ActivityResult.NOT_HOME)


class TestWhenItHappened:
    @given(true_time=st.timedeltas(timedelta(0), timedelta(days=80)), network=NETWORK, wrong=st.data())
    def test_a_wrong_clock_is_corrected_to_within_the_networks_delay(
        self, true_time: timedelta, network: timedelta, wrong: st.DataObject
    ):
        error = wrong.draw(st.timedeltas(-MAX_PLAUSIBLE_OFFSET + timedelta(minutes=1), MAX_PLAUSIBLE_OFFSET))
        knocked, sent = NOW - network - true_time, NOW - network
        found = occurrence(knocked + error, sent + error, NOW)
        # Below a minute an error is not told from the network's delay, and left.
        assert abs(found.occurred_at - knocked) <= timedelta(minutes=2)
        if abs(error) >= timedelta(minutes=2):
            assert abs(found.occurred_at - knocked) <= network

    @given(claimed=MOMENTS, sent=st.none() | MOMENTS, received=MOMENTS)
    def test_nothing_happens_after_it_was_received_and_the_correction_is_kept(
        self, claimed: datetime, sent: datetime | None, received: datetime
    ):
        found = occurrence(claimed, sent, received)
        assert found.occurred_at <= received
        kept = timedelta(milliseconds=found.offset_ms)
        assert abs(found.occurred_at - (claimed + kept)) <= timedelta(milliseconds=1)

    @given(claimed=MOMENTS, sent=st.none() | MOMENTS, received=MOMENTS, zone=st.integers(-12, 14))
    def test_the_zone_a_phone_speaks_in_changes_nothing(
        self, claimed: datetime, sent: datetime | None, received: datetime, zone: int
    ):
        there = timezone(timedelta(hours=zone))
        told = occurrence(claimed.astimezone(there), sent.astimezone(there) if sent else None, received)
        assert told == occurrence(claimed, sent, received)

    @given(
        step=st.timedeltas(timedelta(hours=2), timedelta(days=60)), ago=st.timedeltas(timedelta(0), timedelta(days=5))
    )
    def test_where_our_own_clock_was_set_back_a_phone_is_believed(self, step: timedelta, ago: timedelta):
        found = occurrence(NOW - ago, NOW, NOW - step, latest=NOW)
        assert (found.occurred_at, found.offset_ms, found.suspect) == (NOW - ago, 0, True)

    def test_but_not_far_beyond_what_we_wrote_down(self):
        found = occurrence(NOW + timedelta(days=400), NOW + timedelta(days=400), NOW - timedelta(days=2), latest=NOW)
        assert (found.occurred_at, found.suspect) == (NOW, True)

    @given(claimed=MOMENTS, sent=st.none() | MOMENTS, ahead=st.timedeltas(timedelta(days=-9), timedelta(hours=1)))
    def test_what_we_wrote_down_changes_nothing_where_our_clock_is_right(
        self, claimed: datetime, sent: datetime | None, ahead: timedelta
    ):
        assert occurrence(claimed, sent, NOW, latest=NOW + ahead) == occurrence(claimed, sent, NOW)

    def test_a_right_clock_is_left_alone(self):
        claimed = NOW - timedelta(hours=3)
        found = occurrence(claimed, NOW - timedelta(seconds=2), NOW)
        assert (found.occurred_at, found.offset_ms, found.suspect) == (claimed, 0, False)

    def test_a_phone_that_says_nothing_of_its_clock_is_believed(self):
        claimed = NOW - timedelta(hours=3)
        assert occurrence(claimed, None, NOW).occurred_at == claimed

    def test_a_clock_in_the_wrong_zone_is_corrected_and_not_suspect(self):
        ahead = timedelta(hours=14)
        found = occurrence(NOW - timedelta(hours=1) + ahead, NOW + ahead, NOW)
        assert (found.occurred_at, found.suspect) == (NOW - timedelta(hours=1), False)
        assert found.offset_ms == -ahead / timedelta(milliseconds=1)

    def test_a_broken_clock_keeps_the_knock_and_flags_it(self):
        behind = timedelta(days=400)
        found = occurrence(NOW - behind, NOW - behind, NOW)
        assert (found.occurred_at, found.suspect) == (NOW - behind, True)

    def test_a_knock_from_the_future_is_bounded_by_its_receipt_and_flagged(self):
        found = occurrence(NOW + timedelta(hours=2), None, NOW)
        assert (found.occurred_at, found.suspect) == (NOW, True)

    def test_a_few_seconds_in_the_future_are_bounded_without_suspicion(self):
        found = occurrence(NOW + timedelta(seconds=20), None, NOW)
        assert (found.occurred_at, found.suspect) == (NOW, False)

    def test_a_knock_that_waited_too_long_is_kept_and_flagged(self):
        old = NOW - OLDEST_PLAUSIBLE - timedelta(seconds=1)
        found = occurrence(old, NOW, NOW)
        assert (found.occurred_at, found.suspect) == (old, True)

    def test_a_knock_in_the_hour_that_daylight_saving_skips_is_where_it_was(self):
        """Chicago leaves out 02:00 to 03:00 on 8 March 2026; times are compared as moments, never as local text."""
        claimed = datetime.fromisoformat("2026-03-08T03:10:00-05:00")
        assert occurrence(claimed, None, NOW).occurred_at == datetime(2026, 3, 8, 8, 10, tzinfo=UTC)
