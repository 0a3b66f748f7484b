"""Published builds of the made-up town: as it is, without rows, or changed by a test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd

from tests.dashboards.town import Town, marts

Frames = dict[str, pd.DataFrame]
NOBODY = "00000000-0000-0000-0000-000000000000"


def publish(
    town: Town,
    folder: Path,
    now: datetime | None = None,
    *,
    empty: bool = False,
    change: Callable[[Frames], Frames] | None = None,
) -> Path:
    """Write the town's marts as a published build and point ``current`` at it."""
    frames = marts(town, now or datetime.now(UTC))
    if change is not None:
        frames = change(frames)
    home = folder / town.organisation_id
    home.mkdir(parents=True, exist_ok=True)
    file = home / f"b{len(list(home.glob('*.duckdb'))):04}.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("CREATE SCHEMA marts")
        for name, frame in frames.items():
            connection.register("frame", frame)
            ids = [column for column in frame if column == "id" or (column.endswith("_id") and column != "build_id")]
            typed = ", ".join(f"CAST({column} AS UUID) AS {column}" for column in ids)
            kept = "" if not empty or name == "build_info" else " LIMIT 0"
            connection.execute(f"CREATE TABLE marts.{name} AS SELECT * REPLACE ({typed}) FROM frame{kept}")
            connection.unregister("frame")
    file.chmod(0o444)
    link = home / "current"
    link.unlink(missing_ok=True)
    link.symlink_to(file.name)
    return file


def founded_today(frames: Frames) -> Frames:
    """As the marts of an organisation begin: one week with nothing in it, and no territory."""
    week = frames["north_star"].week_start.max()
    changed = {name: frame.iloc[:0] for name, frame in frames.items()}
    for name in ("territory_weeks", "outbound_stats", "north_star"):
        row = frames[name][frames[name].week_start == week].iloc[:1].copy()
        for column in row.select_dtypes("number"):
            row[column] = float("nan") if column.endswith(("_ratio", "_per_trip", "_baseline", "_change")) else 0
        if "territory_id" in row:
            row["territory_id"], row["had_owner"] = NOBODY, False
        changed[name] = row
    return changed | {"build_info": frames["build_info"]}


def shared_cell(frames: Frames) -> tuple[str, str, str]:
    """In the newest week one cell of a territory gets doors of another one that nobody knocked there: the cell (as
    the map names it), the territory that covered it and the one that passed it over."""
    cells = frames["coverage_cells"]
    newest = cells[cells.week_start == cells.week_start.max()]
    covered = newest[newest.covered].iloc[0]
    other = next(each for each in newest.territory_id.unique() if each != covered.territory_id)
    row = covered.to_frame().T.assign(
        territory_id=other, doors=999, door_touches=0, touches=0, covered=False, last_knocked=None
    )
    frames["coverage_cells"] = pd.concat([cells, row.astype(cells.dtypes)], ignore_index=True)
    return f"{covered.cell:x}", covered.territory_id, other
