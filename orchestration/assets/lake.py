"""The lake: what changed in the operational tables since the last batch, as Parquet files that a manifest names."""

from collections.abc import Iterator

import dagster as dg

from orchestration.assets import capture
from orchestration.resources import System, failing_in_a_sentence, shown
from outbound.lake.tables import ALL_TABLES


def key(table: str) -> dg.AssetKey:
    return dg.AssetKey(["lake", table])


MANIFEST = key("manifest")

_tables = [
    dg.AssetSpec(
        key(table.name),
        deps=[capture.key(table.source_table)],
        group_name="lake",
        kinds={"parquet"},
        description=f"Every version of the rows of outbound.{table.source_table}, without personal columns.",
    )
    for table in ALL_TABLES
]
_manifest = dg.AssetSpec(
    MANIFEST,
    deps=_tables,
    group_name="lake",
    kinds={"json"},
    description="Names the files that belong to the lake; readers take it, never a folder.",
)


@dg.multi_asset(specs=[*_tables, _manifest], can_subset=True)
def lake(context: dg.AssetExecutionContext, system: dg.ResourceParam[System]) -> Iterator[dg.MaterializeResult]:
    """Takes at most one batch out of the database: of every table, whichever are asked for."""
    # Arrow and ADBC: only the process of a run needs them.
    from outbound.lake.manifest import Lake
    from outbound.warehouse.pipeline import extracted

    with failing_in_a_sentence():
        done = extracted(system.database, system.settings)
        manifest = Lake(system.settings.lake_dir).manifest()
    if done.reason:
        context.log.info(f"Everything was taken anew: {done.reason}.")
    for spec in _tables:
        files = manifest.files_of(spec.key.path[-1]) if manifest else []
        new = sum(file.rows for file in files if manifest and file in manifest.head.files) if done.changed else 0
        yield from shown(
            context,
            spec.key,
            {
                "rows": new,
                "batch": done.batch,
                "dagster/row_count": sum(file.rows for file in files),
                "bytes": sum(file.bytes for file in files),
            },
        )
    yield from shown(
        context,
        MANIFEST,
        {
            "rows": done.rows,
            "batch": done.batch,
            "generation": done.generation,
            "taken anew": done.reason or "no",
            "seconds": round(done.seconds, 2),
        },
    )
