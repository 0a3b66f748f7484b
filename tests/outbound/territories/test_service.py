"""The one territory of a door is the deepest that holds it, whoever asks."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from outbound.territories.placement import territory_at
from outbound.vocabulary import TerritoryType
from tests.support import places
from tests.support.examples import examples
from tests.support.franchise import Franchise


@settings(max_examples=examples(40))
@given(
    across=st.floats(-0.2, 1.2),
    up=st.floats(-0.2, 1.2),
    who=st.sampled_from(["owner", "manager", "head_manager", "rep", "helper"]),
)
def test_a_position_lies_in_the_micro_territory_that_holds_it_whoever_asks(
    franchise: Franchise, across: float, up: float, who: str
):
    lon = places.REGION.west + across * (places.REGION.east - places.REGION.west)
    lat = places.REGION.south + up * (places.REGION.north - places.REGION.south)
    with franchise.as_member(getattr(franchise, who)) as session:
        found = territory_at(session, lat, lon)
    holding = {
        turf.id
        for turf in franchise.micros
        if turf.box.west <= lon <= turf.box.east and turf.box.south <= lat <= turf.box.north
    }
    assert found in holding if holding else found is None


def test_a_territory_that_rests_holds_nothing(franchise: Franchise):
    lat, lon = franchise.north_west.box.point(1)
    with franchise.admin() as session:
        session.execute(
            text("update outbound.territories set active = false where id = :id"), {"id": franchise.north_west.id}
        )
    with franchise.as_member(franchise.rep) as session:
        assert territory_at(session, lat, lon) == franchise.west.id


def test_of_two_that_overlap_the_weightier_wins(franchise: Franchise):
    lat, lon = franchise.north_west.box.point(1)
    rival = franchise.add_territory("Rival", TerritoryType.MICRO, places.NORTH_WEST, parent=franchise.west)
    for weight, winner in ((5, rival.id), (1, min(rival.id, franchise.north_west.id))):
        with franchise.admin() as session:
            session.execute(
                text("update outbound.territories set priority_weight = :weight where id = :id"),
                {"id": rival.id, "weight": weight},
            )
        with franchise.as_member(franchise.rep) as session:
            assert territory_at(session, lat, lon) == winner


def test_the_box_around_a_shape_is_kept_by_the_database(franchise: Franchise):
    two = [places.SOUTH_WEST.geometry["coordinates"][0], places.NORTH_EAST.geometry["coordinates"][0]]
    with franchise.admin() as session:
        session.execute(
            text("update outbound.territories set geometry = cast(:shape as jsonb) where id = :id"),
            {
                "id": franchise.north_west.id,
                "shape": '{"type": "MultiPolygon", "coordinates": ' + str(two) + "}",
            },
        )
        box = session.execute(
            text("select west, south, east, north from outbound.territories where id = :id"),
            {"id": franchise.north_west.id},
        ).one()
    region = places.REGION
    assert tuple(box) == (region.west, region.south, region.east, region.north)
