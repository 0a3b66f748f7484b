"""Overview: the three north-star figures, the widest gaps, the touches behind them."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboards import figures, formats
from dashboards.client import Person
from dashboards.components import figure, gaps, long_list, shell, states, weeks
from dashboards.marts import gaps_of, gaps_until, mondays, touches, warehouse_of
from outbound.reports import Warehouse
from outbound.reports.goals import goals

ROWS = 8


def show(person: Person) -> None:
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    warehouse = warehouse_of(person)
    with left:
        place = st.empty()
        with place:
            shell.title("Overview", person.organisation)
        build = warehouse.build()
        with place:
            shell.title("Overview", weeks.as_of(build, person.zone))
    weeks.warn_if_stale(build, warehouse.last_run(), person.zone)
    known = mondays(warehouse)
    stars = warehouse.north_star()
    if not known or stars.empty:
        states.nothing_recorded("There is no week with doors or touches yet.")
        return
    with right:
        week = weeks.pick(known, person.zone, complete=True)
    today = weeks.today(person.zone)
    for column, card in zip(st.columns(3), figures.north_star(stars, week, today), strict=True):
        with column:
            figure.card(card, week)
    wide, narrow = st.columns([5, 3])
    with wide, st.container(border=True, height="stretch"):
        _gaps(warehouse, week)
    with narrow, st.container(border=True, height="stretch"):
        shell.heading("Touches by week", "Of every channel; weeks are named by their Monday")
        st.altair_chart(figure.touches_by_week(touches(warehouse)), width="stretch")


def _gaps(warehouse: Warehouse, week: date) -> None:
    found = gaps_of(warehouse, week)
    goal = formats.percent(goals().gap_ratio, 0)
    over = found.owned[found.owned.gap_ratio >= goals().gap_ratio]
    title = f"Coverage gaps of {goal} and more"
    if over.empty:
        shell.heading(title, f"None: every territory with an owner is below {goal} in this week.")
    else:
        shell.heading(
            title,
            f"{formats.count(len(over))} of {formats.count(len(found.owned))} territories with an owner, widest first",
        )
        history = gaps_until(warehouse.within(over.territory_id.head(ROWS + long_list.MORE)), week)
        long_list.show(over, ROWS, lambda rows: gaps.table(rows, history, week.isoformat()))
    if found.unowned:
        states.note(f"Nobody owned {_few(found.unowned)} in this week, so no gap is counted there.")


def _few(names: list[str]) -> str:
    """Up to three names, then how many more."""
    if len(names) <= 3:
        return " and ".join(names) if len(names) < 3 else f"{names[0]}, {names[1]} and {names[2]}"
    return f"{', '.join(names[:3])} and {len(names) - 3} more"
