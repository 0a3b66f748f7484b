"""A north-star figure as a card: value, target, change, and its weeks as a line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from html import escape

import altair as alt
import pandas as pd
import streamlit as st

from dashboards import formats
from dashboards.components import bars, palette

MOST_TICKS = 6
FEWEST_WEEKS, MOST_WEEKS = 13, 26
"""That bars have room for: with fewer they would stand as wide as walls, with more as thin as hairs."""


@dataclass(frozen=True)
class Figure:
    """What a card shows; texts are ready to read, ``weeks`` holds week_start and value."""

    name: str
    meaning: str
    value: str
    of: str
    target: str
    target_value: float | None
    change: str | None
    improved: bool | None
    """Whether the change goes the way it should; none where there is no change to speak of."""
    weeks: pd.DataFrame
    open_weeks: frozenset[date]
    """Weeks whose value is not final: they are drawn dotted."""
    axis_format: str
    say: Callable[[object], str]


def card(figure: Figure, week: date) -> None:
    with st.container(border=True, height="stretch"):
        st.html(_head(figure))
        st.altair_chart(_trend(figure, week), width="stretch")
        st.html(foot(figure))


def _head(figure: Figure) -> str:
    if figure.change is None:
        change = '<span class="ob-chip">No baseline</span>'
    else:
        tone = {True: " ob-chip-good", False: " ob-chip-bad", None: ""}[figure.improved]
        change = f'<span class="ob-chip{tone}">{escape(figure.change)}</span>'
    return (
        f'<div class="ob-kpi"><p class="ob-kpi-name">{escape(figure.name)}</p>'
        f'<div class="ob-kpi-row"><span class="ob-kpi-value">{escape(figure.value)}</span>'
        f'<span class="ob-kpi-of">{escape(figure.of)}</span></div>'
        f'<div class="ob-kpi-foot"><span class="ob-chip">{escape(figure.target)}</span>{change}</div></div>'
    )


def foot(figure: Figure) -> str:
    """What the dashed and the dotted line are, and what the figure means."""
    keys = ""
    if figure.target_value is not None:
        keys += f'<span class="ob-key-target">Target {escape(figure.say(figure.target_value))}</span>'
    if figure.weeks.value[figure.weeks.week_start.isin(figure.open_weeks)].notna().any():
        keys += '<span class="ob-key-open">Not final yet</span>'
    return f'<div class="ob-key">{keys}</div><p class="ob-kpi-meaning">{escape(figure.meaning)}</p>'


def _trend(figure: Figure, week: date) -> alt.LayerChart:
    """The weeks as a line, dotted where not final; the chosen one as a point, the target as a dashed rule."""
    frame = figure.weeks.assign(
        week_start=pd.to_datetime(figure.weeks.week_start),
        text=[figure.say(value) for value in figure.weeks.value],
        chosen=figure.weeks.week_start == week,
        open=figure.weeks.week_start.isin(figure.open_weeks),
    )
    closed = frame[~frame.open]
    tail = frame.iloc[max(len(closed) - 1, 0) :]
    x = alt.X("week_start:T", axis=_weeks_axis(list(figure.weeks.week_start)))
    y = alt.Y(
        "value:Q",
        axis=alt.Axis(
            title=None, format=figure.axis_format, tickCount=3, grid=True, gridColor="#edf0eb", domain=False,
            ticks=False, labelColor=palette.SOFT, labelPadding=6,
        ),
        scale=alt.Scale(zero=True, nice=True),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("week_start:T", title="Week of", format="%b %-d, %Y"),
        alt.Tooltip("text:N", title=figure.name),
    ]

    def lines(rows: pd.DataFrame) -> alt.Chart:
        return alt.Chart(rows).encode(x=x, y=y, tooltip=tooltip)

    green = palette.BRAND
    layers: list[alt.Chart] = [
        lines(closed).mark_line(color=green, strokeWidth=2),
        lines(tail).mark_line(color=green, strokeWidth=2, strokeDash=[2, 3], opacity=0.7),
        lines(frame).mark_point(size=160, opacity=0),
        lines(frame[frame.chosen]).mark_point(
            color=green, filled=True, size=70, opacity=1, stroke="#ffffff", strokeWidth=1.5
        ),
    ]
    if figure.target_value is not None:
        rule = pd.DataFrame({"value": [figure.target_value]})
        dashed = alt.Chart(rule).mark_rule(color="#b4641a", strokeDash=[5, 4], strokeWidth=1.5)
        layers.insert(0, dashed.encode(y="value:Q"))
    chart = alt.layer(*layers).properties(height=128)
    return chart.configure_view(stroke=None)


def _weeks_axis(weeks: list[date]) -> alt.Axis:
    """Ticks at Mondays, the newest among them: other days would name no week."""
    every = -(-len(weeks) // MOST_TICKS) or 1
    at = [alt.DateTime(year=week.year, month=week.month, date=week.day) for week in reversed(weeks[::-1][::every])]
    return alt.Axis(
        title=None, format="%b %-d", values=at, grid=False, labelColor=palette.SOFT, domainColor=palette.LINE,
        tickColor=palette.LINE, labelFlush=True,
    )  # fmt: skip


def touches_by_week(frame: pd.DataFrame) -> alt.Chart:
    """Touches a week, stacked by channel (columns week_start, channel, touches), of the newest ``MOST_WEEKS``."""
    order = list(palette.CHANNELS)
    newest = max(frame.week_start)
    shown = bars.mondays(newest, min(max(len(set(frame.week_start)), FEWEST_WEEKS), MOST_WEEKS))
    ranked = frame[frame.week_start.isin(shown)]
    ranked = ranked.assign(
        week=[formats.day(week) for week in ranked.week_start],
        rank=[order.index(channel) for channel in ranked.channel],
    )
    return (
        alt.Chart(ranked)
        .mark_bar(width=alt.RelativeBandSize(bars.FILLED))
        .encode(
            x=bars.weeks(shown),
            y=bars.counts("touches"),
            color=alt.Color(
                "channel:N",
                scale=alt.Scale(domain=order, range=list(palette.CHANNELS.values())),
                legend=alt.Legend(
                    title=None, labelFontSize=12, labelColor=palette.SOFT, orient="bottom", columns=3,
                    symbolType="square",
                ),
            ),
            order=alt.Order("rank:Q"),
            tooltip=[
                alt.Tooltip("week:O", title="Week of"),
                alt.Tooltip("channel:N", title="Channel"),
                alt.Tooltip("touches:Q", title="Touches", format=",d"),
            ],
        )
        .properties(height=380)
        .configure_view(stroke=None)
    )  # fmt: skip
