"""Runs of the pipeline, on small franchises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from sqlalchemy import text

from ingest import service
from orchestration import periodic
from orchestration.assets import capture
from orchestration.assets.warehouse import ANEW
from orchestration.lineage import read_models, read_tests_of_several
from outbound.lake.extract import extract
from outbound.reports import WHOLE_ORGANISATION, BuildInfo, Warehouse
from outbound.storage.database import Database
from outbound.vocabulary import FiguresState, NotificationKind
from outbound.warehouse import outcomes
from outbound.warehouse.dbt import PROJECT
from tests.orchestration.conftest import OpenedSystem, Runs
from tests.support.franchise import Franchise

PUBLISHED = dg.AssetKey("published")
(MEMBERS,) = [model for model in read_models(PROJECT) if model.name == "members"]


def test_a_run_publishes_marts_that_a_reader_then_sees(
    run: Runs, system: OpenedSystem, franchise: Franchise, other_franchise: Franchise
) -> None:
    result = run("pipeline")

    assert result.success
    for each in (franchise, other_franchise):
        assert Warehouse(system.settings, each.org_id, WHOLE_ORGANISATION).pipeline()["leads"].sum() > 0
    checked = result.get_asset_check_evaluations()
    tests = {test for model in read_models(PROJECT) for test in model.tests} | set(read_tests_of_several(PROJECT))
    alone = {"data_tests", "head_is_the_databases", "is_fresh"}
    assert {outcome.check_name for outcome in checked} == tests | alone, "a check a test"
    assert all(outcome.passed for outcome in checked)
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
    failed = {each.asset_check_key: each for each in result.get_asset_check_evaluations() if not each.passed}
    (test,) = [name for name in MEMBERS.tests if name.startswith("accepted_values_members_role")]
    assert set(failed) == {
        dg.AssetCheckKey(dg.AssetKey(["marts", "members"]), test),
        dg.AssetCheckKey(PUBLISHED, "data_tests"),
    }
    assert all(outcome.severity == dg.AssetCheckSeverity.ERROR for outcome in failed.values())
    assert f"held back: {franchise.slug}" in failed[dg.AssetCheckKey(PUBLISHED, "data_tests")].metadata
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


def test_everything_is_materialised_at_once_without_a_word_of_configuration(
    instance: dg.DagsterInstance, system: OpenedSystem, franchise: Franchise, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("house number,street,zip\n11,Larch Lane,60601\n")
    service.register(system.database, system.settings, franchise.org_id, franchise.owner.id, file)
    result = materialise(instance, system)
    assert result.success
    metadata = metadata_of(result)
    assert metadata["capture/prospect_imports"]["lists"].value == 1
    assert metadata["published"]["published"].value == 1
    assert len(result.get_asset_check_evaluations()) > 150


def test_one_mart_alone_builds_what_it_is_made_of_and_publishes_nothing(
    instance: dg.DagsterInstance, system: OpenedSystem, run: Runs, franchise: Franchise
) -> None:
    members = dg.AssetKey(["marts", "members"])
    alone = materialise(instance, system, members)
    assert alone.success
    assert {"marts/members", "staging/stg_memberships"} <= set(metadata_of(alone))
    assert "marts/trips" not in metadata_of(alone)
    assert {each.check_name for each in alone.get_asset_check_evaluations()} == set(MEMBERS.tests)
    assert not any(system.settings.published_dir.rglob("*.duckdb"))
    assert run("pipeline").success


def test_figures_stay_fresh_while_nothing_is_captured(
    system: OpenedSystem, franchise: Franchise, run: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    taken = now - timedelta(hours=9)
    monkeypatch.setattr(Warehouse, "build", lambda _: BuildInfo("build", "generation", 1, taken, taken, "UTC", None))
    assert outcomes_of(run("watch"))["is_fresh"] is False
    monkeypatch.setattr(Warehouse, "last_run", lambda _: outcomes.published(now - timedelta(hours=1)))
    assert outcomes_of(run("watch"))["is_fresh"] is True
    monkeypatch.setattr(Warehouse, "last_run", lambda _: outcomes.failed(now, "The disk is full."))
    assert outcomes_of(run("watch"))["is_fresh"] is False


def materialise(instance: dg.DagsterInstance, system: OpenedSystem, *assets: dg.AssetKey) -> dg.ExecuteInProcessResult:
    """Makes what the button of Dagster's page makes: all assets, or those that are chosen, with their checks."""
    return dg.materialize(
        [*capture.operational_tables, *periodic.ASSETS, *periodic.CHECKS],
        instance=instance,
        resources={"system": system},
        selection=dg.AssetSelection.assets(*assets) if assets else None,
        raise_on_error=False,
    )


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
