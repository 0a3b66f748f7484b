"""The three figures in words: against what, how far from it, and whether that is final."""

from __future__ import annotations

from datetime import date, timedelta
from html import escape

import pandas as pd
import pytest

from dashboards import figures
from dashboards.components import figure
from dashboards.components.figure import Figure

WEEK = date(2026, 11, 16)
ENDED = WEEK + timedelta(days=7)
LATER = WEEK + timedelta(days=60)


def stars(gap_before: float = 0.2, gap: float = 0.2, baseline: float | None = 0.4) -> pd.DataFrame:
    """Two weeks of an organisation, the second one ``WEEK``."""
    shared = {
        "cold_without_follow_up": 3,
        "cold_cohort": 10,
        "cold_ratio": 0.3,
        "cold_baseline": baseline,
        "cold_change": None if baseline is None else -0.25,
        "trip_closes": 1,
        "trips_completed": 2,
        "closes_per_trip": 0.5,
        "closes_baseline": baseline,
        "closes_change": None if baseline is None else 0.25,
        "covered_cells": 8,
        "workable_cells": 10,
    }
    before = shared | {"week_start": WEEK - timedelta(weeks=1), "gap_ratio": gap_before}
    return pd.DataFrame([before, shared | {"week_start": WEEK, "gap_ratio": gap}])


def told(today: date = LATER, **changed: float | None) -> tuple[Figure, Figure, Figure]:
    cold, closes, gap = figures.north_star(stars(**changed), WEEK, today)
    return cold, closes, gap


def test_the_target_is_told_as_a_number_beside_its_line() -> None:
    cold, closes, gap = told()
    assert "Target 28.0%" in figure.foot(cold)  # 30 % below 40 %
    assert "Target 0.48" in figure.foot(closes)  # 20 % above 0.4
    assert "Target 5.0%" in figure.foot(gap)
    assert all(escape(each.meaning) in figure.foot(each) for each in (cold, closes, gap))


def test_without_a_baseline_there_is_no_target_to_draw() -> None:
    cold, closes, _ = told(baseline=None)
    assert (cold.change, closes.change) == (None, None)
    assert "Target" not in figure.foot(cold) + figure.foot(closes)


def test_closes_are_not_final_before_thirty_days_are_over() -> None:
    cold, closes, _ = told(today=ENDED)
    assert "so far" not in cold.of
    assert closes.of == "1 close on 2 routes so far"
    assert "Not final yet" in figure.foot(closes)
    assert "Not final yet" not in figure.foot(cold)
    assert closes.improved is None, "what is not final is neither good nor bad"
    assert told(today=LATER)[1].improved is True


@pytest.mark.parametrize(
    ("before", "now", "text", "improved"),
    [
        (0.2, 0.1, "−10.0 points to the week before", True),
        (0.1, 0.2, "+10.0 points to the week before", False),
        (0.136, 0.1361, "Same as the week before", None),
    ],
)
def test_the_gap_is_watched_from_week_to_week(before: float, now: float, text: str, improved: bool | None) -> None:
    gap = told(gap_before=before, gap=now)[2]
    assert gap.change == text
    assert gap.improved is improved
