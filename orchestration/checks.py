"""What must hold between the lake, the database and what is published. Run with the pipeline, and between its runs."""

from datetime import UTC, datetime

import dagster as dg
from dagster._core.storage.tags import SCHEDULE_NAME_TAG

from orchestration.assets import lake, warehouse
from orchestration.resources import System, failing_in_a_sentence
from outbound.warehouse.freshness import FRESH_FOR


@dg.asset_check(
    asset=lake.MANIFEST,
    name="head_is_the_databases",
    description="The database knows the lake's last batch: neither was restored, moved or damaged alone.",
)
def lake_head_is_the_databases(system: dg.ResourceParam[System]) -> dg.AssetCheckResult:
    # Arrow and ADBC: only the process of a run needs them.
    from outbound.lake.manifest import Lake
    from outbound.lake.source import open_source

    with failing_in_a_sentence():
        manifest = Lake(system.settings.lake_dir).manifest()
        if manifest is None:
            return dg.AssetCheckResult(passed=False, description="The lake is empty.")
        with open_source(system.database.etl_url) as source:
            known = source.knows_head(manifest.generation, manifest.head.number, manifest.head.snapshot)
    return dg.AssetCheckResult(
        passed=known,
        description="" if known else "The database does not know it; the next run takes everything anew.",
        metadata={"generation": manifest.generation, "batch": manifest.head.number},
    )


@dg.asset_check(
    asset=warehouse.PUBLISHED,
    name="is_fresh",
    description=f"Nobody's figures lack what was captured longer than {FRESH_FOR.seconds // 3600} hours ago.",
)
def published_is_fresh(system: dg.ResourceParam[System]) -> dg.AssetCheckResult:
    from outbound.reports import (  # pandas: only the process of a run needs it
        WHOLE_ORGANISATION,
        NothingPublished,
        Warehouse,
    )

    now = datetime.now(UTC)
    stale: dict[str, str] = {}
    with failing_in_a_sentence():
        for organisation in system.database.organisations():
            try:
                figures = Warehouse(system.settings, organisation.id, WHOLE_ORGANISATION)
                build = figures.build()
            except NothingPublished:
                stale[organisation.slug] = "nothing published"
            else:
                if build.is_stale(figures.last_run(), now):
                    stale[organisation.slug] = f"{build.age(now).total_seconds() / 3600:.1f} hours old"
    return dg.AssetCheckResult(
        passed=not stale,
        description="; ".join(f"{slug}: {state}" for slug, state in stale.items()),
        metadata=dict(stale),
    )


@dg.asset_check(
    asset=warehouse.PUBLISHED,
    name="schedules_go_on",
    description="No schedule or sensor was stopped, or is not asked any more.",
)
def schedules_go_on(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
    from orchestration.standing import standing_still

    # A schedule that started this run is proof that Dagster is up; what it missed while down it has caught up with.
    now = datetime.now(UTC)
    up_since = datetime.min.replace(tzinfo=UTC) if context.run.tags.get(SCHEDULE_NAME_TAG) else None
    standing = standing_still(context.instance, now, up_since)
    return dg.AssetCheckResult(passed=not standing, description=" ".join(standing))
