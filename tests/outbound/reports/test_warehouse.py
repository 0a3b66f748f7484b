"""The one reader: the figures of an organisation, on either engine, no further than the caller may see."""

from __future__ import annotations

import datetime
import inspect
import uuid
from typing import Any

import duckdb
import pandas as pd
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from outbound.errors import Forbidden
from outbound.reports import WHOLE_ORGANISATION, NothingPublished, Warehouse, reach_told
from outbound.reports.errors import MadeByAnotherVersion
from outbound.vocabulary import Role
from tests.outbound.reports.conftest import Installed
from tests.support.marts import AS_OF, installation
from tests.support.server import Server

WEEK = datetime.date(2026, 11, 9)


@pytest.fixture(params=["duckdb", "postgres"])
def warehouse(request: pytest.FixtureRequest, installed: Installed) -> Warehouse:
    return installed.warehouse(request.param)


def test_every_figure_is_the_same_on_both_engines(installed: Installed) -> None:
    some = installed.territories("MICRO")[:3]
    duck, postgres = installed.warehouse("duckdb"), installed.warehouse("postgres")
    for one_engine, other_engine in ((duck, postgres), (duck.within(some), postgres.within(some))):
        for name, arguments in (
            ("territories", {}),
            ("north_star", {}),
            ("territory_stats", {"week": WEEK}),
            ("gaps", {"week": WEEK}),
            ("channels", {}),
            ("coverage_cells", {"week": WEEK}),
            ("coverage_cells", {"week": WEEK, "level": 7}),
            ("passed_over", {"week": WEEK}),
            ("passed_over", {"week": WEEK, "level": 8, "most": 1000}),
            ("pipeline", {}),
            ("leaderboard", {"since": WEEK, "until": WEEK}),
            ("conversion", {"since": WEEK - datetime.timedelta(weeks=8), "until": WEEK}),
            ("reps", {"since": WEEK - datetime.timedelta(weeks=8), "until": WEEK}),
            ("saturation", {"since": WEEK - datetime.timedelta(weeks=8), "until": WEEK}),
        ):
            one, other = (getattr(each, name)(**arguments) for each in (one_engine, other_engine))
            assert len(one) > 0, name
            by = list(one.columns)
            pd.testing.assert_frame_equal(
                one.sort_values(by).reset_index(drop=True),
                other.sort_values(by).reset_index(drop=True),
                check_dtype=False,
            )
    pd.testing.assert_frame_equal(duck.weeks(), postgres.weeks(), check_dtype=False)
    trends = [each.within(some).gap_trends(WEEK).astype({"gap_ratio": float}) for each in (duck, postgres)]
    pd.testing.assert_frame_equal(*trends, check_dtype=False)
    assert len(trends[0]) > 0


def test_weeks_come_newest_first(warehouse: Warehouse) -> None:
    weeks = list(warehouse.weeks()["week_start"])
    assert weeks == sorted(weeks, reverse=True)
    assert weeks[0] == datetime.date(2026, 11, 16)
    assert all(week.weekday() == 0 for week in weeks)


def test_marts_without_a_column_that_is_asked_for_are_of_another_version(warehouse: Warehouse) -> None:
    with pytest.raises(MadeByAnotherVersion, match="run `outbound pipeline run`"):
        warehouse.query("select to_come from build_info")
    assert len(warehouse.weeks()) > 0, "other queries go on"


def test_the_build_says_how_old_it_is(warehouse: Warehouse) -> None:
    built = warehouse.build()
    assert built.zone == "America/Chicago"
    assert built.built_at == AS_OF
    assert built.go_live_on == datetime.date(2026, 10, 20)
    assert built.age(built.extracted_at + datetime.timedelta(hours=2)) == datetime.timedelta(hours=2)


def test_all_territories_together_have_the_organisations_north_star(installed: Installed, warehouse: Warehouse) -> None:
    """What the reader adds up over given territories is what the mart says of the whole."""
    everything = [*installed.territories("REGION", "AREA", "MICRO"), str(uuid.UUID(int=0))]
    whole = warehouse.north_star().drop(columns="org_id")
    added = warehouse.within(everything).north_star()
    pd.testing.assert_frame_equal(whole, added[whole.columns], check_dtype=False)


