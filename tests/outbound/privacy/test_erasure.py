"""A person who is erased is nowhere any more, and every figure stays what it was."""

from __future__ import annotations

import json
import threading
import uuid
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import text

from outbound.activities import service as activities
from outbound.errors import Conflict, NotFound
from outbound.lake.extract import extract
from outbound.privacy import erased_list
from outbound.privacy.erasure import Erased, erase_person, preview
from outbound.settings import Settings
from outbound.storage.captures import first_capture
from outbound.storage.database import Database
from outbound.warehouse.marts import MARTS
from outbound.warehouse.pipeline import run_pipeline
from tests.support.everything import Everything, add_everything
from tests.support.franchise import Franchise

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIRST, LAST, PHONE, EMAIL = "Zebedee", "Quuxley", "+15155550177", "zebedee@quuxley.example"
KEPT_ON_PURPOSE = {("captures", "id"), ("tombstones", "row_id")}
"""Where the former id stays for a while: phones are told to drop it, and may not bring it back."""


@pytest.fixture
def everything(franchise: Franchise, settings: Settings) -> Everything:
    """A lead with a name, and every table and file in which it may leave a trace."""
    added = add_everything(franchise)
    org, lead = franchise.org_id, added.lead_id
    other = franchise.leads_in(franchise.south_west)[0]
    kept = settings.uploads_dir / "ab" / "abc"
    kept.parent.mkdir(parents=True)
    kept.write_text(f"first,last,phone\n{FIRST},{LAST},(515) 555-0177\n")
    raw = json.dumps({"name": f"{FIRST} {LAST}", "first": FIRST, "phone": "515-555-0177"})
    statements = {
        "update outbound.leads set first_name = :first, last_name = :last, phone = :phone, email = :email,"
        " external_ref = :email, consent = jsonb_build_object('told', cast(:last as text)) where id = :lead": {},
        "update outbound.activities set notes = concat(cast(:first as text), ' says call ', cast(:phone as text))"
        " where lead_id = :lead": {},
        "update outbound.messages set provider_ref = :phone where lead_id = :lead": {},
        "update outbound.tasks set title = 'Call ' || cast(:first as text) where lead_id = :lead": {},
        "update outbound.trip_stops set notes = 'ask for ' || cast(:first as text) where lead_id = :lead": {},
        "update outbound.import_rejects set raw = cast(:raw as jsonb)": {"raw": raw},
        "update outbound.import_rows set raw = cast(:raw as jsonb), first_name = :first, last_name = :last,"
        " phone = :phone, email = :email": {"raw": raw},
        "update outbound.prospect_imports set status = 'completed', file_url = 'uploads/ab/abc'": {},
        "insert into outbound.activities (org_id, id, lead_id, type, occurred_at, notes) values"
        " (:org, gen_random_uuid(), :other, 'NOTE', now(), cast(:note as text))": {
            "other": other,
            "note": f"Neighbour of {FIRST} {LAST}, {EMAIL}",
        },
        "insert into outbound.audit_entries (org_id, id, entity, entity_id, action, after, source) values"
        " (:org, gen_random_uuid(), 'lead', :other, 'merged', cast(:after as jsonb), 'test')": {
            "other": other,
            "after": json.dumps({"into": str(lead)}),
        },
    }
    known = {"org": org, "lead": lead, "first": FIRST, "last": LAST, "phone": PHONE, "email": EMAIL}
    with franchise.admin() as session:
        for statement, more in statements.items():
            session.execute(text(statement), {**known, **more})
    with franchise.as_job() as session:
        first_capture(session, "lead", lead, {"first_name": FIRST})
    return added


def columns_that_say(database: Database, word: str) -> set[tuple[str, str]]:
    """Every column of the schema in which the word stands, in whatever case."""
    found = set()
    with database.admin_engine.connect() as connection:
        columns = connection.execute(
            text(
                "select table_name, column_name from information_schema.columns where table_schema = 'outbound'"
                " and data_type not in ('bytea', 'boolean', 'integer', 'bigint', 'timestamp with time zone')"
            )
        ).all()
        for table, column in columns:
            if connection.scalar(
                text(
                    f'select exists (select from outbound."{table}" where strpos(lower("{column}"::text), :word) > 0)'
                ),
                {"word": word.lower()},
            ):
                found.add((table, column))
    return found


def files_that_say(folder: Path, *words: bytes) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(word in path.read_bytes() for word in words)]


_MAY_DIFFER = (
    "lead_id", "seconds_open", "message_queued", "message_suppressed", "task_open", "task_cancelled", "ended_here",
)  # fmt: skip


