"""What the queries of each page take at 10 million activities, read as the dashboards read: p95 against 100 ms.

Each page's queries are asked for the whole organisation and for the territories of a manager, over the last weeks.
``OUTBOUND_BENCH_ACTIVITIES`` sets the size, ``OUTBOUND_BENCH_ENGINES`` the engines.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.synthetic_lake import UNTIL, SyntheticLake
from outbound.collector import spare_what_stays
from outbound.reports import WHOLE_ORGANISATION, Warehouse
from outbound.settings import Settings
from outbound.storage import embedded
from outbound.warehouse.build import Verdict, build
from outbound.warehouse.engine import engine_of
from outbound.warehouse.publish import publish

ACTIVITIES = int(os.environ.get("OUTBOUND_BENCH_ACTIVITIES", "10000000").split(",")[-1])
ENGINES = tuple(os.environ.get("OUTBOUND_BENCH_ENGINES", "duckdb,postgres").split(","))
ROUNDS = 20
LIMIT_MS = 100.0
SEEN = 0.1
"""Of the territories, what a manager sees."""
TRENDS = 108
"""Territories whose gap the overview draws over the weeks, at most."""

Query = Callable[[], object]


def main() -> None:
    for engine in ENGINES:
        folder = Path(tempfile.mkdtemp(prefix="outbound-bench-"))
        folder.chmod(0o755)
        settings = Settings(home=folder, warehouse=engine)  # type: ignore[arg-type]
        try:
            _measure(settings)
        finally:
            if engine == "postgres" and not settings.warehouse_url and not settings.database_url:
                embedded.stop(settings)
            shutil.rmtree(folder, ignore_errors=True)


def _measure(settings: Settings) -> None:
    SyntheticLake(settings.lake_dir, ACTIVITIES, 0).write_first()
    done = build(settings, as_of=UNTIL)
    started = time.monotonic()
    publish(settings, done, Verdict(done.build_id, 0, {}))
    seconds = time.monotonic() - started
    (organisation,) = engine_of(settings).organisations()
    warehouse = Warehouse(settings, organisation, WHOLE_ORGANISATION)
    print(f"{ACTIVITIES:,} activities on {settings.warehouse}; published in {seconds:.1f} s")
    spare_what_stays()  # as the dashboards do
    for page, queries in _pages(warehouse).items():
        times = sorted(milliseconds for _ in range(ROUNDS) for milliseconds in _each(queries))
        p95, p50 = times[int(len(times) * 0.95)], times[len(times) // 2]
        print(
            f"  {page:10} {len(queries)} queries × {ROUNDS}: p50 {p50:6.1f} ms, p95 {p95:6.1f} ms a query"
            f" (limit {LIMIT_MS:.0f}), slowest {_slowest(queries)}"
        )


def _pages(warehouse: Warehouse) -> dict[str, dict[str, Query]]:
    """The queries of each page by name, first as an owner asks them, then as a manager does."""
    weeks = list(warehouse.weeks().week_start)
    territories = list(warehouse.territories().id)
    chance = random.Random(1)
    week, since = weeks[1], weeks[min(12, len(weeks) - 1)]
    theirs = chance.sample(territories, max(1, int(len(territories) * SEEN)))
    pages: dict[str, dict[str, Query]] = {"overview": {}, "coverage": {}, "reports": {}, "summary": {}}
    for who, seen in (("owner", warehouse), ("manager", warehouse.within(theirs))):
        trends = seen.within((theirs if who == "manager" else territories)[:TRENDS])
        pages["overview"] |= {
            f"build, {who}": seen.build,
            f"weeks, {who}": seen.weeks,
            f"north star, {who}": seen.north_star,
            f"gaps, {who}": partial(seen.gaps, week),
            f"gap trends, {who}": partial(trends.gap_trends, week),
            f"channels, {who}": seen.channels,
        }
        pages["coverage"] |= {
            **{f"cells of {level}, {who}": partial(seen.coverage_cells, week, level) for level in (9, 8, 7)},
            f"gaps, {who}": partial(seen.gaps, week),
            f"passed over, {who}": partial(seen.passed_over, week, 9),
        }
        pages["reports"] |= {
            f"members, {who}": partial(seen.reps, since, week),
            f"saturation, {who}": partial(seen.saturation, since, week),
            f"conversion, {who}": partial(seen.conversion, since, week),
        }
        pages["summary"] |= {
            f"leaderboard, {who}": partial(seen.leaderboard, since, week),
            f"pipeline, {who}": seen.pipeline,
            f"coverage, {who}": partial(seen.territory_stats, week),
        }
    return pages


def _each(queries: dict[str, Query]) -> Iterator[float]:
    for query in queries.values():
        started = time.perf_counter()
        query()
        yield (time.perf_counter() - started) * 1000


def _slowest(queries: dict[str, Query]) -> str:
    taken = dict(zip(queries, _each(queries), strict=True))
    name = max(taken, key=lambda each: taken[each])
    return f"{name} {taken[name]:.1f} ms"


if __name__ == "__main__":
    main()
