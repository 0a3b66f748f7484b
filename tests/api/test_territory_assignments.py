"""Who works a territory is given, changed and ended, and never forgotten."""

from __future__ import annotations

from typing import Any

from outbound.ids import uuid7
from tests.api.conftest import Api, Clock
from tests.api.test_territory_edits import at
from tests.support.cast import Member, Turf
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem


class TestAssignments:
    def path(self, turf: Turf, assignment: str | None = None) -> str:
        return f"{at(turf)}/assignments" + (f"/{assignment}" if assignment else "")

    def test_one_is_given_told_changed_and_ended_and_none_is_forgotten(
        self, api: Api, franchise: Franchise, clock: Clock
    ):
        owner, turf, path = franchise.owner, franchise.south_east, self.path(franchise.south_east)
        body = {"id": str(uuid7()), "user_id": str(franchise.rep.id), "role": "OWNER", "is_primary": True}
        first, again = api.post(path, owner, body), api.post(path, owner, body)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        assert api.get(f"/api/leads/{franchise.leads_in(turf)[0]}", franchise.rep).status_code == 200
        clock.advance(days=3)
        changed = api.patch(self.path(turf, body["id"]), owner, {"role": "VIEWER"}).json()
        assert (changed["role"], changed["is_primary"]) == ("VIEWER", False)
        clock.advance(days=3)
        assert api.request("DELETE", self.path(turf, body["id"]), owner).status_code == 204
        assert_problem(api.request("DELETE", self.path(turf, body["id"]), owner), 404)
        assert api.get(path, owner).json() == []
        told = api.get(path, owner, ended=True).json()
        assert [(each["role"], each["is_primary"]) for each in told] == [("VIEWER", False), ("OWNER", True)]
        assert told[1]["unassigned_at"] == told[0]["assigned_at"]
        for action in ("assigned", "changed", "unassigned"):
            (entry,) = franchise.audit_trail(f"assignment {action}")
            assert (entry.acted_by, entry.acted_for) == (owner.id, franchise.rep.id)

    def test_of_two_primaries_the_last_named_stays(self, api: Api, franchise: Franchise):
        path = self.path(franchise.north_east)
        for member in (franchise.rep, franchise.manager):
            body = {"user_id": str(member.id), "role": "OWNER", "is_primary": True}
            assert api.post(path, franchise.owner, body).status_code == 201
        primary = [each["user_name"] for each in api.get(path, franchise.owner).json() if each["is_primary"]]
        assert primary == ["Manager"]

    def test_each_refusal_has_its_status(self, api: Api, franchise: Franchise, other_franchise: Franchise):
        turf, owner, manager = franchise.north_west, franchise.owner, franchise.manager

        def body(member: Member, role: str = "OWNER", **more: Any) -> dict[str, Any]:
            return {"user_id": str(member.id), "role": role} | more

        for member, where, sent, status in (
            (None, turf, body(franchise.helper), 401),
            (franchise.rep, turf, body(franchise.helper), 403),
            (owner, other_franchise.west, body(franchise.helper), 404),
            (manager, franchise.south_east, body(franchise.helper), 404),
            (owner, turf, body(franchise.ops), 422),
            (owner, turf, body(other_franchise.rep), 422),
            (owner, turf, body(franchise.helper, "VIEWER", is_primary=True), 422),
            (owner, turf, body(franchise.helper, "BOSS"), 422),
            (owner, turf, body(franchise.rep, "VIEWER"), 409),
            # Bounds of managers: with none they would reach everything.
            (manager, turf, body(franchise.head_manager), 403),
        ):
            assert_problem(api.post(self.path(where), member, sent), status)
        (mine,) = api.get(self.path(franchise.west), manager).json()
        assert_problem(api.request("DELETE", self.path(franchise.west, mine["id"]), manager), 403)
        assert_problem(api.patch(self.path(franchise.west, mine["id"]), manager, {"role": "VIEWER"}), 403)
        assert_problem(api.request("DELETE", self.path(franchise.west, str(uuid7())), owner), 404)
        assert api.request("DELETE", self.path(franchise.west, mine["id"]), owner).status_code == 204
