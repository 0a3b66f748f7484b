"""Runs of the pipeline, on small franchises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from sqlalchemy import text

from orchestration.jobs import ANEW
from outbound.lake.extract import extract
from outbound.reports import WHOLE_ORGANISATION, BuildInfo, Warehouse
from outbound.storage.database import Database
from outbound.vocabulary import FiguresState, NotificationKind
from tests.orchestration.conftest import OpenedSystem, Runs
from tests.support.franchise import Franchise

"""DuckDB's own."""

PUBLISHED = dg.AssetKey("published")


def test_a_run_publishes_marts_that_a_reader_then_sees(
    run: Runs, system: OpenedSystem, franchise: Franchise, other_franchise: Franchise
) -> None:
    result = run("pipeline")

    assert result.success
    for each in (franchise, other_franchise):
        assert Warehouse(system.settings, each.org_id, WHOLE_ORGANISATION).pipeline()["leads"].sum() > 0
    outcomes = result.get_asset_check_evaluations()
    assert {outcome.check_name for outcome in outcomes} == {"data_tests", "head_is_the_databases", "is_fresh"}
    assert all(outcome.passed for outcome in outcomes)
    metadata = metadata_of(result)
    assert metadata["lake/leads"]["rows"].value > 0
    assert metadata["marts/outbound_stats"]["seconds"].value > 0
    assert metadata["published"]["published"].value == 2


def test_a_nightly_run_takes_what_changed_and_builds_everything_anew(
    run: Runs, system: OpenedSystem, franchise: Franchise
) -> None:
    assert run("pipeline").success
    franchise.add_lead(franchise.north_west)
    result = run("pipeline", ANEW)
    metadata = metadata_of(result)
    assert metadata["lake/leads"]["rows"].value == 1
    assert metadata["marts/outbound_stats"]["built anew"].value is True
    assert metadata["lake/compaction"]["batches"].value == 1


def test_an_organisation_whose_rows_fail_a_test_keeps_its_last_good_marts(
    run: Runs, system: OpenedSystem, franchise: Franchise, other_franchise: Franchise
) -> None:
    assert run("pipeline").success
    good = {each.org_id: build(system, each) for each in (franchise, other_franchise)}
    spoil(system, franchise)

    result = run("pipeline")

    (failure,) = result.get_step_failure_events()
    sentence = failure.step_failure_data.user_failure_data.description
    assert sentence.startswith(
        "1 of 2 organisations were not published, their data failed accepted_values_members_role"
    )
    outcomes = {
        outcome.asset_key: outcome
        for outcome in result.get_asset_check_evaluations()
        if outcome.check_name == "data_tests"
    }
    failed = {key for key, outcome in outcomes.items() if not outcome.passed}
    assert failed == {dg.AssetKey(["marts", "members"]), PUBLISHED}
    assert all(outcomes[key].severity == dg.AssetCheckSeverity.ERROR for key in failed)
    assert f"held back: {franchise.slug}" in outcomes[PUBLISHED].metadata
    assert build(system, franchise) == good[franchise.org_id]
    assert build(system, other_franchise) != good[other_franchise.org_id]
    told = Warehouse(system.settings, franchise.org_id, WHOLE_ORGANISATION).last_run()
    assert told is not None
    assert told.state is FiguresState.HELD_BACK
    assert "accepted_values_members_role" in told.reason
    with system.database.admin_engine.connect() as connection:
        notes = connection.execute(text("select user_id, kind from outbound.notifications")).all()
    assert [tuple(note) for note in notes] == [(franchise.owner.id, NotificationKind.FIGURES_HELD_BACK)]


def test_nothing_is_shown_as_published_when_nobody_passes(
    run: Runs, system: OpenedSystem, franchise: Franchise
) -> None:
    spoil(system, franchise)
    result = run("pipeline")
    assert not result.success
    assert PUBLISHED not in {event.asset_key for event in result.get_asset_materialization_events()}
    assert not any(system.settings.published_dir.rglob("*.duckdb"))


def test_a_lake_that_the_database_does_not_know_is_told_between_runs(
    run: Runs, system: OpenedSystem, franchise: Franchise
) -> None:
    told = {"head_is_the_databases": False, "is_fresh": False, "schedules_go_on": True}
    assert outcomes_of(run("watch")) == told
    extract(system.database, system.settings)
    assert outcomes_of(run("watch"))["head_is_the_databases"]
    with system.database.admin_engine.begin() as connection:
        connection.execute(text("delete from outbound.lake_heads"))
    assert not outcomes_of(run("watch"))["head_is_the_databases"]


@pytest.mark.parametrize(("hours", "fresh"), [(2, True), (4, False)])
def test_figures_are_stale_after_three_hours(
    run: Runs, franchise: Franchise, monkeypatch: pytest.MonkeyPatch, hours: int, fresh: bool
) -> None:
    taken = datetime.now(UTC) - timedelta(hours=hours)
    published = BuildInfo("build", "generation", 1, taken, taken, "UTC", None)
    monkeypatch.setattr(Warehouse, "build", lambda _: published)
    assert outcomes_of(run("watch"))["is_fresh"] is fresh


def test_a_run_without_a_database_fails_in_a_sentence(run: Runs, system: OpenedSystem) -> None:
    reachable = system.database
    system.database = Database(reachable.admin_url.set(host="127.0.0.1", port=1, query={}), reachable.keys)
    result = run("pipeline")
    sentences = [event.step_failure_data.user_failure_data.description for event in result.get_step_failure_events()]
    assert len(sentences) == 1
    assert sentences[0].startswith("The database could not be read for the lake")
    assert "\n" not in sentences[0]


def spoil(system: OpenedSystem, franchise: Franchise) -> None:
    """A role that no rule knows, past the constraint that refuses it."""
    with system.database.admin_engine.begin() as connection:
        connection.execute(text("alter table outbound.memberships drop constraint ck_memberships_role"))
        connection.execute(
            text("update outbound.memberships set role = 'BOSS' where org_id = :org and user_id = :user"),
            {"org": franchise.org_id, "user": franchise.helper.id},
        )


def build(system: OpenedSystem, franchise: Franchise) -> str:
    return Warehouse(system.settings, franchise.org_id, WHOLE_ORGANISATION).build().build_id


def metadata_of(result: dg.ExecuteInProcessResult) -> dict[str, Mapping[str, dg.MetadataValue]]:
    return {
        event.asset_key.to_user_string(): event.materialization.metadata
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }


def outcomes_of(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {outcome.check_name: outcome.passed for outcome in result.get_asset_check_evaluations()}
