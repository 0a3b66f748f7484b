"""An import that is taken back leaves nothing behind, but what somebody has worked on since."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ingest.report import ImportReport
from ingest.service import Options, import_file, register, run_import
from outbound.cadences.models import Cadence, CadenceStep
from outbound.campaigns.models import Campaign
from outbound.errors import Conflict
from outbound.ids import uuid7
from outbound.imports import turns
from outbound.imports.rows import find
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.vocabulary import ImportStatus, RowFate
from tests.support.franchise import Franchise
from tests.support.tables import Contents, contents, difference

HEADER = "house number,street,zip,lat,lon,name,phone,email\n"
BOOKKEEPING = frozenset({"audit_entries", "prospect_imports", "import_progress", "import_mappings", "captures"})
"""The log, and what remembers that there was an import."""
NOTICES = frozenset({"tombstones", "departures", "door_changes"})
"""What tells the lake and phones that rows are gone, and what doors were in between."""
EDITION = frozenset({"xact", "updated_at", "version"})
"""Counts the changes of a row, and never goes back."""

Take = Callable[..., ImportReport]


@pytest.fixture
def take(database: Database, settings: Settings, franchise: Franchise, tmp_path: Path) -> Take:
    def take_in(rows: str, name: str = "list.csv", **options: Any) -> ImportReport:
        path = tmp_path / name
        path.write_text(HEADER + rows, encoding="utf-8")
        return import_file(database, settings, franchise.org_id, franchise.owner.id, path, options=Options(**options))

    return take_in


@pytest.fixture
def undo(database: Database, settings: Settings, franchise: Franchise) -> Callable[[ImportReport], ImportReport]:
    def take_back(report: ImportReport) -> ImportReport:
        with franchise.as_member(franchise.owner) as session:
            turns.undo(session, report.import_id)
        return run_import(database, settings, franchise.org_id, report.import_id)

    return take_back


Undo = Callable[[ImportReport], ImportReport]


def at(franchise: Franchise, number: int) -> str:
    lat, lon = franchise.north_west.box.point(number)
    return f"{lat},{lon}"


def everything(database: Database) -> Contents:
    return contents(database, but=BOOKKEEPING | NOTICES, without=EDITION)


def cadence_of(franchise: Franchise) -> tuple[uuid.UUID, uuid.UUID]:
    cadence_id, campaign_id = uuid7(), uuid7()
    with franchise.admin() as session:
        session.add_all(
            [
                Cadence(org_id=franchise.org_id, id=cadence_id, name="Cold", target_stage="COLD"),
                Campaign(org_id=franchise.org_id, id=campaign_id, name="Spring"),
            ]
        )
        session.flush()
        session.add(CadenceStep(org_id=franchise.org_id, cadence_id=cadence_id, order=1, channel="CALL"))
    return cadence_id, campaign_id


def first_list(franchise: Franchise) -> str:
    """A lead without a number, and one whose door has no place yet."""
    return f"1,Elm St,50309,{at(franchise, 901)},Ann Lee,,\n2,Elm St,50309,,,Bob Ray,,\n"


def second_list(franchise: Franchise) -> str:
    """A known lead with its number, a known door with its place, new ones, one twice, and one that is none."""
    return (
        f"1,Elm St,50309,{at(franchise, 901)},Ann Lee,515-555-0123,ann@example.com\n"
        f"2,Elm St,50309,{at(franchise, 902)},Bob Ray,,\n"
        f"3,Elm St,50309,{at(franchise, 903)},Cid Poe,,\n"
        f"3,Elm St,50309,{at(franchise, 903)},Cid Poe,,\n"
        f"4,Elm St,50309,{at(franchise, 904)},Dot May,515-555-0199,\n"
        f"5,Elm St,50309,,,Eve Fox,,\n"
        ",,,,,,,x\n"
    )


def lead_at(franchise: Franchise, canonical: str) -> Any:
    with franchise.as_job() as session:
        return session.execute(
            text(
                "select l.* from outbound.leads l join outbound.addresses a on a.org_id = l.org_id"
                " and a.id = l.address_id where a.canonical like :line"
            ),
            {"line": f"{canonical}%"},
        ).one()


def test_every_table_but_the_log_is_as_before(take: Take, undo: Undo, database: Database, franchise: Franchise) -> None:
    take(first_list(franchise), name="first.csv")
    cadence_id, campaign_id = cadence_of(franchise)
    before = everything(database)
    report = take(second_list(franchise), name="second.csv", cadence_id=cadence_id, campaign_id=campaign_id)
    assert (report.new, report.same, report.duplicates_in_file, report.rejected) == (3, 2, 1, 1)
    assert (report.filled, report.positions_added, report.enrolled) == (1, 1, 3)
    filled = lead_at(franchise, "1 ELM ST")
    assert (filled.phone, filled.email) == ("+15155550123", "ann@example.com")
    assert lead_at(franchise, "3 ELM ST").campaign_id == campaign_id
    assert difference(before, everything(database))

    back = undo(report)
    assert (back.status, back.removed, back.kept) == (ImportStatus.UNDONE, 3, {})
    assert difference(before, everything(database)) == {}


def test_taken_back_again_it_changes_nothing_and_the_same_list_can_come_anew(
    take: Take, undo: Undo, database: Database, franchise: Franchise
) -> None:
    rows = second_list(franchise)
    first = take(rows)
    undo(first)
    after = everything(database)
    undo(first)
    assert difference(after, everything(database)) == {}
    second = take(rows)
    assert second.import_id != first.import_id
    assert (second.new, second.already_imported) == (first.new, False)


def test_what_somebody_worked_on_is_kept_and_told(
    take: Take, undo: Undo, database: Database, franchise: Franchise
) -> None:
    report = take(second_list(franchise))
    knocked, edited = lead_at(franchise, "3 ELM ST"), lead_at(franchise, "4 ELM ST")
    franchise.add_activity(knocked.id, by=franchise.rep)
    with franchise.as_member(franchise.owner) as session:
        session.execute(
            text(
                "insert into outbound.audit_entries (org_id, id, acted_by, entity, entity_id, action, source)"
                " values (:org, gen_random_uuid(), :by, 'lead', :id, 'edited', 'test')"
            ),
            {"org": franchise.org_id, "by": franchise.owner.id, "id": edited.id},
        )
    back = undo(report)
    assert back.removed == report.new - 2
    assert back.kept == {"somebody was there since": 1, "was changed by hand": 1}
    assert {lead_at(franchise, f"{n} ELM ST").id for n in (3, 4)} == {knocked.id, edited.id}
    with franchise.as_member(franchise.owner) as session:
        kept = find(session, report.import_id, limit=10)
        assert [row.reason for row in kept] == ["kept: it somebody was there since", "kept: it was changed by hand"]


def test_what_was_filled_in_and_changed_since_stays(take: Take, undo: Undo, franchise: Franchise) -> None:
    take(first_list(franchise), name="first.csv")
    report = take(second_list(franchise), name="second.csv")
    with franchise.admin() as session:
        session.execute(
            text("update outbound.leads set phone = '+15155550000' where id = :id"),
            {"id": lead_at(franchise, "1 ELM ST").id},
        )
    undo(report)
    lead = lead_at(franchise, "1 ELM ST")
    assert (lead.phone, lead.email) == ("+15155550000", None)


def test_before_the_commit_it_is_put_away(
    take: Take, undo: Undo, database: Database, franchise: Franchise, settings: Settings, tmp_path: Path
) -> None:
    before = everything(database)
    path = tmp_path / "list.csv"
    path.write_text(HEADER + second_list(franchise))
    import_id = register(database, settings, franchise.org_id, franchise.owner.id, path, options=Options(review=True))
    report = run_import(database, settings, franchise.org_id, import_id)
    assert report.status == ImportStatus.READY
    assert undo(report).status == ImportStatus.UNDONE
    assert difference(before, everything(database)) == {}


def test_one_whose_rows_are_no_longer_kept_is_not_taken_back(take: Take, undo: Undo, franchise: Franchise) -> None:
    report = take(second_list(franchise))
    with franchise.admin() as session:
        session.execute(text("delete from outbound.import_rows"))
    with pytest.raises(Conflict, match="no longer kept"):
        undo(report)


def test_a_lead_that_another_list_filled_in_is_kept(take: Take, undo: Undo, franchise: Franchise) -> None:
    first = take(first_list(franchise), name="first.csv")
    take(second_list(franchise), name="second.csv")
    back = undo(first)
    assert back.removed == 0
    assert back.kept == {"was filled in by another list": 2}
    assert datetime.now(UTC) > lead_at(franchise, "1 ELM ST").created_at


def test_rows_say_what_became_of_them(take: Take, franchise: Franchise) -> None:
    take(first_list(franchise), name="first.csv")
    report = take(second_list(franchise), name="second.csv")
    with franchise.as_member(franchise.owner) as session:
        rows = find(session, report.import_id, limit=50)
        fates = [row.fate for row in rows]
        assert fates == ["same", "same", "new", "duplicate", "new", "new", "rejected"]
        assert all(row.reason for row in rows if row.fate != RowFate.NEW)
        assert [row.line for row in find(session, report.import_id, fate=RowFate.NEW, after=4, limit=50)] == [6, 7]
