"""What the pages read from the published marts, restricted to what the one who looks may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from dashboards.client import Person
from outbound.reports import BuildInfo, Outcome, Warehouse
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


class Marts:
    """The marts of one person's organisation. Reading raises :class:`NothingPublished` before the first build."""

    def __init__(self, person: Person) -> None:
        self._warehouse = Warehouse(get_settings(), person.organisation_id)
        self._visible = person.territories

    def build(self) -> BuildInfo:
        return self._warehouse.build()

    def last_run(self) -> Outcome | None:
        """What became of the last run of the pipeline; none: there was none yet."""
        return self._warehouse.last_run()

    def weeks(self) -> list[date]:
        """Mondays of the weeks that have figures, newest first; none before the first door or touch."""
        weeks = self._warehouse.weeks()
        return list(weeks.week_start) if weeks.touches.any() or weeks.doors.any() else []

    def north_star(self) -> pd.DataFrame:
        """A row a week, oldest first."""
        return self._warehouse.north_star(self._visible)

    def gaps(self, week: date, within: list[str] | None = None) -> Gaps:
        """Territories of a week; ``within``: only these."""
        found = self._warehouse.gaps(week, self._seen(within))
        return Gaps(found[found.had_owner & found.gap_ratio.notna()], sorted(found[~found.had_owner].name))

    def gaps_until(self, week: date, territory_ids: list[str]) -> dict[str, list[float]]:
        """Each territory's gap week by week, oldest first, where it had an owner."""
        trends = self._warehouse.gap_trends(week, territory_ids)
        return {key: list(trend.gap_ratio.astype(float)) for key, trend in trends.groupby("territory_id")}

    def touches(self) -> pd.DataFrame:
        """Touches by ``week_start`` and ``channel``, oldest week first."""
        by_week = self._warehouse.channels(self._visible).rename(columns=CHANNELS)
        return by_week.melt("week_start", var_name="channel", value_name="touches")

    def cells(self, week: date, level: int, within: list[str] | None) -> pd.DataFrame:
        """H3 cells of a week; see :meth:`Warehouse.coverage_cells`."""
        return self._warehouse.coverage_cells(week, level, self._seen(within))

    def passed_over(self, week: date, level: int, within: list[str] | None, most: int) -> pd.DataFrame:
        """Where no door was knocked in a week; see :meth:`Warehouse.passed_over`."""
        return self._warehouse.passed_over(week, level, self._seen(within), most=most)

    def outcomes(self, since: date, until: date, within: list[str] | None) -> pd.DataFrame:
        """What the weeks from ``since`` to ``until`` led to; see :meth:`Warehouse.conversion`."""
        return self._warehouse.conversion(since, until, self._seen(within))

    def reps(self, since: date, until: date, within: list[str] | None) -> pd.DataFrame:
        """Members over these weeks; see :meth:`Warehouse.reps`."""
        return self._warehouse.reps(since, until, self._seen(within))

    def saturation(self, since: date, until: date, within: list[str] | None) -> pd.DataFrame:
        """Territories over these weeks; see :meth:`Warehouse.saturation`."""
        return self._warehouse.saturation(since, until, self._seen(within))

    def _seen(self, within: list[str] | None) -> list[str] | None:
        if self._visible is None:
            return within
        return sorted(self._visible if within is None else self._visible.intersection(within))
