"""Whatever happens to a past, in whatever order and however many batches it arrives in: the increments of both engines
say what one build of everything says.

``OUTBOUND_TEST_HISTORIES`` names other seeds than those of every run, comma separated.
"""

from __future__ import annotations

import os
import random
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from outbound.lake.extract import extract
from outbound.warehouse.build import build
from outbound.warehouse.pipeline import compact_lake
from tests.support.marts import AS_OF, CHANGES, at_once, on_postgres, plain, rows_of, small_installation
from tests.support.server import Server

pytestmark = pytest.mark.slow

SEEDS = [int(seed) for seed in os.environ.get("OUTBOUND_TEST_HISTORIES", "1,2").split(",")]
BATCHES = 3


@pytest.mark.parametrize("seed", SEEDS)
def test_increments_of_both_engines_equal_one_build_of_everything(server: Server, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with small_installation(server, tmp_path) as (database, duckdb):
        postgres = on_postgres(duckdb)
        extract(database, duckdb)
        at_once(lambda settings: build(settings, as_of=AS_OF), duckdb, postgres)
        told = []
        for _ in range(BATCHES):
            for _ in range(chance.randint(1, 3)):  # several extractions before the next build takes them up
                told.append(happen(database.admin_engine, chance))
                extract(database, duckdb)
            done = at_once(lambda settings: build(settings, as_of=AS_OF), duckdb, postgres)
            assert not any(each.full for each in done)
            if chance.random() < 0.5:
                compact_lake(duckdb, whole=chance.random() < 0.5)
        increments, of_postgres = rows_of(duckdb), rows_of(postgres)
        build(duckdb, as_of=AS_OF, anew=True)
        anew = rows_of(duckdb)
        for mart, rows in anew.items():
            assert increments[mart] == rows, (mart, told)
            assert [plain(row) for row in of_postgres[mart]] == [plain(row) for row in rows], (mart, told)


def happen(engine: Engine, chance: random.Random) -> list[str]:
    """Some of the changes that there are, in any order, one of them perhaps twice. Says which."""
    names = chance.sample(sorted(CHANGES), chance.randint(3, 8))
    names.append(chance.choice(names))
    for name in names:
        # The same doors may not be recorded twice.
        with suppress(IntegrityError), engine.begin() as connection:
            connection.execute(text(CHANGES[name].format(salt=chance.randint(0, 4))))
    return names