def test_without_a_go_live_date_there_is_no_baseline(installed: Installed) -> None:
    figures = installed.warehouse("duckdb", installed.second).north_star()
    assert figures["cold_ratio"].notna().any()
    assert figures[["cold_baseline", "cold_change", "closes_baseline", "closes_change"]].isna().all().all()
    some = installed.warehouse("duckdb", installed.second).territories()["id"]
    restricted = installed.warehouse("duckdb", installed.second).within(list(some)).north_star()
    assert restricted[["cold_baseline", "cold_change", "closes_baseline", "closes_change"]].isna().all().all()


def test_a_caller_sees_no_more_than_their_territories(installed: Installed, warehouse: Warehouse) -> None:
    mine = installed.territories("MICRO")[:1]
    assert set(warehouse.within(mine).territories()["id"]) == set(mine)
    assert set(warehouse.within(mine).territory_stats(WEEK)["territory_id"]) == set(mine)
    assert warehouse.within(mine).coverage_cells(WEEK)["doors"].sum() < (warehouse.coverage_cells(WEEK)["doors"].sum())
    assert warehouse.within(mine).pipeline()["leads"].sum() < warehouse.pipeline()["leads"].sum()
    assert warehouse.within(mine).leaderboard(WEEK, WEEK)["touches"].sum() == (
        warehouse.within(mine).territory_stats(WEEK)["touches"].sum()
        - warehouse.within(mine).territory_stats(WEEK)["cadence_messages"].sum()
    )


def test_a_day_in_several_territories_is_one_day_of_work(warehouse: Warehouse) -> None:
    since = WEEK - datetime.timedelta(weeks=8)
    days = warehouse.query(
        "select user_id, territory_id, day, touches, won from rep_days where day between $since and $until",
        {"since": since, "until": WEEK + datetime.timedelta(days=6)},
    )
    worked = days[days["touches"] > 0]
    assert worked.groupby(["user_id", "day"])["territory_id"].nunique().max() > 1
    reps = warehouse.reps(since, WEEK).set_index("user_id")
    days_worked = worked.groupby("user_id")["day"].nunique().reindex(reps.index, fill_value=0)
    assert reps["days"].to_dict() == days_worked.to_dict()
    for column in ("touches", "won"):
        assert reps[column].to_dict() == days.groupby("user_id")[column].sum().to_dict()


@pytest.mark.parametrize("weeks", [0, 1])
def test_a_cell_is_walked_once_it_was_knocked_in_any_of_the_weeks(warehouse: Warehouse, weeks: int) -> None:
    since = WEEK - datetime.timedelta(weeks=weeks)
    cells = warehouse.query(
        "select territory_id, cell, week_start, doors, covered, door_touches from coverage_cells"
        " where week_start between $since and $until",
        {"since": since, "until": WEEK},
    )
    knocked = cells[cells["door_touches"] > 0].groupby("territory_id")["cell"].agg(set)
    there = cells[(cells["week_start"] == WEEK) & (cells["doors"] > 0)].groupby("territory_id")["cell"].agg(set)
    found = warehouse.saturation(since, WEEK).set_index("territory_id")
    assert found["workable_cells"].to_dict() == {place: len(all_of) for place, all_of in there.items()}
    assert found["knocked_cells"].to_dict() == {
        place: len(all_of & knocked.get(place, set())) for place, all_of in there.items()
    }
    assert found["knocked_cells"].sum() < found["workable_cells"].sum()


