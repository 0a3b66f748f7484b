"""The queue of what may be one lead: read side by side, decided, taken back; and likely duplicates at capture."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from ingest.service import import_file
from outbound.ids import uuid7
from outbound.matching.nightly import find_duplicates
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.api.conftest import Api
from tests.support.cast import Member
from tests.support.franchise import Franchise

HEADER = "house number,street,unit,zip,first name,last name,phone,email\n"
Take = Callable[[str], UUID]


@pytest.fixture
def take(database: Database, settings: Settings, franchise: Franchise, tmp_path: Path) -> Take:
    """Imports rows and returns the import's id."""

    def take_in(rows: str) -> UUID:
        path = tmp_path / "list.csv"
        path.write_text(HEADER + rows, encoding="utf-8")
        return import_file(database, settings, franchise.org_id, franchise.owner.id, path).import_id

    return take_in


def rows(franchise: Franchise, statement: str, **values: Any) -> list[Any]:
    with franchise.as_job() as session:
        return list(session.execute(text(statement), values))


def everything(franchise: Franchise) -> list[Any]:
    """What a decision may touch, but for versions, times and the decision itself."""
    return [
        rows(
            franchise,
            "select l.id, l.first_name, l.last_name, l.phone, l.email, l.archived_at, l.merged_into_id, a.canonical"
            " from outbound.leads l left join outbound.addresses a on a.org_id = l.org_id and a.id = l.address_id"
            " order by l.id",
        ),
        rows(
            franchise,
            "select import_id, line, fate, reason, decision, written_at from outbound.import_rows order by 1, 2",
        ),
        rows(franchise, "select id from outbound.import_changes order by 1"),
        rows(franchise, "select canonical from outbound.addresses order by 1"),
    ]


