"""A process that is killed in any phase leaves an import that goes on to the same end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ingest.service import Options, pending_imports, register, run_import
from outbound.imports import turns
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.vocabulary import ImportPhase, ImportStatus
from tests.support.franchise import Franchise
from tests.support.tables import contents, difference

HEADER = "house number,street,zip,lat,lon,name,phone\n"
# Runs the import and stands still just before the last write of a phase: of its second chunk where there are chunks.
RUN = """
import sys, time, uuid
from ingest import turn, undo, write
from ingest.service import run_import
from outbound.settings import get_settings
from outbound.storage.database import Database

org, job, phase, which = uuid.UUID(sys.argv[1]), uuid.UUID(sys.argv[2]), sys.argv[3], int(sys.argv[4])
write.CHUNK = undo.CHUNK = 2
seen, advance = [], turn.Turn.advance

def stand_still(this, session, found, **values):
    if found.phase == phase:
        seen.append(phase)
        if len(seen) == which:
            session.flush()
            print("here", flush=True)
            time.sleep(600)
    advance(this, session, found, **values)

turn.Turn.advance = stand_still
run_import(Database.open(get_settings()), get_settings(), org, job)
"""
LOOSE = frozenset({"xact", "updated_at", "version", "created_at"})
MADE = frozenset({"id", "lead_id", "door_id", "change_id", "address_id", "import_id", "position", "entity_id"})
TIMES = frozenset({"stage_entered_at", "due_at", "next_action_at", "occurred_at", "written_at", "changed_at"})
TOLD = frozenset({"audit_entries", "import_progress", "captures", "tombstones", "departures", "import_mappings"})


@pytest.fixture
def waiting(database: Database, settings: Settings, franchise: Franchise, tmp_path: Path) -> uuid.UUID:
    """A list of new doors, one of them twice, and a row that is none."""
    path = tmp_path / "list.csv"
    points = (franchise.north_west.box.point(900 + number) for number in range(7))
    rows = "".join(f"{n + 1},Elm St,50309,{lat},{lon},Ann Lee{n},\n" for n, (lat, lon) in enumerate(points))
    path.write_text(HEADER + rows + rows.splitlines()[3] + "\n,,,,,x,\n")
    return register(database, settings, franchise.org_id, franchise.owner.id, path)


def kill_in(settings: Settings, franchise: Franchise, import_id: uuid.UUID, phase: str, which: int = 1) -> None:
    """Runs the import in a process of its own and kills it in the middle of a phase."""
    given = {"OUTBOUND_HOME": str(settings.home), "DATABASE_URL": str(settings.database_url or "")}
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(franchise.org_id), str(import_id), phase, str(which)],
        env={**os.environ, **given},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
    finally:
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL


def written(database: Database) -> dict[str, Any]:
    """What is in the tables, but for ids that are made anew and times."""
    found = contents(database, but=TOLD | {"prospect_imports"}, without=LOOSE | MADE | TIMES)
    with database.admin_engine.connect() as connection:
        jobs = connection.execute(text("select status, phase, stats from outbound.prospect_imports order by id")).all()
    counts = [
        {name: value for name, value in job.stats.items() if name not in ("seconds", "phases", "import_id")}
        for job in jobs
    ]
    return found | {"jobs": json.dumps([[job.status, job.phase] for job in jobs]), "counts": counts}


STEPS = [
    (ImportPhase.READING, 1),
    (ImportPhase.LOCATING, 1),
    (ImportPhase.MATCHING, 1),
    (ImportPhase.ASSIGNING, 1),
    (ImportPhase.ASSIGNING, 2),
    (ImportPhase.WRITING, 1),
    (ImportPhase.WRITING, 3),
]


@pytest.mark.slow
def test_killed_in_any_phase_it_ends_as_if_nothing_had_happened(
    database: Database, settings: Settings, franchise: Franchise, waiting: uuid.UUID
) -> None:
    for phase, which in STEPS:
        kill_in(settings, franchise, waiting, phase, which)
        [pending] = pending_imports(database)
        assert pending.import_id == waiting, phase
    report = run_import(database, settings, franchise.org_id, waiting)
    assert (report.status, report.new, report.duplicates_in_file, report.rejected) == (ImportStatus.COMPLETED, 7, 1, 1)
    killed = written(database)

    with franchise.as_member(franchise.owner) as session:
        turns.undo(session, waiting)
    assert run_import(database, settings, franchise.org_id, waiting).removed == 7
    with franchise.admin() as session:
        session.execute(text("delete from outbound.prospect_imports"))
    path = next(path for path in settings.uploads_dir.rglob("*") if path.is_file())
    again = register(database, settings, franchise.org_id, franchise.owner.id, path)
    run_import(database, settings, franchise.org_id, again)
    undisturbed = written(database)
    assert {name for name in killed if killed[name] != undisturbed[name]} == set()


@pytest.mark.slow
def test_killed_while_it_is_taken_back_it_is_taken_back_all_the_same(
    database: Database, settings: Settings, franchise: Franchise, waiting: uuid.UUID
) -> None:
    before = contents(database, but=TOLD | {"prospect_imports"}, without=LOOSE)
    run_import(database, settings, franchise.org_id, waiting)
    with franchise.as_member(franchise.owner) as session:
        turns.undo(session, waiting)
    for which in (1, 2, 4, 5, 7):
        kill_in(settings, franchise, waiting, ImportPhase.UNDOING, which)
    report = run_import(database, settings, franchise.org_id, waiting)
    assert (report.status, report.removed, report.kept) == (ImportStatus.UNDONE, 7, {})
    assert difference(before, contents(database, but=TOLD | {"prospect_imports"}, without=LOOSE)) == {}


def test_a_dry_run_writes_nothing_and_its_commit_goes_on_after_a_kill(
    database: Database, settings: Settings, franchise: Franchise, waiting: uuid.UUID, tmp_path: Path
) -> None:
    path = tmp_path / "other.csv"
    path.write_text(HEADER + "".join(f"{n},Oak St,50309,,,Bob{n},\n" for n in range(1, 6)))
    looked_at = register(database, settings, franchise.org_id, franchise.owner.id, path, options=Options(review=True))
    report = run_import(database, settings, franchise.org_id, looked_at)
    assert (report.status, report.new, report.new_doors) == (ImportStatus.READY, 5, 5)
    with franchise.as_job() as session:
        assert session.scalar(text("select count(*) from outbound.leads where import_id = :id"), {"id": looked_at}) == 0
    with franchise.as_member(franchise.owner) as session:
        turns.commit(session, looked_at)
    kill_in(settings, franchise, looked_at, ImportPhase.WRITING, 2)
    report = run_import(database, settings, franchise.org_id, looked_at)
    assert (report.status, report.new, report.new_doors) == (ImportStatus.COMPLETED, 5, 5)
