"""Rows of a list get the territory that holds them and the owner that its rule names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from ingest.place import place_rows
from outbound.geo.cells import cell_at
from outbound.identity.models import Membership
from outbound.ids import uuid7
from outbound.imports.models import ImportRow, ProspectImport
from outbound.storage.crypto import seal_position
from outbound.storage.database import Database
from outbound.territories.models import Territory
from outbound.vocabulary import AssignmentRole, ImportSource, LocationSource, OwnerRule, RowFate
from tests.support.cast import Member, Turf
from tests.support.franchise import Franchise

Place = Callable[..., list[ImportRow]]


@pytest.fixture
def place(database: Database, franchise: Franchise) -> Place:
    """Places rows at positions, as the import does, and returns them by line. A row says more by a dictionary."""

    def run(*rows: tuple[float, float] | dict) -> list[ImportRow]:
        import_id = uuid7()
        with franchise.admin() as session:
            session.add(
                ProspectImport(
                    org_id=franchise.org_id,
                    id=import_id,
                    uploaded_by=franchise.owner.id,
                    source=ImportSource.CSV,
                    file_url="none",
                    file_name="list.csv",
                    file_sha256="0" * 64,
                )
            )
            session.flush()
            for line, row in enumerate(rows, 2):
                said = row if isinstance(row, dict) else {"at": row}
                lat, lon = said.pop("at", (None, None))
                door_id = uuid7()
                session.add(
                    ImportRow(
                        **{
                            "org_id": franchise.org_id,
                            "import_id": import_id,
                            "line": line,
                            "fate": RowFate.NEW,
                            "door_id": door_id,
                            "location_source": LocationSource.FILE,
                            "position": lat and seal_position(database.keys, franchise.org_id, door_id, lat, lon),
                            "cell": lat and cell_at(lat, lon),
                        }
                        | said
                    )
                )
        with database.as_job(franchise.org_id) as session:
            while place_rows(session, import_id):
                pass
        with database.as_job(franchise.org_id) as session:
            found = select(ImportRow).where(ImportRow.import_id == import_id).order_by(ImportRow.line)
            return list(session.scalars(found))

    return run


def give(franchise: Franchise, rule: OwnerRule, *people: Member) -> None:
    """Has the north-west given away by a rule, and more people work it beside the rep."""
    with franchise.admin() as session:
        session.execute(update(Territory).where(Territory.id == franchise.north_west.id).values(owner_rule=rule))
    for member in people:
        franchise.assign(member, franchise.north_west, AssignmentRole.CONTRIBUTOR)


def spots(turf: Turf, count: int) -> list[tuple[float, float]]:
    return [turf.box.point(number) for number in range(count)]


def test_a_row_lies_in_the_deepest_territory_that_holds_it_and_belongs_to_its_owner(
    place: Place, franchise: Franchise
) -> None:
    inside, unowned, nowhere = place(
        franchise.north_west.box.point(1), franchise.south_west.box.point(1), (40.0, -100.0)
    )
    assert (inside.territory_id, inside.owner_id) == (franchise.north_west.id, franchise.rep.id)
    assert (unowned.territory_id, unowned.owner_id) == (franchise.south_west.id, None)
    assert (nowhere.territory_id, nowhere.owner_id) == (None, None)


def test_a_position_that_is_a_guess_puts_no_row_into_a_micro_territory(place: Place, franchise: Franchise) -> None:
    at = franchise.north_west.box.point(1)
    rows = place(
        {"at": at, "location_source": LocationSource.ZIP_CENTROID, "location_accuracy": 2_000},
        {"at": at, "location_source": LocationSource.GEOCODER, "location_accuracy": 500},
        {"at": at, "location_source": LocationSource.INTERPOLATED, "location_accuracy": 30},
        {"at": at, "location_source": LocationSource.PIN, "location_accuracy": 400},
    )
    west, north_west = franchise.west.id, franchise.north_west.id
    assert [row.territory_id for row in rows] == [west, west, north_west, north_west]


def test_rows_that_will_be_no_lead_and_what_was_said_before_stay_as_they_are(
    place: Place, franchise: Franchise
) -> None:
    at, known = franchise.north_west.box.point(1), franchise.south_east.id
    rejected, doubtful, door, owned, bare = place(
        {"at": at, "fate": RowFate.REJECTED},
        {"at": at, "fate": RowFate.UNSURE},
        {"at": at, "territory_id": known},
        {"at": at, "owner_id": franchise.helper.id},
        {},
    )
    assert rejected.territory_id is None
    assert (doubtful.territory_id, doubtful.owner_id) == (franchise.north_west.id, franchise.rep.id)
    assert (door.territory_id, door.owner_id) == (known, None)
    assert owned.owner_id == franchise.helper.id
    assert (bare.territory_id, bare.owner_id) == (None, None)


def test_a_row_that_is_a_lead_already_gets_a_territory_for_its_door_and_no_owner(
    place: Place, franchise: Franchise
) -> None:
    give(franchise, OwnerRule.ROUND_ROBIN, franchise.helper)
    at = franchise.north_west.box.point(1)
    known, first, second = place({"at": at, "fate": RowFate.SAME}, at, at)
    assert (known.territory_id, known.owner_id) == (franchise.north_west.id, None)
    assert [first.owner_id, second.owner_id] == sorted([franchise.rep.id, franchise.helper.id])


def test_in_turn_rows_go_to_all_who_work_the_territory_in_the_order_of_the_file(
    place: Place, franchise: Franchise
) -> None:
    give(franchise, OwnerRule.ROUND_ROBIN, franchise.helper)
    rows = place(*spots(franchise.north_west, 7))
    people = sorted([franchise.rep.id, franchise.helper.id])
    assert [row.owner_id for row in rows] == [people[number % 2] for number in range(7)]


def test_the_turn_goes_on_where_the_list_before_ended(place: Place, franchise: Franchise) -> None:
    give(franchise, OwnerRule.ROUND_ROBIN, franchise.helper)
    first, second = sorted([franchise.rep, franchise.helper], key=lambda member: member.id)
    import_id = place(franchise.north_west.box.point(1))[0].import_id
    franchise.add_lead(franchise.north_west, owner=first, import_id=import_id)
    assert place(franchise.north_west.box.point(2))[0].owner_id == second.id


def test_rows_go_to_whoever_has_the_fewest_open_leads(place: Place, franchise: Franchise) -> None:
    give(franchise, OwnerRule.LEAST_LOADED, franchise.helper)
    for _ in range(3):
        franchise.add_lead(franchise.south_west, owner=franchise.helper)
    had = Counter({franchise.helper.id: 3, franchise.rep.id: 1})
    rows = place(*spots(franchise.north_west, 8))
    after = had + Counter(row.owner_id for row in rows)
    assert after == {franchise.helper.id: 6, franchise.rep.id: 6}


def test_who_was_shut_out_is_given_nothing(place: Place, franchise: Franchise) -> None:
    give(franchise, OwnerRule.ROUND_ROBIN, franchise.helper)
    with franchise.admin() as session:
        session.execute(update(Membership).where(Membership.user_id == franchise.rep.id).values(active=False))
    rows = place(*spots(franchise.north_west, 3))
    assert {row.owner_id for row in rows} == {franchise.helper.id}
