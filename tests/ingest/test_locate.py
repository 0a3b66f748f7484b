"""Rows get their place by the chain, with its source, accuracy and confidence; a geocoder's fault loses nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ingest import locate
from ingest.regions.load import load_region
from ingest.report import ImportReport
from ingest.service import import_file, register, run_import
from outbound.imports.models import ProspectImport
from outbound.settings import Settings
from outbound.storage.crypto import open_position
from outbound.storage.database import Database
from tests.support.cast import Turf
from tests.support.franchise import Franchise
from tests.support.geocoders import GeocoderServer, House, geocoder_server

ZIP = "50309"
HEADER = "house number,street,city,state,zip,lat,lon\n"
Take = Callable[..., ImportReport]


def door_number(at: int) -> int:
    """Of the street below: 101, 105, 109 … along the south of the north-western turf."""
    return 101 + 4 * at


def door_position(turf: Turf, number: int) -> tuple[float, float]:
    west, _, east, _ = turf.box.west, turf.box.south, turf.box.east, turf.box.north
    share = (number - 101) / 160
    return (turf.box.south + turf.box.north) / 2, west + (east - west) * (0.2 + 0.5 * share)


@pytest.fixture
def known(settings: Settings, franchise: Franchise, tmp_path: Path) -> Settings:
    """A region with forty doors of one street and a few of another."""
    turf = franchise.north_west
    path = tmp_path / "doors.csv"
    lines = ["LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE,ID,HASH"]
    for number in map(door_number, range(40)):
        lat, lon = door_position(turf, number)
        lines.append(f"{lon:.7f},{lat:.7f},{number},Sample Street,,Des Moines,,IA,{ZIP},,")
    for number in ("80-34", "80-36", "80-40"):
        lat, lon = door_position(turf, 101 + int(number[-2:]))
        lines.append(f"{lon:.7f},{lat + 0.001:.7f},{number},Francis Lewis Boulevard,,Des Moines,,IA,{ZIP},,")
    path.write_text("\n".join(lines) + "\n")
    load_region(settings, path, "town")
    return settings


@pytest.fixture
def take(database: Database, settings: Settings, franchise: Franchise, tmp_path: Path) -> Take:
    def take_in(rows: str, **changed: Any) -> ImportReport:
        path = tmp_path / f"{uuid.uuid4().hex}.csv"
        path.write_text(HEADER + rows, encoding="utf-8")
        return import_file(database, settings.model_copy(update=changed), franchise.org_id, franchise.owner.id, path)

    return take_in


@pytest.fixture
def online() -> Iterator[GeocoderServer]:
    with geocoder_server() as running:
        running.houses.append(House("7", "Elsewhere Road", ZIP, 41.6051, -93.6301, "Des Moines", "IA"))
        yield running


def asking(server: GeocoderServer, **more: Any) -> dict[str, Any]:
    base = {"geocoder": "pelias", "geocoder_url": server.url, "geocoder_per_second": 100.0, "geocoder_seconds": 2.0}
    return base | more


def doors(franchise: Franchise) -> dict[str, Any]:
    """By canonical line: every door that a list added, with its position in the clear."""
    with franchise.as_job() as session:
        rows = session.execute(
            text(
                "select a.*, a.created_at from outbound.addresses as a join outbound.leads as l"
                " on l.org_id = a.org_id and l.address_id = a.id where l.import_id is not null"
            )
        ).all()
    keys = franchise.database.keys
    found = {}
    for row in rows:
        at = open_position(keys, franchise.org_id, row.id, bytes(row.position)) if row.position else None
        found[row.canonical] = (row, at)
    return found


def job_of(franchise: Franchise, import_id: uuid.UUID) -> ProspectImport:
    with franchise.as_job() as session:
        return session.get_one(ProspectImport, (franchise.org_id, import_id))


class TestKnownDoors:
    def test_a_known_door_is_where_the_region_says(self, known: Settings, take: Take, franchise: Franchise) -> None:
        take(f"117,SAMPLE ST.,Des Moines,IA,{ZIP},,\n")
        [(row, at)] = doors(franchise).values()
        assert at == pytest.approx(door_position(franchise.north_west, 117), abs=1e-6)
        assert row.location_source == "address_point"
        assert row.location_accuracy < 20
        assert row.location_confidence > 0.9
        assert row.territory_id == franchise.north_west.id

    def test_one_between_two_known_doors_lies_between_them(
        self, known: Settings, take: Take, franchise: Franchise
    ) -> None:
        take(f"119,Sample Street,,,{ZIP},,\n")
        [(row, at)] = doors(franchise).values()
        lat, lon = door_position(franchise.north_west, 119)
        assert at == pytest.approx((lat, lon), abs=1e-4)
        assert row.location_source == "interpolated"
        assert row.territory_id == franchise.north_west.id

    @pytest.mark.parametrize(
        ("number", "street"),
        [
            ("8034", "Francis Lewis Boulevard"),
            ("8034", "FRANCIS LEWIS BOULEV"),
            ("80-34", "Francis Lewis"),
            ("80-34/36", "Francis Lewis Blvd"),
            ("80-34A", "Francis Lewes Blvd"),
        ],
    )
    def test_lists_write_it_their_own_way(
        self, known: Settings, take: Take, franchise: Franchise, number: str, street: str
    ) -> None:
        take(f"{number},{street},,,{ZIP},,\n")
        [(row, at)] = doors(franchise).values()
        lat, lon = door_position(franchise.north_west, 135)
        assert at == pytest.approx((lat + 0.001, lon), abs=1e-6)
        assert row.location_source == "address_point"
        assert row.location_confidence >= 0.5

    def test_an_unknown_street_lies_somewhere_in_its_zip_code_and_in_no_micro_territory(
        self, known: Settings, take: Take, franchise: Franchise
    ) -> None:
        report = take(f"5,Nowhere Lane,Des Moines,IA,{ZIP},,\n")
        [(row, at)] = doors(franchise).values()
        assert at is not None
        assert (row.location_source, row.location_confidence) == ("zip_centroid", pytest.approx(0.1))
        assert row.location_accuracy > 150
        assert row.territory_id not in {turf.id for turf in franchise.micros}
        assert report.locations == {"zip_centroid": 1}

    def test_where_no_region_is_loaded_the_organisation_s_own_doors_tell_a_zip_code_s_middle(
        self, take: Take, franchise: Franchise
    ) -> None:
        with franchise.admin() as session:
            session.execute(
                text(
                    "update outbound.addresses set postcode = '50309-1234', location_source = 'pin' where org_id = :o"
                ),
                {"o": franchise.org_id},
            )
        take(f"5,Nowhere Lane,Des Moines,IA,{ZIP},,\n6,Nowhere Lane,Des Moines,IA,50999,,\n")
        found = doors(franchise)
        assert found[f"5 NOWHERE LN, {ZIP}"][0].location_source == "zip_centroid"
        assert found["6 NOWHERE LN, 50999"][1] is None

    def test_where_nobody_knows_a_door_of_it_the_census_tells_its_middle(
        self, take: Take, franchise: Franchise
    ) -> None:
        take("5,Beach Road,,NY,11692,,\n6,Beach Road,,NY,11692,40.40,-73.50\n7,Beach Road,,NY,11692,40.591,-73.795\n")
        found = doors(franchise)
        assert [found[f"{number} BEACH RD, 11692"][0].location_source for number in (5, 6, 7)] == [
            "zip_centroid",
            "zip_centroid",  # its own coordinates lie in the sea, within the bounds of New York
            "file",
        ]
        row, at = found["6 BEACH RD, 11692"]
        assert at == pytest.approx((40.594, -73.792), abs=0.001)
        assert 1_000 < row.location_accuracy < 10_000


class TestTheFilesOwn:
    @pytest.mark.parametrize(
        ("lat", "lon"), [(35.0, -40.0), (40.7, -73.7), (29.0, -88.0)], ids=["the sea", "New York", "the Gulf"]
    )
    def test_coordinates_of_somewhere_else_make_way_for_the_address(
        self, known: Settings, take: Take, franchise: Franchise, lat: float, lon: float
    ) -> None:
        take(f"117,Sample Street,Des Moines,IA,{ZIP},{lat},{lon}\n")
        [(row, at)] = doors(franchise).values()
        assert row.location_source == "address_point"
        assert at == pytest.approx(door_position(franchise.north_west, 117), abs=1e-6)

    def test_the_row_says_so(self, known: Settings, take: Take, franchise: Franchise) -> None:
        report = take(f"117,Sample Street,,,{ZIP},40.7,-73.7\n117,Nowhere Rd,,,{ZIP},41.0,-94.9\n")
        elsewhere = "lat and lon lie in another state or in the sea and were left out"
        far = "lat and lon lie far from this ZIP code and were left out"
        with franchise.as_job() as session:
            notes = session.scalars(text("select notes from outbound.import_rows order by line")).all()
        assert notes == [[elsewhere], [far]]
        assert report.notes == {elsewhere: 1, far: 1}
        assert (report.examples[elsewhere], report.examples[far]) == ([2], [3])

    def test_water_near_by_is_told_and_so_it_is_of_a_row_without_a_zip_code(self, take: Take) -> None:
        near, bare = "5,Beach Road,,NY,11692,40.53,-73.80", "6,Beach Road,Rockaway,NY,,40.45,-73.60"
        report = take(f"{near}\n{bare}\n7,Beach Road,,NY,11692,40.591,-73.795\n")
        assert report.notes == {"lat and lon lie in the water or abroad and were left out": 2}
        assert (report.locations, report.without_position) == ({"zip_centroid": 1, "file": 1}, 1)

    def test_what_was_mended_before_is_said_too(self, known: Settings, take: Take, franchise: Franchise) -> None:
        lat, lon = door_position(franchise.north_west, 117)
        rows = "".join(f"{number},Nowhere Rd,,,{ZIP},{lat},{lon}\n" for number in (1, 3, 5))
        report = take(f"{rows}7,Nowhere Rd,,,{ZIP},-94.9,41.0\n")
        notes = [
            "lat and lon were exchanged and have been put right",
            "lat and lon lie far from this ZIP code and were left out",
        ]
        with franchise.as_job() as session:
            rows_notes = session.scalars(text("select notes from outbound.import_rows order by line")).all()
        assert rows_notes == [None, None, None, notes]
        assert report.notes == dict.fromkeys(notes, 1)

    def test_coordinates_that_fit_stay_and_are_trusted_more_beside_the_known_door(
        self, known: Settings, take: Take, franchise: Franchise
    ) -> None:
        lat, lon = door_position(franchise.north_west, 117)
        take(f"117,Sample Street,,,{ZIP},{lat + 0.0003},{lon}\n9,Nowhere Rd,,,{ZIP},{lat},{lon}\n")
        found = doors(franchise)
        beside, alone = found[f"117 SAMPLE ST, {ZIP}"], found[f"9 NOWHERE RD, {ZIP}"]
        assert beside[1] == pytest.approx((lat + 0.0003, lon))
        assert (beside[0].location_source, alone[0].location_source) == ("file", "file")
        assert beside[0].location_confidence > alone[0].location_confidence > 0.9


class TestTheGeocoder:
    def test_is_asked_for_what_no_region_knows_and_for_nothing_else(
        self, known: Settings, take: Take, franchise: Franchise, online: GeocoderServer
    ) -> None:
        report = take(
            f"117,Sample Street,,,{ZIP},,\n7,Elsewhere Rd,,IA,{ZIP},,\n7,Elsewhere Rd Apt 2,,IA,{ZIP},,\n",
            **asking(online),
        )
        assert len(online.asked) == 1
        assert report.locations == {"address_point": 1, "geocoder": 2}
        row, at = doors(franchise)[f"7 ELSEWHERE RD, {ZIP}"]
        assert at == pytest.approx((41.6051, -93.6301))
        assert (row.location_source, row.location_accuracy) == ("geocoder", 10)

    def test_an_answer_of_another_address_is_none(
        self, known: Settings, take: Take, franchise: Franchise, online: GeocoderServer
    ) -> None:
        online.houses[0] = House("7", "Elsewhere Avenue", ZIP, 41.6051, -93.6301, "Des Moines", "IA")
        take(f"7,Elsewhere Road,,IA,{ZIP},,\n", **asking(online))
        [(row, _)] = doors(franchise).values()
        assert row.location_source == "zip_centroid"

    @pytest.mark.parametrize("fault", ["broken", "html", "nowhere"])
    def test_one_that_is_down_pauses_the_import_which_goes_on_to_the_same_end(
        self,
        database: Database,
        known: Settings,
        franchise: Franchise,
        online: GeocoderServer,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        fault: str,
    ) -> None:
        rows = [f"117,Sample Street,,,{ZIP},,", *(f"7,Elsewhere Rd # {unit},,IA,{ZIP},," for unit in (1, 2))]
        rows += [f"{number},Beyond Rd,,IA,{ZIP},," for number in range(1, 6)]
        path = tmp_path / "list.csv"
        path.write_text(HEADER + "\n".join(rows) + "\n")
        settings = known.model_copy(update=asking(online))
        import_id = register(database, settings, franchise.org_id, franchise.owner.id, path)
        online.fault = fault

        report = run_import(database, settings, franchise.org_id, import_id)

        paused = job_of(franchise, import_id)
        assert paused.status == "paused"
        assert "geocoder" in (paused.error or "")
        assert doors(franchise) == {}
        assert (report.new, report.error) == (0, paused.error)
        with franchise.as_job() as session:
            located = session.scalars(
                text("select location_source from outbound.import_rows where location_source is not null")
            ).all()
        assert located[0] == "address_point"  # what was found before stays
        with database.admin_engine.begin() as connection:
            connection.execute(text("update outbound.geocoders set down_until = null"))
            connection.execute(text("update outbound.prospect_imports set status = 'processing'"))
        online.fault = None

        report = run_import(database, settings, franchise.org_id, import_id)

        assert (report.new, job_of(franchise, import_id).status) == (8, "completed")
        assert doors(franchise)[f"117 SAMPLE ST, {ZIP}"][0].location_source == "address_point"

    def test_beyond_the_month_s_calls_zip_codes_have_to_do_and_the_row_says_so(
        self, known: Settings, take: Take, franchise: Franchise, online: GeocoderServer
    ) -> None:
        report = take(
            f"1,Beyond Rd,,IA,{ZIP},,\n7,Elsewhere Rd,,IA,{ZIP},,\n", **asking(online, geocoder_monthly_calls=1)
        )
        assert len(online.asked) == 1
        assert report.locations == {"zip_centroid": 2}
        with franchise.as_job() as session:
            notes = session.scalars(text("select notes from outbound.import_rows order by line")).all()
        assert notes == [None, ["located by its ZIP code alone, for the geocoder's calls of this month are used up"]]
        assert sum(report.notes.values()) == 1

    def test_a_slow_one_holds_an_import_up_no_longer_than_the_setting_says(
        self, known: Settings, take: Take, franchise: Franchise, online: GeocoderServer
    ) -> None:
        rows = "".join(f"{number},Beyond Rd,,IA,{ZIP},,\n" for number in range(1, 40))
        report = take(rows, **asking(online, geocoder_per_second=4.0, geocoder_import_seconds=1.0))
        assert report.locations == {"zip_centroid": 39}
        assert 1 <= len(online.asked) < 20

    def test_the_time_of_one_transaction_ends_without_an_end_of_the_work(
        self,
        known: Settings,
        take: Take,
        franchise: Franchise,
        online: GeocoderServer,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(locate, "SECONDS", 0.2)
        rows = "".join(f"{number},Beyond Rd,,IA,{ZIP},,\n" for number in range(1, 8))
        report = take(rows + f"7,Elsewhere Rd,,IA,{ZIP},,\n", **asking(online, geocoder_per_second=10.0))
        assert len(online.asked) == 8
        assert report.locations == {"zip_centroid": 7, "geocoder": 1}


def test_small_chunks_come_to_the_same(
    known: Settings, take: Take, franchise: Franchise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locate, "CHUNK", 3)
    report = take("".join(f"{101 + n},Sample Street,,,{ZIP},,\n" for n in range(10)))
    assert report.locations["address_point"] == 3
    assert sum(report.locations.values()) == 10
