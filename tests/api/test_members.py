"""People of an organisation: who they are, what they may do, and what becomes of their work when they leave."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select, text

from outbound.ids import uuid7
from outbound.shifts.models import Shift
from outbound.tasks.models import Task
from outbound.territories.models import TerritoryAssignment
from outbound.trips.models import Trip
from outbound.vocabulary import AssignmentRole, Role, Stage
from tests.api.conftest import Api
from tests.support.cast import PASSWORD, Member
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem


def path(member: Member, more: str = "") -> str:
    return f"/api/members/{member.id}{more}"


def deactivate(api: Api, member: Member, to: Member | str = "territory_owner", **headers: str) -> Response:
    franchise = api.franchise
    wanted = to if isinstance(to, str) else str(to.id)
    return api.request("POST", path(member, "/deactivate"), franchise.owner, json={"to": wanted}, headers=headers)


class TestListing:
    def test_they_come_by_name_in_pages(self, api: Api, franchise: Franchise):
        names: list[str] = []
        cursor = None
        while True:
            page = api.get("/api/members", franchise.rep, limit=4, **({"cursor": cursor} if cursor else {})).json()
            names += [each["name"] for each in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert names == ["Head Manager", "Helper", "Manager", "Ops", "Owner", "Rep"]

    def test_filters(self, api: Api, franchise: Franchise):
        def names(**wanted: Any) -> list[str]:
            return [each["name"] for each in api.get("/api/members", franchise.owner, **wanted).json()["items"]]

        assert names(role="SALES_REP") == ["Helper", "Rep"]
        assert names(q="MANAG") == ["Head Manager", "Manager"]
        assert names(q="%") == []
        deactivate(api, franchise.helper)
        assert names(active=False) == ["Helper"]
        assert names(active=True, role="SALES_REP") == ["Rep"]

    def test_addresses_are_told_to_who_manages_people(self, api: Api, franchise: Franchise):
        assert api.get(path(franchise.rep), franchise.owner).json()["email"] == franchise.rep.email
        for member in (franchise.manager, franchise.rep, franchise.ops):
            assert api.get(path(franchise.rep), member).json()["email"] is None

    def test_every_role_lists_everybody_and_only_owners_read_addresses(self, api: Api, franchise: Franchise):
        with franchise.admin() as session:
            session.execute(text("update outbound.users set name = 'Zoe' where id = :id"), {"id": franchise.rep.id})
        addresses = {str(each.id): each.email for each in franchise.members}
        for member in franchise.members:
            items = api.get("/api/members", member).json()["items"]
            assert [item["name"] for item in items] == sorted(item["name"] for item in items)
            assert {item["id"] for item in items} == set(addresses)
            told = {item["id"]: item["email"] for item in items}
            assert told == (addresses if member is franchise.owner else dict.fromkeys(addresses)), member.name
            for item in items:
                assert not {"phone", "password_hash"} & set(item)

    def test_another_organisations_members_are_not_there(
        self, api: Api, franchise: Franchise, other_franchise: Franchise
    ):
        foreign = other_franchise.rep
        assert_problem(api.get(path(foreign), franchise.owner), 404)
        assert_problem(api.patch(path(foreign), franchise.owner, {"role": "OPS"}), 404)
        assert_problem(api.get(path(foreign, "/handover"), franchise.owner), 404)
        assert_problem(deactivate(api, foreign), 404)
        assert_problem(api.get(f"/api/members/{uuid4()}", franchise.owner), 404)


class TestRoles:
    def test_a_new_role_counts_at_once(self, api: Api, franchise: Franchise):
        assert_problem(api.get("/api/invitations", franchise.rep), 403)
        answer = api.patch(path(franchise.rep), franchise.owner, {"role": "FRANCHISE_OWNER"})
        assert (answer.status_code, answer.json()["role"]) == (200, "FRANCHISE_OWNER")
        assert api.get("/api/invitations", franchise.rep).status_code == 200
        (entry,) = franchise.audit_trail("membership role_changed")
        assert (entry.before, entry.after) == ({"role": "SALES_REP"}, {"role": "FRANCHISE_OWNER"})
        assert (entry.acted_by, entry.acted_for) == (franchise.owner.id, franchise.rep.id)

    def test_only_owners_change_people(self, api: Api, franchise: Franchise):
        for member in (franchise.rep, franchise.manager, franchise.head_manager, franchise.ops):
            assert_problem(api.patch(path(member), member, {"role": "FRANCHISE_OWNER"}), 403)
            assert_problem(api.get(path(franchise.rep, "/handover"), member), 403)
            answer = api.post(path(franchise.rep, "/deactivate"), member, {"to": "territory_owner"})
            assert_problem(answer, 403)

    def test_an_edit_of_an_old_version_is_refused(self, api: Api, franchise: Franchise):
        tag = api.get(path(franchise.helper), franchise.owner).headers["etag"]
        for status in (200, 412):
            answer = api.request(
                "PATCH", path(franchise.helper), franchise.owner, json={"role": "OPS"}, headers={"if-match": tag}
            )
            assert answer.status_code == status
        assert deactivate(api, franchise.helper, **{"if-match": tag}).status_code == 412

    def test_who_owns_open_leads_does_not_become_ops(self, api: Api, franchise: Franchise):
        answer = api.patch(path(franchise.rep), franchise.owner, {"role": "OPS"})
        assert assert_problem(answer, 409, "1 open lead")["leads"] == 1

    def test_the_last_owner_stays_one(self, api: Api, franchise: Franchise):
        assert_problem(api.patch(path(franchise.owner), franchise.owner, {"role": "OPS"}), 409, "last owner")
        assert_problem(deactivate(api, franchise.owner, franchise.manager), 409, "last owner")
        second = franchise.add_member(Role.FRANCHISE_OWNER)
        assert api.patch(path(franchise.owner), second, {"role": "OPS"}).status_code == 200

    def test_of_two_last_owners_who_leave_at_once_one_stays(self, api: Api, franchise: Franchise):
        second = franchise.add_member(Role.FRANCHISE_OWNER)
        for member in (franchise.owner, second):
            api.token(member)
        both = threading.Barrier(2)

        def leave(member: Member) -> int:
            both.wait()
            return api.patch(path(member), member, {"role": "OPS"}).status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(leave, (franchise.owner, second))) == [200, 409]

    @pytest.mark.parametrize("body", [{"role": "GOD"}, {"active": False}, {"name": "x"}, {"role": ["OPS"]}])
    def test_what_cannot_be_is_refused(self, api: Api, franchise: Franchise, body: dict[str, Any]):
        assert_problem(api.patch(path(franchise.rep), franchise.owner, body), 422)


class TestLeaving:
    @pytest.fixture
    def busy(self, franchise: Franchise) -> dict[str, UUID]:
        """A rep with leads in two territories and none, a won one, tasks, trips and a running shift."""
        rep, now = franchise.rep, datetime.now(UTC)
        held = {
            "north_west": franchise.add_lead(franchise.north_west, owner=rep),
            "nowhere": franchise.add_lead(None, owner=rep, stage=Stage.FOLLOW_UP),
            "won": franchise.add_lead(franchise.north_west, owner=rep, stage=Stage.WON),
            **{name: uuid7() for name in ("task", "done", "trip", "completed", "shift")},
        }
        ids = {"org_id": franchise.org_id}
        with franchise.admin() as session:
            session.add_all(
                [
                    Task(id=held["task"], lead_id=held["north_west"], assignee_id=rep.id, title="Call", **ids),
                    Task(
                        id=held["done"],
                        lead_id=held["north_west"],
                        assignee_id=rep.id,
                        title="Called",
                        state="done",
                        completed_at=now,
                        **ids,
                    ),
                    Trip(id=held["trip"], owner_id=rep.id, created_by_id=rep.id, **ids),
                    Trip(
                        id=held["completed"],
                        owner_id=rep.id,
                        created_by_id=rep.id,
                        status="completed",
                        completed_at=now,
                        **ids,
                    ),
                    Shift(id=held["shift"], user_id=rep.id, started_at=now, **ids),
                ]
            )
        held["activity"] = franchise.add_activity(held["won"], by=rep)
        return held

    def owners(self, franchise: Franchise, held: dict[str, UUID]) -> dict[str, UUID | None]:
        with franchise.admin() as session:
            found = {name: franchise.lead(held[name]).owner_id for name in ("north_west", "nowhere", "won")}
            for name in ("task", "done"):
                found[name] = session.get_one(Task, (franchise.org_id, held[name])).assignee_id
            for name in ("trip", "completed"):
                found[name] = session.get_one(Trip, (franchise.org_id, held[name])).owner_id
        return found

    def test_the_preview_counts_and_changes_nothing(self, api: Api, franchise: Franchise, busy: dict[str, UUID]):
        before = self.owners(franchise, busy)
        preview = api.get(path(franchise.rep, "/handover"), franchise.owner, to=str(franchise.helper.id)).json()
        share = {"member_id": str(franchise.helper.id), "leads": 3, "tasks": 1, "trips": 1}
        assert preview == {
            "leads": 3,
            "tasks": 1,
            "trips": 1,
            "enrollments": 0,
            "territories": 1,
            "keys": 0,
            "recipients": [share],
        }
        assert self.owners(franchise, busy) == before
        assert deactivate(api, franchise.rep, franchise.helper).json() == preview

    def test_one_member_takes_over_all_that_is_open_and_what_is_done_stays(
        self, api: Api, franchise: Franchise, busy: dict[str, UUID]
    ):
        assert deactivate(api, franchise.rep, franchise.helper).status_code == 200
        helper, rep = franchise.helper.id, franchise.rep.id
        assert self.owners(franchise, busy) == {
            "north_west": helper,
            "nowhere": helper,
            "won": rep,
            "task": helper,
            "done": rep,
            "trip": helper,
            "completed": rep,
        }
        (activity,) = franchise.activities(busy["won"])
        assert activity.user_id == rep
        with franchise.admin() as session:
            assert session.get_one(Shift, (franchise.org_id, busy["shift"])).ended_at is not None
            ended = session.scalars(
                select(TerritoryAssignment.unassigned_at).where(TerritoryAssignment.user_id == rep)
            ).all()
        assert None not in ended

    def test_the_owners_of_the_territories_take_over_and_who_acts_takes_the_rest(
        self, api: Api, franchise: Franchise, busy: dict[str, UUID]
    ):
        """North West has no other owner than the leaver: the manager of West, above it, has."""
        answer = deactivate(api, franchise.rep).json()
        shares = {each["member_id"]: each for each in answer["recipients"]}
        assert shares[str(franchise.manager.id)]["leads"] == 1
        assert shares[str(franchise.owner.id)]["leads"] == 2  # nowhere, and South East, which nobody owns
        owners = self.owners(franchise, busy)
        assert (owners["north_west"], owners["task"]) == (franchise.manager.id, franchise.manager.id)
        assert (owners["nowhere"], owners["trip"]) == (franchise.owner.id, franchise.owner.id)

    def test_history_and_log_tell_of_it(self, api: Api, franchise: Franchise, busy: dict[str, UUID]):
        deactivate(api, franchise.rep, franchise.helper)
        last = franchise.history(busy["north_west"])[-1]
        assert (last.owner_id, last.from_stage, last.to_stage) == (franchise.helper.id, "COLD", "COLD")
        handed = franchise.audit_trail("lead handed_over", "task handed_over", "trip handed_over")
        assert len(handed) == 5
        assert {(entry.acted_by, entry.acted_for) for entry in handed} == {(franchise.owner.id, franchise.rep.id)}
        (entry,) = franchise.audit_trail("membership deactivated")
        assert entry.after["leads"] == 3

    def test_every_way_in_is_shut(self, client: TestClient, api: Api, franchise: Franchise):
        credentials = {"email": franchise.rep.email, "password": PASSWORD}
        issued = client.post("/api/auth/token", json=credentials).json()
        link = api.request("POST", path(franchise.rep, "/reset-link"), franchise.owner).json()["link"]
        api.get("/api/me", franchise.rep)
        deactivate(api, franchise.rep, franchise.helper)
        assert_problem(api.get("/api/me", franchise.rep), 401)
        bearer = {"authorization": f"Bearer {issued['access_token']}"}
        assert_problem(client.get("/api/me", headers=bearer), 401)
        refresh = {"refresh_token": issued["refresh_token"]}
        assert_problem(client.post("/api/auth/token/refresh", json=refresh), 401)
        assert_problem(client.post("/api/auth/sign-in", json=credentials), 403)
        reset = {"token": link.partition("#")[2], "password": "another one entirely"}
        assert_problem(client.post("/api/auth/reset", json=reset), 422)

    def test_who_comes_back_signs_in_anew(self, client: TestClient, api: Api, franchise: Franchise):
        api.get("/api/me", franchise.rep)
        deactivate(api, franchise.rep, franchise.helper)
        assert api.patch(path(franchise.rep), franchise.owner, {"active": True}).json()["active"] is True
        assert_problem(api.get("/api/me", franchise.rep), 401)
        credentials = {"email": franchise.rep.email, "password": PASSWORD}
        answer = client.post("/api/auth/sign-in", json=credentials)
        assert answer.status_code == 200
        assert answer.json()["territories"] == []
        assert len(franchise.audit_trail("membership reactivated")) == 1

    def test_again_changes_nothing(self, api: Api, franchise: Franchise, busy: dict[str, UUID]):
        deactivate(api, franchise.rep, franchise.helper)
        again = deactivate(api, franchise.rep, franchise.manager)
        assert (again.status_code, again.json()["leads"]) == (200, 0)
        assert self.owners(franchise, busy)["north_west"] == franchise.helper.id

    def test_who_cannot_work_leads_takes_nothing_over(self, api: Api, franchise: Franchise, other_franchise: Franchise):
        for to in (franchise.ops, franchise.rep, other_franchise.rep, "nobody"):
            assert_problem(deactivate(api, franchise.rep, to), 422)
        assert api.get("/api/me", franchise.rep).status_code == 200

    def test_owners_of_whom_one_leaves_hand_over_to_another(self, api: Api, franchise: Franchise):
        second = franchise.add_member(Role.FRANCHISE_OWNER)
        franchise.assign(second, franchise.east, AssignmentRole.OWNER)
        lead = franchise.add_lead(franchise.south_east, owner=franchise.owner)
        assert deactivate(api, franchise.owner).status_code == 200
        assert franchise.lead(lead).owner_id == second.id
