"""What the night clears away."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import select, text

from ingest.service import Options, import_file
from orchestration.assets.housekeeping import ATTACHMENTS, IMPORT_ROWS, REP_POSITIONS
from outbound.positions.models import RepPosition
from outbound.privacy.deletion import request_deletion
from outbound.shifts.models import Shift
from outbound.storage.blobs import open_store
from tests.orchestration.conftest import OpenedSystem, Runs
from tests.support.franchise import Franchise


def test_a_run_removes_files_that_no_row_names_and_says_how_many(
    run: Runs, system: OpenedSystem, franchise: Franchise
) -> None:
    store = open_store(system.settings)
    store.put(franchise.org_id, io.BytesIO(b"nobody's"), limit=100)
    for path in system.settings.attachments_dir.glob("*/??/*"):
        os.utime(path, (0, 0))
    result = run("clear_away")
    assert result.success
    (event,) = result.asset_materializations_for_node("capture__attachments")
    assert event.asset_key == ATTACHMENTS
    assert event.metadata["files"].value == 1
    assert list(store.walk()) == []


def test_a_run_removes_positions_that_are_older_than_are_kept(
    run: Runs, system: OpenedSystem, franchise: Franchise
) -> None:
    now = datetime.now(UTC)
    ages = (timedelta(days=system.settings.position_days + 1), timedelta(days=1))
    with franchise.admin() as session:
        shift = Shift(org_id=franchise.org_id, user_id=franchise.rep.id, started_at=now - max(ages))
        session.add(shift)
        session.flush()
        for age in ages:
            session.add(
                RepPosition(
                    org_id=franchise.org_id,
                    user_id=franchise.rep.id,
                    shift_id=shift.id,
                    occurred_at=now - age,
                    position=b"sealed",
                    cell=1,
                )
            )
    result = run("clear_away")
    assert result.success
    (event,) = result.asset_materializations_for_node("capture__rep_positions")
    assert event.asset_key == REP_POSITIONS
    assert event.metadata["removed"].value == 1
    with franchise.admin() as session:
        assert [row.occurred_at for row in session.scalars(select(RepPosition))] == [now - min(ages)]
    (entry,) = franchise.audit_trail("positions purged")
    assert entry.acted_by is None


def test_an_organisation_whose_waiting_period_is_over_goes_at_night(run: Runs, system: OpenedSystem) -> None:
    franchise = Franchise(system.database, "Closed Down")
    asked = datetime.now(UTC) - timedelta(days=31)
    with franchise.as_member(franchise.owner) as session:
        request_deletion(session, franchise.slug, asked, days=30)
    result = run("clear_away")
    assert result.success
    (event,) = result.asset_materializations_for_node("capture__retention")
    assert event.metadata["organisations"].value == 1
    assert system.database.organisations() == []


def test_a_run_forgets_rows_of_imports_that_can_no_longer_be_taken_back(
    run: Runs, system: OpenedSystem, franchise: Franchise, tmp_path: Path
) -> None:
    def take(name: str, *, review: bool = False) -> UUID:
        path = tmp_path / f"{name}.csv"
        path.write_text(f"house number,street,zip\n1,{name} Street,50309\n")
        report = import_file(
            system.database, system.settings, franchise.org_id, franchise.owner.id, path, options=Options(review=review)
        )
        return report.import_id

    old, left, fresh = take("Old"), take("Left", review=True), take("Fresh")
    with franchise.admin() as session:
        session.execute(text("set local session_replication_role = replica"))  # no trigger knows better when it was
        session.execute(
            text(
                "update outbound.prospect_imports set updated_at = now() - interval '31 days',"
                " finished_at = finished_at - interval '31 days' where id = any(:ids)"
            ),
            {"ids": [old, left]},
        )
    store = open_store(system.settings, "uploads")
    store.stage(franchise.org_id, uuid4(), io.BytesIO(b"never handed in"), limit=100)
    for path in system.settings.uploads_dir.rglob("staged/*"):
        os.utime(path, (0, 0))
    result = run("clear_away")
    assert result.success
    (event,) = result.asset_materializations_for_node("capture__import_rows")
    assert event.asset_key == IMPORT_ROWS
    told = {name: event.metadata[name].value for name in ("uploads", "imports", "rows", "put away")}
    assert told == {"uploads": 1, "imports": 2, "rows": 2, "put away": 1}
    with franchise.admin() as session:
        assert session.scalars(text("select import_id from outbound.import_rows")).all() == [fresh]
        states = session.execute(text("select id, status from outbound.prospect_imports")).all()
    assert {row.id: row.status for row in states} == {old: "completed", left: "undone", fresh: "completed"}
