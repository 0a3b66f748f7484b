"""Whatever ends a run before its end, the last good figures stay, the reason is told, and the next run heals."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from outbound.errors import Unavailable
from outbound.lake.errors import LakeDamaged
from outbound.lake.extract import extract
from outbound.lake.manifest import Lake
from outbound.reports import WHOLE_ORGANISATION, Warehouse
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.vocabulary import FiguresState
from outbound.warehouse.build import build
from outbound.warehouse.outcomes import Outcome
from outbound.warehouse.pipeline import PipelineResult, run_pipeline
from tests.support.history import make_history
from tests.support.marts import AS_OF, change_history, give_parsed_models, organisations, rows_of
from tests.support.server import Server

pytestmark = [pytest.mark.slow, pytest.mark.any_server("about runs and files on DuckDB")]

REPOSITORY = Path(__file__).parents[3]
RUN = """
import sys
from outbound.errors import OutboundError
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.warehouse.pipeline import run_pipeline
settings = Settings()
try:
    run_pipeline(Database.open(settings), settings, lambda *step: print(*step, flush=True))
except OutboundError as error:
    sys.exit(error.message)
"""
"""The pipeline in a process of its own, as the command and Dagster run it."""


@dataclass
class Installation:
    """A home whose pipeline ran once."""

    database: Database
    settings: Settings
    org_id: uuid.UUID

    @property
    def current(self) -> str:
        return Warehouse(self.settings, self.org_id, WHOLE_ORGANISATION).build().build_id

    def outcome(self) -> Outcome:
        outcome = Warehouse(self.settings, self.org_id, WHOLE_ORGANISATION).last_run()
        assert outcome is not None
        return outcome

    def start(self, *, largest_file: int | None = None) -> subprocess.Popen[str]:
        """``largest_file``: a quota in bytes, which a full disk is like: what would be written beyond it, fails."""

        def limit() -> None:
            if largest_file is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

        assert self.settings.database_url is not None
        return subprocess.Popen(
            [sys.executable, "-c", RUN],
            cwd=REPOSITORY,
            env={
                **os.environ,
                "OUTBOUND_HOME": str(self.settings.home),
                "DATABASE_URL": self.settings.database_url,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=limit,
        )

    def kill_when(self, step: str) -> None:
        """Runs the pipeline and kills it, with all that it started, once it tells of ``step``."""
        process = self.start()
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(step):
                break
        else:
            pytest.fail(f"the run never told of {step}: {process.communicate()[1]}")
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def heal(self) -> PipelineResult:
        """Runs the pipeline to its end."""
        result = run_pipeline(self.database, self.settings)
        assert self.current == result.build.build_id
        assert self.outcome().state is FiguresState.PUBLISHED
        return result

    def assert_it_equals_a_build_of_everything(self) -> None:
        build(self.settings, as_of=AS_OF)
        increments = rows_of(self.settings)
        build(self.settings, as_of=AS_OF, anew=True)
        assert rows_of(self.settings) == increments


@pytest.fixture(scope="module")
def installation(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with server.clone() as url:
        home = tmp_path_factory.mktemp("faults")
        settings = Settings(home=home, database_url=url.render_as_string(hide_password=False))
        give_parsed_models(settings)
        database = Database.open(settings)
        make_history(database.admin_engine, slug="only", doors=120, activities=900)
        run_pipeline(database, settings)
        yield Installation(database, settings, organisations(database)["only"])
        database.dispose()


@pytest.mark.parametrize(("step", "salt"), [("Building marts 20 ", 0), ("Testing marts 5 ", 1)])
def test_a_run_that_is_killed(installation: Installation, step: str, salt: int) -> None:
    before = installation.current
    change_history(installation.database.admin_engine, salt)
    installation.kill_when(step)
    assert installation.current == before
    outcome = installation.outcome()
    assert outcome.state is FiguresState.FAILED
    assert outcome.reason.endswith(" UTC was killed; the next one begins where it began.")

    assert not installation.heal().build.full
    if step.startswith("Building"):
        installation.assert_it_equals_a_build_of_everything()


def test_a_disk_that_is_full_while_the_lake_is_written(installation: Installation) -> None:
    before = installation.current
    change_history(installation.database.admin_engine, 2)
    sentence = installation.start(largest_file=2_000).communicate()[1]
    assert sentence.startswith("There is no room left to write below "), sentence
    assert installation.current == before
    assert installation.outcome().reason.startswith("There is no room left to write below ")

    result = installation.heal()
    assert (result.extraction.full, result.build.full) == (False, False)


def test_a_disk_that_is_full_while_the_models_are_built(installation: Installation) -> None:
    before = installation.current
    change_history(installation.database.admin_engine, 3)
    (installation.settings.warehouse_dir / "build.duckdb").unlink()  # it is built anew, and grows
    sentence = installation.start(largest_file=1_000_000).communicate()[1]
    assert sentence.startswith("There is no room left to write below "), sentence
    assert installation.current == before
    assert installation.outcome().state is FiguresState.FAILED

    installation.heal()


def test_a_batch_that_is_cut_short(installation: Installation) -> None:
    before = installation.current
    change_history(installation.database.admin_engine, 4)
    extract(installation.database, installation.settings)
    lake = Lake(installation.settings.lake_dir)
    manifest = lake.manifest()
    assert manifest is not None
    path = lake.path(next(file for file in manifest.head.files if file.table == "activities"))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(LakeDamaged, match=r"activities\.parquet has \d+ bytes instead of \d+; run the pipeline again"):
        build(installation.settings, as_of=AS_OF)
    assert installation.current == before

    result = installation.heal()
    assert (result.extraction.full, result.build.full) == (True, True)


def test_a_build_file_that_is_no_database(installation: Installation) -> None:
    (installation.settings.warehouse_dir / "build.duckdb").write_bytes(b"half a database" * 1000)
    assert installation.heal().build.full


def test_a_database_that_does_not_answer(installation: Installation) -> None:
    before = installation.current
    gone = Database(installation.database.admin_url.set(host="127.0.0.1", port=1, query={}), installation.database.keys)
    with pytest.raises(Unavailable, match="The database could not be read for the lake"):
        run_pipeline(gone, installation.settings)
    assert installation.current == before
    assert "could not be read" in installation.outcome().reason
    with installation.database.admin_engine.connect() as connection:
        assert connection.scalar(text("select count(*) from outbound.notifications")) == 0
