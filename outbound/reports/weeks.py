"""Weeks: the three north-star figures, and what touches led to."""

# ruff: noqa: S608
# Only names of this module are put together here; values are always parameters.

from __future__ import annotations

from datetime import date

import pandas as pd

from outbound.reports.figures import Figures, sums_of
from outbound.reports.ratios import with_ratios

CHANNELS = ("door_touches", "calls", "sms", "emails", "meetings", "cadence_messages")
"""What touches are made of: the columns of the marts."""


class Weeks(Figures):
    """Week by week, added up over the territories in reach."""

    def weeks(self) -> pd.DataFrame:
        """``week_start`` (Monday), ``touches`` in it and ``doors`` at its end, newest first."""
        return self._read(
            "select week_start, cast(sum(touches) as bigint) as touches, cast(sum(doors) as bigint) as doors"
            f" from territory_weeks where {self.reach.condition('territory_id')}"
            " group by week_start order by week_start desc"
        )

    def north_star(self) -> pd.DataFrame:
        """The three north-star figures a week, oldest first: ``cold_ratio``, ``closes_per_trip``, ``gap_ratio``,
        what they are made of, and where a go-live date gives a baseline, ``*_baseline`` and ``*_change``."""
        if self.reach.is_whole:
            return self._read(f"select * from north_star where {self.reach.condition('org_id')} order by week_start")
        weeks = self._read(
            "select week_start,"
            " cast(sum(cold_cohort) as bigint) as cold_cohort,"
            " cast(sum(cold_without_follow_up) as bigint) as cold_without_follow_up,"
            " cast(sum(trips_completed) as bigint) as trips_completed,"
            " cast(sum(trip_closes) as bigint) as trip_closes,"
            " cast(sum(assigned_workable_cells) as bigint) as workable_cells,"
            " cast(sum(assigned_covered_cells) as bigint) as covered_cells"
            f" from territory_weeks where {self.reach.condition('territory_id')}"
            " group by week_start order by week_start"
        )
        return with_ratios(weeks, self._go_live_on())

    def conversion(self, since: date, until: date) -> pd.DataFrame:
        """What the weeks from ``since`` to ``until`` (Mondays, both included) led to, oldest first: ``touches``,
        ``door_touches``, ``cadence_messages``, ``scheduled`` and ``won``."""
        counted = ("touches", "door_touches", "cadence_messages", "scheduled", "won")
        return self._read(
            f"select week_start, {sums_of(*counted)} from territory_weeks"
            f" where week_start between $since and $until and {self.reach.condition('territory_id')}"
            " group by week_start order by week_start",
            {"since": since, "until": until},
        )

    def channels(self) -> pd.DataFrame:
        """Touches a week by channel, oldest week first: a column each, as :data:`CHANNELS` names them."""
        return self._read(
            f"select week_start, {sums_of(*CHANNELS)} from territory_weeks where {self.reach.condition('territory_id')}"
            " group by week_start order by week_start"
        )
