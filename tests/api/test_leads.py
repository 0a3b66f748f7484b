"""Leads over HTTP: the list with its filters, capture, stage, board."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import h3
import pytest

from outbound.ids import uuid7
from outbound.vocabulary import Stage
from tests.api.conftest import Api, Clock
from tests.support import places
from tests.support.cast import Member
from tests.support.everything import add_everything
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

LEADS = "/api/leads/outbound"


def listed(api: Api, member: Member, **filters: Any) -> set[str]:
    answer = api.get(LEADS, member, limit=500, **filters)
    assert answer.status_code == 200, answer.text
    return {item["id"] for item in answer.json()["items"]}


def texts(ids: Any) -> set[str]:
    return {str(each) for each in ids}


class TestTheList:
    def test_each_role_finds_what_it_may_see(self, api: Api, franchise: Franchise):
        nw, sw, ne = (
            set(franchise.leads_in(turf)) for turf in (franchise.north_west, franchise.south_west, franchise.north_east)
        )
        expected = {
            franchise.owner: franchise.all_leads,
            franchise.head_manager: franchise.all_leads,
            franchise.manager: nw | sw,
            franchise.rep: nw | {franchise.rep_elsewhere},
            franchise.helper: sw | ne,
            franchise.ops: {franchise.scheduled},
        }
        for member, leads in expected.items():
            assert listed(api, member) == texts(leads), member.name

    def test_an_item_tells_lead_door_owner_and_clock(self, api: Api, franchise: Franchise, clock: Clock):
        door = franchise.add_address(franchise.north_west)
        lead_id = franchise.add_lead(
            franchise.north_west,
            owner=franchise.rep,
            door=door,
            due_at=clock.now - timedelta(minutes=1),
            estimated_value_cents=9_900,
        )
        item = next(item for item in api.get(LEADS, franchise.rep).json()["items"] if item["id"] == str(lead_id))
        assert item["address"] == {
            "id": str(door.id),
            "line": door.line,
            "unit": "",
            "city": "Testville",
            "state": "IA",
            "postcode": "50309",
            "lat": door.lat,
            "lon": door.lon,
            "position_unreadable": False,
            "cell": f"{door.cell:x}",
            "do_not_knock": False,
        }
        assert (item["stage"], item["lead_type"], item["version"]) == ("COLD", "outbound", 1)
        assert (item["owner_id"], item["owner_name"]) == (str(franchise.rep.id), "Rep")
        assert item["sla_state"] == "overdue"
        assert item["due_at"] == (clock.now - timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
        assert item["estimated_value_cents"] == 9_900

    def test_operations_get_no_position(self, api: Api, franchise: Franchise):
        (item,) = api.get(LEADS, franchise.ops).json()["items"]
        assert item["address"]["line"]
        assert (item["address"]["lat"], item["address"]["lon"]) == (None, None)

    def test_filters_narrow_it_down(self, api: Api, franchise: Franchise, clock: Clock):
        owner = franchise.owner
        soon = franchise.add_lead(franchise.north_east, due_at=clock.now + timedelta(hours=1))
        late = franchise.add_lead(franchise.north_east, due_at=clock.now - timedelta(hours=1))
        fine = franchise.add_lead(franchise.north_east, due_at=clock.now + timedelta(days=9))
        enrolled = add_everything(franchise).lead_id
        everyone = franchise.all_leads
        west = {*franchise.leads_in(franchise.north_west), *franchise.leads_in(franchise.south_west)}
        cases: list[tuple[dict[str, Any], set[uuid.UUID]]] = [
            ({"stage": "SCHEDULED"}, {franchise.scheduled}),
            ({"territory_id": franchise.west.id}, west),
            ({"territory_id": franchise.region.id}, everyone),
            ({"territory_id": franchise.south_west.id}, set(franchise.leads_in(franchise.south_west))),
            ({"territory_id": uuid.uuid4()}, set()),
            ({"owner_id": franchise.rep.id}, {franchise.rep_elsewhere}),
            ({"sla": "due_soon"}, {soon}),
            ({"sla": "overdue"}, {late}),
            ({"sla": "ok"}, {fine}),
            ({"sla": "none"}, everyone - {soon, late, fine}),
            ({"cadence_status": "active"}, {enrolled}),
            ({"cadence_status": "paused"}, set()),
            ({"stage": "SCHEDULED", "territory_id": franchise.east.id}, set()),
        ]
        for filters, expected in cases:
            assert listed(api, owner, **filters) == texts(expected), filters

    def test_search_looks_at_names_contacts_and_streets_and_takes_signs_literally(self, api: Api, franchise: Franchise):
        ada = franchise.add_lead(franchise.west, first_name="Ada", last_name="100%_sure\\", phone="+15155559876")
        for q in ("ada", "ADA", "100%_", "sure\\", "9876"):
            assert listed(api, franchise.owner, q=q) == {str(ada)}, q
        assert listed(api, franchise.owner, q="x%x") == set()
        assert listed(api, franchise.owner, q="Sample Street") == texts(franchise.all_leads)
        assert str(ada) not in listed(api, franchise.rep, q="ada")

    def test_a_box_holds_exactly_the_doors_inside_it(self, api: Api, franchise: Franchise):
        box = places.NORTH_WEST
        door = franchise.add_address(franchise.north_west, at=(box.north - 1e-5, box.east - 1e-5))
        inside = franchise.add_lead(franchise.north_west, door=door)
        just_outside = franchise.add_address(franchise.north_east, at=(box.north - 1e-5, box.east + 1e-5))
        outside = franchise.add_lead(franchise.north_east, door=just_outside)
        found = listed(api, franchise.owner, bbox=f"{box.west},{box.south},{box.east},{box.north}")
        assert found == texts(franchise.leads_in(franchise.north_west))
        assert str(inside) in found
        assert str(outside) not in found

    def test_a_cell_holds_the_doors_in_it_at_any_size_of_a_map(self, api: Api, franchise: Franchise):
        box = places.NORTH_WEST
        at = ((box.south + box.north) / 2, (box.west + box.east) / 2)
        inside = franchise.add_lead(franchise.north_west, door=franchise.add_address(franchise.north_west, at=at))
        for size in (9, 8, 7):
            cell = h3.latlng_to_cell(*at, size)
            found = listed(api, franchise.owner, cell=cell)
            assert str(inside) in found
            assert found <= texts(franchise.all_leads) | {str(inside)}
            assert listed(api, franchise.owner, cell=h3.grid_disk(cell, 30)[-1]).isdisjoint({str(inside)})
        assert_problem(api.get(LEADS, franchise.owner, cell="89ffffffffffffff"), 422)

    def test_the_whole_world_is_a_box_too(self, api: Api, franchise: Franchise):
        assert listed(api, franchise.owner, bbox="-180,-90,180,90") == texts(franchise.all_leads)

    def test_leads_of_other_types_are_not_in_it(self, api: Api, franchise: Franchise):
        partner = franchise.add_lead(franchise.west, lead_type="partner")
        assert str(partner) not in listed(api, franchise.owner)
        assert api.get(f"/api/leads/{partner}", franchise.owner).json()["lead_type"] == "partner"


class TestOneLead:
    def test_it_is_read_within_reach_and_not_found_outside(
        self, api: Api, franchise: Franchise, other_franchise: Franchise
    ):
        seen = franchise.leads_in(franchise.north_west)[0]
        assert api.get(f"/api/leads/{seen}", franchise.rep).json()["id"] == str(seen)
        for unseen in (
            franchise.leads_in(franchise.south_west)[0],
            other_franchise.leads_in(other_franchise.north_west)[0],
            uuid.uuid4(),
        ):
            for path in (f"/api/leads/{unseen}", f"/api/leads/{unseen}/activities"):
                assert_problem(api.get(path, franchise.rep), 404, str(unseen), "in your reach")


class TestCapture:
    def body(self, franchise: Franchise, **more: Any) -> dict[str, Any]:
        lat, lon = franchise.north_west.box.point(21)
        return {
            "first_name": "Ada",
            "last_name": "Lovelace",
            "phone": "+15155550123",
            "address": {"line": "12 Elm Ave, Testville, IA 50309", "lat": lat, "lon": lon},
        } | more

    def test_it_answers_with_the_stored_lead_and_a_repeat_with_the_first(self, api: Api, franchise: Franchise):
        body = self.body(franchise, id=str(uuid7()))
        first = api.post(LEADS, franchise.rep, body)
        again = api.post(LEADS, franchise.rep, body)
        assert (first.status_code, again.status_code) == (201, 200)
        assert api.post(LEADS, franchise.rep, body | {"first_name": "Grace"}).status_code == 409
        assert again.json() == first.json()
        lead = first.json()
        assert (lead["id"], lead["stage"], lead["owner_name"]) == (body["id"], "COLD", "Rep")
        assert lead["territory_id"] == str(franchise.north_west.id)
        assert lead["address"]["line"].lower().startswith("12 elm av")
        assert lead["address"]["lat"] == body["address"]["lat"]
        assert len(franchise.audit_trail("lead created")) == 1

    def test_what_is_missing_or_wrong_is_named(self, api: Api, franchise: Franchise):
        for change, word in (
            ({"address": None, "phone": None}, "address"),
            ({"address": {"lat": 41.6}}, "lat"),
            ({"address": {}}, "address"),
            ({"email": "nonsense"}, "email"),
            ({"phone": "nonsense"}, "phone"),
            ({"id": "no-id"}, "id"),
            ({"yard_size_sqft": 0}, "yard_size_sqft"),
            ({"estimated_value_cents": -1}, "estimated_value_cents"),
            ({"first_name": "x" * 201}, "first_name"),
            ({"first_name": "a\x00b"}, "first_name"),
            ({"stage": "WON"}, "stage"),
        ):
            answer = api.post(LEADS, franchise.rep, self.body(franchise, **change))
            assert_problem(answer, 422, word)

    def test_contacts_are_kept_in_one_form(self, api: Api, franchise: Franchise):
        body = self.body(franchise, phone="(515) 555-0123", email="Ada.Lovelace@Example.COM")
        lead = api.post(LEADS, franchise.rep, body).json()
        assert (lead["phone"], lead["email"]) == ("+15155550123", "ada.lovelace@example.com")

    def test_an_empty_contact_is_none(self, api: Api, franchise: Franchise):
        lead = api.post(LEADS, franchise.rep, self.body(franchise, phone="", email=" ")).json()
        assert (lead["phone"], lead["email"]) == (None, None)

    def test_operations_capture_nothing(self, api: Api, franchise: Franchise):
        assert_problem(api.post(LEADS, franchise.ops, self.body(franchise)), 403)

    def test_a_second_open_lead_at_the_door_is_a_conflict(self, api: Api, franchise: Franchise):
        assert api.post(LEADS, franchise.rep, self.body(franchise)).status_code == 201
        assert_problem(api.post(LEADS, franchise.rep, self.body(franchise)), 409, "already has an open")

    def test_only_managers_name_another_owner(self, api: Api, franchise: Franchise):
        body = self.body(franchise, owner_id=str(franchise.helper.id))
        assert_problem(api.post(LEADS, franchise.rep, body), 403)
        assert api.post(LEADS, franchise.manager, body).json()["owner_name"] == "Helper"

    def test_a_manager_gives_no_lead_away_outside_their_territory(self, api: Api, franchise: Franchise):
        lat, lon = franchise.south_east.box.point(21)
        body = self.body(franchise, owner_id=str(franchise.helper.id))
        body["address"] |= {"lat": lat, "lon": lon}
        assert_problem(api.post(LEADS, franchise.manager, body), 403)
        assert franchise.audit_trail("lead created") == []


class TestStage:
    def test_it_moves_the_lead_and_tells_it_anew(self, api: Api, franchise: Franchise, clock: Clock):
        lead_id = franchise.leads_in(franchise.north_west)[0]
        answer = api.patch(f"/api/leads/{lead_id}/stage", franchise.rep, {"stage": "CONTACTED", "version": 1})
        lead = answer.json()["lead"]
        assert answer.status_code == 200
        assert (lead["stage"], lead["version"], lead["sla_state"]) == ("CONTACTED", 2, "ok")
        assert lead["stage_entered_at"] == clock.now.isoformat().replace("+00:00", "Z")

    def test_each_refusal_has_its_status(self, api: Api, franchise: Franchise):
        seen = franchise.leads_in(franchise.north_west)[0]
        viewed = franchise.leads_in(franchise.north_east)[0]
        unseen = franchise.leads_in(franchise.south_east)[0]
        for member, lead_id, body, status in (
            (franchise.rep, seen, {"stage": "WON"}, 409),
            (franchise.rep, seen, {"stage": "CONTACTED", "version": 7}, 409),
            (franchise.rep, seen, {"stage": "WARM"}, 422),
            (franchise.rep, seen, {}, 422),
            (franchise.rep, seen, {"stage": "LOST", "owner_id": str(franchise.rep.id)}, 422),
            (franchise.helper, viewed, {"stage": "CONTACTED"}, 403),
            (franchise.helper, unseen, {"stage": "CONTACTED"}, 404),
            (franchise.ops, franchise.scheduled, {"stage": "WON"}, 403),
            (None, seen, {"stage": "CONTACTED"}, 401),
        ):
            assert_problem(api.patch(f"/api/leads/{lead_id}/stage", member, body), status)
        assert franchise.audit_trail("lead stage_changed") == []

    def test_a_conflict_tells_the_present_version(self, api: Api, franchise: Franchise):
        lead_id = franchise.leads_in(franchise.north_west)[0]
        api.patch(f"/api/leads/{lead_id}/stage", franchise.rep, {"stage": "CONTACTED"})
        answer = api.patch(f"/api/leads/{lead_id}/stage", franchise.rep, {"stage": "LOST", "version": 1})
        problem = assert_problem(answer, 409)
        assert (problem["version"], problem["stage"]) == (2, "CONTACTED")

    def test_reopening_where_another_lead_is_open_is_a_conflict(self, api: Api, franchise: Franchise):
        door = franchise.add_address(franchise.north_west)
        lost = franchise.add_lead(franchise.north_west, stage=Stage.LOST, door=door)
        franchise.add_lead(franchise.north_west, door=door)
        answer = api.patch(f"/api/leads/{lost}/stage", franchise.rep, {"stage": "COLD"})
        assert_problem(answer, 409, "already has an open")


class TestBoard:
    def test_it_counts_every_stage_and_shows_cards_of_the_boards_columns(
        self, api: Api, franchise: Franchise, clock: Clock
    ):
        late = franchise.add_lead(franchise.north_west, stage=Stage.CONTACTED, due_at=clock.now - timedelta(days=1))
        soon = franchise.add_lead(franchise.north_west, stage=Stage.CONTACTED, due_at=clock.now + timedelta(days=1))
        columns = {column["stage"]: column for column in api.get("/api/board", franchise.rep).json()["columns"]}
        assert list(columns) == [stage.value for stage in Stage]
        assert {stage: column["count"] for stage, column in columns.items() if column["count"]} == {
            "COLD": 3,
            "CONTACTED": 2,
            "SCHEDULED": 1,
        }
        assert columns["CONTACTED"]["overdue"] == 1
        assert [card["id"] for card in columns["CONTACTED"]["leads"]] == [str(late), str(soon)]
        assert columns["SCHEDULED"]["leads"] == []

    def test_its_counts_are_those_of_the_list(self, api: Api, franchise: Franchise):
        for member in franchise.members:
            columns = api.get("/api/board", member).json()["columns"]
            assert sum(column["count"] for column in columns) == len(listed(api, member)), member.name

    def test_cards_are_bounded_and_the_most_urgent_come_first(self, api: Api, franchise: Franchise, clock: Clock):
        for hours in (5, 1, 3):
            franchise.add_lead(franchise.west, due_at=clock.now + timedelta(hours=hours))
        columns = api.get("/api/board", franchise.manager, cards=2).json()["columns"]
        cold = next(column for column in columns if column["stage"] == "COLD")
        dues = [card["due_at"] for card in cold["leads"]]
        assert len(dues) == 2
        assert dues == sorted(dues)

    @pytest.mark.parametrize("name", ["territory_id", "owner_id"])
    def test_it_narrows_to_a_territory_or_an_owner(self, api: Api, franchise: Franchise, name: str):
        value = {"territory_id": franchise.south_east.id, "owner_id": franchise.rep.id}[name]
        columns = api.get("/api/board", franchise.owner, **{name: value}).json()["columns"]
        expected = {"territory_id": 3, "owner_id": 1}[name]
        assert sum(column["count"] for column in columns) == expected
