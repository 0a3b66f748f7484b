"""Changing and retiring territories over HTTP: what lies in them goes where it now lies, and history stays."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select

from outbound.addresses.models import Address
from outbound.ids import uuid7
from outbound.storage.database import Database
from outbound.storage.locks import serialise
from outbound.vocabulary import AssignmentRole, Role, Stage, TerritoryType
from tests.api.conftest import Api, Clock
from tests.support import places
from tests.support.cast import Door, Member, Turf
from tests.support.franchise import Franchise
from tests.support.places import Box
from tests.support.problems import assert_problem
from tests.support.shapes import comb, sieve, triangles

PATH = "/api/territories"


def at(turf: Turf | str) -> str:
    return f"{PATH}/{turf if isinstance(turf, str) else turf.id}"


def edit(api: Api, member: Member | None, turf: Turf, version: int | None = None, **changes: Any) -> Any:
    headers = {"if-match": f'"{version}"'} if version is not None else {}
    return api.request("PATCH", at(turf), member, json=changes, headers=headers)


def delete(api: Api, member: Member | None, turf: Turf | str, query: str = "") -> Any:
    return api.request("DELETE", at(turf) + query, member)


def territory_of(franchise: Franchise, door: Door) -> uuid.UUID | None:
    with franchise.admin() as session:
        return session.scalars(select(Address.territory_id).where(Address.id == door.id)).one()


def crossing(box: Box) -> dict[str, Any]:
    west, south, east, north = box.west, box.south, box.east, box.north
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, north], [east, south], [west, north], [west, south]]],
    }


class TestOne:
    def test_it_is_read_with_who_works_it_and_its_version(self, api: Api, franchise: Franchise):
        answer = api.get(at(franchise.north_west), franchise.rep)
        assert answer.status_code == 200
        assert answer.headers["etag"] == '"1"'
        assert [(a["user_name"], a["role"]) for a in answer.json()["assignments"]] == [("Rep", "OWNER")]

    def test_one_out_of_reach_is_not_there(self, api: Api, franchise: Franchise, other_franchise: Franchise):
        for member, turf in (
            (franchise.rep, franchise.south_east),
            (franchise.owner, other_franchise.west),
            (franchise.manager, franchise.east),
        ):
            assert_problem(api.get(at(turf), member), 404)
            assert_problem(edit(api, franchise.owner, other_franchise.west, name="Mine"), 404)
        assert_problem(edit(api, franchise.manager, franchise.east, name="Mine"), 404)


class TestTheHierarchy:
    def listed(self, api: Api, member: Member, **filters: Any) -> list[str]:
        return [item["slug"] for item in api.get(PATH, member, **filters).json()["items"]]

    def test_it_opens_level_by_level_from_the_top_of_ones_reach(self, api: Api, franchise: Franchise):
        owner, manager = franchise.owner, franchise.manager
        assert self.listed(api, owner, root=True) == ["region"]
        assert set(self.listed(api, owner, root=True, depth=2)) == {"region", "west", "east"}
        assert set(self.listed(api, owner, parent_id=franchise.region.id)) == {"west", "east"}
        assert len(self.listed(api, owner, parent_id=franchise.region.id, depth=2)) == 6
        assert self.listed(api, manager, root=True) == ["west"]
        assert self.listed(api, franchise.rep, root=True) == ["north-west"]

    def test_it_is_sorted_and_paged_as_asked(self, api: Api, franchise: Franchise):
        edit(api, franchise.owner, franchise.south_east, priority_weight=9)
        assert self.listed(api, franchise.owner, sort="-priority_weight")[0] == "south-east"
        by_name, cursor = [], None
        while True:
            page = api.get(PATH, franchise.owner, sort="name", limit=2, **({"cursor": cursor} if cursor else {})).json()
            by_name += [item["name"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert by_name == sorted(by_name)
        assert len(by_name) == 7

    def test_resting_ones_are_told_apart(self, api: Api, franchise: Franchise):
        edit(api, franchise.owner, franchise.south_east, active=False)
        assert self.listed(api, franchise.owner, active=False) == ["south-east"]
        assert_problem(api.get(PATH, franchise.owner, depth=9), 422)
        assert_problem(api.get(PATH, franchise.owner, sort="colour"), 422)


class TestEditing:
    def test_a_changed_border_moves_doors_and_open_leads_and_nothing_else(
        self, api: Api, franchise: Franchise, clock: Clock
    ):
        turf, south = franchise.north_west, franchise.south_west
        west_half, east_half = turf.box.split(2, 1)
        stays, leaves = (franchise.add_address(turf, at=half.point(3)) for half in (west_half, east_half))
        open_lead = franchise.add_lead(turf, door=leaves, owner=franchise.rep)
        closed = franchise.add_lead(turf, door=leaves, stage=Stage.LOST, lead_type="partner")
        knock = franchise.add_activity(open_lead, by=franchise.rep)
        answer = edit(api, franchise.owner, turf, 1, geometry=west_half.geometry)
        assert answer.status_code == 200, answer.text
        assert (answer.headers["etag"], answer.json()["version"]) == ('"2"', 2)
        assert territory_of(franchise, stays) == turf.id
        assert territory_of(franchise, leaves) == franchise.west.id  # the deepest that still holds it
        assert franchise.lead(open_lead).territory_id == franchise.west.id
        assert franchise.lead(open_lead).version == 2
        assert franchise.lead(closed).territory_id == turf.id
        assert [a.territory_id for a in franchise.activities(open_lead) if a.id == knock] == [turf.id]
        last = franchise.history(open_lead)[-1]
        assert (last.territory_id, last.owner_id, last.acted_by) == (
            franchise.west.id,
            franchise.rep.id,
            franchise.owner.id,
        )
        assert (last.from_stage, last.to_stage, last.occurred_at) == ("COLD", "COLD", clock.now)
        (entry,) = franchise.audit_trail("territory edited")
        assert entry.after["doors_placed"] >= 1
        assert entry.after["leads_placed"] >= 1
        assert entry.after["polygon_changed"]
        # And back again, for a neighbour untouched in between.
        edit(api, franchise.owner, turf, 2, geometry=turf.box.geometry)
        assert territory_of(franchise, leaves) == turf.id
        assert all(franchise.lead(each).territory_id == south.id for each in franchise.leads_in(south))

    def test_a_weightier_neighbour_takes_over_and_gives_back(self, api: Api, franchise: Franchise):
        door = franchise.add_address(franchise.north_west)
        rival = franchise.add_territory("Rival", TerritoryType.MICRO, places.NORTH_WEST, parent=franchise.west)
        edit(api, franchise.owner, rival, priority_weight=7)
        assert territory_of(franchise, door) == rival.id
        edit(api, franchise.owner, rival, active=False)
        assert territory_of(franchise, door) == franchise.north_west.id

    def test_a_lead_that_was_put_elsewhere_by_hand_stays_there(self, api: Api, franchise: Franchise):
        door = franchise.add_address(franchise.north_west)
        lead = franchise.add_lead(franchise.east, door=door)
        edit(api, franchise.owner, franchise.north_west, active=False)
        assert territory_of(franchise, door) == franchise.west.id
        assert franchise.lead(lead).territory_id == franchise.east.id

    def test_a_new_territory_takes_the_doors_that_lie_in_it(self, api: Api, franchise: Franchise):
        corner = places.NORTH_WEST.split(2, 2)[0]
        door = franchise.add_address(franchise.north_west, at=corner.point(2))
        lead = franchise.add_lead(franchise.north_west, door=door)
        body = {"name": "Corner", "type": "MICRO", "geometry": corner.geometry, "priority_weight": 9}
        made = api.post(PATH, franchise.manager, body | {"parent_id": str(franchise.west.id)})
        assert made.status_code == 201, made.text
        assert str(territory_of(franchise, door)) == made.json()["id"]
        assert str(franchise.lead(lead).territory_id) == made.json()["id"]
        # The rep of the old territory has lost sight of the lead, and its manager has not.
        assert_problem(api.get(f"/api/leads/{lead}", franchise.rep), 404)
        assert api.get(f"/api/leads/{lead}", franchise.manager).status_code == 200

    def test_a_manager_draws_within_their_own_and_takes_no_neighbours_door(self, api: Api, franchise: Franchise):
        door = franchise.add_address(franchise.south_east)
        wide = edit(api, franchise.manager, franchise.south_west, geometry=places.REGION.geometry)
        assert_problem(wide, 403, "beyond your own")
        new = {"name": "Grab", "type": "MICRO", "geometry": places.EAST.geometry, "priority_weight": 1000}
        assert_problem(api.post(PATH, franchise.manager, new | {"parent_id": str(franchise.west.id)}), 403)
        assert_problem(edit(api, franchise.manager, franchise.west, parent_id=None), 403)
        assert territory_of(franchise, door) == franchise.south_east.id
        assert edit(api, franchise.manager, franchise.south_west, geometry=places.WEST.geometry).status_code == 200

    def test_who_may_not_retire_a_territory_does_not_let_it_rest(self, api: Api, franchise: Franchise):
        door, manager = franchise.add_address(franchise.north_west), franchise.manager
        for changes in (
            {"active": False},
            {"active": False, "parent_id": None},
            {"active": False, "name": "Resting"},
        ):
            assert_problem(edit(api, manager, franchise.west, **changes), 403)
        assert edit(api, manager, franchise.west, name="Sunset", priority_weight=3).status_code == 200
        assert edit(api, manager, franchise.north_west, active=False).status_code == 200
        assert territory_of(franchise, door) == franchise.west.id
        assert edit(api, franchise.owner, franchise.west, active=False).status_code == 200

    def test_nor_hangs_it_under_another_of_theirs_to_retire_it_there(self, api: Api, franchise: Franchise):
        manager = franchise.add_member(Role.SALES_MANAGER, "of-two")
        for turf in (franchise.west, franchise.south_east):
            franchise.assign(manager, turf, AssignmentRole.OWNER)
        hung = edit(api, manager, franchise.south_east, parent_id=str(franchise.west.id))
        assert_problem(hung, 403, "the top of your own")
        assert_problem(delete(api, manager, franchise.south_east, "?move_to=parent"), 403)
        same = edit(api, manager, franchise.south_east, parent_id=str(franchise.east.id), name="Sunrise")
        assert same.status_code == 200

    def test_the_rest_is_changed_in_place(self, api: Api, franchise: Franchise):
        answer = edit(
            api, franchise.owner, franchise.south_west,
            name="Sunset", slug="sunset", color="#ABCDEF", zone="America/Denver", parent_id=str(franchise.east.id),
        ).json()  # fmt: skip
        assert (answer["name"], answer["slug"], answer["color"]) == ("Sunset", "sunset", "#abcdef")
        assert (answer["zone"], answer["parent_id"]) == ("America/Denver", str(franchise.east.id))
        assert edit(api, franchise.owner, franchise.south_west, color=None).json()["color"] is None

    def test_each_refusal_has_its_status_and_names_its_field(self, api: Api, franchise: Franchise):
        owner, turf = franchise.owner, franchise.north_west
        ring = turf.box.geometry["coordinates"][0][0]
        hole_outside = {"type": "Polygon", "coordinates": [ring, [[p[0] + 1, p[1]] for p in reversed(ring)]]}
        for geometry, words in (
            (crossing(turf.box), "crosses itself"),
            (hole_outside, "hole"),
            (
                {"type": "Polygon", "coordinates": [[[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]]},
                "antimeridian",
            ),
            ({"type": "Polygon", "coordinates": [[[0, 0], [200, 0], [200, 1], [0, 0]]]}, "longitude 200"),
            ({"type": "Point", "coordinates": [0, 0]}, "Polygon or MultiPolygon"),
            ({"type": "\x00", "coordinates": [0]}, "Polygon or MultiPolygon"),
        ):
            body = assert_problem(edit(api, owner, turf, geometry=geometry), 422, words)
            assert body["errors"][0]["field"] == "body.geometry"
        for member, changes, status in (
            (None, {"name": "x"}, 401),
            (franchise.rep, {"name": "x"}, 403),
            (franchise.ops, {"name": "x"}, 403),
            (owner, {"slug": "west"}, 409),
            (owner, {"parent_id": str(franchise.south_west.id)}, 422),
            (owner, {"parent_id": str(turf.id)}, 422),
            (owner, {"parent_id": str(uuid7())}, 422),
            (owner, {"zone": "../etc/passwd"}, 422),
            (owner, {"zone": "America"}, 422),
            (owner, {"name": None}, 422),
            (owner, {"name": "a\x00b"}, 422),
            (owner, {"active": None}, 422),
            (owner, {"priority_weight": 10**30}, 422),
            (owner, {"owner_rule": "whoever"}, 422),
            (owner, {"owner_rule": None}, 422),
            (owner, {"type": "REGION"}, 422),
        ):
            assert_problem(edit(api, member, turf, **changes), status)
        assert_problem(edit(api, owner, turf, 7, name="x"), 412)
        assert franchise.audit_trail("territory edited") == []

    def test_a_swarm_of_polygons_is_refused_before_anybody_waits_for_it(
        self, api: Api, franchise: Franchise, database: Database
    ):
        """Nobody holds up the territories of others with it: it is refused while somebody else holds them."""
        body = {"name": "Swarm", "type": "MICRO"}
        with database.as_member(franchise.org_id, franchise.owner.id) as session:
            serialise(session, "territories")
            for shape in (triangles(1_600), triangles(9_000), sieve(1_500, -93.7, 41.5, -93.6, 41.6)):
                for answer in (
                    api.post(PATH, franchise.owner, body | {"geometry": shape}),
                    edit(api, franchise.owner, franchise.north_west, geometry=shape),
                ):
                    problem = assert_problem(answer, 422, "1,000 polygons and holes")
                    assert problem["errors"][0]["field"] == "body.geometry"

    def test_combs_that_cross_are_cut_edited_and_retired_like_other_shapes(self, api: Api, franchise: Franchise):
        box = places.NORTH_WEST.split(2, 2)[0]
        corners = (box.west, box.south, box.east, box.north)
        body = {"name": "Comb", "type": "MICRO", "geometry": comb(3_000, *corners)}
        made = api.post(PATH, franchise.owner, body)
        assert made.status_code == 201, made.text
        other = api.patch(at(made.json()["id"]), franchise.owner, {"geometry": comb(3_000, *corners, lying=True)})
        assert other.status_code == 200, other.text
        assert delete(api, franchise.owner, made.json()["id"], "?move_to=parent").status_code == 204

    def test_half_a_character_in_a_shape_is_no_error_of_ours(self, api: Api, franchise: Franchise):
        raw = '{"geometry": {"type": "\\ud800", "coordinates": [[[1e999, NaN]]]}}'
        answer = api.request("PATCH", at(franchise.north_west), franchise.owner, content=raw)
        assert_problem(answer, 422)

    def test_who_may_only_look_is_told_so(self, api: Api, franchise: Franchise):
        viewer = franchise.add_member(Role.SALES_MANAGER)
        franchise.assign(viewer, franchise.east, AssignmentRole.VIEWER)
        assert_problem(edit(api, viewer, franchise.east, name="x"), 403, "not change")


class TestWhoIsGivenNewLeads:
    def test_the_rule_is_the_primary_owner_unless_told_and_can_be_changed(self, api: Api, franchise: Franchise):
        assert api.get(at(franchise.north_west), franchise.rep).json()["owner_rule"] == "fixed"
        changed = edit(api, franchise.manager, franchise.north_west, owner_rule="round_robin")
        assert (changed.status_code, changed.json()["owner_rule"]) == (200, "round_robin")
        (entry,) = franchise.audit_trail("territory edited")
        assert (entry.before["owner_rule"], entry.after["owner_rule"]) == ("fixed", "round_robin")

    def test_a_territory_may_be_cut_with_its_rule(self, api: Api, franchise: Franchise):
        body = {
            "name": "Corner",
            "type": "MICRO",
            "geometry": franchise.north_west.box.geometry,
            "owner_rule": "least_loaded",
        }
        assert api.post(PATH, franchise.owner, body).json()["owner_rule"] == "least_loaded"


class TestRetiring:
    def test_it_is_refused_while_it_holds_something(self, api: Api, franchise: Franchise):
        body = assert_problem(delete(api, franchise.owner, franchise.east), 409, "2 territories")
        assert (body["territories"], body["doors"]) == (2, 0)
        assert_problem(delete(api, franchise.owner, franchise.south_east), 409, "move_to=parent")
        assert_problem(delete(api, franchise.owner, franchise.south_east, "?move_to=moon"), 422)

    def test_what_it_holds_goes_to_its_parent_and_history_stays(self, api: Api, franchise: Franchise):
        turf = franchise.south_west
        lead = franchise.leads_in(turf)[0]
        knock = franchise.add_activity(lead, by=franchise.helper)
        assert delete(api, franchise.owner, turf, "?move_to=parent").status_code == 204
        assert franchise.lead(lead).territory_id == franchise.west.id
        assert [a.territory_id for a in franchise.activities(lead)] == [turf.id]
        assert knock
        assert_problem(api.get(at(turf), franchise.owner), 404)
        assert_problem(delete(api, franchise.owner, turf), 404)
        (entry,) = franchise.audit_trail("territory retired")
        assert (entry.after["leads_placed"], entry.after["assignments_ended"]) == (2, 1)
        again = {"name": turf.name, "type": "MICRO", "geometry": turf.box.geometry}
        assert api.post(PATH, franchise.owner, again).json()["slug"] == turf.slug

    def test_its_children_hang_under_its_parent(self, api: Api, franchise: Franchise):
        assert delete(api, franchise.owner, franchise.east, "?move_to=parent").status_code == 204
        child = api.get(at(franchise.south_east), franchise.owner).json()
        assert child["parent_id"] == str(franchise.region.id)

    def test_it_never_leaves_a_manager_without_bounds(self, api: Api, franchise: Franchise):
        assert_problem(delete(api, franchise.owner, franchise.west, "?move_to=parent"), 409, "whole organisation")
        assert_problem(delete(api, franchise.manager, franchise.west, "?move_to=parent"), 403)
        assert delete(api, franchise.manager, franchise.south_west, "?move_to=parent").status_code == 204

    def test_reps_retire_nothing(self, api: Api, franchise: Franchise):
        for member, status in ((franchise.rep, 403), (franchise.ops, 403), (None, 401)):
            assert_problem(delete(api, member, franchise.north_west), status)


class TestOnThePhone:
    def test_a_retired_territory_and_its_leads_are_gone(self, api: Api, franchise: Franchise):
        """``reset`` begins anew, for what somebody may see has changed; else each is named that is gone."""
        turf = franchise.north_west
        first = {each: api.get("/api/sync", each).json() for each in (franchise.rep, franchise.owner)}
        assert all(str(turf.id) in {row["id"] for row in page["territories"]} for page in first.values())
        assert delete(api, franchise.owner, turf, "?move_to=parent").status_code == 204
        for member, before in first.items():
            page = api.get("/api/sync", member, cursor=before["cursor"]).json()
            gone = {row["id"] for row in page["gone"]}
            assert page["reset"] or str(turf.id) in gone, member.name
            assert str(turf.id) not in {row["id"] for row in page["territories"]}
        assert api.get("/api/sync", franchise.rep).json()["leads"] != []  # one's own stay, wherever they lie
        left = {row["id"] for row in api.get("/api/sync", franchise.rep).json()["leads"]}
        assert left.isdisjoint(map(str, franchise.leads_in(turf)))
