"""Work and what came of it: by week as bars, by rep and by territory as tables."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import altair as alt
import pandas as pd

from dashboards import formats
from dashboards.components import palette

KINDS = {"door_touches": "Door touches", "other_touches": "Other touches", "scheduled": "Appointments", "won": "Won"}
_COLORS = {
    "Door touches": palette.BRAND,
    "Other touches": "#b9bfb7",
    "Appointments": palette.STAGES["SCHEDULED"],
    "Won": palette.STAGES["WON"],
}


def by_week(frame: pd.DataFrame) -> alt.VConcatChart:
    """Touches above, what they led to below, on one axis of weeks: two scales, so two charts."""
    plain = frame.assign(
        week=[formats.day(week) for week in frame.week_start], other_touches=frame.touches - frame.door_touches
    )
    both = alt.vconcat(
        _bars(plain, ["door_touches", "other_touches"], 170), _bars(plain, ["scheduled", "won"], 130), spacing=14
    )
    return both.resolve_scale(color="independent").configure_view(stroke=None)


def _bars(frame: pd.DataFrame, columns: list[str], height: int) -> alt.Chart:
    names = [KINDS[column] for column in columns]
    rows = frame[["week", *columns]].rename(columns=KINDS).melt("week", var_name="kind", value_name="count")
    return (
        alt.Chart(rows)
        .mark_bar(size=15)
        .encode(
            x=alt.X(
                "week:O",
                sort=list(frame.week),
                axis=alt.Axis(
                    title=None, labelAngle=0, labelOverlap=True, grid=False, ticks=False, labelColor=palette.SOFT,
                    domainColor=palette.LINE, labelPadding=6,
                ),
            ),
            y=alt.Y(
                "count:Q",
                axis=alt.Axis(
                    title=None, format=",d", tickCount=4, gridColor="#edf0eb", domain=False, ticks=False,
                    labelColor=palette.SOFT, labelPadding=6,
                ),
            ),
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
    )  # fmt: skip


def leaderboard(reps: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Members in the order given, with what a win took them."""
    rows = []
    for place, row in enumerate(reps.itertuples(), start=1):
        per = formats.decimal(row.door_touches / row.scheduled, 1) if row.scheduled else formats.NONE
        rate = formats.percent(row.contacts / row.touches, 0) if row.touches else formats.NONE
        name = names.get(str(row.user_id), "A former member")
        figures = (row.won, row.scheduled, row.contacts, row.door_touches, row.touches, row.days)
        rows.append(
            f"<tr><td class='ob-right'>{place}</td><td>{escape(name)}</td>"
            + "".join(f"<td class='ob-right'>{formats.count(figure)}</td>" for figure in figures)
            + f"<td class='ob-right'>{rate}</td><td class='ob-right'>{per}</td></tr>"
        )
    heads = ("Won", "Appointments", "Contacts", "Doors", "Touches", "Days", "Contact rate", "Doors an appointment")
    return (
        "<table class='ob-table'><thead><tr><th class='ob-right'>#</th><th>Rep</th>"
        + "".join(f"<th class='ob-right'>{head}</th>" for head in heads)
        + f"</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def saturation(places: pd.DataFrame, most: int) -> str:
    """Territories with the share of their cells that was knocked, and knocks a door."""
    rows = []
    for row in places.head(most).itertuples():
        share = f"{min(row.knocked_ratio, 1) * 100:.1f}%"
        above = " / ".join(str(row.path).split(" / ")[1:-1])
        rows.append(
            f"<tr><td>{escape(str(row.name))}<small>{escape(above)}</small></td>"
            f"<td><div class='ob-bar'><b>{formats.percent(row.knocked_ratio, 0)}</b>"
            f"<i style='--share:{share};--fill:{palette.COVERAGE[-1]}'></i></div></td>"
            f"<td class='ob-right'>{formats.count(row.doors)}</td>"
            f"<td class='ob-right'>{formats.decimal(row.door_touches / row.doors, 2)}</td></tr>"
        )
    return (
        "<table class='ob-table'><thead><tr><th>Territory</th><th>Cells knocked</th>"
        "<th class='ob-right'>Doors</th><th class='ob-right'>Knocks a door</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
