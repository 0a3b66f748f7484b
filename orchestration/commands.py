"""Runs of the command line appear in Dagster, which did not start them: without a run of its own."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.assets import lake, warehouse
from orchestration.resources import System
from outbound.warehouse import noted
from outbound.warehouse.noted import NotedRun

EVERY_SECONDS = 30
BY: dict[str, Any] = {"run by": "the command line"}


def command_runs(name: str, does: str) -> dg.SensorDefinition:
    """Shows what was noted since the last look."""

    @dg.sensor(
        name=name,
        minimum_interval_seconds=EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=does,
    )
    def sensor(
        context: dg.SensorEvaluationContext, system: dg.ResourceParam[System]
    ) -> dg.SensorResult | dg.SkipReason:
        # The cursor is kept with the events: only what it names was shown, and may go.
        last = context.cursor or ""
        noted.forget(system.settings, last)
        for run in noted.noted(system.settings, last):
            slugs = warehouse.slugs_of(system)
            return dg.SensorResult(asset_events=list(_events(run, slugs)), cursor=run.build.build_id)
        return dg.SkipReason("The command line has run nothing since the last look.")

    return sensor


def _events(run: NotedRun, slugs: dict[str, str]) -> Iterator[dg.AssetMaterialization | dg.AssetCheckEvaluation]:
    ended: dict[str, Any] = {**BY, "ended": dg.MetadataValue.timestamp(run.ended_at)}
    build = run.build
    yield dg.AssetMaterialization(
        lake.MANIFEST,
        metadata={"rows": run.rows, "batch": build.batch_to, "generation": build.generation, **ended},
    )
    for model in warehouse.models_built(build):
        yield dg.AssetMaterialization(warehouse.key(model), metadata={**warehouse.of_model(model, build), **ended})
    for result in warehouse.results_of_tests(run.verdict, slugs):
        yield warehouse.evaluation(result, **BY)
    if run.publication and run.publication.published:
        yield dg.AssetMaterialization(
            warehouse.PUBLISHED, metadata={**warehouse.of_publication(run.publication, slugs), **ended}
        )