def figures(settings: Settings, org_id: uuid.UUID) -> dict[str, Counter[tuple[object, ...]]]:
    """Every row of every published mart, but for what names the build, the person's id, ages as of the build, and what
    of a cadence is called off."""
    with duckdb.connect(str((settings.published_dir / str(org_id) / "current").resolve()), read_only=True) as file:
        return {
            mart: Counter(
                file.execute(f"select columns(lambda c: c not in {_MAY_DIFFER}) from marts.{mart}").fetchall()
            )
            for mart in MARTS
            if mart != "build_info"
        }


def erase(database: Database, settings: Settings, franchise: Franchise, lead_id: uuid.UUID) -> Erased:
    return erase_person(database, settings, franchise.org_id, lead_id, NOW, by=franchise.owner.id, source="api")


@pytest.mark.usefixtures("models_known")
def test_nothing_is_left_in_any_column_or_file_and_every_figure_stays(
    database: Database, settings: Settings, franchise: Franchise, everything: Everything
):
    words = [FIRST, LAST, PHONE, "515-555-0177", "5155550177", EMAIL, str(everything.lead_id)]
    run_pipeline(database, settings)
    before = figures(settings, franchise.org_id)
    assert sum(map(len, before.values())) > 10
    former = everything.lead_id
    assert files_that_say(settings.lake_dir, former.bytes, str(former).encode())
    assert all(columns_that_say(database, word) for word in words)

    erase(database, settings, franchise, former)
    run_pipeline(database, settings)

    assert {word: columns_that_say(database, word) - KEPT_ON_PURPOSE for word in words} == {
        word: set() for word in words
    }
    assert columns_that_say(database, str(former)) == KEPT_ON_PURPOSE
    told = [word.encode() for word in words]
    for folder in (settings.lake_dir, settings.published_dir, settings.warehouse_dir, settings.uploads_dir):
        assert files_that_say(folder, former.bytes, *told) == [], folder
    assert figures(settings, franchise.org_id) == before
    assert len(list((settings.published_dir / str(franchise.org_id)).glob("*.duckdb"))) == 1


def test_what_was_done_stays_and_tells_of_nobody(
    database: Database, settings: Settings, franchise: Franchise, everything: Everything
):
    before = franchise.lead(everything.lead_id)
    knocks = [activity.id for activity in franchise.activities(everything.lead_id)]
    [present] = erase(database, settings, franchise, everything.lead_id).lead_ids
    after = franchise.lead(present)
    assert after.erased_at == NOW
    assert (after.first_name, after.phone, after.email, after.consent) == (None,) * 4
    for kept in ("pipeline_stage", "owner_id", "territory_id", "address_id", "cell", "stage_entered_at", "due_at"):
        assert getattr(after, kept) == getattr(before, kept), kept
    done = franchise.activities(present)
    assert [activity.id for activity in done] == knocks
    assert all(each.notes is None and each.position is None and each.cell is not None for each in done)
    with pytest.raises(Exception, match=r"No row|not found"):
        franchise.lead(everything.lead_id)


def test_the_log_says_who_erased_and_when_and_not_whom(
    database: Database, settings: Settings, franchise: Franchise, everything: Everything
):
    [present] = erase(database, settings, franchise, everything.lead_id).lead_ids
    [entry] = franchise.audit_trail("lead erased")
    assert (entry.acted_by, entry.entity_id, entry.source) == (franchise.owner.id, present, "api")
    assert list(entry.after or {}) == ["former"]
    assert str(everything.lead_id) not in json.dumps(entry.after)
    changed = [each for each in franchise.audit_trail("lead changed") if each.id == everything.audit_id]
    assert [each.entity_id for each in changed] == [present]


def test_the_same_again_changes_nothing(
    database: Database, settings: Settings, franchise: Franchise, everything: Everything
):
    first = erase(database, settings, franchise, everything.lead_id)
    trail = len(franchise.audit_trail())
    for again in (everything.lead_id, first.lead_ids[0]):
        done = erase(database, settings, franchise, again)
        assert (done.again, list(done.lead_ids)) == (True, list(first.lead_ids))
    assert len(franchise.audit_trail()) == trail
    with franchise.as_member(franchise.owner) as session:
        assert preview(session, everything.lead_id).already_erased


def test_a_phone_cannot_bring_the_person_back(
    database: Database, settings: Settings, franchise: Franchise, everything: Everything
):
    erase(database, settings, franchise, everything.lead_id)
    with franchise.as_member(franchise.rep) as session, pytest.raises(Conflict, match="was used for another"):
        first_capture(session, "lead", everything.lead_id, {"first_name": FIRST})


