"""A result table is taken whole and within the legal moves, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.activities.rules import default_outcomes
from outbound.errors import Invalid
from outbound.leads.rules import DEFAULT_SLA_MINUTES, TRANSITIONS
from outbound.policies.rules import StageClock, refuse_outcomes, refuse_stage_clocks
from outbound.vocabulary import OPEN_STAGES, ActivityResult, Stage

TABLE = list(default_outcomes())
CLOCKS = [StageClock(stage, minutes) for stage, minutes in DEFAULT_SLA_MINUTES.items()]


def test_what_an_organisation_starts_with_is_itself_taken():
    refuse_outcomes(TABLE)
    refuse_stage_clocks(CLOCKS)


@given(st.integers(0, len(TABLE) - 1), st.sampled_from(Stage))
def test_a_row_leads_only_where_a_lead_may_go_and_nobody_who_said_no_stays_on_the_board(row: int, to_stage: Stage):
    changed = replace(TABLE[row], to_stage=to_stage, next_action_minutes=None)
    table = [*TABLE[:row], changed, *TABLE[row + 1 :]]
    legal = to_stage is changed.stage or to_stage in TRANSITIONS[changed.stage]
    lawful = changed.result is not ActivityResult.DO_NOT_CONTACT or to_stage not in OPEN_STAGES
    if legal and lawful:
        refuse_outcomes(table)
        return
    with pytest.raises(Invalid) as refused:
        refuse_outcomes(table)
    assert [error["field"] for error in refused.value.errors] == [f"body.items.{row}.to_stage"]


@given(st.sets(st.integers(0, len(TABLE) - 1), min_size=1))
def test_what_is_missing_is_told(gone: set[int]):
    with pytest.raises(Invalid) as refused:
        refuse_outcomes([row for i, row in enumerate(TABLE) if i not in gone])
    assert f"({len(gone)} in all)" in refused.value.errors[0]["reason"]


def test_what_is_there_twice_is_told_with_its_place():
    with pytest.raises(Invalid, match=r"items\.63\.result: NOT_HOME in COLD is named twice"):
        refuse_outcomes([*TABLE, TABLE[0]])
    with pytest.raises(Invalid, match=r"items\.7\.stage: COLD is named twice"):
        refuse_stage_clocks([*CLOCKS, CLOCKS[0]])


def test_nothing_is_owed_to_a_closed_lead():
    with pytest.raises(Invalid, match="LOST is closed"):
        refuse_stage_clocks([StageClock(Stage.LOST, 5) if c.stage is Stage.LOST else c for c in CLOCKS])
    lost = next(i for i, row in enumerate(TABLE) if row.to_stage is Stage.LOST)
    with pytest.raises(Invalid, match="no next action"):
        refuse_outcomes([*TABLE[:lost], replace(TABLE[lost], next_action_minutes=5), *TABLE[lost + 1 :]])
