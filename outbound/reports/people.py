"""Members by what they did. Names are the API's."""

# ruff: noqa: S608
# Only names of this module are put together here; values are always parameters.

from __future__ import annotations

from datetime import date

import pandas as pd

from outbound.reports.figures import Figures, sums_of


class People(Figures):
    """Members by what they did in the territories in reach."""

    def leaderboard(self, since: date, until: date) -> pd.DataFrame:
        """Members by touches in the weeks from ``since`` to ``until``, both included. Names are the API's."""
        counted = ("touches", "door_touches", "calls", "interested", "follow_ups", "said_scheduled", "said_won")
        return self._read(
            f"select user_id, {sums_of(*counted)} from rep_weeks"
            f" where week_start between $since and $until and {self.reach.condition('territory_id')}"
            " group by user_id order by sum(touches) desc, user_id",
            {"since": since, "until": until},
        )

    def reps(self, since: date, until: date) -> pd.DataFrame:
        """Members by wins, then appointments and touches, in the weeks from ``since`` to ``until`` (Mondays, both
        included): ``touches``, ``door_touches``, ``contacts``, ``scheduled``, ``won``, ``days`` with a touch."""
        counted = ("touches", "door_touches", "contacts", "scheduled", "won")
        weekly = ", ".join(f"sum({column}) as {column}" for column in counted)
        days = " + ".join(f"((weekdays >> {bit}) & 1)" for bit in range(7))
        # Week by week first: a day that was spent in two territories is one day.
        return self._read(
            f"with weeks as (select user_id, week_start, {weekly}, bit_or(weekdays) as weekdays from member_weeks"
            f" where week_start between $since and $until and {self.reach.condition('territory_id')}"
            " group by user_id, week_start)"
            f" select user_id, {sums_of(*counted)}, cast(sum({days}) as bigint) as days from weeks"
            " group by user_id order by sum(won) desc, sum(scheduled) desc, sum(touches) desc, user_id",
            {"since": since, "until": until},
        )
