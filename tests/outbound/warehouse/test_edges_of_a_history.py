"""Where a history begins and what it leaves out: an organisation founded today, a territory without leads or without
doors, a knock dated last year. The figures are those that counting by hand gives, on both engines, and readers cope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from outbound.identity.service import add_member
from outbound.lake.extract import extract
from outbound.policies.founding import create_organisation
from outbound.reports import WHOLE_ORGANISATION, Warehouse
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.territories.service import edit
from outbound.vocabulary import AssignmentRole, Role, TerritoryType
from outbound.warehouse.build import build_and_verify
from outbound.warehouse.publish import publish
from tests.support.by_hand import ByHand
from tests.support.cast import Turf
from tests.support.franchise import FOUNDED, Franchise
from tests.support.marts import at_once, installation, on_postgres
from tests.support.server import Server

pytestmark = pytest.mark.slow

AS_OF = datetime(2026, 11, 20, 18, tzinfo=UTC)
THIS_WEEK = date(2026, 11, 16)
LAST_YEAR = datetime(2025, 11, 12, 16, tzinfo=UTC)
"""A Wednesday, a year and a week before."""
THAT_WEEK = date(2025, 11, 10)
BOTH = ("duckdb", "postgres")
_KEYS = {"org_id", "territory_id", "week_start"}


@dataclass
class Edges:
    """A franchise with odd corners and an organisation founded an hour ago, both published on both engines."""

    database: Database
    settings: dict[str, Settings]
    franchise: Franchise
    doors_alone: Turf
    """Somebody owns it, and it has three doors where nobody is a lead."""
    nothing: Turf

    def publish(self) -> list[str]:
        """Takes what is new to the marts of both engines; the organisations that are published on both."""
        extract(self.database, self.settings["duckdb"])

        def run(settings: Settings) -> list[str]:
            done, verdict = build_and_verify(settings, as_of=AS_OF)
            assert dict(verdict.failed) == {}
            return list(publish(settings, done, verdict).published)

        first, second = at_once(run, *self.settings.values())
        assert first == second
        return first

    def weeks(self, engine: str, turf: Turf) -> dict[date, dict[str, Any]]:
        """The rows of ``outbound_stats`` of a territory, as readers get them."""
        frame = Warehouse(self.settings[engine], self.franchise.org_id, WHOLE_ORGANISATION).query(
            "select * from outbound_stats where territory_id = cast($id as uuid)", {"id": str(turf.id)}
        )
        return {row["week_start"]: row for row in frame.astype(object).to_dict("records")}

    def assert_counted(self, engine: str, turf: Turf, *mondays: date) -> None:
        by_hand = ByHand(self.database.admin_engine, self.franchise.org_id, AS_OF)
        weeks = self.weeks(engine, turf)
        for monday in mondays:
            found = {name: value for name, value in weeks[monday].items() if name not in _KEYS}
            wanted = by_hand.week(turf.id, monday)
            ratios = {name for name, value in wanted.items() if value is None}
            assert {name for name in ratios if found[name] == found[name] and found[name] is not None} == set()
            assert {name: found[name] for name in wanted.keys() - ratios} == {
                name: wanted[name] for name in wanted.keys() - ratios
            }
            assert found.keys() == wanted.keys()


@pytest.fixture(scope="module")
def edges(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edges]:
    with installation(server, tmp_path_factory.mktemp("edges"), histories=False) as (database, settings):
        engines = {"duckdb": settings, "postgres": on_postgres(settings)}
        franchise = Franchise(database, "Odd Corners")
        doors_alone, nothing = (
            franchise.add_territory(name, TerritoryType.MICRO, box, parent=franchise.east)
            for name, box in zip(("Doors Alone", "Nothing"), franchise.east.box.split(5, 5)[:2], strict=True)
        )
        for turf in (doors_alone, nothing):
            franchise.assign(franchise.rep, turf, AssignmentRole.OWNER)
        for _ in range(3):
            franchise.add_address(doors_alone, created_at=FOUNDED)
        with franchise.admin() as session:
            session.execute(text("update outbound.addresses set created_at = :then"), {"then": FOUNDED})
        yield Edges(database, engines, franchise, doors_alone, nothing)


@pytest.fixture(scope="module")
def published(edges: Edges) -> Edges:
    assert edges.publish() == [str(edges.franchise.org_id)]
    return edges


@pytest.mark.parametrize("engine", BOTH)
def test_a_territory_without_leads_has_its_doors_and_a_gap_of_all_of_them(published: Edges, engine: str) -> None:
    published.assert_counted(engine, published.doors_alone, THIS_WEEK, THIS_WEEK - timedelta(weeks=1))
    week = published.weeks(engine, published.doors_alone)[THIS_WEEK]
    assert (week["doors"], week["touches"], week["entered_cold"], week["gap_ratio"]) == (3, 0, 0, 1.0)
    assert week["had_owner"]
    warehouse = Warehouse(published.settings[engine], published.franchise.org_id, WHOLE_ORGANISATION)
    cells = warehouse.within([published.doors_alone.id]).coverage_cells(THIS_WEEK, 9)
    assert int(cells["doors"].sum()) == 3
    assert not cells["covered"].any()
    assert warehouse.within([published.doors_alone.id]).pipeline().empty


@pytest.mark.parametrize("engine", BOTH)
def test_a_territory_without_leads_and_doors_has_no_gap_at_all(published: Edges, engine: str) -> None:
    published.assert_counted(engine, published.nothing, THIS_WEEK)
    week = published.weeks(engine, published.nothing)[THIS_WEEK]
    assert (week["doors"], week["workable_cells"], bool(week["had_owner"])) == (0, 0, True)
    warehouse = Warehouse(published.settings[engine], published.franchise.org_id, WHOLE_ORGANISATION)
    assert warehouse.within([published.nothing.id]).coverage_cells(THIS_WEEK, 7).empty
    assert warehouse.within([published.nothing.id]).saturation(THIS_WEEK, THIS_WEEK).empty
    assert len(warehouse.within([published.nothing.id]).north_star()) == len(published.weeks(engine, published.nothing))


@pytest.mark.parametrize("engine", BOTH)
def test_such_territories_are_part_of_the_one_above(published: Edges, engine: str) -> None:
    published.assert_counted(engine, published.franchise.east, THIS_WEEK)


def test_a_knock_dated_last_year_restates_its_week_and_no_other(published: Edges) -> None:
    turf = published.franchise.north_west
    before = {engine: published.weeks(engine, turf) for engine in BOTH}
    (lead, *_) = published.franchise.leads_in(turf)
    published.franchise.add_activity(lead, by=published.franchise.rep, occurred_at=LAST_YEAR, received_at=AS_OF)
    published.publish()
    for engine in BOTH:
        after = published.weeks(engine, turf)
        assert (before[engine][THAT_WEEK]["touches"], after[THAT_WEEK]["touches"]) == (0, 1)
        assert (after[THAT_WEEK]["covered_cells"], after[THAT_WEEK]["not_home"]) == (1, 1)
        published.assert_counted(engine, turf, THAT_WEEK, THAT_WEEK - timedelta(weeks=1), THIS_WEEK)
        others = after.keys() - {THAT_WEEK}
        assert others == before[engine].keys() - {THAT_WEEK}
        assert all(repr(after[week]) == repr(before[engine][week]) for week in others)


@pytest.mark.parametrize("engine", BOTH)
def test_an_organisation_founded_today_has_one_week_in_which_nothing_has_happened(
    founded: dict[str, Warehouse], engine: str
) -> None:
    warehouse = founded[engine]
    build = warehouse.build()
    assert (build.zone, build.go_live_on) == ("America/New_York", AS_OF.date())
    assert list(warehouse.weeks().itertuples(index=False, name=None)) == [(THIS_WEEK, 0, 0)]
    (star,) = warehouse.north_star().astype(object).to_dict("records")
    counted = {name: star[name] for name in ("cold_cohort", "trips_completed", "trip_closes", "workable_cells")}
    assert counted == dict.fromkeys(counted, 0)
    for figure in ("cold_ratio", "closes_per_trip", "gap_ratio", "cold_baseline", "closes_baseline", "cold_change"):
        assert star[figure] != star[figure] or star[figure] is None, f"{figure} of nothing is no number"
    nothing = (
        warehouse.territories(),
        warehouse.territory_stats(THIS_WEEK),
        warehouse.coverage_cells(THIS_WEEK),
        warehouse.pipeline(),
        warehouse.leaderboard(THIS_WEEK, THIS_WEEK),
        warehouse.reps(THIS_WEEK, AS_OF.date()),
        warehouse.saturation(THIS_WEEK, THIS_WEEK),
    )
    assert all(frame.empty for frame in nothing)


@pytest.fixture(scope="module")
def founded(published: Edges) -> dict[str, Warehouse]:
    """The organisation as `outbound init` founds it: its owner, and nothing else."""
    org_id = create_organisation(
        published.database, name="Founded Today", zone="America/New_York", go_live_on=AS_OF.date()
    )
    add_member(
        published.database,
        org_id,
        email="first@founded.test",
        name="First Owner",
        role=Role.FRANCHISE_OWNER,
        password="a long enough password",
    )
    assert str(org_id) in published.publish()
    return {engine: Warehouse(published.settings[engine], org_id, WHOLE_ORGANISATION) for engine in BOTH}


def test_a_territory_that_is_drawn_anew_keeps_the_doors_of_its_past_weeks(published: Edges) -> None:
    """Defined last: the tests above know where the doors lay before."""
    franchise, turf = published.franchise, published.doors_alone
    last_week = THIS_WEEK - timedelta(weeks=1)
    before = {engine: published.weeks(engine, turf) for engine in BOTH}
    elsewhere = franchise.east.box.split(5, 5)[-1]
    then = AS_OF - timedelta(hours=2)
    with franchise.as_member(franchise.owner) as session:
        edit(session, turf.id, {"geometry": elsewhere.geometry}, then)
    with franchise.admin() as session:
        session.execute(text("update outbound.door_changes set changed_at = :then"), {"then": then})
    published.publish()
    for engine in BOTH:
        after = published.weeks(engine, turf)
        assert (before[engine][last_week]["doors"], after[last_week]["doors"]) == (3, 3)
        assert (before[engine][THIS_WEEK]["doors"], after[THIS_WEEK]["doors"]) == (3, 0)
        for changed in (turf, franchise.east):
            published.assert_counted(engine, changed, last_week, THIS_WEEK)
