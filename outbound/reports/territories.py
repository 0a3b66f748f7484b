"""Territories: what they are, their gaps, and how far they were walked."""

# ruff: noqa: S608
# Only names of this module are put together here; values are always parameters.

from __future__ import annotations

from datetime import date

import pandas as pd

from outbound.reports.figures import Figures
from outbound.reports.ratios import ratio


class Territories(Figures):
    """Each territory in reach by itself."""

    def territories(self) -> pd.DataFrame:
        """``id``, ``name``, ``type``, ``parent_id``, ``path``, ``zone``, ``active``, by path."""
        return self._read(
            "select id, name, type, parent_id, path, zone, active from territories"
            f" where {self.reach.condition('id')} order by path, id"
        )

    def territory_stats(self, week: date) -> pd.DataFrame:
        """A week of every territory with its name, type, parent and path: the columns of ``outbound_stats``."""
        return self._read(
            "select territories.name, territories.type, territories.parent_id, territories.path, stats.*"
            " from outbound_stats as stats"
            " inner join territories on stats.territory_id = territories.id"
            f" where stats.week_start = $week and {self.reach.condition('stats.territory_id')}"
            " order by territories.path, territories.id",
            {"week": week},
        )

    def gaps(self, week: date) -> pd.DataFrame:
        """A week of the territories with doors that no other which is seen is part of, widest gap first:
        ``territory_id``, ``name``, ``path``, ``had_owner``, ``gap_ratio`` (none without an owner), ``workable_cells``,
        ``covered_cells``, ``door_touches``."""
        return self._read(
            "select stats.territory_id, territories.name, territories.path, stats.had_owner, stats.gap_ratio,"
            " stats.workable_cells, stats.covered_cells, stats.door_touches"
            " from outbound_stats as stats inner join territories on stats.territory_id = territories.id"
            f" where stats.week_start = $week and {self.reach.condition('stats.territory_id')}"
            " and stats.workable_cells > 0"
            " and not exists (select 1 from territories as part where part.parent_id = territories.id"
            f" and {self.reach.condition('part.id')})"
            " order by stats.gap_ratio desc nulls last, territories.name, territories.id",
            {"week": week},
        ).astype({"had_owner": bool, "gap_ratio": float})

    def gap_trends(self, until: date) -> pd.DataFrame:
        """``territory_id``, ``week_start``, ``gap_ratio`` up to a week, oldest first, where there was an owner."""
        return self._read(
            "select territory_id, week_start, gap_ratio from outbound_stats"
            f" where week_start <= $until and gap_ratio is not null and {self.reach.condition('territory_id')}"
            " order by territory_id, week_start",
            {"until": until},
        )

    def saturation(self, since: date, until: date) -> pd.DataFrame:
        """How far territories (alone) were walked in the weeks from ``since`` to ``until``, most first: ``doors`` and
        ``workable_cells`` at the end, ``door_touches``, ``knocked_cells`` (workable ones, at least once), and
        ``knocked_ratio``."""
        visible = self.reach.condition("territory_id")
        found = self._read(
            "with cells as (select territory_id, cast(sum(doors) as bigint) as doors, count(*) as workable_cells,"
            " count(case when last_knocked >= $since then 1 end) as knocked_cells"
            f" from coverage_cells where week_start = $until and workable and {visible} group by territory_id),"
            " weeks as (select territory_id, cast(sum(door_touches) as bigint) as door_touches"
            f" from territory_weeks where week_start between $since and $until and {visible} group by territory_id)"
            " select cells.territory_id, territories.name, territories.path, cells.doors, weeks.door_touches,"
            " cells.workable_cells, cells.knocked_cells"
            " from cells inner join territories on cells.territory_id = territories.id"
            " inner join weeks on cells.territory_id = weeks.territory_id"
            " order by territories.path, cells.territory_id",
            {"since": since, "until": until},
        )
        found["knocked_ratio"] = ratio(found.knocked_cells, found.workable_cells)
        return found.sort_values("knocked_ratio", ascending=False, kind="stable", ignore_index=True)
