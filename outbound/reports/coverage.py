"""Coverage: the cells of a week."""

# ruff: noqa: S608
# Only names of this module are put together here; values are always parameters.

from __future__ import annotations

from datetime import date

import pandas as pd

from outbound.reports.figures import Figures
from outbound.reports.ratios import ratio

LEVELS = (9, 8, 7)
"""H3 resolutions that coverage is shown at, finest first."""


class Coverage(Figures):
    """H3 cells of the territories in reach."""

    def coverage_cells(self, week: date, level: int = 9) -> pd.DataFrame:
        """H3 cells of a week: ``cell`` (hexadecimal), ``doors``, ``touches``, ``door_touches``, ``workable_cells`` and
        ``covered_cells`` (of resolution 9 within it), ``workable_parts`` and ``covered_parts`` (the same, a cell on a
        border once for each territory with a door in it, as gaps count), ``covered``, ``last_knocked`` (Monday of the
        last week up to this one with a knock; none: never), ``gap_ratio``.

        Raises :class:`ValueError` for a level that is not in ``LEVELS``.
        """
        shown = _cell(level)
        counted = ("doors", "touches", "door_touches")
        # PostgreSQL adds integers up as bigints, but bigints as decimals, which takes twice as long for so many cells.
        sums = ", ".join(f"cast(sum(cast({each} as integer)) as bigint) as {each}" for each in counted)
        # A cell on a border belongs to several territories; it is one cell of the map.
        parts = (
            "count(case when workable then 1 end) as workable_parts,"
            " count(case when covered then 1 end) as covered_parts, max(last_knocked) as last_knocked"
        )
        rows = f"from coverage_cells as cells where week_start = $week and {self.reach.condition('territory_id')}"
        if level == LEVELS[0]:
            query = (
                f"select lower(to_hex(cells.cell)) as cell, {sums}, {parts} {rows}"
                " group by cells.cell order by cells.cell"
            )
        else:
            query = (
                f"with fine as (select {shown}, {sums}, {parts} {rows} group by cells.cell, {shown})"
                f" select lower(to_hex({shown})) as cell, {sums},"
                " cast(sum(workable_parts) as bigint) as workable_parts,"
                " cast(sum(covered_parts) as bigint) as covered_parts, max(last_knocked) as last_knocked,"
                " count(case when workable_parts > 0 then 1 end) as workable_cells,"
                " count(case when covered_parts > 0 then 1 end) as covered_cells"
                f" from fine group by {shown} order by {shown}"
            )
        found = self._read(query, {"week": week})
        if level == LEVELS[0]:
            for each in ("workable", "covered"):
                found[f"{each}_cells"] = (found[f"{each}_parts"] > 0).astype(int)
        return found.assign(
            covered=found.covered_cells > 0,
            gap_ratio=(1 - ratio(found.covered_cells, found.workable_cells)).round(6),
        )

    def passed_over(self, week: date, level: int = 9, *, most: int = 12) -> pd.DataFrame:
        """Where no door was knocked in a week though there are some, most doors first: ``cell`` (hexadecimal),
        ``territory_id``, ``name`` (none outside every territory), ``doors`` of the cells of resolution 9 that were
        passed over, ``last_knocked`` (Monday of the last week with a knock at any of them; none: never). A cell on a
        border has a row for each territory that passed it over, as gaps count.

        Raises :class:`ValueError` for a level that is not in ``LEVELS``.
        """
        cell = f"cells.{_cell(level)}"
        return self._read(
            f"select lower(to_hex({cell})) as cell, cells.territory_id, territories.name,"
            " cast(sum(cells.doors) as bigint) as doors, max(cells.last_knocked) as last_knocked"
            " from coverage_cells as cells left join territories on cells.territory_id = territories.id"
            " where cells.week_start = $week and cells.workable and not cells.covered"
            f" and {self.reach.condition('cells.territory_id')}"
            f" group by {cell}, cells.territory_id, territories.name"
            f" order by sum(cells.doors) desc, {cell}, cells.territory_id limit {int(most)}",
            {"week": week},
        )


def _cell(level: int) -> str:
    """The column of ``coverage_cells`` with the cell at a level."""
    if level not in LEVELS:
        raise ValueError(f"coverage is shown at H3 resolutions {LEVELS}, not {level}")
    return "cell" if level == 9 else f"cell_{level}"
