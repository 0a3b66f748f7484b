"""A list taken in: whole or not at all, once, by whoever may, and told row by row."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ingest import chunks
from ingest.report import ImportReport
from ingest.service import Progress, import_file, pending_imports, register, run_import
from outbound.errors import Conflict, Forbidden, Invalid, OutboundError
from outbound.settings import Settings
from outbound.storage.crypto import open_position
from outbound.storage.database import Database
from outbound.vocabulary import AssignmentRole, ImportSource
from tests.support.cast import Member, Turf
from tests.support.franchise import Franchise
from tests.support.locks import wait_for_a_lock
from tests.support.places import cell_of

Take = Callable[..., ImportReport]
HEADER = "house number,street,zip,lat,lon,name,phone\n"


@pytest.fixture
def take(database: Database, settings: Settings, franchise: Franchise, tmp_path: Path) -> Take:
    """Imports rows of CSV as a member, the owner unless told."""

    def take_in(rows: str, *, header: str = HEADER, by: Member | None = None, name: str = "list.csv") -> ImportReport:
        path = tmp_path / name
        path.write_text(header + rows, encoding="utf-8")
        return import_file(database, settings, franchise.org_id, (by or franchise.owner).id, path)

    return take_in


def at(turf: Turf, number: int = 900) -> str:
    lat, lon = turf.box.point(number)
    return f"{lat},{lon}"


def rows_of(franchise: Franchise, statement: str, **values: Any) -> list[Any]:
    with franchise.as_job() as session:
        return list(session.execute(text(statement), values))


def leads_of(franchise: Franchise, report: ImportReport) -> list[Any]:
    return rows_of(
        franchise,
        "select l.*, a.canonical, a.position, a.location_source from outbound.leads l"
        " join outbound.addresses a on a.org_id = l.org_id and a.id = l.address_id"
        " where l.import_id = :id order by a.canonical",
        id=report.import_id,
    )


def balanced(report: ImportReport) -> bool:
    return (
        report.rows
        == sum((report.new, report.same, report.unsure, report.duplicates_in_file, report.outside, report.rejected))
        + report.blank
    )


def test_a_row_becomes_a_cold_lead_at_its_door_in_its_territory(take: Take, franchise: Franchise) -> None:
    report = take(f'12,Elm Street,50307,{at(franchise.north_west)},"LEE, ANN",718-555-0123\n')
    assert (report.rows, report.new, report.new_doors) == (1, 1, 1)
    [lead] = leads_of(franchise, report)
    assert (lead.canonical, lead.first_name, lead.last_name, lead.phone) == (
        "12 ELM ST, 50307", "Ann", "Lee", "+17185550123",
    )  # fmt: skip
    assert (lead.lead_type, lead.pipeline_stage, lead.territory_id) == ("outbound", "COLD", franchise.north_west.id)
    lat, lon = franchise.north_west.box.point(900)
    assert lead.cell == cell_of(lat, lon)
    opened = open_position(franchise.database.keys, franchise.org_id, lead.address_id, bytes(lead.position))
    assert opened == pytest.approx((lat, lon))


def test_the_lead_belongs_to_its_territorys_owner_and_owes_a_touch(take: Take, franchise: Franchise) -> None:
    rows = f"1,Elm St,,{at(franchise.north_west, 901)},,\n2,Elm St,,{at(franchise.south_east, 902)},,\n"
    report = take(rows)
    owned, free = leads_of(franchise, report)
    assert (owned.owner_id, free.owner_id) == (franchise.rep.id, None)
    assert owned.due_at is not None
    assert free.due_at is None
    assert report.with_owner == 1
    history = rows_of(
        franchise,
        "select h.to_stage, h.from_stage, h.owner_id, h.due_at from outbound.lead_stage_changes h"
        " join outbound.leads l on l.org_id = h.org_id and l.id = h.lead_id where l.import_id = :id order by h.due_at",
        id=report.import_id,
    )
    assert [tuple(row) for row in history] == [
        ("COLD", None, franchise.rep.id, owned.due_at),
        ("COLD", None, None, None),
    ]


def test_the_primary_owner_of_a_territory_goes_before_another(take: Take, franchise: Franchise) -> None:
    franchise.assign(franchise.helper, franchise.north_west, AssignmentRole.OWNER)
    with franchise.admin() as session:
        session.execute(
            text(
                "update outbound.territory_assignments set is_primary = true"
                " where user_id = :user and territory_id = :turf"
            ),
            {"user": franchise.helper.id, "turf": franchise.north_west.id},
        )
    [lead] = leads_of(franchise, take(f"1,Elm St,,{at(franchise.north_west)},,\n"))
    assert lead.owner_id == franchise.helper.id


def test_the_same_file_again_adds_nothing_and_says_so(take: Take, franchise: Franchise) -> None:
    rows = f"1,Elm St,,{at(franchise.north_west, 901)},,\n2,Elm St,,{at(franchise.north_west, 902)},,\nx,,,,,,\n"
    first = take(rows)
    again = take(rows, name="renamed.csv")
    assert (first.new, first.rejected, first.already_imported) == (2, 1, False)
    assert (again.new, again.duplicates, again.already_imported) == (0, 2, True)
    assert again.import_id == first.import_id
    assert balanced(again)


def test_doors_known_before_and_twice_in_the_file_are_duplicates_and_kept(take: Take, franchise: Franchise) -> None:
    take(f"1,Elm St,50307,{at(franchise.north_west, 901)},,\n")
    report = take(
        f"1,ELM STREET,50307-1234,{at(franchise.north_west, 901)},,\n"
        f"2,Elm St,50307,{at(franchise.north_west, 902)},Ann Lee,\n"
        f"2,Elm Street,50307,{at(franchise.north_west, 902)},Bob Lee,\n"
        "\n"
    )
    assert (report.new, report.same, report.duplicates_in_file, report.blank) == (1, 1, 1, 1)
    assert balanced(report)
    kept = rows_of(
        franchise,
        "select line, reason, raw from outbound.import_rejects where import_id = :id order by line",
        id=report.import_id,
    )
    assert [row.line for row in kept] == [4]
    assert "line 3" in kept[0].reason
    assert kept[0].raw["name"] == "Bob Lee"


def test_a_closed_lead_leaves_its_door_open_for_a_new_one(take: Take, franchise: Franchise) -> None:
    first = take(f"1,Elm St,,{at(franchise.north_west)},,\n")
    with franchise.admin() as session:
        session.execute(
            text("update outbound.leads set pipeline_stage = 'LOST' where import_id = :id"), {"id": first.import_id}
        )
    second = take(f"1,Elm St,,{at(franchise.north_west)},Ann,\n")
    assert (second.new, second.new_doors) == (1, 0)


def test_rows_that_cannot_be_used_are_kept_with_line_and_reason(take: Take, franchise: Franchise) -> None:
    report = take(f",Elm St,,{at(franchise.north_west)},,\n3,,,0,0,,\n4,Elm St,,,,,\n")
    assert (report.rejected, report.new, report.without_position) == (2, 1, 1)
    assert report.reasons == {"it has no house number": 1, "it has no street": 1}
    assert report.examples == {"it has no house number": [2], "it has no street": [3]}
    kept = rows_of(
        franchise, "select line, raw from outbound.import_rejects where import_id = :id order by line",
        id=report.import_id,
    )  # fmt: skip
    assert [row.line for row in kept] == [2, 3]
    assert kept[1].raw == {"house number": "3", "lat": "0", "lon": "0"}


def test_a_position_found_later_goes_to_the_door_and_its_lead(take: Take, franchise: Franchise) -> None:
    bare = take("1,Elm St,50307,,,Ann,\n")
    report = take(f"1,Elm St,50307,{at(franchise.north_west)},,\n")
    assert (report.new, report.same, report.positions_added) == (0, 1, 1)
    [lead] = leads_of(franchise, bare)
    lat, lon = franchise.north_west.box.point(900)
    assert (lead.cell, lead.territory_id, lead.location_source) == (cell_of(lat, lon), franchise.north_west.id, "file")
    opened = open_position(franchise.database.keys, franchise.org_id, lead.address_id, bytes(lead.position))
    assert opened == pytest.approx((lat, lon))


@pytest.fixture
def bare_lead(take: Take, franchise: Franchise) -> Any:
    """At a door whose place no list has told yet: 1 Elm St."""
    return leads_of(franchise, take("1,Elm St,50307,,,Ann,\n"))[0]


def test_a_lead_that_is_moved_by_hand_while_a_list_is_written_stays_there(
    take: Take, franchise: Franchise, database: Database, bare_lead: Any
) -> None:
    south = franchise.south_west
    with ThreadPoolExecutor(1) as elsewhere:
        with database.admin_engine.begin() as holder:
            move = text("update outbound.leads set territory_id = :territory where id = :id")
            holder.execute(move, {"territory": south.id, "id": bare_lead.id})
            writing = elsewhere.submit(take, f"1,Elm St,50307,{at(franchise.north_west)},,\n")
            wait_for_a_lock(database, writing)
        writing.result()
    [lead] = rows_of(franchise, "select * from outbound.leads where id = :id", id=bare_lead.id)
    assert (lead.territory_id, lead.cell) == (south.id, cell_of(*franchise.north_west.box.point(900)))


def test_a_door_that_is_pinned_by_hand_while_a_list_is_written_keeps_its_pin(
    take: Take, franchise: Franchise, database: Database, bare_lead: Any
) -> None:
    with ThreadPoolExecutor(1) as elsewhere:
        with database.admin_engine.begin() as holder:
            pin = text("update outbound.addresses set position = 'x', cell = 7, location_source = 'pin' where id = :id")
            holder.execute(pin, {"id": bare_lead.address_id})
            writing = elsewhere.submit(take, f"1,Elm St,50307,{at(franchise.north_west)},,\n")
            wait_for_a_lock(database, writing)
        assert writing.result().positions_added == 0
    [door] = rows_of(franchise, "select * from outbound.addresses where id = :id", id=bare_lead.address_id)
    assert (bytes(door.position), door.cell, door.location_source) == (b"x", 7, "pin")


def test_a_door_that_no_territory_holds_is_kept_without_one(take: Take, franchise: Franchise) -> None:
    report = take("1,Elm St,,21.3,-157.8,,\n")
    assert (report.new, report.without_territory) == (1, 1)


def test_a_manager_of_some_territories_imports_into_these_alone(take: Take, franchise: Franchise) -> None:
    rows = f"1,Elm St,,{at(franchise.north_west, 901)},,\n2,Elm St,,{at(franchise.south_east, 902)},,\n3,Elm St,,,,,\n"
    report = take(rows, by=franchise.manager)
    assert (report.new, report.outside, report.rejected) == (1, 2, 0)
    assert report.reasons == {"it lies outside your territories": 2}
    assert balanced(report)
    assert [lead.territory_id for lead in leads_of(franchise, report)] == [franchise.north_west.id]


@pytest.mark.parametrize("who", ["rep", "ops"])
def test_reps_and_operations_import_nothing(take: Take, franchise: Franchise, who: str) -> None:
    with pytest.raises(Forbidden, match="Only managers and owners"):
        take("1,Elm St,,,,,\n", by=getattr(franchise, who))


def test_an_import_is_in_the_audit_log_under_who_handed_it_in(take: Take, franchise: Franchise) -> None:
    report = take(f"1,Elm St,,{at(franchise.north_west)},Ann Lee,\n")
    registered, entry = rows_of(
        franchise,
        "select acted_by, action, after, source from outbound.audit_entries where entity_id = :id order by id",
        id=report.import_id,
    )
    assert (registered.acted_by, registered.action) == (franchise.owner.id, "registered")
    assert (entry.acted_by, entry.action, entry.source) == (franchise.owner.id, "completed", "import")
    assert entry.after["new"] == 1
    assert "Ann" not in str(entry.after)


def test_another_organisation_imports_the_same_file_for_itself(
    take: Take, database: Database, settings: Settings, other_franchise: Franchise, tmp_path: Path
) -> None:
    rows = "1,Elm St,,,,,\n"
    take(rows)
    report = import_file(database, settings, other_franchise.org_id, other_franchise.owner.id, tmp_path / "list.csv")
    assert (report.new, report.already_imported) == (1, False)


def test_a_file_that_holds_no_list_leaves_no_trace(take: Take, franchise: Franchise, settings: Settings) -> None:
    with pytest.raises(Invalid, match="No column holds an address"):
        take("2024,3.5\n", header="year,rate\n")
    assert not rows_of(franchise, "select id from outbound.prospect_imports")
    assert not [path for path in settings.uploads_dir.rglob("*") if path.is_file()]


def test_an_upload_is_run_later_by_whoever_asks(
    database: Database, settings: Settings, franchise: Franchise, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(HEADER + "1,Elm St,,,,,\n")
    import_id = register(database, settings, franchise.org_id, franchise.owner.id, path, ImportSource.PURCHASE)
    path.write_text("changed since")
    [pending] = pending_imports(database)
    assert (pending.org_id, pending.import_id, pending.file_name) == (franchise.org_id, import_id, "list.csv")
    seen: list[Progress] = []
    assert run_import(database, settings, pending.org_id, pending.import_id, progress=seen.append).new == 1
    assert not pending_imports(database)
    told = list(dict.fromkeys(progress.phase for progress in seen))
    assert told == ["reading", "locating", "matching", "assigning", "writing", "done"]
    assert run_import(database, settings, franchise.org_id, import_id).already_imported


def test_a_failure_is_told_without_a_value_and_may_be_tried_again(
    take: Take, franchise: Franchise, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest import statements

    rows = f"1,Secret St,,{at(franchise.north_west)},,\n"
    with monkeypatch.context() as patch:
        patch.setattr(
            statements, "ADD_LEADS", "insert into outbound.leads (org_id, id) select %(org)s, lead_id from import_chunk"
        )
        with pytest.raises(OutboundError, match="run it again") as raised:
            take(rows)
    [job] = rows_of(franchise, "select status, error from outbound.prospect_imports")
    assert (job.status, job.error) == ("failed", raised.value.message)
    assert "SECRET" not in raised.value.message.upper()
    assert take(rows).new == 1


def test_one_import_runs_in_one_process_at_a_time(
    database: Database, settings: Settings, franchise: Franchise, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(HEADER + "1,Elm St,,,,,\n")
    import_id = register(database, settings, franchise.org_id, franchise.owner.id, path)
    with franchise.as_job() as session:
        session.execute(text("select pg_advisory_xact_lock(hashtextextended(:id, 0))"), {"id": str(import_id)})
        with pytest.raises(Conflict, match="another process"):
            run_import(database, settings, franchise.org_id, import_id)
    assert run_import(database, settings, franchise.org_id, import_id).new == 1


def test_chunks_make_no_difference(take: Take, franchise: Franchise, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 3)
    rows = "".join(f"{number % 8 + 1},Elm St,,{at(franchise.north_west, 900 + number)},,\n" for number in range(10))
    report = take(rows)
    assert (report.rows, report.new, report.duplicates_in_file) == (10, 8, 2)


def test_uploads_are_readable_by_their_owner_alone(take: Take, settings: Settings) -> None:
    take("1,Elm St,,,,,\n")
    [kept] = [path for path in settings.uploads_dir.rglob("*") if path.is_file()]
    assert kept.stat().st_mode & 0o077 == 0


def test_an_import_that_does_not_exist_is_named(database: Database, settings: Settings, franchise: Franchise) -> None:
    with pytest.raises(OutboundError, match="no import"):
        run_import(database, settings, franchise.org_id, uuid.uuid4())
