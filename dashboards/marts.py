"""The published marts as the one who looks may see them, and what pages make of their figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from dashboards.client import Person
from outbound.reports import Warehouse
from outbound.settings import get_settings

CHANNELS = {
    "door_touches": "Door",
    "calls": "Call",
    "sms": "SMS",
    "emails": "Email",
    "meetings": "Meeting",
    "cadence_messages": "Cadence message",
}


@dataclass(frozen=True)
class Gaps:
    """Coverage of a week by territory, of those that no other is part of."""

    owned: pd.DataFrame
    """Territories that had an owner, widest gap first."""
    unowned: list[str]
    """Names of those with doors that nobody owned: they count for no gap."""


def warehouse_of(person: Person) -> Warehouse:
    """Reading raises :class:`NothingPublished` before the first build."""
    return Warehouse(get_settings(), person.organisation_id, person.reach)


def mondays(warehouse: Warehouse) -> list[date]:
    """Of the weeks that have figures, newest first; none before the first door or touch."""
    weeks = warehouse.weeks()
    return warehouse.mondays() if weeks.touches.any() or weeks.doors.any() else []


def gaps_of(warehouse: Warehouse, week: date) -> Gaps:
    """Territories of a week."""
    found = warehouse.gaps(week)
    return Gaps(found[found.had_owner & found.gap_ratio.notna()], sorted(found[~found.had_owner].name))


def gaps_until(warehouse: Warehouse, week: date) -> dict[str, list[float]]:
    """Each territory's gap week by week, oldest first, where it had an owner."""
    trends = warehouse.gap_trends(week).groupby("territory_id")
    return {key: list(trend.gap_ratio.astype(float)) for key, trend in trends}


def touches(warehouse: Warehouse) -> pd.DataFrame:
    """Touches by ``week_start`` and ``channel``, oldest week first."""
    by_week = warehouse.channels().rename(columns=CHANNELS)
    return by_week.melt("week_start", var_name="channel", value_name="touches")
