"""Work and what came of it: by week as bars, by rep and by territory as tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from html import escape

import altair as alt
import pandas as pd

from dashboards import formats
from dashboards.components import bars, gaps, palette

KINDS = {"door_touches": "Door touches", "other_touches": "Other touches", "scheduled": "Appointments", "won": "Won"}
_COLORS = {
    "Door touches": palette.BRAND,
    "Other touches": "#b9bfb7",
    "Appointments": palette.STAGES["SCHEDULED"],
    "Won": palette.STAGES["WON"],
}


def by_week(frame: pd.DataFrame, shown: list[date]) -> alt.VConcatChart:
    """Touches above, what they led to below, on one axis of weeks (``shown``): two scales, so two charts. Touches are
    stacked, for they add up; an appointment and the win it became do not, so they stand side by side."""
    plain = frame.assign(
        week=[formats.day(week) for week in frame.week_start], other_touches=frame.touches - frame.door_touches
    )
    touches = _chart(plain, ["door_touches", "other_touches"], shown, 170)
    closes = _chart(plain, ["scheduled", "won"], shown, 130)
    closes = closes.encode(xOffset=alt.XOffset("kind:N", sort=[KINDS["scheduled"], KINDS["won"]]))
    both = alt.vconcat(touches.mark_bar(), closes.mark_bar(), spacing=14)
    return both.resolve_scale(color="independent").configure_view(stroke=None)


def _chart(frame: pd.DataFrame, columns: list[str], shown: list[date], height: int) -> alt.Chart:
    names = [KINDS[column] for column in columns]
    rows = frame[["week", *columns]].rename(columns=KINDS).melt("week", var_name="kind", value_name="count")
    return (
        alt.Chart(rows)
        .encode(
            x=bars.weeks(shown),
            y=bars.counts("count"),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=names, range=[_COLORS[name] for name in names]),
                legend=alt.Legend(title=None, orient="top", labelFontSize=12, labelColor=palette.SOFT),
            ),
            tooltip=[
                alt.Tooltip("week:O", title="Week of"),
                alt.Tooltip("kind:N", title="What"),
                alt.Tooltip("count:Q", title="How many", format=",d"),
            ],
        )
        .properties(height=height, width="container")
    )


def leaderboard(reps: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Members in the order given, numbered by their index, with what a win took them."""
    rows = []
    for row in reps.itertuples():
        per = formats.decimal(row.door_touches / row.scheduled, 1) if row.scheduled else formats.NONE
        rate = formats.percent(row.contacts / row.touches, 0) if row.touches else formats.NONE
        name = names.get(str(row.user_id), "A former member")
        figures = (row.won, row.scheduled, row.contacts, row.door_touches, row.touches, row.days)
        rows.append(
            f"<tr><td class='ob-right'>{row.Index + 1}</td><td>{escape(name)}</td>"
            + "".join(f"<td class='ob-right'>{formats.count(figure)}</td>" for figure in figures)
            + f"<td class='ob-right'>{rate}</td><td class='ob-right'>{per}</td></tr>"
        )
    heads = (
        "Won",
        "Appointments",
        "Contacts",
        "Door touches",
        "All touches",
        "Days worked",
        "Contact rate",
        "Door touches per appointment",
    )
    return (
        "<table class='ob-table'><thead><tr><th class='ob-right'>#</th><th>Rep</th>"
        + "".join(f"<th class='ob-right'>{head}</th>" for head in heads)
        + f"</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def saturation(places: pd.DataFrame, week: str) -> str:
    """Territories with the share of their cells that was knocked, and knocks per door; each leads to its map in
    ``week``."""
    rows = []
    for row in places.itertuples():
        share = f"{min(row.knocked_ratio, 1) * 100:.1f}%"
        above = " / ".join(str(row.path).split(" / ")[1:-1])
        rows.append(
            f"<tr><td>{gaps.link(row, week)}<small>{escape(above)}</small></td>"
            f"<td><div class='ob-bar'><b>{formats.percent(row.knocked_ratio, 0)}</b>"
            f"<i style='--share:{share};--fill:{palette.COVERAGE[-1]}'></i></div></td>"
            f"<td class='ob-right'>{formats.count(row.doors)}</td>"
            f"<td class='ob-right'>{formats.decimal(row.door_touches / row.doors, 2)}</td></tr>"
        )
    return (
        "<table class='ob-table'><thead><tr><th>Territory</th><th>Cells knocked</th>"
        "<th class='ob-right'>Doors</th><th class='ob-right'>Knocks per door</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
