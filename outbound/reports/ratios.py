"""The ratios of the north star over some territories, from their sums."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd


def ratio(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """To 6 places, as the models round; none over 0."""
    parts, whole = numerator.astype(float), denominator.astype(float)
    return (parts / whole.where(whole != 0)).round(6)


def with_ratios(weeks: pd.DataFrame, go_live_on: date | None) -> pd.DataFrame:
    """What the mart ``north_star`` derives, over fewer territories (a test holds both to the same)."""
    before = weeks.iloc[:0]
    if go_live_on is not None:
        starts = weeks["week_start"]
        before = weeks[(starts >= go_live_on - timedelta(days=90)) & (starts + timedelta(days=7) <= go_live_on)]
    for name, part, whole, figure in (
        ("cold", "cold_without_follow_up", "cold_cohort", "cold_ratio"),
        ("closes", "trip_closes", "trips_completed", "closes_per_trip"),
    ):
        weeks[figure] = ratio(weeks[part], weeks[whole])
        part_before, whole_before = int(before[part].sum()), int(before[whole].sum())
        weeks[f"{name}_baseline"] = round(part_before / whole_before, 6) if whole_before else None
        weeks[f"{name}_change"] = (ratio(weeks[part] * whole_before, weeks[whole] * part_before) - 1).round(6)
    weeks["gap_ratio"] = ratio(weeks["workable_cells"] - weeks["covered_cells"], weeks["workable_cells"])
    return weeks
