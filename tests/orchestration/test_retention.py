"""Dagster's records of runs do not grow without end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
from sqlalchemy import create_engine, text

from orchestration.assets.housekeeping import RUNS
from orchestration.retention import forget_runs
from tests.orchestration.conftest import Runs


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "dagster"


@pytest.fixture
def instance(home: Path) -> Iterator[dg.DagsterInstance]:
    """With everything in files, as it is served."""
    home.mkdir()
    with dg.DagsterInstance.local_temp(str(home)) as instance:
        yield instance


def rows(home: Path, run_id: str) -> int:
    """What all of Dagster's tables still say of a run."""
    found = 0
    for file in home.rglob("*.db"):
        engine = create_engine(f"sqlite:///{file}")
        with engine.connect() as connection:
            names = "select m.name from sqlite_master m, pragma_table_info(m.name) c where c.name = 'run_id'"
            for table in connection.scalars(text(names)).all():
                found += connection.scalar(text(f'select count(*) from "{table}" where run_id = :id'), {"id": run_id})
        engine.dispose()
    return found


def test_runs_that_ended_long_ago_go_with_all_they_left_and_others_stay(
    run: Runs, instance: dg.DagsterInstance, home: Path
) -> None:
    old = run("watch", tags={"kind": "old"}).run_id
    output = Path(instance.compute_log_manager.get_captured_local_path([old, "compute_logs", "x"], "err"))  # type: ignore[attr-defined]
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text("said")
    before = datetime.now(UTC)
    recent = run("watch").run_id
    assert rows(home, old) > 5
    assert forget_runs(instance, before) == 1
    assert rows(home, old) == 0
    assert not [path for path in home.rglob("*") if old in path.name]
    assert instance.get_run_by_id(recent) is not None
    assert instance.all_logs(recent)
    assert forget_runs(instance, before) == 0


def test_the_night_forgets_them(run: Runs) -> None:
    result = run("clear_away")
    assert result.success
    (event,) = result.asset_materializations_for_node("capture__dagster_runs")
    assert event.asset_key == RUNS
    assert event.metadata["removed"].value == 0
    assert event.metadata["kept for days"].value == 30
