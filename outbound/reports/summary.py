"""The outbound report: coverage, conversion and activity, put together from the published marts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from outbound.reports.builds import BuildInfo
from outbound.reports.errors import NothingPublished
from outbound.reports.warehouse import Warehouse

Row = Mapping[str, Any]
WEEKS = 13
"""Shown when no span is asked for: a quarter."""


@dataclass(frozen=True)
class Span:
    """Mondays of the first and the last week, both included."""

    since: date
    until: date


@dataclass(frozen=True)
class Summary:
    """Rows as the marts hold them, by week oldest first. ``build`` is none where nothing is published yet."""

    build: BuildInfo | None
    span: Span | None = None
    weeks: list[Row] = field(default_factory=list)
    """The three north-star figures and what they are made of."""
    coverage: list[Row] = field(default_factory=list)
    """The last week of the span, territory by territory with all below each."""
    conversion: list[Row] = field(default_factory=list)
    reps: list[Row] = field(default_factory=list)
    """Over the whole span, by touches."""
    pipeline: list[Row] = field(default_factory=list)
    """Leads by stage, as of the build."""


def monday_of(day: date) -> date:
    """The Monday of a day's ISO week."""
    return day - timedelta(days=day.weekday())


def summarise(warehouse: Warehouse, *, since: date | None = None, until: date | None = None) -> Summary:
    """The report, as far as the reach goes. Where nothing is published, an empty one that says so."""
    try:
        build = warehouse.build()
        span = _span(warehouse, since, until)
        if span is None:
            return Summary(build)
        return Summary(
            build,
            span,
            weeks=_within(_rows(warehouse.north_star()), span),
            coverage=_rows(warehouse.territory_stats(span.until)),
            conversion=_rows(warehouse.conversion(span.since, span.until)),
            reps=_rows(warehouse.leaderboard(span.since, span.until)),
            pipeline=_rows(warehouse.pipeline()),
        )
    except NothingPublished:
        return Summary(None)


def _span(warehouse: Warehouse, since: date | None, until: date | None) -> Span | None:
    weeks = warehouse.mondays()
    if not weeks:
        return None
    known = [week for week in weeks if until is None or week <= until]
    last = known[0] if known else monday_of(until or weeks[-1])
    first = monday_of(since) if since is not None else last - timedelta(weeks=WEEKS - 1)
    return Span(min(first, last), last)


def _within(rows: list[Row], span: Span) -> list[Row]:
    return [row for row in rows if span.since <= row["week_start"] <= span.until]


def _rows(frame: pd.DataFrame) -> list[Row]:
    """Plain values, the same from either engine; what is not there is none."""
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if value is None or (not isinstance(value, list | dict) and pd.isna(value)):
        return None
    return value.item() if hasattr(value, "item") else value
