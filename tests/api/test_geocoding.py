"""The address at a pin: of the doors that are known, else of the geocoder; without one a pin is a pin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest.regions.load import load_region
from outbound.settings import Settings
from tests.api.conftest import Api
from tests.support.franchise import Franchise
from tests.support.geocoders import House, geocoder_server

URL = "/api/geocode/reverse"


@pytest.fixture
def known(settings: Settings, franchise: Franchise, tmp_path: Path) -> tuple[float, float]:
    lat, lon = franchise.north_west.box.point(1)
    path = tmp_path / "doors.csv"
    path.write_text(
        "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE,ID,HASH\n"
        f"{lon},{lat},204,Sample Street,,Des Moines,,IA,50309,,\n"
    )
    load_region(settings, path, "town")
    return lat, lon


def test_the_nearest_known_door_is_meant(api: Api, franchise: Franchise, known: tuple[float, float]) -> None:
    answer = api.get(URL, franchise.rep, lat=known[0] + 0.0001, lon=known[1])
    assert answer.status_code == 200
    address = answer.json()["address"]
    assert (address["line"], address["postcode"], address["source"]) == ("204 Sample Street", "50309", "address_point")
    assert address["metres"] == pytest.approx(11.1, abs=0.3)


def test_far_from_every_known_door_there_is_no_address(
    api: Api, franchise: Franchise, known: tuple[float, float]
) -> None:
    answer = api.get(URL, franchise.rep, lat=known[0] + 0.002, lon=known[1]).json()
    assert answer == {"address": None, "note": "No known door lies near this pin."}


class TestTheGeocoder:
    @pytest.mark.parametrize("fault", [None, "broken", "html", "refused", "nowhere"])
    def test_is_asked_where_no_door_is_known_and_its_faults_are_told(
        self, api: Api, franchise: Franchise, monkeypatch: pytest.MonkeyPatch, fault: str | None
    ) -> None:
        lat, lon = franchise.north_west.box.point(2)
        with geocoder_server() as online:
            online.houses.append(House("7", "Elsewhere Road", "50309", lat + 0.0002, lon, "Des Moines", "IA"))
            online.fault = fault
            asks = {"geocoder": "nominatim", "geocoder_url": online.url}
            app: Any = api.client.app
            monkeypatch.setattr(app.state, "settings", app.state.settings.model_copy(update=asks))
            answer = api.get(URL, franchise.rep, lat=lat, lon=lon)
        assert answer.status_code == 200
        address, note = answer.json()["address"], answer.json()["note"]
        if fault is None:
            assert (address["line"], address["source"], note) == ("7 Elsewhere Road", "geocoder", None)
        else:
            assert address is None
            assert "geocoder" in note.lower()


def test_operations_drop_no_pins(api: Api, franchise: Franchise) -> None:
    assert api.get(URL, franchise.ops, lat=41.6, lon=-93.6).status_code == 403


@pytest.mark.parametrize("where", [{"lat": 91, "lon": 0}, {"lat": "nan", "lon": 0}, {"lat": 1}])
def test_a_position_that_is_none_is_refused(api: Api, franchise: Franchise, where: dict[str, object]) -> None:
    assert api.get(URL, franchise.rep, **where).status_code == 422
