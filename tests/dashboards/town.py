"""A small made-up town for the dashboards' tests: its territories and its published marts."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import h3
import pandas as pd

SPACE = UUID("6f1f9d3e-0d5c-4f0f-9a51-6a3f5f6f7a11")
WEEKS = 13


def uid(*parts: object) -> str:
    return str(uuid5(SPACE, "/".join(map(str, parts))))


@dataclass
class Town:
    """An organisation's ground: territories as rectangles, cells inside them, and who works there."""

    name: str
    zone: str
    latitude: float
    longitude: float
    columns: int
    rows: int
    areas: list[str]
    micros: list[str]
    members: list[tuple[str, str]]
    organisation_id: str = field(init=False)
    step: float = 0.0105

    def __post_init__(self) -> None:
        self.organisation_id = uid(self.name)

    def territories(self) -> list[dict]:
        """As the API lists them: a region, areas over columns of micros, and the micros."""
        width, height = self.columns * self.step * 1.3, self.rows * self.step
        region = self._territory(self.name, "REGION", None, self._box(0, 0, width, height))
        per_area = self.columns // len(self.areas)
        found = [region]
        for number, name in enumerate(self.areas):
            west = number * per_area * self.step * 1.3
            box = self._box(west, 0, west + per_area * self.step * 1.3, height)
            found.append(self._territory(name, "AREA", region["id"], box))
        for number, name in enumerate(self.micros):
            column, row = number % self.columns, number // self.columns
            west, south = column * self.step * 1.3, row * self.step
            box = self._box(west, south, west + self.step * 1.3, south + self.step)
            parent = found[1 + min(column // per_area, len(self.areas) - 1)]["id"]
            found.append(self._territory(name, "MICRO", parent, box))
        return found

    def _territory(self, name: str, kind: str, parent: str | None, box: list) -> dict:
        return {
            "id": uid(self.name, kind, name),
            "name": name,
            "slug": name.lower().replace(" ", "-"),
            "type": kind,
            "color": "#3f6ea8",
            "geometry": {"type": "MultiPolygon", "coordinates": [[box]]},
            "parent_id": parent,
            "priority_weight": 1,
            "active": True,
            "zone": self.zone,
        }

    def _box(self, west: float, south: float, east: float, north: float) -> list:
        lon, lat = self.longitude, self.latitude
        corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        return [[lon + x, lat + y] for x, y in corners]

    def people(self) -> list[dict]:
        return [{"id": uid(self.name, who), "name": who, "role": role} for who, role in self.members]

    def cells(self) -> list[tuple[str, str]]:
        """(territory id, cell) for every res-9 cell whose centre lies in a micro territory."""
        found = []
        for territory in self.territories():
            if territory["type"] == "MICRO":
                ring = territory["geometry"]["coordinates"][0][0]
                shape = h3.LatLngPoly([(lat, lon) for lon, lat in ring])
                found += [(territory["id"], cell) for cell in h3.polygon_to_cells(shape, 9)]
        return found


MAPLE = Town(
    name="Maple Falls Lawn Care",
    zone="America/Chicago",
    latitude=41.585,
    longitude=-93.68,
    columns=4,
    rows=3,
    areas=["West Side", "East Side"],
    micros=[
        "Orchard Hill", "Mill Race", "Station Yards", "Cooper Park",
        "Linden Row", "St. Anne's", "Market Square", "Foundry",
        "Beacon Heights", "North Meadow", "Quarry Lane", "Fairgrounds",
    ],
    members=[
        ("Olivia Hart", "FRANCHISE_OWNER"),
        ("Marcus Webb", "SALES_MANAGER"),
        ("Renee Castillo", "SALES_REP"),
        ("Dev Patel", "SALES_REP"),
        ("Tom Brandt", "SALES_REP"),
        ("Aisha Cole", "SALES_REP"),
        ("Paula Ortiz", "OPS"),
    ],
)  # fmt: skip
BIRCH = Town(
    name="Birch Harbor Pest Control",
    zone="America/New_York",
    latitude=42.36,
    longitude=-71.21,
    columns=2,
    rows=1,
    areas=["Harbor"],
    micros=["Wharf Street", "Lighthouse"],
    members=[("Ben Ruiz", "FRANCHISE_OWNER"), ("Kim Lowe", "SALES_REP")],
)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def marts(town: Town, now: datetime, seed: int = 7) -> dict[str, pd.DataFrame]:
    """Every mart the dashboards read, by name: thirteen weeks up to that of ``now``, on the town's clocks."""
    dice = random.Random(seed)
    this_week = monday_of(now.astimezone(ZoneInfo(town.zone)).date())
    weeks = [this_week - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    cells = _cells(town, weeks, dice)
    stats = _territory_weeks(town, cells, dice)
    build = {
        "org_id": town.organisation_id,
        "zone": town.zone,
        "go_live_on": weeks[3],
        "build_id": f"b{seed}",
        "built_at": now,
        "extracted_at": now,
        "generation": "g1",
        "batch": 12,
    }
    return {
        "coverage_cells": cells,
        "territory_weeks": stats,
        "outbound_stats": _rolled_up(town, stats),
        "north_star": _north_star(town, stats),
        "member_weeks": _member_weeks(town, weeks, dice),
        "territories": _territories(town),
        "build_info": pd.DataFrame([build]),
    }


def _cells(town: Town, weeks: list[date], dice: random.Random) -> pd.DataFrame:
    care = {t["id"]: dice.choice([0.98, 0.96, 0.95, 0.9, 0.78, 0.55]) for t in town.territories()}
    doors_of = {pair: dice.randint(3, 42) for pair in town.cells()}
    rows = []
    last: dict[tuple[str, str], date] = {}
    for number, week in enumerate(weeks):
        diligence = (0.82 + 0.18 * number / (WEEKS - 1)) * (0.45 if number == WEEKS - 1 else 1.0)
        for (territory, cell), doors in doors_of.items():
            covered = dice.random() < care[territory] * diligence
            knocks = max(1, round(doors * dice.uniform(0.1, 0.9))) if covered else 0
            if covered:
                last[territory, cell] = week
            rows.append(
                {
                    "org_id": town.organisation_id,
                    "territory_id": territory,
                    "week_start": week,
                    "cell": h3.str_to_int(cell),
                    "cell_8": h3.str_to_int(h3.cell_to_parent(cell, 8)),
                    "cell_7": h3.str_to_int(h3.cell_to_parent(cell, 7)),
                    "doors": doors,
                    "door_touches": knocks,
                    "touches": knocks + dice.randint(0, 6),
                    "workable": True,
                    "covered": covered,
                    "last_knocked": last.get((territory, cell)),
                }
            )
    return pd.DataFrame(rows)


def _territory_weeks(town: Town, cells: pd.DataFrame, dice: random.Random) -> pd.DataFrame:
    keys = ["org_id", "territory_id", "week_start"]
    stats = cells.groupby(keys, as_index=False, sort=False).agg(
        touches=("touches", "sum"),
        door_touches=("door_touches", "sum"),
        doors=("doors", "sum"),
        workable_cells=("workable", "sum"),
        covered_cells=("covered", "sum"),
    )
    others = stats.touches - stats.door_touches
    stats["calls"], stats["sms"] = others * 3 // 10, others * 4 // 10
    stats["emails"], stats["meetings"] = others // 10, others // 20
    stats["cadence_messages"] = others - stats.calls - stats.sms - stats.emails - stats.meetings
    neglected = uid(town.name, "MICRO", "Fairgrounds")
    stats["had_owner"] = stats.territory_id != neglected
    for part in ("workable", "covered"):
        stats[f"assigned_{part}_cells"] = stats[f"{part}_cells"].where(stats.had_owner, 0)
    step = stats.groupby(keys[1]).cumcount()
    stats["cold_cohort"] = [dice.randint(9, 18) for _ in stats.index]
    shares = [0.38 - 0.014 * at + dice.uniform(-0.03, 0.03) for at in step]
    stats["cold_without_follow_up"] = (stats.cold_cohort * shares).round().astype(int)
    stats["trips_completed"] = [dice.randint(2, 4) for _ in stats.index]
    stats["scheduled"] = [dice.randint(0, 6) for _ in stats.index]
    stats["won"] = [dice.randint(0, 3) for _ in stats.index]
    stats["trip_closes"] = [round(t * (0.4 + 0.02 * at)) for t, at in zip(stats.trips_completed, step, strict=True)]
    return stats


def _member_weeks(town: Town, weeks: list[date], dice: random.Random) -> pd.DataFrame:
    """Everybody works from Monday to Friday."""
    micros = [t["id"] for t in town.territories() if t["type"] == "MICRO"]
    rows = []
    for number, person in enumerate(p for p in town.people() if p["role"] == "SALES_REP"):
        for week in weeks:
            doors = sum(dice.randint(25, 60) + 5 * number for _ in range(5))
            row = {
                "org_id": town.organisation_id,
                "user_id": person["id"],
                "week_start": week,
                "territory_id": micros[number % len(micros)],
                "touches": doors + dice.randint(0, 60),
                "door_touches": doors,
                "contacts": doors // 3,
                "scheduled": dice.randint(0, 9),
                "won": sum(dice.random() < 0.2 + 0.1 * number for _ in range(5)),
                "weekdays": 0b0011111,
            }
            rows.append(row)
    return pd.DataFrame(rows)


def _rolled_up(town: Town, stats: pd.DataFrame) -> pd.DataFrame:
    """The weeks of every territory with all below it."""
    parents = {t["id"]: t["parent_id"] for t in town.territories()}
    copies = [stats]
    level = stats.assign(territory_id=stats.territory_id.map(parents))
    while level.territory_id.notna().any():
        level = level[level.territory_id.notna()]
        copies.append(level)
        level = level.assign(territory_id=level.territory_id.map(parents))
    keys = ["org_id", "territory_id", "week_start"]
    sums = pd.concat(copies).groupby(keys, as_index=False, sort=False).sum()
    sums["had_owner"] = sums.had_owner.astype(bool)
    sums["gap_ratio"] = _ratio(sums.assigned_workable_cells - sums.assigned_covered_cells, sums.assigned_workable_cells)
    return sums


def _north_star(town: Town, stats: pd.DataFrame) -> pd.DataFrame:
    sums = stats.drop(columns="territory_id").groupby("week_start", as_index=False).sum(numeric_only=True)
    sums["workable_cells"], sums["covered_cells"] = sums.assigned_workable_cells, sums.assigned_covered_cells
    sums["org_id"] = town.organisation_id
    sums["cold_ratio"] = _ratio(sums.cold_without_follow_up, sums.cold_cohort)
    sums["closes_per_trip"] = _ratio(sums.trip_closes, sums.trips_completed)
    sums["gap_ratio"] = _ratio(sums.workable_cells - sums.covered_cells, sums.workable_cells)
    sums["cold_baseline"] = round(sums.cold_ratio[:3].mean(), 6)
    sums["cold_change"] = sums.cold_ratio / sums.cold_baseline - 1
    sums["closes_baseline"] = sums["closes_change"] = pd.Series([None] * len(sums), dtype="Float64")
    return sums


def _ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    return (part / whole.where(whole != 0)).astype(float).round(6)


def _territories(town: Town) -> pd.DataFrame:
    known = {t["id"]: t for t in town.territories()}
    rows = []
    for territory in known.values():
        path, at = [territory["name"]], territory["parent_id"]
        while at:
            path.insert(0, known[at]["name"])
            at = known[at]["parent_id"]
        kept = {name: territory[name] for name in ("id", "name", "type", "parent_id", "zone", "active")}
        rows.append(kept | {"org_id": town.organisation_id, "path": " / ".join(path)})
    return pd.DataFrame(rows)
