"""From the lake to what people read: dbt's models, and the marts of each organisation, published where they pass."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from orchestration.assets import lake
from orchestration.lineage import Model, read_models, read_tests_of_several
from orchestration.resources import System, failing_in_a_sentence, shown
from outbound.errors import Conflict
from outbound.warehouse.dbt import PROJECT
from outbound.warehouse.state import EVERYONE, Build, Publication, Verdict

if TYPE_CHECKING:
    from outbound.lake.manifest import Manifest

DATA_TESTS = "data_tests"
"""The check of what is published that stands for all tests."""
SUCCEEDED = AssetCheckExecutionRecordStatus.SUCCEEDED
PUBLISHED = dg.AssetKey("published")
COMPACTION = lake.key("compaction")

_models = {model.name: model for model in read_models(PROJECT)}
_several = read_tests_of_several(PROJECT)


class BuildOptions(dg.Config):
    """How the models are brought up to date."""

    anew: bool = False
    """Forget what earlier runs built."""


def key(model: str) -> dg.AssetKey:
    return dg.AssetKey([_models[model].layer, model])


def _spec(model: Model) -> dg.AssetSpec:
    # What dbt knows as the lake's state comes from the manifest.
    tables = [lake.MANIFEST if table == "state" else lake.key(table) for table in sorted(model.lake_tables)]
    return dg.AssetSpec(
        key(model.name),
        deps=[*tables, *map(key, sorted(model.models))],
        group_name=model.layer,
        kinds={"dbt"},
        description=model.description or None,
    )


_published = dg.AssetSpec(
    PUBLISHED,
    deps=[key(model.name) for model in _models.values() if model.layer == "marts"],
    group_name="published",
    skippable=True,
    description="The marts of each organisation alone, behind a link that is replaced once all its tests pass.",
)


_compaction = dg.AssetSpec(
    COMPACTION,
    deps=[lake.MANIFEST, PUBLISHED],
    group_name="lake",
    kinds={"parquet"},
    skippable=True,
    description="Batches that the build has taken up become one, where that is worth it: each row once, none deleted.",
)


ANEW = dg.RunConfig(ops={"warehouse": BuildOptions(anew=True)})
"""Run configuration that forgets earlier builds."""

_checks = {
    dg.AssetCheckKey(key(model.name), test): dg.AssetCheckSpec(
        test, asset=key(model.name), description="A test of dbt."
    )
    for model in _models.values()
    for test in model.tests
} | {
    dg.AssetCheckKey(PUBLISHED, test): dg.AssetCheckSpec(
        test, asset=PUBLISHED, description=f"A test of dbt, of {', '.join(sorted(models))}."
    )
    for test, models in _several.items()
}
"""A check a test, under dbt's name of it: at its model, or where it looks at several, at what is published of them."""
_all_tests = dg.AssetCheckSpec(
    DATA_TESTS,
    asset=PUBLISHED,
    description="Every test of dbt. An organisation whose rows fail one keeps its last good marts.",
)
ALL_TESTS = _all_tests.key


