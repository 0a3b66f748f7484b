"""Axes of charts with a bar, or some, for each week."""

from __future__ import annotations

from datetime import date, timedelta

import altair as alt

from dashboards import formats
from dashboards.components import palette

FILLED = 0.6
"""Share of a week's room that its bars take."""


def mondays(newest: date, count: int) -> list[date]:
    """So many weeks by their Mondays, oldest first, up to ``newest``."""
    return [newest - timedelta(weeks=back) for back in reversed(range(count))]


def weeks(shown: list[date]) -> alt.X:
    """Weeks by their first day (column ``week``), each with its room, whether it has figures or not."""
    names = [formats.day(week) for week in shown]
    return alt.X(
        "week:O",
        scale=alt.Scale(domain=names, paddingInner=1 - FILLED),
        axis=alt.Axis(
            title=None, labelAngle=0, labelOverlap=True, grid=False, ticks=False, labelColor=palette.SOFT,
            domainColor=palette.LINE, labelPadding=6,
        ),
    )  # fmt: skip


def counts(column: str) -> alt.Y:
    """How many, from zero on."""
    return alt.Y(
        f"{column}:Q",
        axis=alt.Axis(
            title=None, format=",d", tickCount=4, tickMinStep=1, gridColor="#edf0eb", domain=False, ticks=False,
            labelColor=palette.SOFT, labelPadding=6,
        ),
    )  # fmt: skip
