"""The three north-star figures of a week, in words and numbers, from their mart's rows."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from dashboards import formats
from dashboards.components.figure import Figure
from outbound.reports.goals import goals

CLOSING_TIME = timedelta(days=30)
"""How long after a stop a win still counts as its close: until then a week's closes are not final."""


def north_star(stars: pd.DataFrame, week: date, today: date) -> list[Figure]:
    """The figures of ``week`` with all their weeks; those that had not ended ``today`` are not final."""
    at = stars[stars.week_start == week]
    row = at.iloc[0] if len(at) else pd.Series(dtype=object)
    return [
        _cold(stars, row, week, _open(stars, today)),
        _closes(stars, row, week, _open(stars, today - CLOSING_TIME)),
        _gap(stars, row, week, _open(stars, today)),
    ]


def _open(stars: pd.DataFrame, day: date) -> frozenset[date]:
    """Weeks that had not ended on ``day``."""
    return frozenset(start for start in stars.week_start if start + timedelta(days=7) > day)


def _cold(stars: pd.DataFrame, row: pd.Series, week: date, still_open: frozenset[date]) -> Figure:
    late, cohort = formats.count(row.get("cold_without_follow_up")), formats.count(row.get("cold_cohort"))
    change = formats.number(row.get("cold_change"))
    return Figure(
        name="Cold leads without follow-up",
        meaning="Of the week's leads that entered Cold or Contacted, the share with no touch by their due time.",
        value=formats.percent(row.get("cold_ratio")),
        of=f"{late} of {cohort} leads{_so_far(week, still_open)}",
        target=f"Target: {-goals().cold_change:.0%} below baseline",
        target_value=_scaled(row.get("cold_baseline"), 1 + goals().cold_change),
        change=_against_baseline(change),
        improved=None if week in still_open else _improved(change, down=True),
        weeks=_line(stars, "cold_ratio"),
        open_weeks=still_open,
        axis_format=".0%",
        say=formats.percent,
    )


def _closes(stars: pd.DataFrame, row: pd.Series, week: date, still_open: frozenset[date]) -> Figure:
    closes, routes = row.get("trip_closes"), row.get("trips_completed")
    change = formats.number(row.get("closes_change"))
    return Figure(
        name="Closes per door-knock route",
        meaning="Leads won within 30 days of a completed stop, over completed trips.",
        value=formats.decimal(row.get("closes_per_trip")),
        of=f"{formats.counted(closes, 'close')} on {formats.counted(routes, 'route')}{_so_far(week, still_open)}",
        target=f"Target: {goals().closes_change:.0%} above baseline",
        target_value=_scaled(row.get("closes_baseline"), 1 + goals().closes_change),
        change=_against_baseline(change),
        improved=None if week in still_open else _improved(change, down=False),
        weeks=_line(stars, "closes_per_trip"),
        open_weeks=still_open,
        axis_format=".1f",
        say=formats.decimal,
    )


def _gap(stars: pd.DataFrame, row: pd.Series, week: date, still_open: frozenset[date]) -> Figure:
    covered, workable = formats.count(row.get("covered_cells")), formats.count(row.get("workable_cells"))
    step = _step(stars, week)
    return Figure(
        name="Territory coverage gap",
        meaning="Share of workable cells with no door touch in the week, over territories that had an owner.",
        value=formats.percent(row.get("gap_ratio")),
        of=f"{covered} of {workable} cells covered{_so_far(week, still_open)}",
        target=f"Target: under {goals().gap_ratio:.0%}",
        target_value=goals().gap_ratio,
        change=_from_week_before(step),
        improved=None if week in still_open else _improved(step, down=True),
        weeks=_line(stars, "gap_ratio"),
        open_weeks=still_open,
        axis_format=".0%",
        say=formats.percent,
    )


def _so_far(week: date, still_open: frozenset[date]) -> str:
    return " so far" if week in still_open else ""


def _line(stars: pd.DataFrame, column: str) -> pd.DataFrame:
    return stars[["week_start"]].assign(value=stars[column].astype(float))


def _scaled(baseline: float | None, factor: float) -> float | None:
    known = formats.number(baseline)
    return None if known is None else known * factor


def _against_baseline(change: float | None) -> str | None:
    return None if change is None else f"{formats.signed_percent(change)} against baseline"


def _from_week_before(step: float | None) -> str:
    if step is None:
        return "First week"
    if step == 0:
        return "Same as the week before"
    return f"{formats.signed_points(step)} to the week before"


def _improved(change: float | None, *, down: bool) -> bool | None:
    return None if change is None or change == 0 else (change < 0) is down


def _step(stars: pd.DataFrame, week: date) -> float | None:
    """The gap's difference to the week before, as exactly as it is shown: an absolute target is watched from week to
    week."""
    by_week = dict(zip(stars.week_start, stars.gap_ratio, strict=True))
    now = formats.number(by_week.get(week))
    before = formats.number(by_week.get(week - timedelta(weeks=1)))
    return None if now is None or before is None else round(now - before, 3)