def test_gaps_are_those_of_territories_that_no_other_is_part_of(installed: Installed, warehouse: Warehouse) -> None:
    stats = warehouse.territory_stats(WEEK)
    with_doors = stats[stats["workable_cells"] > 0]
    leaves = with_doors[~with_doors["territory_id"].isin(stats["parent_id"])].set_index("territory_id")
    gaps = warehouse.gaps(WEEK)
    assert set(gaps["territory_id"]) == set(leaves.index)
    known = gaps[gaps["gap_ratio"].notna()]
    assert list(known["gap_ratio"]) == sorted((leaves["gap_ratio"].dropna().astype(float)), reverse=True)
    # Whoever sees an area alone sees its gap, for of its parts they see none.
    areas = installed.territories("AREA")
    assert set(warehouse.within(areas).gaps(WEEK)["territory_id"]) == set(
        with_doors[with_doors["territory_id"].isin(areas)]["territory_id"]
    )


ARGUMENTS: dict[str, Any] = {"week": WEEK, "until": WEEK, "since": WEEK - datetime.timedelta(weeks=8)}
TOLD_TO_EVERYBODY = {"build", "mondays", "last_run", "columns"}
"""What says nothing of any territory: the build, its calendar, its run, and which tables there are."""
NO_FIGURE = {"within", "query", "rows"}
"""Narrows; refuses whoever does not see everything; what an export writes, which has a test of its own."""


def test_no_figure_is_told_beyond_the_reach(warehouse: Warehouse) -> None:
    """Every public query of every subject, also those that are yet to be written."""
    nobody = warehouse.within([])
    names = {name for name, _ in inspect.getmembers(Warehouse, inspect.isfunction) if not name.startswith("_")}
    for name in sorted(names - TOLD_TO_EVERYBODY - NO_FIGURE):
        asked = inspect.signature(getattr(Warehouse, name)).parameters.values()
        given = {each.name: ARGUMENTS[each.name] for each in asked if each.name in ARGUMENTS}
        assert not getattr(warehouse, name)(**given).empty, f"{name} tells nothing here, so this test proves nothing"
        assert getattr(nobody, name)(**given).empty, f"{name} tells of territories that are out of reach"


def test_a_query_that_no_reach_bounds_is_not_run(warehouse: Warehouse) -> None:
    with pytest.raises(ValueError, match="no reach"):
        warehouse._read("select * from territory_weeks")
    with pytest.raises(Forbidden):
        warehouse.within([]).query("select 1 as one")
    with pytest.raises(TypeError, match="reach"):
        Warehouse(warehouse._settings, warehouse.org_id)  # type: ignore[call-arg]


def test_within_never_widens(installed: Installed, warehouse: Warehouse) -> None:
    one, other = installed.territories("MICRO")[:2]
    assert set(warehouse.within([one, other]).within([other]).territories()["id"]) == {other}
    assert warehouse.within([one]).within([other]).territories().empty


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_a_rep_sees_their_own_leads_wherever_they_lie(installed: Installed, engine: str) -> None:
    warehouse = installed.warehouse(engine)
    owned = warehouse.query(
        "select owner_id, cast(sum(leads) as bigint) as leads from pipeline where lead_type = 'outbound'"
        " group by owner_id"
    ).set_index("owner_id")["leads"]
    owner = next(owner for owner in owned.index if owner != str(uuid.UUID(int=0)))
    own = installed.warehouse(engine, reach=reach_told([], Role.SALES_REP, owner)).pipeline()
    assert own["leads"].sum() == owned[owner]
    assert own["unowned"].sum() == 0
    assert warehouse.pipeline()["unowned"].sum() == owned.get(str(uuid.UUID(int=0)), 0)


def test_coarser_cells_hold_the_finer_ones(warehouse: Warehouse) -> None:
    fine = warehouse.coverage_cells(WEEK, 9)
    for level in (8, 7):
        coarse = warehouse.coverage_cells(WEEK, level)
        assert len(coarse) < len(fine)
        for column in ("doors", "touches", "door_touches", "workable_cells", "covered_cells"):
            assert coarse[column].sum() == fine[column].sum()
        assert set(coarse["cell"].str[1]) == {str(level)}


