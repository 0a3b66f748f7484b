"""What is run as one: the pipeline, one import, and what is cleared away at night."""

import dagster as dg

from orchestration.assets import geocoding, housekeeping, imports, lake, matching, warehouse
from orchestration.checks import lake_head_is_the_databases, published_is_fresh, schedules_go_on

ALONE = "outbound/alone"
"""Runs of the same value go one after the other (see ``dagster.yaml``)."""

pipeline = dg.define_asset_job(
    "pipeline",
    selection=dg.AssetSelection.assets(lake.lake, warehouse.warehouse) - dg.AssetSelection.checks(schedules_go_on),
    tags={ALONE: "pipeline"},
    description="Takes what changed, builds and tests the marts, publishes each organisation's that pass.",
)
ANEW = dg.RunConfig(ops={warehouse.warehouse.op.name: warehouse.BuildOptions(anew=True)})
"""Run configuration that forgets earlier builds."""

watch = dg.define_asset_job(
    "watch",
    selection=dg.AssetSelection.checks(lake_head_is_the_databases, published_is_fresh, schedules_go_on),
    description="Looks whether the lake, what is published and the schedules are as they should be.",
)

import_list = dg.define_asset_job(
    "import_list",
    selection=dg.AssetSelection.assets(imports.prospect_imports),
    description="Takes one uploaded list in.",
)

geocode = dg.define_asset_job(
    "geocode",
    selection=dg.AssetSelection.assets(geocoding.geocoding_backlog),
    tags={ALONE: "geocode"},
    description="Looks again for doors whose place is unknown or rough.",
)

find_duplicates = dg.define_asset_job(
    "find_duplicates",
    selection=dg.AssetSelection.assets(matching.match_pairs),
    tags={ALONE: "find_duplicates"},
    description="Looks for leads of the whole base that may be one.",
)

clear_away = dg.define_asset_job(
    "clear_away",
    selection=dg.AssetSelection.assets(
        housekeeping.attachments,
        housekeeping.dagster_runs,
        housekeeping.import_rows,
        housekeeping.rep_positions,
        housekeeping.retention,
        housekeeping.sync_operations,
    ),
    description="Removes uploads that nobody completed, files that no row names, and whatever is older than is kept.",
)
