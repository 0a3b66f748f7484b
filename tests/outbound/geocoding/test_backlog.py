"""Doors that were placed roughly, or not at all, get a better place as soon as one is known."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ingest.regions.load import load_region
from ingest.service import import_file
from outbound.geocoding.backlog import Worked, is_due, work_off
from outbound.settings import Settings
from outbound.storage.crypto import open_position
from outbound.storage.database import Database
from tests.support.cast import Turf
from tests.support.franchise import Franchise
from tests.support.geocoders import House, geocoder_server

ZIP = "50309"
HEADER = "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE,ID,HASH\n"


class Backlog:
    def __init__(self, database: Database, settings: Settings, franchise: Franchise, folder: Path) -> None:
        self.database, self.settings, self.franchise, self.folder = database, settings, franchise, folder
        self.now = datetime.now(UTC) + timedelta(hours=1)  # after every list that is taken in

    def take_in(self, *addresses: str) -> None:
        """A list without coordinates."""
        path = self.folder / f"{uuid.uuid4().hex}.csv"
        path.write_text("house number,street,zip\n" + "".join(f"{each},{ZIP}\n" for each in addresses))
        import_file(self.database, self.settings, self.franchise.org_id, self.franchise.owner.id, path)

    def load(self, turf: Turf, *doors: str) -> None:
        """A region that knows these doors, all at the middle of a territory."""
        lat, lon = self.middle(turf)
        path = self.folder / "region.csv"
        path.write_text(HEADER + "".join(f"{lon},{lat},{each},,Des Moines,,IA,{ZIP},,\n" for each in doors))
        load_region(self.settings, path, "town")

    @staticmethod
    def middle(turf: Turf) -> tuple[float, float]:
        return (turf.box.south + turf.box.north) / 2, (turf.box.west + turf.box.east) / 2

    def work(self, **changed: Any) -> Worked:
        settings = self.settings.model_copy(update=changed)
        return work_off(self.database, settings, self.now, seconds=30, pause=lambda _: None)

    def door(self, line: str) -> Any:
        with self.franchise.as_job() as session:
            return session.execute(
                text(
                    "select a.*, l.cell as lead_cell, l.territory_id as lead_territory, l.id as lead_id"
                    " from outbound.addresses as a join outbound.leads as l on l.org_id = a.org_id"
                    " and l.address_id = a.id where canonical = :line"
                ),
                {"line": f"{line}, {ZIP}"},
            ).one()


@pytest.fixture
def backlog(database: Database, settings: Settings, franchise: Franchise, tmp_path: Path) -> Backlog:
    return Backlog(database, settings, franchise, tmp_path)


def test_a_region_that_is_loaded_places_doors_with_their_leads(backlog: Backlog, franchise: Franchise) -> None:
    backlog.take_in("5,Birch Street")
    assert backlog.door("5 BIRCH ST").location_source == "zip_centroid"  # of the doors that are there
    assert backlog.work().placed == 0
    assert backlog.work().looked_for == 0  # not again before it is due

    backlog.load(franchise.north_east, "5,Birch Street")
    assert backlog.work() == Worked(looked_for=1, placed=1)

    door = backlog.door("5 BIRCH ST")
    at = open_position(franchise.database.keys, franchise.org_id, door.id, bytes(door.position))
    assert at == pytest.approx(backlog.middle(franchise.north_east), abs=1e-6)
    assert (door.location_source, door.location_confidence > 0.9) == ("address_point", True)
    assert door.territory_id == door.lead_territory == franchise.north_east.id
    assert door.cell == door.lead_cell
    with franchise.as_job() as session:
        history = session.scalars(
            text("select territory_id from outbound.lead_stage_changes where lead_id = :lead order by occurred_at"),
            {"lead": door.lead_id},
        ).all()
        told = session.scalars(text("select action from outbound.audit_entries where entity = 'address'")).all()
    assert history[-1] == franchise.north_east.id
    assert "located" in told


def test_what_lies_roughly_is_placed_exactly_once_it_is_known(backlog: Backlog, franchise: Franchise) -> None:
    others = [f"{number},Oak Street" for number in range(1, 9)]
    backlog.load(franchise.south_west, *others)
    backlog.take_in("77,Birch Street")
    rough = backlog.door("77 BIRCH ST")
    assert rough.location_source == "zip_centroid"
    assert rough.territory_id not in {turf.id for turf in franchise.micros}
    backlog.load(franchise.south_west, *others, "77,Birch Street")
    assert backlog.work().placed == 1
    assert backlog.door("77 BIRCH ST").territory_id == franchise.south_west.id
    assert backlog.work().looked_for == 0


def test_the_geocoder_is_asked_again_at_lengthening_intervals(backlog: Backlog, franchise: Franchise) -> None:
    backlog.take_in("5,Birch Street")
    lat, lon = backlog.middle(franchise.north_west)
    with geocoder_server() as online:
        asks = {"geocoder": "pelias", "geocoder_url": online.url, "geocoder_cache_days": 1}
        looked = []
        for _ in range(14):
            looked.append(backlog.work(**asks).looked_for)
            backlog.now += timedelta(days=1)
        assert [day for day, count in enumerate(looked) if count] == [0, 1, 4, 11]
        online.houses.append(House("5", "Birch Street", ZIP, lat, lon, "Des Moines", "IA"))
        backlog.now += timedelta(days=30)
        assert backlog.work(**asks).placed == 1
    assert backlog.door("5 BIRCH ST").territory_id == franchise.north_west.id


def test_a_geocoder_that_is_down_is_told_of_and_nothing_is_put_off(backlog: Backlog) -> None:
    backlog.take_in("5,Birch Street", "6,Birch Street", "7,Birch Street")
    with geocoder_server() as online:
        online.fault = "broken"
        done = backlog.work(geocoder="pelias", geocoder_url=online.url)
    assert done.placed == 0
    assert "geocoder" in (done.stopped or "")
    assert is_due(backlog.database, backlog.settings, backlog.now)


def test_a_pin_somebody_dropped_meanwhile_stays(backlog: Backlog, franchise: Franchise) -> None:
    backlog.take_in("5,Birch Street")
    door = backlog.door("5 BIRCH ST")
    from outbound.doors.service import edit

    with franchise.as_member(franchise.owner) as session:
        edit(session, door.id, {"position": franchise.south_east.box.point(3)}, backlog.now, expected=None)
    backlog.load(franchise.north_east, "5,Birch Street")
    assert backlog.work().looked_for == 0
    assert backlog.door("5 BIRCH ST").territory_id == franchise.south_east.id


def test_a_lead_that_was_given_another_territory_keeps_it(backlog: Backlog, franchise: Franchise) -> None:
    backlog.take_in("5,Birch Street")
    with franchise.admin() as session:
        session.execute(
            text("update outbound.leads set territory_id = :turf where id = :lead"),
            {"turf": franchise.south_east.id, "lead": backlog.door("5 BIRCH ST").lead_id},
        )
    backlog.load(franchise.north_east, "5,Birch Street")
    assert backlog.work().placed == 1
    assert backlog.door("5 BIRCH ST").lead_territory == franchise.south_east.id
