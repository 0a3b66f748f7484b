"""Addresses: who sees which doors, units of a building, wishes, and pins that move their leads."""

from __future__ import annotations

import pytest

from outbound.geo.cells import to_hex
from outbound.ids import uuid7
from outbound.vocabulary import Stage
from tests.api.conftest import Api
from tests.support.cast import Door
from tests.support.franchise import Franchise

URL = "/api/addresses"


def ids(response) -> set[str]:
    assert response.status_code == 200, response.text
    return {item["id"] for item in response.json()["items"]}


@pytest.fixture
def flats(franchise: Franchise) -> list[Door]:
    """Three units of one building, written as people write them, and the house next door."""

    def flat(unit: str, canonical: str) -> Door:
        number = canonical.split()[0]
        return franchise.add_address(
            franchise.north_west, house_number=number, street="Elm Avenue", unit=unit, canonical=canonical
        )

    return [
        flat("Apt 1A", "12 ELM AVE # 1A, 50309"),
        flat("Unit 2", "12 ELM AVE # 2, 50309"),
        flat("2nd floor", "12 ELM AVE FL 2, 50309"),
        flat("", "14 ELM AVE, 50309"),
    ]


class TestReading:
    def test_each_sees_the_doors_in_their_reach(self, api: Api, franchise: Franchise, other_franchise: Franchise):
        north_west, south_east = (franchise.add_address(turf) for turf in (franchise.north_west, franchise.south_east))
        theirs = other_franchise.add_address(other_franchise.north_west)
        for member, seen in ((franchise.rep, {north_west}), (franchise.owner, {north_west, south_east})):
            found = ids(api.get(URL, member, limit=500))
            assert {door for door in (north_west, south_east, theirs) if str(door.id) in found} == seen
            for door in (north_west, south_east, theirs):
                status = api.get(f"{URL}/{door.id}", member).status_code
                assert status == (200 if door in seen else 404)

    def test_a_box_a_cell_and_words_find_doors(self, api: Api, franchise: Franchise, flats: list[Door]):
        door = flats[0]
        box = f"{door.lon - 1e-5},{door.lat - 1e-5},{door.lon + 1e-5},{door.lat + 1e-5}"
        assert ids(api.get(URL, franchise.rep, bbox=box)) == {str(door.id)}
        assert str(door.id) in ids(api.get(URL, franchise.rep, cell=to_hex(door.cell), limit=500))
        assert ids(api.get(URL, franchise.rep, q="12 elm")) == {str(flat.id) for flat in flats[:3]}
        assert ids(api.get(URL, franchise.rep, q="Elm Avenue")) == {str(flat.id) for flat in flats}
        assert ids(api.get(URL, franchise.helper, q="Elm")) == set()

    @pytest.mark.parametrize("cell", ["nonsense", "892664c9a4fffff0", "-1", "0"])
    def test_a_cell_that_is_none_is_refused(self, api: Api, franchise: Franchise, cell: str):
        assert api.get(URL, franchise.rep, cell=cell).status_code == 422

    def test_pages_hold_every_door_once(self, api: Api, franchise: Franchise, flats: list[Door]):
        seen, cursor = [], None
        while True:
            page = api.get(URL, franchise.rep, limit=2, **({"cursor": cursor} if cursor else {})).json()
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen))
        assert set(seen) == ids(api.get(URL, franchise.rep, limit=500))

    def test_the_units_of_a_building_are_listed_with_their_leads(self, api: Api, franchise: Franchise, flats):
        lead = franchise.add_lead(franchise.north_west, door=flats[1])
        answer = api.get(f"{URL}/{flats[0].id}/units", franchise.rep)
        assert ids(answer) == {str(flat.id) for flat in flats[:3]}
        leads = [each["id"] for item in answer.json()["items"] for each in item["leads"]]
        assert leads == [str(lead)]
        assert api.get(f"{URL}/{flats[0].id}", franchise.rep).json()["units"] == 3
        assert api.get(f"{URL}/{flats[3].id}", franchise.rep).json()["units"] == 1

    def test_operations_see_addresses_and_no_position(self, api: Api, franchise: Franchise):
        door = franchise.lead(franchise.scheduled).address_id
        item = api.get(f"{URL}/{door}", franchise.ops).json()
        assert (item["lat"], item["lon"], item["cell"]) == (None, None, None)
        assert item["street"] == "Sample Street"
        assert ids(api.get(URL, franchise.ops)) == {str(door)}
        assert api.get(f"{URL}/{door}/units", franchise.ops).status_code == 200