@dg.multi_asset(
    specs=[*map(_spec, _models.values()), _published, _compaction],
    check_specs=[*_checks.values(), _all_tests],
    can_subset=True,
)
def warehouse(
    context: dg.AssetExecutionContext, config: BuildOptions, system: dg.ResourceParam[System]
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Builds, tests and publishes in one step: what is published is what was tested. Asked for some models alone, it
    builds these and what they are made of, and publishes nothing."""
    if PUBLISHED in context.selected_asset_keys:
        yield from _whole(context, config, system)
        return
    if context.selected_asset_keys - {COMPACTION} or context.selected_asset_check_keys:
        yield from _part(context, system)
    if COMPACTION in context.selected_asset_keys:
        from outbound.warehouse.pipeline import compact_lake

        with failing_in_a_sentence():
            compacted = compact_lake(system.settings, whole=config.anew)
        if compacted:
            yield dg.MaterializeResult(COMPACTION, metadata=of_compaction(compacted))


def _whole(
    context: dg.AssetExecutionContext, config: BuildOptions, system: System
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    # DuckDB: only the process of a run needs it.
    from outbound.warehouse.pipeline import Compaction, Tested, figures, take_first

    with failing_in_a_sentence():
        slugs = slugs_of(system)
        take_first(system.database, system.settings)
        try:
            for outcome in figures(system.database, system.settings, anew=config.anew):
                match outcome:
                    case Tested(build, verdict):
                        for model in _models:
                            yield from shown(context, key(model), of_model(model, build))
                        yield from _chosen(context, results_of_tests(verdict, slugs))
                    case Publication():
                        if outcome.published:
                            yield dg.MaterializeResult(PUBLISHED, metadata=of_publication(outcome, slugs))
                    case Compaction(manifest):
                        yield from shown(context, COMPACTION, of_compaction(manifest))
        except Conflict:
            # Somebody else's run overtook this one, and its build holds all that this one's did.
            context.log.info("A newer build has taken this one's place; its own run publishes it.")


def _part(context: dg.AssetExecutionContext, system: System) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    from outbound.warehouse.pipeline import part

    chosen = context.selected_asset_check_keys
    tests = {check.name for check in (_checks if ALL_TESTS in chosen else chosen)}
    models = {model for model in _models if key(model) in context.selected_asset_keys}
    with failing_in_a_sentence():
        seconds, verdict = part(system.database, system.settings, models, tests)
        slugs = slugs_of(system)
    for model, took in seconds.items():
        yield from shown(context, key(model), {"seconds": round(took, 3)})
    yield from (
        each
        for each in results_of_tests(verdict, slugs)
        if dg.AssetCheckKey(each.asset_key, each.check_name) in chosen  # type: ignore[arg-type]
    )


def _chosen(context: dg.AssetExecutionContext, results: Iterator[dg.AssetCheckResult]) -> Iterator[dg.AssetCheckResult]:
    """Those that were asked for; the others as events where they are others than Dagster knows. Each event costs it
    20 ms."""
    found = {dg.AssetCheckKey(each.asset_key, each.check_name): each for each in results}  # type: ignore[arg-type]
    asked = context.selected_asset_check_keys
    last = context.instance.event_log_storage.get_latest_asset_check_execution_by_key(
        [check for check in found if check not in asked]
    )
    for check, each in found.items():
        if check in asked:
            yield each
        elif check not in last or (last[check].status == SUCCEEDED) is not each.passed:
            context.log_event(evaluation(each))


def evaluation(result: dg.AssetCheckResult, **more: Any) -> dg.AssetCheckEvaluation:
    """A result as an event of itself."""
    assert result.asset_key
    assert result.check_name
    return dg.AssetCheckEvaluation(
        asset_key=result.asset_key,
        check_name=result.check_name,
        passed=result.passed,
        metadata={**result.metadata, **more},
        severity=result.severity,
        description=result.description,
    )


def slugs_of(system: System) -> dict[str, str]:
    """Organisations by their ids, as people know them."""
    return {str(each.id): each.slug for each in system.database.organisations()} | {EVERYONE: "everyone"}


def of_model(model: str, build: Build) -> dict[str, Any]:
    """What is told of a model that was built."""
    return {
        "seconds": round(build.seconds.get(model, 0.0), 3),
        "built anew": build.full,
        "batches": f"{build.batch_from + 1} to {build.batch_to}",
    }


def of_publication(publication: Publication, slugs: Mapping[str, str]) -> dict[str, Any]:
    """What is told of what was published."""
    return {
        "build": publication.build_id,
        "published": len(publication.published),
        "held back": len(publication.held_back),
        "organisations": _table(publication, slugs),
    }


def of_compaction(manifest: "Manifest") -> dict[str, Any]:
    """What is told of a lake whose batches were merged."""
    return {"batches": len(manifest.batches), "up to batch": manifest.batches[0].number}


def results_of_tests(verdict: Verdict, slugs: Mapping[str, str]) -> Iterator[dg.AssetCheckResult]:
    """A result a test, and the one that stands for all."""
    failed: dict[str, list[str]] = {}
    for org_id, tests in verdict.failed.items():
        for test in tests:
            failed.setdefault(test, []).append(slugs.get(org_id, org_id))
    for check in _checks:
        whose = failed.get(check.name, [])
        yield _result(check, f"fails for {', '.join(whose)}" if whose else "", {})
    held_back = {
        f"held back: {slugs.get(org_id, org_id)}": ", ".join(tests) for org_id, tests in verdict.failed.items()
    }
    yield _result(
        ALL_TESTS, f"failed: {', '.join(sorted(failed))}" if failed else "", {"passed": verdict.passed, **held_back}
    )


def models_built(build: Build) -> list[str]:
    """Those of this version that the build ran."""
    return [model for model in _models if model in build.seconds]


def _table(publication: Publication, slugs: Mapping[str, str]) -> dg.TableMetadataValue:
    outcomes = {
        **dict.fromkeys(publication.published, "published"),
        **{org_id: f"held back: {', '.join(tests)}" for org_id, tests in publication.held_back.items()},
    }
    return dg.MetadataValue.table(
        [
            dg.TableRecord({"organisation": slugs.get(org_id, org_id), "outcome": outcome})
            for org_id, outcome in outcomes.items()
        ]
    )


def _result(check: dg.AssetCheckKey, fault: str, metadata: Mapping[str, str | int]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=check.asset_key,
        check_name=check.name,
        passed=not fault,
        severity=dg.AssetCheckSeverity.ERROR,
        description=fault or None,
        metadata=dict(metadata),
    )