class TestRowsOfAList:
    def unsure(self, api: Api, take: Take, franchise: Franchise) -> dict[str, Any]:
        take("12,Main St,,11423,Ann,Lee,718-555-0123,\n")
        import_id = take("12,Main St,,11423,Zoe,Poe,,zoe@example.com\n")
        [match] = api.request("GET", "/api/matches", franchise.owner, params={"import_id": str(import_id)}).json()[
            "items"
        ]
        return match

    def test_both_sides_are_shown_with_what_speaks_for_and_against(
        self, api: Api, take: Take, franchise: Franchise
    ) -> None:
        match = self.unsure(api, take, franchise)
        assert (match["kind"], match["decision"]) == ("row", None)
        assert (match["left"]["line"], match["left"]["first_name"], match["left"]["address"]) == (
            2,
            "Zoe",
            "12 Main St",
        )
        assert (match["right"]["first_name"], match["right"]["stage"]) == ("Ann", "COLD")
        assert match["evidence"]["last"] == "different"

    def test_the_same_fills_what_is_empty_and_taken_back_it_is_as_before(
        self, api: Api, take: Take, franchise: Franchise
    ) -> None:
        match = self.unsure(api, take, franchise)
        before = everything(franchise)
        address = f"/api/matches/{match['id']}/decision"
        answer = api.request("PUT", address, franchise.owner, json={"decision": "same"})
        assert (answer.status_code, answer.json()["decision"]) == (200, "same")
        [lead] = rows(franchise, "select * from outbound.leads where import_id is not null")
        assert (lead.first_name, lead.phone, lead.email) == ("Ann", "+17185550123", "zoe@example.com")
        assert api.request("PUT", address, franchise.owner, json={"decision": "same"}).status_code == 200
        assert api.request("PUT", address, franchise.owner, json={"decision": "new"}).status_code == 409
        assert api.request("GET", "/api/matches", franchise.owner).json()["items"] == []
        assert api.request("DELETE", address, franchise.owner).status_code == 200
        assert everything(franchise) == before

    def test_somebody_else_at_an_occupied_door_is_set_aside_and_may_be_asked_about_again(
        self, api: Api, take: Take, franchise: Franchise
    ) -> None:
        match = self.unsure(api, take, franchise)
        before = everything(franchise)
        address = f"/api/matches/{match['id']}/decision"
        assert api.request("PUT", address, franchise.owner, json={"decision": "new"}).status_code == 200
        [row] = rows(franchise, "select * from outbound.import_rows where import_id = :id", id=match["import_id"])
        assert (row.fate, row.reason) == ("duplicate", "the door has an open lead of somebody else")
        [lead] = rows(franchise, "select * from outbound.leads where import_id is not null")
        assert lead.email is None
        assert api.request("DELETE", address, franchise.owner).status_code == 200
        assert everything(franchise) == before

    def test_another_lead_of_the_same_person_becomes_one_and_goes_again(
        self, api: Api, take: Take, franchise: Franchise
    ) -> None:
        take("12,Main St,,11423,Ann,Lee,718-555-0123,\n")
        take("99,Oak Ave,,11423,Ann,Lee,718-555-0123,\n")
        [match] = api.request("GET", "/api/matches", franchise.owner).json()["items"]
        before = everything(franchise)
        address = f"/api/matches/{match['id']}/decision"
        assert api.request("PUT", address, franchise.owner, json={"decision": "new"}).status_code == 200
        assert len(rows(franchise, "select id from outbound.leads where import_id is not null")) == 2
        assert api.request("DELETE", address, franchise.owner).status_code == 200
        assert everything(franchise) == before

    def test_a_lead_that_somebody_worked_on_stays(self, api: Api, take: Take, franchise: Franchise) -> None:
        take("12,Main St,,11423,Ann,Lee,718-555-0123,\n")
        take("99,Oak Ave,,11423,Ann,Lee,718-555-0123,\n")
        [match] = api.request("GET", "/api/matches", franchise.owner).json()["items"]
        address = f"/api/matches/{match['id']}/decision"
        api.request("PUT", address, franchise.owner, json={"decision": "new"})
        [lead] = rows(franchise, "select id from outbound.leads where import_id = :id", id=match["import_id"])
        answer = api.request("PATCH", f"/api/leads/{lead.id}", franchise.owner, json={"tags": ["dog"]})
        assert answer.status_code == 200
        assert api.request("DELETE", address, franchise.owner).status_code == 409

    def test_decisions_are_in_the_audit_log(self, api: Api, take: Take, franchise: Franchise) -> None:
        match = self.unsure(api, take, franchise)
        api.request("PUT", f"/api/matches/{match['id']}/decision", franchise.owner, json={"decision": "same"})
        api.request("DELETE", f"/api/matches/{match['id']}/decision", franchise.owner)
        found = rows(
            franchise, "select action from outbound.audit_entries where entity_id = :id order by id", id=match["id"]
        )
        assert [each.action for each in found] == ["decided", "taken_back"]

    def test_reps_are_not_asked(self, api: Api, franchise: Franchise) -> None:
        assert api.request("GET", "/api/matches", franchise.rep).status_code == 403


def about(api: Api, member: Member, ids: tuple[UUID, UUID], **params: Any) -> list[Any]:
    """What waits about these two leads."""
    found = api.request("GET", "/api/matches", member, params={"kind": "leads", "limit": 500, **params}).json()["items"]
    wanted = {str(each) for each in ids}
    return [each for each in found if {each["left"]["lead_id"], each["right"]["lead_id"]} == wanted]


