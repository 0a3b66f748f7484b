"""Pelias, Nominatim and Google, each over its own protocol: what is asked, what is understood, what goes wrong."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from outbound.errors import Misconfigured
from outbound.geocoding.rules import Nonsense, judge
from outbound.geocoding.vendors import PUBLIC_NOMINATIM, Failed, Refused, Vendor, vendor_of
from outbound.postal.rules import PostalParts, normalise
from outbound.settings import Settings
from outbound.vocabulary import AnswerKind, LocationSource
from tests.support.geocoders import GeocoderServer, House, geocoder_server

HOUSE = House("203-06", "109th Avenue", "11412", 40.7078007, -73.7548753)
ASKED = normalise(PostalParts("203-06", "109 Ave", "# 2B", "Saint Albans", "NY", "11412"))
VENDORS = ("pelias", "nominatim", "google")


@pytest.fixture
def server() -> Iterator[GeocoderServer]:
    with geocoder_server() as running:
        running.houses.append(HOUSE)
        yield running


def vendor(server: GeocoderServer, tmp_path: Path, name: str, **more: Any) -> Vendor:
    settings = Settings(
        home=tmp_path,
        geocoder=name,  # type: ignore[arg-type]
        geocoder_url=server.url,
        **{"geocoder_key": "good key", "geocoder_seconds": 0.4} | more,
    )
    made = vendor_of(settings)
    assert made is not None
    return made


@pytest.mark.parametrize("name", VENDORS)
class TestEachOfThem:
    def test_finds_a_door_and_says_that_it_is_one(self, server: GeocoderServer, tmp_path: Path, name: str) -> None:
        found = vendor(server, tmp_path, name).find(ASKED)
        assert found is not None
        assert (found.lat, found.lon, found.kind) == (HOUSE.lat, HOUSE.lon, AnswerKind.DOOR)
        assert normalise(found.parts).street == "109TH AVE"
        assert (found.parts.house_number, found.parts.state, found.parts.postcode) == ("203-06", "NY", "11412")
        position = judge(found, ASKED, None)
        assert position is not None
        assert (position.source, position.is_coarse) == (LocationSource.GEOCODER, False)

    def test_is_not_told_which_unit_nor_who_lives_there(
        self, server: GeocoderServer, tmp_path: Path, name: str
    ) -> None:
        vendor(server, tmp_path, name).find(ASKED)
        assert "2B" not in server.asked[0]
        assert "11412" in server.asked[0]

    def test_knows_no_such_address(self, server: GeocoderServer, tmp_path: Path, name: str) -> None:
        assert vendor(server, tmp_path, name).find(normalise(PostalParts("1", "Nowhere Rd", postcode="11412"))) is None

    def test_knows_only_the_street_and_that_is_coarse(self, server: GeocoderServer, tmp_path: Path, name: str) -> None:
        server.partial = True
        found = vendor(server, tmp_path, name).find(ASKED)
        assert found is not None
        assert found.kind is AnswerKind.STREET
        position = judge(found, ASKED, None)
        assert position is not None
        assert position.is_coarse

    def test_names_the_address_at_a_pin(self, server: GeocoderServer, tmp_path: Path, name: str) -> None:
        found = vendor(server, tmp_path, name).address_at(40.7078, -73.7549)
        assert found is not None
        assert (found.parts.house_number, found.parts.street) == ("203-06", "109th Avenue")

    def test_knows_no_address_at_a_pin(self, server: GeocoderServer, tmp_path: Path, name: str) -> None:
        server.houses.clear()
        assert vendor(server, tmp_path, name).address_at(40.7, -73.7) is None

    @pytest.mark.parametrize("fault", ["broken", "slow", "hangs", "busy"])
    def test_a_fault_is_worth_another_try(self, server: GeocoderServer, tmp_path: Path, name: str, fault: str) -> None:
        server.fault, server.retry_after = fault, "7"
        started = time.monotonic()
        with pytest.raises(Failed) as failed:
            vendor(server, tmp_path, name).find(ASKED)
        assert time.monotonic() - started < 3
        assert failed.value.after == (7 if fault == "busy" else None)
        assert "109" not in str(failed.value)

    @pytest.mark.parametrize("fault", ["html", "shape", "huge", "deep"])
    def test_nonsense_is_called_that(self, server: GeocoderServer, tmp_path: Path, name: str, fault: str) -> None:
        server.fault = fault
        with pytest.raises(Nonsense):
            vendor(server, tmp_path, name).find(ASKED)

    def test_a_position_that_is_none_is_nonsense(self, server: GeocoderServer, tmp_path: Path, name: str) -> None:
        server.fault = "nowhere"

        def judged() -> object:
            answer = vendor(server, tmp_path, name).find(ASKED)
            assert answer is not None
            return judge(answer, ASKED, None)

        with pytest.raises(Nonsense):
            judged()

    def test_a_refusal_is_final(self, server: GeocoderServer, tmp_path: Path, name: str) -> None:
        server.fault = "refused"
        with pytest.raises(Refused):
            vendor(server, tmp_path, name).find(ASKED)

    def test_nobody_there(self, tmp_path: Path, name: str) -> None:
        with geocoder_server() as gone:
            pass
        with pytest.raises(Failed, match="cannot be reached"):
            vendor(gone, tmp_path, name).find(ASKED)

    def test_no_address_reaches_the_log(
        self, server: GeocoderServer, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.INFO):
            vendor(server, tmp_path, name).find(ASKED)
        assert "109" not in caplog.text


def test_google_tells_a_used_up_quota_and_a_wrong_key(server: GeocoderServer, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        vendor(server, tmp_path, "google", geocoder_key="wrong").find(ASKED)
    server.fault = "quota"
    with pytest.raises(Refused):
        vendor(server, tmp_path, "google").find(ASKED)


def test_the_public_nominatim_is_asked_once_a_second_at_the_most(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, geocoder="nominatim", geocoder_url=f"https://{PUBLIC_NOMINATIM}")
    made = vendor_of(settings)
    assert made is not None
    assert made.most_per_second == 1


def test_whoever_asks_says_who_they_are(server: GeocoderServer, tmp_path: Path) -> None:
    vendor(server, tmp_path, "nominatim", geocoder_contact="ops@franchise.example").find(ASKED)
    assert server.agents == ["Outbound/0.1 (ops@franchise.example)"]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"geocoder": "pelias"}, "OUTBOUND_GEOCODER_URL"),
        ({"geocoder": "nominatim"}, "OUTBOUND_GEOCODER_URL"),
        ({"geocoder": "google"}, "OUTBOUND_GEOCODER_KEY"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, given: dict[str, Any], missing: str) -> None:
    with pytest.raises(Misconfigured, match=missing):
        vendor_of(Settings(home=tmp_path, **given))


def test_nobody_is_asked_without_a_setting(tmp_path: Path) -> None:
    assert vendor_of(Settings(home=tmp_path)) is None