def test_cells_are_passed_over_as_gaps_count_them(installed: Installed, warehouse: Warehouse) -> None:
    """Territory by territory: a cell on a border that one of them covered is still a gap of the other."""
    seen = warehouse.within(installed.territories("MICRO"))
    stats = seen.territory_stats(WEEK).set_index("territory_id")
    missed = seen.passed_over(WEEK, 9, most=100_000)
    assert missed.groupby("territory_id").size().to_dict() == {
        territory: count for territory, count in (stats.workable_cells - stats.covered_cells).items() if count > 0
    }
    assert list(missed.doors) == sorted(missed.doors, reverse=True)
    assert set(missed.name) <= set(stats.name)
    for level in (9, 8, 7):
        cells = seen.coverage_cells(WEEK, level)
        assert cells.workable_parts.sum() == stats.workable_cells.sum()
        assert cells.covered_parts.sum() == stats.covered_cells.sum()
        assert seen.passed_over(WEEK, level, most=100_000).doors.sum() == missed.doors.sum()
    assert len(seen.passed_over(WEEK, 9, most=1)) == 1


def test_only_the_stored_levels_are_shown(warehouse: Warehouse) -> None:
    for read in (warehouse.coverage_cells, warehouse.passed_over):
        with pytest.raises(ValueError, match="not 6"):
            read(WEEK, 6)


def test_another_organisations_rows_are_out_of_reach(installed: Installed) -> None:
    for engine in ("duckdb", "postgres"):
        for mart in ("outbound_stats", "territories", "pipeline", "build_info"):
            found = installed.warehouse(engine).query(f"select distinct org_id from {mart}")
            assert list(found["org_id"]) == [str(installed.first)], (engine, mart)


def test_nobody_reads_files_of_the_machine_through_it(installed: Installed) -> None:
    warehouse = installed.warehouse("duckdb")
    with pytest.raises(duckdb.PermissionException):
        warehouse.query("select * from read_text('/etc/hostname')")
    with pytest.raises(duckdb.Error, match="configuration has been locked"):
        warehouse.query("set enable_external_access = true")


def test_nobody_writes_through_it(installed: Installed) -> None:
    with pytest.raises(duckdb.Error):
        installed.warehouse("duckdb").query("delete from outbound_stats")
    with pytest.raises((ProgrammingError, Exception), match=r"read-only|permission denied"):
        installed.warehouse("postgres").query("delete from outbound_stats")


def test_an_organisation_without_a_build_is_told_what_to_do(installed: Installed) -> None:
    stranger = installed.warehouse("duckdb", uuid.uuid4())
    with pytest.raises(NothingPublished, match="run `outbound pipeline run`"):
        stranger.weeks()
    with pytest.raises(NothingPublished):
        installed.warehouse("postgres", uuid.uuid4()).build()


def test_a_server_without_marts_is_told_so_too(server: Server, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("bare")
    with installation(server, home, histories=False) as (_, settings):
        bare = Warehouse(settings.model_copy(update={"warehouse": "postgres"}), uuid.uuid4(), WHOLE_ORGANISATION)
        with pytest.raises(NothingPublished):
            bare.weeks()


def test_an_analyst_sees_the_marts_of_their_organisation_alone(installed: Installed) -> None:
    login = f"analyst_{uuid.uuid4().hex[:8]}"
    with installed.database.admin_engine.begin() as connection:
        connection.execute(text(f"create role {login} login password 'secret' in role outbound_analyst"))
        connection.execute(
            text("insert into warehouse.analysts values (:login, :org)"),
            {"login": login, "org": installed.second},
        )
    engine = create_engine(installed.database.admin_url.set(username=login, password="secret"))
    try:
        with engine.connect() as connection:
            seen = connection.execute(text("select distinct org_id from marts.outbound_stats")).scalars().all()
            assert seen == [installed.second]
            assert connection.scalar(text("select count(*) from warehouse.analysts")) == 1
            with pytest.raises(ProgrammingError, match="permission denied"):
                connection.execute(text("select * from build.stg_leads"))
    finally:
        engine.dispose()
        with installed.database.admin_engine.begin() as connection:
            connection.execute(text(f"drop role {login}"))
