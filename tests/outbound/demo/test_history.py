from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from outbound.demo.franchise import check_canonical
from outbound.demo.history import build_history
from outbound.demo.town import build_town
from outbound.errors import Invalid

AS_OF = datetime(2026, 11, 18, 20, 15, tzinfo=UTC)


class TestHistory:
    def test_a_wanted_number_of_activities_comes_out(self):
        town = build_town(4_000, 1)
        made = build_history(town, reps=6, days=60, seed=1, as_of=AS_OF, activities=15_000)
        assert abs(len(made.activities) / 15_000 - 1) < 0.04

    def test_more_than_the_doors_can_carry_is_refused(self):
        with pytest.raises(Invalid, match="doors cannot carry"):
            build_history(build_town(300, 1), reps=2, days=30, seed=1, as_of=AS_OF, activities=50_000)

    def test_a_time_without_a_zone_is_refused(self):
        with pytest.raises(Invalid, match="needs a zone"):
            build_history(build_town(300, 1), reps=2, days=30, seed=1, as_of=AS_OF.replace(tzinfo=None))

    @pytest.mark.parametrize("days", [7, 30, 200])
    @pytest.mark.parametrize("reps", [1, 40])
    def test_any_size_plays(self, days: int, reps: int):
        made = build_history(build_town(600, 2), reps=reps, days=days, seed=2, as_of=AS_OF)
        assert len(made.activities) > 0
        assert (made.activities.at <= made.calendar.as_of).all()

    def test_the_shares_are_plausible(self):
        made = build_history(build_town(5_000, 1), reps=8, days=90, seed=1, as_of=AS_OF)
        knocks = made.activities.type == 0
        nobody = np.isin(made.activities.result[knocks], (0, 8))
        assert 0.5 < (made.activities.result[knocks] == 0).mean() < 0.65
        assert 0.55 < nobody.mean() < 0.9
        won = (made.story.change_to == 4).sum()
        talks = np.isin(made.activities.result, (1, 2, 3, 5, 6, 7)).sum()
        assert 0.01 < won / talks < 0.06


def test_the_quick_spelling_of_a_door_is_the_one_the_rules_give():
    town = build_town(2_500, 5)
    assert all(check_canonical(town, row) for row in range(0, 2_500, 7))
