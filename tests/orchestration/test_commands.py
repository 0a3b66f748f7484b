"""Runs of the command line are shown by Dagster."""

from __future__ import annotations

import dagster as dg
from dagster._core.definitions.sensor_definition import SensorExecutionData

from orchestration.assets import lake, warehouse
from orchestration.definitions import defs
from outbound.warehouse.pipeline import run_pipeline
from tests.orchestration.conftest import OpenedSystem
from tests.support.franchise import Franchise


def look(instance: dg.DagsterInstance, system: OpenedSystem, cursor: str | None) -> SensorExecutionData:
    """The sensor, called as the daemon does."""
    with dg.build_sensor_context(
        instance=instance, definitions=defs, resources={"system": system}, cursor=cursor
    ) as context:
        return defs.resolve_sensor_def("command_runs").evaluate_tick(context)


def test_what_the_command_did_is_shown_once(
    instance: dg.DagsterInstance, system: OpenedSystem, franchise: Franchise
) -> None:
    assert not look(instance, system, None).asset_events
    done = run_pipeline(system.database, system.settings)
    seen = look(instance, system, None)
    made = {event.asset_key: event for event in seen.asset_events if isinstance(event, dg.AssetMaterialization)}
    assert {lake.MANIFEST, warehouse.PUBLISHED, warehouse.key("pipeline"), warehouse.key("stg_leads")} <= set(made)
    assert made[warehouse.PUBLISHED].metadata["build"].value == done.build.build_id
    assert made[lake.MANIFEST].metadata["rows"].value == done.extraction.rows
    checks = [event for event in seen.asset_events if isinstance(event, dg.AssetCheckEvaluation)]
    assert len(checks) > 100
    assert all(check.passed for check in checks)
    assert seen.cursor == done.build.build_id
    assert not look(instance, system, seen.cursor).asset_events
    assert not look(instance, system, None).asset_events, "what was shown is gone"
