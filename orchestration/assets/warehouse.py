"""From the lake to what people read: dbt's models, and the marts of each organisation, published where they pass."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import dagster as dg

from orchestration.assets import lake
from orchestration.lineage import Model, owner_of_test, read_models
from orchestration.resources import System, failing_in_a_sentence
from outbound.errors import Conflict
from outbound.warehouse.dbt import PROJECT

if TYPE_CHECKING:
    from outbound.warehouse.publish import Publication

DATA_TESTS = "data_tests"
PUBLISHED = dg.AssetKey("published")
COMPACTION = lake.key("compaction")

_models = {model.name: model for model in read_models(PROJECT)}
_tested = [model.name for model in _models.values() if model.tested]


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


@dg.multi_asset(
    specs=[*map(_spec, _models.values()), _published, _compaction],
    check_specs=[
        *(dg.AssetCheckSpec(DATA_TESTS, asset=key(name), description="dbt's tests of this model.") for name in _tested),
        dg.AssetCheckSpec(
            DATA_TESTS,
            asset=PUBLISHED,
            description="Every test of dbt. An organisation whose rows fail one keeps its last good marts.",
        ),
    ],
)
def warehouse(
    context: dg.AssetExecutionContext, config: BuildOptions, system: dg.ResourceParam[System]
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Builds, tests and publishes in one step: what is published is what was tested."""
    # DuckDB: only the process of a run needs it.
    from outbound.warehouse.build import EVERYONE, Verdict, build_and_verify
    from outbound.warehouse.pipeline import compact_lake, raise_for_held_back
    from outbound.warehouse.publish import publish
    from outbound.warehouse.telling import tell, telling_of_failure

    def results_of_tests(report: Verdict) -> Iterator[dg.AssetCheckResult]:
        failed = {name for names in report.failed.values() for name in names}
        owners = {name: owner_of_test(name, _tested) for name in failed}
        for model in _tested:
            own = sorted(name for name in failed if owners[name] == model)
            yield _check(key(model), own, {})
        held_back = {
            f"held back: {slugs.get(org_id, org_id)}": ", ".join(tests) for org_id, tests in report.failed.items()
        }
        yield _check(PUBLISHED, sorted(failed), {"passed": report.passed, **held_back})

    with failing_in_a_sentence(), telling_of_failure(system.database, system.settings):
        slugs = {str(each.id): each.slug for each in system.database.organisations()} | {EVERYONE: "everyone"}
        build, report = build_and_verify(system.settings, anew=config.anew)
        for name in _models:
            yield dg.MaterializeResult(
                key(name),
                metadata={
                    "seconds": round(build.seconds.get(name, 0.0), 3),
                    "built anew": build.full,
                    "batches": f"{build.batch_from + 1} to {build.batch_to}",
                },
            )
        yield from results_of_tests(report)
        try:
            publication = publish(system.settings, build, report)
        except Conflict:
            # Somebody else's run overtook this one, and its build holds all that this one's did.
            context.log.info("A newer build has taken this one's place; its own run publishes it.")
            return
        tell(system.database, system.settings, publication)
        if publication.published:
            yield dg.MaterializeResult(
                PUBLISHED,
                metadata={
                    "build": publication.build_id,
                    "published": len(publication.published),
                    "held back": len(publication.held_back),
                    "organisations": _table(publication, slugs),
                },
            )
    with failing_in_a_sentence():
        compacted = compact_lake(system.settings, whole=config.anew)
        if compacted:
            yield dg.MaterializeResult(
                COMPACTION, metadata={"batches": len(compacted.batches), "up to batch": compacted.batches[0].number}
            )
        raise_for_held_back(publication)


def _table(publication: "Publication", slugs: Mapping[str, str]) -> dg.TableMetadataValue:
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


def _check(asset: dg.AssetKey, failed: list[str], metadata: dict[str, str | int]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=DATA_TESTS,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"failed: {', '.join(failed)}" if failed else "all passed",
        metadata=metadata,
    )
