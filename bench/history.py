"""The demo at a large size: ten million activities loaded with every constraint holding, against ten minutes."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from outbound.demo.load import load_demo
from outbound.settings import Settings
from outbound.storage import embedded
from outbound.storage.database import Database

LIMIT_SECONDS = 600.0
DOORS, REPS, DAYS = 2_000_000, 2_000, 90


def main() -> None:
    """Loads into an embedded server of its own and prints the phases. ``BENCH_ACTIVITIES`` makes it smaller."""
    wanted = int(os.environ.get("BENCH_ACTIVITIES", "10000000"))
    share = wanted / 10_000_000
    home = Path(tempfile.mkdtemp(prefix="outbound-bench-"))
    settings = Settings(home=home)
    try:
        database = Database.open(settings)
        database.migrate()
        phases: dict[str, float] = {}
        started = last = time.perf_counter()
        current = ""

        def progress(phase: str, done: float | None = None) -> None:
            nonlocal last, current
            now = time.perf_counter()
            if current:
                phases[current] = phases.get(current, 0.0) + now - last
            last, current = now, phase

        load_demo(
            database,
            settings,
            doors=max(2_000, round(DOORS * share)),
            reps=max(4, round(REPS * share)),
            days=DAYS,
            activities=wanted,
            progress=progress,
        )
        progress("")
        seconds = time.perf_counter() - started
        with database.as_job(database.organisations()[0].id) as session:
            loaded = session.scalar(text("select count(*) from outbound.activities"))
        limit = LIMIT_SECONDS * share
        print(f"{loaded:,} activities loaded in {seconds:.0f} s (limit {limit:.0f} s, {seconds / limit:.2f})")
        for phase, spent in sorted(phases.items(), key=lambda item: -item[1])[:8]:
            print(f"  {phase:<28}{spent:7.1f} s")
        database.dispose()
    finally:
        embedded.stop(settings)
        shutil.rmtree(home, ignore_errors=True)
