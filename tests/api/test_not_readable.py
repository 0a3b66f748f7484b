"""A value that no key here opens is not readable on its own row, and nothing else fails for it."""

from __future__ import annotations

import uuid

import pytest
from fastapi.testclient import TestClient

from api.catalogue import entries
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.api.conftest import Api
from tests.support.franchise import Franchise
from tests.support.ground import Ground
from tests.support.valid_requests import build
from tests.support.wrong_keys import seal_strangely


@pytest.mark.parametrize("who", ["owner", "rep"])
def test_no_route_fails_where_everything_was_sealed_under_another_key(
    api: Api, client: TestClient, database: Database, franchise: Franchise, settings: Settings, who: str
):
    ground, member = Ground(franchise), getattr(franchise, who)
    ground.keep_file(settings)
    document = client.app.openapi()  # type: ignore[attr-defined]
    found = [entry for entry in entries(client.app) if entry.in_schema and entry.signed_in]  # type: ignore[arg-type]
    reads = [build(document, entry.method, entry.path, ground, member) for entry in found if entry.method == "GET"]
    before = {each.url: api.request("GET", each.url, member, **each.options).status_code for each in reads}
    assert seal_strangely(database) > 10
    after = {each.url: api.request("GET", each.url, member, **each.options).status_code for each in reads}
    assert after == before


class TestOneRow:
    @pytest.fixture
    def door(self, api: Api, database: Database, lead_id: uuid.UUID) -> uuid.UUID:
        """The door of the rep's own lead, sealed under another key."""
        lead = api.get(f"/api/leads/{lead_id}", api.franchise.rep).json()
        door = uuid.UUID(lead["address"]["id"])
        assert lead["address"]["lat"] is not None
        assert lead["address"]["position_unreadable"] is False
        assert seal_strangely(database, only=(("addresses", "position", door),)) == 1
        return door

    def test_it_stands_in_the_list_without_its_place(self, api: Api, lead_id: uuid.UUID, door: uuid.UUID):
        leads = api.get("/api/leads", api.franchise.rep, limit=500).json()["items"]
        address = {each["id"]: each["address"] for each in leads}[str(lead_id)]
        assert (address["lat"], address["lon"], address["position_unreadable"]) == (None, None, True)
        others = [each["address"] for each in leads if each["id"] != str(lead_id)]
        assert others
        assert not any(each["position_unreadable"] or each["lat"] is None for each in others)

    def test_a_map_of_its_neighbourhood_names_it(self, api: Api, lead_id: uuid.UUID, door: uuid.UUID):
        found = api.get("/api/leads", api.franchise.rep, bbox="-94,41,-93,42", limit=500).json()["items"]
        assert str(lead_id) in {each["id"] for each in found}
        doors = api.get("/api/addresses", api.franchise.rep, bbox="-94,41,-93,42", limit=500).json()["items"]
        assert {each["id"]: each["position_unreadable"] for each in doors}[str(door)] is True

    def test_a_new_place_makes_it_readable_again(self, api: Api, lead_id: uuid.UUID, door: uuid.UUID):
        version = api.get(f"/api/addresses/{door}", api.franchise.owner).json()["version"]
        answer = api.request(
            "PATCH",
            f"/api/addresses/{door}",
            api.franchise.owner,
            json={"position": {"lat": 41.6, "lon": -93.6}},
            headers={"if-match": f'"{version}"'},
        )
        assert answer.status_code == 200, answer.text
        assert (answer.json()["lat"], answer.json()["position_unreadable"]) == (41.6, False)