class TestLeads:
    def pair(self, franchise: Franchise) -> tuple[UUID, UUID]:
        ids = uuid7(), uuid7()
        with franchise.as_job() as session:
            for lead_id, email in zip(ids, ("ann@example.com", None), strict=True):
                session.execute(
                    text(
                        "insert into outbound.leads (org_id, id, stage_entered_at, first_name, last_name, phone, email)"
                        " values (:org, :id, now(), 'Ann', 'Lee', '+17185550123', :email)"
                    ),
                    {"org": franchise.org_id, "id": lead_id, "email": email},
                )
            find_duplicates(session, datetime.now(UTC))
        return ids

    def test_two_that_are_one_are_merged_and_parted_again(self, api: Api, franchise: Franchise) -> None:
        ids = self.pair(franchise)
        [match] = about(api, franchise.owner, ids)
        before = everything(franchise)
        address = f"/api/matches/{match['id']}/decision"
        assert api.request("PUT", address, franchise.owner, json={"decision": "same"}).status_code == 200
        merged = rows(franchise, "select id from outbound.leads where merged_into_id is not null")
        assert len(merged) == 1
        [decided] = about(api, franchise.owner, ids, decided=True)
        assert decided["decision"] == "same"
        assert api.request("DELETE", address, franchise.owner).status_code == 200
        assert everything(franchise) == before

    def test_two_that_are_two_are_not_asked_about_again(self, api: Api, franchise: Franchise) -> None:
        ids = self.pair(franchise)
        [match] = about(api, franchise.owner, ids)
        api.request("PUT", f"/api/matches/{match['id']}/decision", franchise.owner, json={"decision": "new"})
        with franchise.as_job() as session:
            find_duplicates(session, datetime.now(UTC))
        assert about(api, franchise.owner, ids) == []

    def test_a_pair_out_of_reach_is_not_there(self, api: Api, franchise: Franchise) -> None:
        ids = self.pair(franchise)
        [match] = about(api, franchise.owner, ids)
        assert about(api, franchise.manager, ids) == []
        assert api.request("GET", f"/api/matches/{match['id']}", franchise.manager).status_code == 404
        answer = api.request(
            "PUT", f"/api/matches/{match['id']}/decision", franchise.manager, json={"decision": "same"}
        )
        assert answer.status_code == 404


class TestThresholds:
    def test_they_are_set_by_the_owner_and_decide(self, api: Api, take: Take, franchise: Franchise) -> None:
        read = api.request("GET", "/api/rules/match-thresholds", franchise.owner)
        assert read.json() == {"same": 0.95, "unsure": 0.25, "version": 0}
        put = api.request("PUT", "/api/rules/match-thresholds", franchise.owner, json={"same": 1.0, "unsure": 0.2})
        assert (put.status_code, put.json()["version"]) == (200, 1)
        take("12,Main St,,11423,Ann,Lee,,\n")
        take("12,Main St,,11423,,,,ann@example.com\n")
        assert len(api.request("GET", "/api/matches", franchise.owner).json()["items"]) == 1

    @pytest.mark.parametrize(
        "wrong", [{"same": 0.3, "unsure": 0.1}, {"same": 0.6, "unsure": 0.9}, {"same": 2, "unsure": 0}]
    )
    def test_an_order_that_is_none_is_refused(self, api: Api, franchise: Franchise, wrong: dict[str, float]) -> None:
        assert api.request("PUT", "/api/rules/match-thresholds", franchise.owner, json=wrong).status_code == 422

    def test_managers_read_them_alone(self, api: Api, franchise: Franchise) -> None:
        assert api.request("GET", "/api/rules/match-thresholds", franchise.manager).status_code == 200
        answer = api.request("PUT", "/api/rules/match-thresholds", franchise.manager, json={"same": 0.9, "unsure": 0.2})
        assert answer.status_code == 403


class TestCapture:
    def test_a_lead_is_answered_with_those_that_it_may_be(self, api: Api, take: Take, franchise: Franchise) -> None:
        take("12,Main St,,11423,Ann,Lee,718-555-0123,\n")
        body = {"first_name": "Annie", "last_name": "Lee", "phone": "718-555-0123"}
        answer = api.request("POST", "/api/leads/outbound", franchise.owner, json=body)
        assert answer.status_code == 201
        [likely] = answer.json()["likely_duplicates"]
        assert (likely["outcome"], likely["evidence"]["phone"]) == ("same", "same")
        other = {"first_name": "Moe", "last_name": "Poe", "phone": "718-555-0777"}
        assert api.request("POST", "/api/leads/outbound", franchise.owner, json=other).json()["likely_duplicates"] == []

    def test_a_rep_is_told_of_leads_in_reach_alone(self, api: Api, take: Take, franchise: Franchise) -> None:
        take("12,Main St,,11423,Ann,Lee,718-555-0123,\n")
        body = {"first_name": "Ann", "last_name": "Lee", "phone": "718-555-0123"}
        assert api.request("POST", "/api/leads/outbound", franchise.rep, json=body).json()["likely_duplicates"] == []