def test_those_merged_with_the_lead_are_the_same_person(
    database: Database, settings: Settings, franchise: Franchise, everything: Everything
):
    merged = franchise.leads_in(franchise.north_west)[1]
    with franchise.admin() as session:
        session.execute(
            text(
                "update outbound.leads set merged_into_id = :into, first_name = 'Zeb', phone = '+15155550188',"
                " archived_at = now() where id = :id"
            ),
            {"into": everything.lead_id, "id": merged},
        )
        session.execute(
            text(
                "insert into outbound.lead_merges (org_id, id, survivor_id, merged_id, merged_at, filled, before)"
                " values (:org, gen_random_uuid(), :into, :id, now(), '{}', jsonb_build_object('tel', '+15155550188'))"
            ),
            {"org": franchise.org_id, "into": everything.lead_id, "id": merged},
        )
    with franchise.as_member(franchise.owner) as session:
        assert set(preview(session, merged).lead_ids) == {merged, everything.lead_id}
    done = erase(database, settings, franchise, merged)
    assert len(done.lead_ids) == 2
    assert columns_that_say(database, "+15155550188") == set()
    assert {franchise.lead(each).merged_into_id for each in done.lead_ids} == {None, *done.lead_ids} - {
        each for each in done.lead_ids if franchise.lead(each).merged_into_id is not None
    }


def test_somebody_else_with_the_same_number_is_told_of_and_stays(
    database: Database, settings: Settings, franchise: Franchise, everything: Everything
):
    spouse = franchise.leads_in(franchise.south_east)[0]
    with franchise.admin() as session:
        session.execute(
            text("update outbound.leads set first_name = 'Ada', phone = :phone where id = :id"),
            {"phone": PHONE, "id": spouse},
        )
    with franchise.as_member(franchise.owner) as session:
        assert list(preview(session, everything.lead_id).same_contact) == [spouse]
    erase(database, settings, franchise, everything.lead_id)
    assert (franchise.lead(spouse).first_name, franchise.lead(spouse).phone) == ("Ada", PHONE)


def test_the_door_outlives_the_person(
    database: Database, settings: Settings, franchise: Franchise, everything: Everything
):
    with franchise.admin() as session:
        before = session.execute(text("select id, canonical, position, cell from outbound.addresses order by id")).all()
    erase(database, settings, franchise, everything.lead_id)
    with franchise.admin() as session:
        after = session.execute(text("select id, canonical, position, cell from outbound.addresses order by id")).all()
    assert after == before


def test_a_lead_of_another_organisation_is_not_there(
    database: Database, settings: Settings, franchise: Franchise, other_franchise: Franchise
):
    with pytest.raises(NotFound):
        erase(database, settings, franchise, other_franchise.scheduled)
    assert other_franchise.lead(other_franchise.scheduled).erased_at is None


def test_whoever_is_erased_stands_on_the_list(
    database: Database, settings: Settings, franchise: Franchise, everything: Everything
):
    erase(database, settings, franchise, everything.lead_id)
    [entry] = erased_list.read(erased_list.path_of(settings))
    assert (entry.org_id, entry.lead_id, entry.at) == (franchise.org_id, everything.lead_id, NOW)
    assert FIRST not in erased_list.path_of(settings).read_text()


def test_it_works_while_batches_are_taken(
    database: Database, settings: Settings, franchise: Franchise, everything: Everything
):
    extract(database, settings)
    leads = franchise.leads_in(franchise.north_east)
    stop = threading.Event()

    def keep_extracting() -> None:
        while not stop.is_set():
            extract(database, settings)

    worker = threading.Thread(target=keep_extracting)
    worker.start()
    try:
        for lead in (*leads, everything.lead_id):
            erase(database, settings, franchise, lead)
    finally:
        stop.set()
        worker.join()
    extract(database, settings)
    for lead in (*leads, everything.lead_id):
        assert files_that_say(settings.lake_dir, lead.bytes, str(lead).encode()) == []


def test_knocks_that_were_under_way_are_not_lost(
    database: Database, settings: Settings, franchise: Franchise, everything: Everything
):
    """One that is being logged holds the lead; the erasure waits, and takes what it wrote along."""
    started, go_on = threading.Event(), threading.Event()
    draft = activities.ActivityDraft(
        id=uuid.uuid4(), type="DOOR_KNOCK", occurred_at=NOW, result="NOT_HOME", notes=FIRST
    )

    def log() -> None:
        with franchise.as_member(franchise.rep) as session:
            activities.log(session, everything.lead_id, replace(draft), NOW)
            started.set()
            go_on.wait(10)

    worker = threading.Thread(target=log)
    worker.start()
    started.wait(10)
    eraser = threading.Thread(target=lambda: erase(database, settings, franchise, everything.lead_id))
    eraser.start()
    go_on.set()
    worker.join()
    eraser.join()
    with franchise.admin() as session:
        row = session.execute(
            text("select lead_id, notes from outbound.activities where id = :id"), {"id": draft.id}
        ).one()
    assert row.notes is None
    assert franchise.lead(row.lead_id).erased_at == NOW
