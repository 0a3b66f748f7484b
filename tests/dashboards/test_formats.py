"""One form for each kind of value."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from dashboards import formats


@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA])
def test_a_value_that_is_not_there_is_a_dash_not_a_zero(nothing: object) -> None:
    assert formats.count(nothing) == formats.percent(nothing) == formats.decimal(nothing) == "–"
    assert formats.count(0) == "0"


def test_numbers_and_ratios() -> None:
    assert formats.count(12345) == "12,345"
    assert [formats.counted(many, "route") for many in (0, 1, 1234)] == ["0 routes", "1 route", "1,234 routes"]
    assert formats.percent(0.0456) == "4.6%"
    assert formats.signed_percent(-0.251) == "−25%"
    assert formats.signed_points(0.045) == "+4.5 points"


def test_a_week_is_named_by_its_first_and_last_day() -> None:
    assert formats.week(date(2025, 3, 3)) == "Mar 3 – 9, 2025"
    assert formats.week(date(2025, 3, 31)) == "Mar 31 – Apr 6, 2025"
    assert formats.week(date(2024, 12, 30)) == "Dec 30, 2024 – Jan 5, 2025"


def test_times_are_those_of_the_place_on_both_sides_of_a_change_of_clocks() -> None:
    assert formats.moment(datetime(2025, 3, 9, 7, 59, tzinfo=UTC), "America/Chicago") == "Mar 9, 1:59 AM"
    assert formats.moment(datetime(2025, 3, 9, 8, 0, tzinfo=UTC), "America/Chicago") == "Mar 9, 3:00 AM"
    assert formats.moment(datetime(2025, 7, 1, 0, 5, tzinfo=UTC), "America/New_York") == "Jun 30, 8:05 PM"
    assert formats.place_of("America/New_York") == "New York"


def test_american_numbers_read_as_people_write_them_and_others_as_they_are() -> None:
    assert formats.phone("+15155550177") == "(515) 555-0177"
    assert formats.phone("+442071838750") == "+442071838750"
    assert formats.phone(None) == ""


@pytest.mark.parametrize(
    ("hours", "text"), [(1, "1 hour"), (5.9, "5 hours"), (47, "47 hours"), (48, "2 days"), (80, "3 days")]
)
def test_a_duration_is_told_roundly(hours: float, text: str) -> None:
    assert formats.duration(timedelta(hours=hours)) == text
