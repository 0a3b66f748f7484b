"""Erasing a person, taking everything along, and deleting an organisation, over HTTP."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from outbound.privacy.deletion import delete_due
from outbound.privacy.retention import tidy
from outbound.settings import Settings
from outbound.storage.blobs import open_store
from outbound.storage.database import Database
from outbound.warehouse.pipeline import run_pipeline
from tests.api.conftest import Api, Clock
from tests.outbound.privacy.test_erasure import files_that_say
from tests.support.everything import add_everything
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem


class TestErasing:
    def test_an_owner_looks_first_and_then_erases(self, api: Api, settings: Settings):
        lead, owner = add_everything(api.franchise).lead_id, api.franchise.owner
        seen = api.get(f"/api/leads/{lead}/erase", owner).json()
        assert (seen["lead_ids"], seen["activities"], seen["already_erased"]) == ([str(lead)], 1, False)
        assert api.get(f"/api/leads/{lead}", owner).status_code == 200
        answer = api.post(f"/api/leads/{lead}/erase", owner, {"confirm": True})
        assert answer.status_code == 200
        [present] = answer.json()["lead_ids"]
        assert_problem(api.get(f"/api/leads/{lead}", owner), 404)
        assert api.get(f"/api/leads/{present}", owner).json()["first_name"] is None
        again = api.post(f"/api/leads/{lead}/erase", owner, {"confirm": True})
        assert (again.status_code, again.json()["again"], again.json()["lead_ids"]) == (200, True, [present])
        [entry] = api.franchise.audit_trail("lead erased")
        assert (entry.acted_by, entry.request_id) == (owner.id, answer.headers["x-request-id"])

    @pytest.mark.parametrize("body", [{}, {"confirm": False}, {"confirm": "yes"}, {"confirm": True, "all": True}])
    def test_nobody_is_erased_by_a_slip(self, api: Api, body: dict[str, object]):
        lead = api.franchise.scheduled
        assert_problem(api.post(f"/api/leads/{lead}/erase", api.franchise.owner, body), 422)
        assert api.franchise.lead(lead).erased_at is None

    def test_nobody_but_an_owner_may(self, api: Api):
        for member in (api.franchise.manager, api.franchise.head_manager, api.franchise.rep, api.franchise.ops):
            answer = api.post(f"/api/leads/{api.franchise.scheduled}/erase", member, {"confirm": True})
            assert_problem(answer, 403)
        assert api.franchise.lead(api.franchise.scheduled).erased_at is None

    def test_a_lead_of_another_organisation_is_not_there(self, api: Api, other_franchise: Franchise):
        path = f"/api/leads/{other_franchise.scheduled}/erase"
        assert_problem(api.get(path, api.franchise.owner), 404)
        assert_problem(api.post(path, api.franchise.owner, {"confirm": True}), 404)


def fetched(api: Api) -> dict[str, Any]:
    asked = api.post("/api/organisation/export", api.franchise.owner, None)
    assert asked.status_code == 201
    answer = api.get(asked.json()["url"], api.franchise.owner)
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


class TestExport:
    def test_it_holds_everything_with_positions_in_the_clear(
        self, api: Api, settings: Settings, other_franchise: Franchise
    ):
        franchise = api.franchise
        add_everything(franchise)
        store = open_store(settings, "attachments")
        kept = store.put(franchise.org_id, io.BytesIO(b"a photo"), limit=100)
        with franchise.admin() as session:
            session.execute(text("update outbound.attachments set sha256 = :sha"), {"sha": kept.sha256})
        files = fetched(api)
        leads = [json.loads(line) for line in files["leads.jsonl"].splitlines()]
        assert {lead["id"] for lead in leads} == {str(lead) for lead in franchise.all_leads}
        doors = [json.loads(line) for line in files["addresses.jsonl"].splitlines()]
        assert all(abs(door["position"]["lat"] - 41.6) < 1 for door in doors)
        assert files[f"files/{kept.sha256}"] == b"a photo"
        whole = b"".join(files.values())
        assert str(other_franchise.org_id).encode() not in whole
        for secret in (b"argon2", b"password_hash", b"token_hash", b"xact"):
            assert secret not in whole, secret

    def test_it_is_fetched_for_a_while_only_and_every_time_is_written_down(self, api: Api, clock: Clock):
        url = api.post("/api/organisation/export", api.franchise.owner, None).json()["url"]
        assert api.get(url, api.franchise.owner).status_code == 200
        clock.advance(hours=25)
        assert_problem(api.get(url, api.franchise.owner), 404, "ask for another")
        assert [entry.action for entry in api.franchise.audit_trail()] == ["export requested", "exported"]

    def test_nobody_but_an_owner_may(self, api: Api, other_franchise: Franchise):
        url = api.post("/api/organisation/export", api.franchise.owner, None).json()["url"]
        for member in (api.franchise.manager, api.franchise.head_manager, api.franchise.rep, api.franchise.ops):
            assert_problem(api.post("/api/organisation/export", member, None), 403)
            assert_problem(api.get(url, member), 403)


def rows_of(database: Database, franchise: Franchise) -> dict[str, int]:
    with database.admin_engine.connect() as connection:
        tables = connection.scalars(
            text(
                "select table_name from information_schema.columns where table_schema = 'outbound'"
                " and column_name = 'org_id' order by 1"
            )
        ).all()
        return {
            table: connection.scalar(
                text(f"select count(*) from outbound.{table} where org_id = :org"), {"org": franchise.org_id}
            )
            for table in tables
        }


class TestDeletion:
    def ask(self, api: Api) -> Any:
        return api.post("/api/organisation/deletion", api.franchise.owner, {"confirm": api.franchise.slug})

    def test_it_is_asked_for_by_name_and_may_be_withdrawn(self, api: Api, clock: Clock, settings: Settings):
        owner = api.franchise.owner
        assert_problem(api.get("/api/organisation/deletion", owner), 404)
        assert_problem(api.post("/api/organisation/deletion", owner, {"confirm": "blue-lawns"}), 422, "green-acres")
        answer = self.ask(api)
        assert answer.status_code == 201
        due = clock.now + timedelta(days=settings.deletion_days)
        assert answer.json()["due_at"] == due.isoformat().replace("+00:00", "Z")
        assert (self.ask(api).status_code, self.ask(api).json()) == (200, answer.json())
        assert api.get("/api/organisation/deletion", owner).json() == answer.json()
        withdrawn = api.request("DELETE", "/api/organisation/deletion", owner)
        assert withdrawn.json()["withdrawn_at"] is not None
        assert_problem(api.get("/api/organisation/deletion", owner), 404)
        assert_problem(api.request("DELETE", "/api/organisation/deletion", owner), 404)
        assert self.ask(api).status_code == 201

    def test_nobody_but_an_owner_may(self, api: Api):
        for member in (api.franchise.manager, api.franchise.head_manager, api.franchise.rep, api.franchise.ops):
            assert_problem(api.post("/api/organisation/deletion", member, {"confirm": api.franchise.slug}), 403)

    def test_before_its_time_nothing_goes_and_the_database_itself_refuses(
        self, api: Api, database: Database, settings: Settings, clock: Clock
    ):
        self.ask(api)
        before = rows_of(database, api.franchise)
        assert delete_due(database, settings, clock.now + timedelta(days=29)) == []
        with api.franchise.as_job() as session, pytest.raises(Exception, match="not to be deleted now"):
            session.execute(text("select outbound.delete_organisation(now())"))
        assert rows_of(database, api.franchise) == before

    @pytest.mark.usefixtures("models_known")
    def test_after_it_every_row_and_file_is_gone_and_the_other_organisation_untouched(
        self, api: Api, database: Database, settings: Settings, clock: Clock, other_franchise: Franchise
    ):
        add_everything(api.franchise)
        add_everything(other_franchise)
        blobs = open_store(settings, "attachments")
        for franchise in (api.franchise, other_franchise):
            blobs.put(franchise.org_id, io.BytesIO(b"the same photo"), limit=100)
        run_pipeline(database, settings)
        self.ask(api)
        others = rows_of(database, other_franchise)
        clock.advance(days=31)
        tidied = tidy(database, settings, clock.now)
        run_pipeline(database, settings)

        assert tidied.organisations == 1
        assert set(rows_of(database, api.franchise).values()) == {0}
        others["organisation_exports"] = 0  # whose time was over
        assert rows_of(database, other_franchise) == others
        assert [each.id for each in database.organisations()] == [other_franchise.org_id]
        with database.admin_engine.connect() as connection:
            people = set(connection.scalars(text("select id from outbound.users")))
        assert {member.id for member in api.franchise.members}.isdisjoint(people)
        assert {member.id for member in other_franchise.members} <= people
        gone = api.franchise.org_id
        for folder in (settings.lake_dir, settings.published_dir, settings.warehouse_dir):
            assert files_that_say(folder, gone.bytes, str(gone).encode()) == [], folder
        assert not (settings.published_dir / str(gone)).exists()
        assert (settings.published_dir / str(other_franchise.org_id) / "current").exists()
        assert list(blobs.walk(gone)) == []
        assert len(list(blobs.walk(other_franchise.org_id))) == 1


def test_what_was_kept_for_a_while_goes(api: Api, database: Database, settings: Settings, clock: Clock):
    lead, franchise = add_everything(api.franchise).lead_id, api.franchise
    api.post("/api/organisation/export", franchise.owner, None)
    api.post(f"/api/leads/{lead}/erase", franchise.owner, {"confirm": True})
    first = tidy(database, settings, clock.now)
    assert (first.captures, first.tombstones, first.organisations) == (0, 0, 0)
    later = tidy(database, settings, clock.now + timedelta(days=91))
    assert later.captures >= 2
    assert (later.tombstones, later.exports) == (1, 2)
