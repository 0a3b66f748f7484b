"""Territories over HTTP: the list, and cutting new ones."""

from __future__ import annotations

import uuid
from typing import Any

from outbound.ids import uuid7
from tests.api.conftest import Api
from tests.support import places
from tests.support.cast import Member, Turf
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

PATH = "/api/territories"


def listed(api: Api, member: Member, **filters: Any) -> set[str]:
    return {item["slug"] for item in api.get(PATH, member, **filters).json()["items"]}


def draft(parent: Turf | None, **more: Any) -> dict[str, Any]:
    corner = places.NORTH_WEST.split(2, 2)[0]
    return {
        "name": "New Corner",
        "type": "MICRO",
        "geometry": corner.geometry,
        "parent_id": str(parent.id) if parent else None,
    } | more


class TestTheList:
    def test_each_role_finds_what_lies_in_its_reach(self, api: Api, franchise: Franchise):
        everything = {"region", "west", "east", "south-west", "north-west", "south-east", "north-east"}
        expected = {
            franchise.owner: everything,
            franchise.head_manager: everything,
            franchise.ops: everything,
            franchise.manager: {"west", "south-west", "north-west"},
            franchise.rep: {"north-west"},
            franchise.helper: {"south-west", "north-east"},
        }
        for member, slugs in expected.items():
            assert listed(api, member) == slugs, member.name

    def test_filters_narrow_it_down(self, api: Api, franchise: Franchise):
        box = places.SOUTH_EAST
        inside = f"{box.west + 1e-4},{box.south + 1e-4},{box.east - 1e-4},{box.north - 1e-4}"
        for filters, slugs in (
            ({"type": "AREA"}, {"west", "east"}),
            ({"parent_id": franchise.west.id}, {"south-west", "north-west"}),
            ({"bbox": inside}, {"region", "east", "south-east"}),
            ({"bbox": inside, "type": "MICRO"}, {"south-east"}),
            ({"bbox": "0,0,1,1"}, set()),
        ):
            assert listed(api, franchise.owner, **filters) == slugs, filters

    def test_an_item_tells_the_shape_as_it_was_drawn(self, api: Api, franchise: Franchise):
        (item,) = api.get(PATH, franchise.rep).json()["items"]
        assert item["geometry"] == franchise.north_west.box.geometry
        assert (item["id"], item["type"], item["zone"]) == (
            str(franchise.north_west.id),
            "MICRO",
            "America/Chicago",
        )
        assert item["parent_id"] == str(franchise.west.id)


class TestCutting:
    def test_an_owner_cuts_anywhere_and_a_repeat_answers_the_first(self, api: Api, franchise: Franchise):
        body = draft(franchise.north_west, id=str(uuid7()), parent_id=str(franchise.west.id), color="#FFAA00")
        first = api.post(PATH, franchise.owner, body)
        again = api.post(PATH, franchise.owner, body)
        assert_problem(api.post(PATH, franchise.owner, body | {"name": "Another"}), 409)
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json() == first.json()
        assert first.json()["slug"] == "new-corner"
        assert first.json()["color"] == "#ffaa00"
        assert first.json()["zone"] == franchise.zone
        (entry,) = franchise.audit_trail("territory created")
        assert (entry.acted_by, entry.entity_id) == (franchise.owner.id, uuid.UUID(body["id"]))

    def test_a_manager_cuts_below_their_own_and_sees_it_at_once(self, api: Api, franchise: Franchise):
        answer = api.post(PATH, franchise.manager, draft(franchise.west))
        assert answer.status_code == 201, answer.text
        assert "new-corner" in listed(api, franchise.manager)

    def test_a_polygon_becomes_a_multipolygon(self, api: Api, franchise: Franchise):
        ring = places.NORTH_WEST.geometry["coordinates"][0]
        body = draft(franchise.west, geometry={"type": "Polygon", "coordinates": ring})
        assert api.post(PATH, franchise.owner, body).json()["geometry"]["type"] == "MultiPolygon"

    def test_a_new_lead_lies_in_the_new_deepest_territory(self, api: Api, franchise: Franchise):
        corner = places.NORTH_WEST.split(2, 2)[0]
        body = draft(franchise.west, geometry=corner.geometry, priority_weight=5)
        territory = api.post(PATH, franchise.owner, body).json()
        lat, lon = corner.point(1)
        lead = api.post(
            "/api/leads/outbound",
            franchise.owner,
            {"address": {"line": "77 Oak St, Testville, IA 50309", "lat": lat, "lon": lon}},
        ).json()
        assert lead["territory_id"] == territory["id"]

    def test_each_refusal_has_its_status(self, api: Api, franchise: Franchise, other_franchise: Franchise):
        west, east = franchise.west, franchise.east
        crossing = {
            "type": "Polygon",
            "coordinates": [[[-93.6, 41.6], [-93.5, 41.7], [-93.5, 41.6], [-93.6, 41.7], [-93.6, 41.6]]],
        }
        for member, body, status in (
            (None, draft(west), 401),
            (franchise.rep, draft(franchise.north_west), 403),
            (franchise.helper, draft(west), 403),
            (franchise.ops, draft(west), 403),
            (franchise.manager, draft(None, type="AREA"), 403),
            (franchise.manager, draft(east), 422),  # a parent out of reach is none
            (franchise.owner, draft(west, slug="north-west"), 409),
            (franchise.owner, draft(west, name="North West"), 409),
            (franchise.owner, draft(other_franchise.west), 422),
            (franchise.owner, draft(franchise.north_west), 422),  # a MICRO under a MICRO
            (franchise.owner, draft(west, type="REGION"), 422),
            (franchise.owner, draft(west, geometry=crossing), 422),
            (franchise.owner, draft(west, geometry={"type": "Point", "coordinates": [0, 0]}), 422),
            (franchise.owner, draft(west, geometry={"type": "MultiPolygon", "coordinates": []}), 422),
            (franchise.owner, draft(west, geometry={}), 422),
            (franchise.owner, draft(west, zone="Mars/Olympus"), 422),
            (franchise.owner, draft(west, name="!!!"), 422),
            (franchise.owner, draft(west, name=""), 422),
            (franchise.owner, draft(west, color="red"), 422),
            (franchise.owner, draft(west, priority_weight=0), 422),
        ):
            assert_problem(api.post(PATH, member, body), status)
        assert franchise.audit_trail("territory created") == []
