"""The week a page is about, and how old its figures are."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from dashboards import formats
from dashboards.components import states
from outbound.reports import BuildInfo, Outcome


def pick(known: list[date], zone: str, *, complete: bool = False, label: str = "Week") -> date:
    """The chosen week; first the one in the address, then the newest (or the newest that has ended)."""
    asked = st.query_params.get("week")
    start = next((i for i, week in enumerate(known) if week.isoformat() == asked), None)
    if start is None:
        start = _newest_complete(known, zone) if complete else 0
    now = today(zone)

    def text(week: date) -> str:
        return formats.week(week) + (" (so far)" if week + timedelta(days=7) > now else "")

    return st.selectbox(label, known, index=start, format_func=text)


def _newest_complete(known: list[date], zone: str) -> int:
    now = today(zone)
    ended = (i for i, week in enumerate(known) if week + timedelta(days=7) <= now)
    return next(ended, 0)


def today(zone: str) -> date:
    return datetime.now(ZoneInfo(zone)).date()


def as_of(build: BuildInfo, zone: str) -> str:
    """As of Mon, Mar 3, 6:15 AM, Chicago time: when the figures were taken from what people capture."""
    return f"As of {formats.moment(build.extracted_at, zone, weekday=True)}, {formats.place_of(zone)} time"


def warn_if_stale(build: BuildInfo, last_run: Outcome | None, zone: str) -> None:
    """Says why there are no newer figures: the last run failed or was held back, or there was none for hours."""
    if last_run is not None and last_run.is_trouble:
        states.held_back(last_run.reason, formats.moment(last_run.since, zone, weekday=True))
    elif build.is_stale(last_run):
        states.stale(formats.duration(build.age()))