class TestAdding:
    def test_a_door_without_a_lead(self, api: Api, franchise: Franchise):
        lat, lon = franchise.north_west.box.point(3)
        body = {"id": str(uuid7()), "address": {"line": "77 Oak Street, Testville, IA 50309", "lat": lat, "lon": lon}}
        first, again = (api.post(URL, franchise.rep, body) for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        assert first.json()["id"] == body["id"]
        assert first.json()["territory_id"] == str(franchise.north_west.id)
        assert (first.json()["lat"], first.json()["leads"]) == (lat, [])
        other = body | {"address": {"line": "78 Oak Street, Testville, IA 50309"}}
        assert api.post(URL, franchise.rep, other).status_code == 409
        assert len(franchise.audit_trail("address created")) == 1

    def test_one_that_is_known_keeps_its_id(self, api: Api, franchise: Franchise, flats: list[Door]):
        body = {"id": str(uuid7()), "address": {"line": "14 Elm Ave., Testville, IA 50309"}}
        answer = api.post(URL, franchise.rep, body)
        assert (answer.status_code, answer.json()["id"]) == (200, str(flats[3].id))

    def test_one_that_lies_beyond_ones_territories_is_not_told(self, api: Api, franchise: Franchise):
        lat, lon = franchise.south_east.box.point(3)
        body = {"address": {"line": "79 Oak Street, Testville, IA 50309", "lat": lat, "lon": lon}}
        assert api.post(URL, franchise.rep, body).status_code == 409
        assert api.post(URL, franchise.ops, body).status_code == 403


class TestEditing:
    def test_a_wish_not_to_be_knocked_has_a_reason_and_a_time(self, api: Api, franchise: Franchise, flats, clock):
        url = f"{URL}/{flats[0].id}"
        body = {"do_not_knock": True, "reason": "A sign at the door", "curfew": "19:30"}
        answer = api.patch(url, franchise.rep, body)
        assert answer.status_code == 200
        item = answer.json()
        assert (item["do_not_knock"], item["do_not_knock_reason"]) == (True, "A sign at the door")
        assert (item["curfew"], item["do_not_knock_at"]) == ("19:30:00", clock.now.isoformat().replace("+00:00", "Z"))
        assert answer.headers["etag"] == '"2"'
        assert ids(api.get(URL, franchise.rep, do_not_knock=True)) == {str(flats[0].id)}
        item = api.patch(url, franchise.rep, {"do_not_knock": False, "curfew": None}).json()
        assert (item["do_not_knock_reason"], item["do_not_knock_at"], item["curfew"]) == (None, None, None)
        assert "A sign" not in str([entry.after for entry in franchise.audit_trail("address edited")])

    def test_an_old_version_is_refused(self, api: Api, franchise: Franchise, flats: list[Door]):
        url = f"{URL}/{flats[0].id}"
        for status in (200, 412):
            answer = api.request("PATCH", url, franchise.rep, json={"curfew": "20:00"}, headers={"if-match": '"1"'})
            assert answer.status_code == status

    def test_a_unit_makes_it_another_door_of_the_building(self, api: Api, franchise: Franchise, flats: list[Door]):
        url = f"{URL}/{flats[3].id}"
        assert api.patch(url, franchise.rep, {"unit": "Apt 3"}).json()["unit"] == "Apt 3"
        assert ids(api.get(URL, franchise.rep, q="14 elm")) == {str(flats[3].id)}
        assert api.patch(f"{URL}/{flats[0].id}", franchise.rep, {"unit": "# 2"}).status_code == 409

    def test_a_pin_moves_the_door_and_its_open_leads(self, api: Api, franchise: Franchise):
        door = franchise.add_address(franchise.north_west)
        closed = franchise.add_lead(franchise.north_west, door=door, stage=Stage.LOST)
        lead = franchise.add_lead(franchise.north_west, door=door, owner=franchise.rep)
        lat, lon = franchise.south_west.box.point(5)
        answer = api.patch(f"{URL}/{door.id}", franchise.manager, {"position": {"lat": lat, "lon": lon}})
        assert answer.status_code == 200, answer.text
        assert (answer.json()["lat"], answer.json()["territory_id"]) == (lat, str(franchise.south_west.id))
        stored = franchise.lead(lead)
        assert (stored.territory_id, stored.owner_id) == (franchise.south_west.id, franchise.rep.id)
        assert to_hex(stored.cell or 0) == answer.json()["cell"]
        assert franchise.history(lead)[-1].territory_id == franchise.south_west.id
        assert franchise.lead(closed).territory_id == franchise.north_west.id

    def test_nobody_pushes_a_door_out_of_their_reach(self, api: Api, franchise: Franchise):
        door = franchise.add_address(franchise.north_west)
        lat, lon = franchise.south_east.box.point(5)
        answer = api.patch(f"{URL}/{door.id}", franchise.rep, {"position": {"lat": lat, "lon": lon}})
        assert answer.status_code == 403
        assert api.get(f"{URL}/{door.id}", franchise.rep).json()["lat"] == door.lat

    def test_who_only_reads_it_changes_nothing(self, api: Api, franchise: Franchise, other_franchise: Franchise):
        read = franchise.add_address(franchise.north_east)
        assert api.patch(f"{URL}/{read.id}", franchise.helper, {"do_not_knock": True}).status_code == 403
        for door in (
            franchise.add_address(franchise.south_east),
            other_franchise.add_address(other_franchise.north_west),
        ):
            assert api.patch(f"{URL}/{door.id}", franchise.rep, {"do_not_knock": True}).status_code == 404

    @pytest.mark.parametrize(
        "body",
        [
            {"do_not_knock": None}, {"unit": None}, {"position": None}, {"position": {"lat": 91, "lon": 0}},
            {"position": {"lat": 1}}, {"curfew": "25:00"}, {"curfew": "10:00Z"}, {"reason": "x\x00"},
            {"canonical": "X"}, {"reason": "no wish"}, {"unit": "x" * 201},
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused(self, api: Api, franchise: Franchise, flats: list[Door], body):
        assert api.patch(f"{URL}/{flats[0].id}", franchise.rep, body).status_code == 422
