"""After any change of the map every door and open lead lies where the exact test puts it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from outbound.addresses.models import Address
from outbound.leads.models import Lead
from outbound.territories.placement import place_again
from outbound.territories.service import TerritoryDraft, create, edit
from outbound.turf.holding import territory_at
from outbound.vocabulary import TerritoryType
from tests.support import places
from tests.support.cast import Door, Turf
from tests.support.examples import examples
from tests.support.franchise import Franchise
from tests.support.places import Box

NOW = datetime(2026, 5, 4, 15, tzinfo=UTC)
_REGION = places.REGION


def box(west: float, south: float, width: float, height: float) -> Box:
    """A rectangle within the region, by fractions of it."""
    span, rise = _REGION.east - _REGION.west, _REGION.north - _REGION.south
    left, bottom = _REGION.west + west * span, _REGION.south + south * rise
    return Box(left, bottom, min(left + width * span, _REGION.east), min(bottom + height * rise, _REGION.north))


boxes = st.builds(box, st.floats(0, 0.8), st.floats(0, 0.8), st.floats(0.05, 1), st.floats(0.05, 1))
changes = st.tuples(st.integers(0, 3), boxes | st.none(), st.integers(1, 3), st.booleans())


def where(franchise: Franchise) -> dict[uuid.UUID, uuid.UUID | None]:
    with franchise.admin() as session:
        return {row.id: row.territory_id for row in session.scalars(select(Address))}


@settings(max_examples=examples(15))
@given(st.lists(changes, min_size=1, max_size=4))
def test_whatever_is_drawn_each_door_lies_in_the_territory_that_holds_it(
    franchise: Franchise, history: list[tuple[int, Box | None, int, bool]]
):
    for number, drawn, weight, active in history:
        turf: Turf = franchise.micros[number]
        with franchise.as_member(franchise.owner) as session:
            changed = {"priority_weight": weight, "active": active}
            edit(session, turf.id, changed | ({"geometry": drawn.geometry} if drawn else {}), NOW)
    with franchise.admin() as session:
        doors = list(session.scalars(select(Address)))
        leads = list(session.scalars(select(Lead)))
    with franchise.as_member(franchise.owner) as session:
        keys = franchise.database.keys
        from outbound.storage.crypto import open_position

        for door in doors:
            lat, lon = open_position(keys, franchise.org_id, door.id, door.position)
            assert door.territory_id == territory_at(session, lat, lon)
    at = {door.id: door.territory_id for door in doors}
    assert all(lead.territory_id == at[lead.address_id] for lead in leads)


def test_placing_what_lies_right_changes_nothing(franchise: Franchise):
    before = where(franchise)
    with franchise.as_member(franchise.owner) as session:
        placed = place_again(session, shapely.box(-94, 41, -93, 42), NOW)
    assert (placed.doors, placed.leads) == (0, 0)
    assert where(franchise) == before


def test_a_neighbours_door_that_the_manager_never_sees_is_placed_too(franchise: Franchise):
    """West's manager gives ground up; what lies there falls to a territory out of their reach."""
    half = places.NORTH_WEST.split(2, 1)[1]
    cover = franchise.add_territory("Cover", TerritoryType.AREA, half, parent=franchise.region)
    door: Door = franchise.add_address(franchise.north_west, at=half.point(5))
    with franchise.as_member(franchise.manager) as session:
        kept = places.NORTH_WEST.split(2, 1)[0]
        edit(session, franchise.west.id, {"geometry": kept.geometry}, NOW)
        _, placed = edit(session, franchise.north_west.id, {"geometry": kept.geometry}, NOW)
        assert placed.doors >= 1
        assert session.scalar(select(Address.id).where(Address.id == door.id)) is None  # gone from their sight
    assert where(franchise)[door.id] == cover.id


def test_after_placing_the_callers_own_rights_are_back(franchise: Franchise):
    corner = places.NORTH_WEST.split(2, 2)[0]
    with franchise.as_member(franchise.manager) as session:
        draft = TerritoryDraft(
            None, "Corner", TerritoryType.MICRO, corner.geometry, parent_id=franchise.west.id, priority_weight=5
        )
        create(session, draft, NOW)
        seen = set(session.scalars(select(Lead.id)))
    assert seen == {lead for turf in (franchise.south_west, franchise.north_west) for lead in franchise.leads_in(turf)}


def test_a_door_whose_position_is_a_guess_is_put_into_no_micro_territory(franchise: Franchise):
    rough = {"location_source": "zip_centroid", "location_accuracy": 2_000.0}
    guessed = franchise.add_address(franchise.west, at=places.NORTH_WEST.point(3), **rough)
    found = franchise.add_address(franchise.west, at=places.NORTH_WEST.point(4))
    with franchise.as_member(franchise.owner) as session:
        edit(session, franchise.north_west.id, {"priority_weight": 9}, NOW)
    assert where(franchise)[guessed.id] == franchise.west.id
    assert where(franchise)[found.id] == franchise.north_west.id


def test_two_edits_at_once_follow_each_other(franchise: Franchise):
    """Both place the same doors; the later one sees what the earlier wrote."""
    from concurrent.futures import ThreadPoolExecutor

    def shift(weights: tuple[Turf, int]) -> None:
        turf, weight = weights
        with franchise.as_member(franchise.owner) as session:
            edit(session, turf.id, {"priority_weight": weight, "geometry": places.WEST.geometry}, NOW)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(shift, [(franchise.south_west, 5), (franchise.north_west, 7)]))
    with franchise.admin() as session:
        lying = set(session.scalars(select(Address.territory_id).where(Address.cell.is_not(None))))
    assert franchise.south_west.id not in lying
