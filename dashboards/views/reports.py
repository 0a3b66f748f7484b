"""Reports: what touches led to, who did best, how far the ground has been walked."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from dashboards import auth, turf
from dashboards.client import Person
from dashboards.components import bars, downloads, long_list, outcomes, shell, states, weeks
from dashboards.marts import mondays, warehouse_of
from outbound.reports import Warehouse
from outbound.settings import get_settings

SPANS = {4: "4 weeks", 13: "13 weeks", 26: "26 weeks"}
ROWS = 12
LEADERS = 25


def show(person: Person) -> None:
    place = st.empty()
    with place:
        shell.title("Reports", person.organisation)
    warehouse = warehouse_of(person)
    build = warehouse.build()
    with place:
        shell.title("Reports", weeks.as_of(build, person.zone))
    weeks.warn_if_stale(build, warehouse.last_run(), person.zone)
    known = mondays(warehouse)
    if not known:
        states.nothing_recorded("There is no week with doors or touches yet.")
        return
    ground = turf.load(auth.api(), person)
    picks = st.columns([3, 3, 3, 2])
    with picks[0]:
        span = st.segmented_control("Over", list(SPANS), default=13, format_func=SPANS.__getitem__, required=True) or 13
    with picks[1]:
        until = weeks.pick(known, person.zone, complete=True, label="Up to the week")
    with picks[2]:
        chosen = turf.pick(ground)
    since, seen = until - timedelta(weeks=span - 1), ground.of(warehouse, chosen)
    _led_to(seen, bars.mondays(until, span))
    _leaders(seen, since, until)
    _walked(seen, since, until)
    _take_along()


def _led_to(seen: Warehouse, shown: list[date]) -> None:
    found = seen.conversion(shown[0], shown[-1])
    with st.container(border=True):
        shell.heading("Touches and what they led to", "Week by week, in the week in which each happened")
        if found.empty or not found.touches.sum():
            st.markdown("Nobody was touched in these weeks; choose a longer span or another territory.")
            return
        st.altair_chart(outcomes.by_week(found, shown), width="stretch")


def _leaders(seen: Warehouse, since: date, until: date) -> None:
    found = seen.reps(since, until)
    with st.container(border=True):
        shell.heading("Leaderboard", "By wins, then appointments; a win is its owner's at the time")
        if found.empty:
            st.markdown("Nobody has logged a touch in these weeks.")
            return
        names = {each["id"]: each["name"] for each in auth.api().members()}
        long_list.show(found, LEADERS, lambda rows: outcomes.leaderboard(rows, names))


def _walked(seen: Warehouse, since: date, until: date) -> None:
    found = seen.saturation(since, until)
    with st.container(border=True):
        shell.heading("Saturation", "Share of the cells with doors that were knocked at least once, most first")
        if found.empty:
            st.markdown("No doors that may be knocked lie here.")
            return
        long_list.show(found, ROWS, lambda rows: outcomes.saturation(rows, until.isoformat()))


def _take_along() -> None:
    """The tables behind all pages, from the API: it decides which, and of which territories."""
    with st.expander("Download the tables behind these figures"):
        found = auth.api().marts()
        st.html(downloads.table(found, get_settings().api_url))
