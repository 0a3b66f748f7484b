"""A full ``dbt build``, an incremental one after 1 % new rows and one after none, at 1 and 10 million activities, on
both engines; and what the main mart and all it is made of costs beside one hand-written query on the same Parquet: one
that knows the lake to be of one batch, and one that is right for any number of them, as the models are.

Seconds are those that models took, added up from ``run_results.json``: dbt's own start-up is shown apart.
``OUTBOUND_BENCH_ACTIVITIES`` sets the sizes, ``OUTBOUND_BENCH_ENGINES`` the engines.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from bench.stats_by_hand import COMPARED, QUERY, QUERY_OF_ANY_BATCHES
from bench.synthetic_lake import UNTIL, SyntheticLake
from outbound.lake.compact import compact
from outbound.settings import Settings
from outbound.storage import embedded
from outbound.warehouse.build import Build, build

SIZES = tuple(int(size) for size in os.environ.get("OUTBOUND_BENCH_ACTIVITIES", "1000000,10000000").split(","))
ENGINES = tuple(os.environ.get("OUTBOUND_BENCH_ENGINES", "duckdb,postgres").split(","))
NEW_SHARE = 0.01
LIMIT = 0.1
HAND_LIMIT = 3.0
SHOWN = 8
ROUNDS = 3
MART = "outbound_stats"


def main() -> None:
    for activities in SIZES:
        for engine in ENGINES:
            folder = Path(tempfile.mkdtemp(prefix="outbound-bench-"))
            folder.chmod(0o755)
            settings = Settings(home=folder, warehouse=engine)  # type: ignore[arg-type]
            try:
                _measure(settings, activities)
            finally:
                if engine == "postgres" and not settings.warehouse_url and not settings.database_url:
                    embedded.stop(settings)
                shutil.rmtree(folder, ignore_errors=True)


def _measure(settings: Settings, activities: int) -> None:
    lake = SyntheticLake(settings.lake_dir, activities, int(activities * NEW_SHARE))
    lake.write_first()
    load = os.getloadavg()[0]
    full, full_wall = _timed(lambda: build(settings, as_of=UNTIL))
    print(
        f"{activities:,} activities, {lake.doors:,} doors, {len(full.seconds)} models, on {settings.warehouse},"
        f" load {load:.1f}"
    )
    if settings.warehouse == "duckdb":
        _beside_one_query(settings, full)
    lake.write_newest()
    newer, newer_wall = _timed(lambda: build(settings, as_of=UNTIL))
    assert (full.full, newer.full) == (True, False)
    again, again_wall = _timed(lambda: build(settings, as_of=UNTIL))
    for name, done, wall in (("full", full, full_wall), ("1 % new", newer, newer_wall), ("nothing", again, again_wall)):
        print(f"  {name:8} {_models(done):6.1f} s in {len(done.seconds)} models ({wall:5.1f} s with dbt's start-up)")
    ratio = _models(newer) / _models(full)
    print(f"  1 % new / full: {ratio:.3f} (limit {LIMIT} at 10 million)")
    started = time.monotonic()
    compact(lake.lake, newer.batch_to, whole=True)
    print(f"  compaction of everything: {time.monotonic() - started:.1f} s")
    for name, done in (("full", full), ("1 % new", newer)):
        slowest = sorted(done.seconds.items(), key=lambda item: -item[1])[:SHOWN]
        print(f"  slowest, {name}: " + ", ".join(f"{model} {seconds:.2f}" for model, seconds in slowest))


def _beside_one_query(settings: Settings, full: Build) -> None:
    lineage = _lineage(settings)
    models = sum(seconds for name, seconds in full.seconds.items() if name in lineage)
    with duckdb.connect(str(settings.warehouse_dir / "build.duckdb")) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set preserve_insertion_order = false")
        print(f"  {MART} with the {len(lineage) - 1} models it is made of: {models:.2f} s")
        for name, query in (("for one batch", QUERY), ("for any batches", QUERY_OF_ANY_BATCHES)):
            by_hand = statistics.median(_by_hand(connection, query) for _ in range(ROUNDS))
            print(
                f"  one query by hand {name}, median of {ROUNDS}: {by_hand:.2f} s; the models took"
                f" {models / by_hand:.2f} of it (limit {HAND_LIMIT}; load {os.getloadavg()[0]:.1f})"
            )


def _by_hand(connection: duckdb.DuckDBPyConnection, query: str) -> float:
    """Seconds of a query whose rows are the mart's."""
    started = time.monotonic()
    connection.execute(f"create or replace table by_hand as {query}")
    seconds = time.monotonic() - started
    columns = ", ".join(COMPARED)
    for one, other in ((f"build.build.{MART}", "by_hand"), ("by_hand", f"build.build.{MART}")):
        differ = connection.execute(f"select {columns} from {one} except select {columns} from {other}").fetchall()
        assert not differ, f"{one} has {len(differ)} rows that {other} has not, such as {differ[0]}"
    connection.execute("drop table by_hand")
    return seconds


def _lineage(settings: Settings) -> set[str]:
    """The mart and every model that it is made of."""
    path = settings.warehouse_dir / f"dbt-{settings.warehouse}" / "target" / "manifest.json"
    parents = json.loads(path.read_text())["parent_map"]
    found: set[str] = set()
    ahead = [f"model.outbound.{MART}"]
    while ahead:
        node = ahead.pop()
        if node.startswith("model.") and node not in found:
            found.add(node)
            ahead += parents[node]
    return {node.rsplit(".", maxsplit=1)[1] for node in found}


def _models(done: Build) -> float:
    return sum(done.seconds.values())


def _timed(work: Callable[[], Build]) -> tuple[Build, float]:
    started = time.monotonic()
    done = work()
    return done, time.monotonic() - started


if __name__ == "__main__":
    main()
