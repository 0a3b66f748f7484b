"""Everything Dagster knows of Outbound; the module that its processes are started with."""

import dagster as dg

from orchestration import checks, jobs, schedules, sensors
from orchestration.assets import capture, geocoding, housekeeping, imports, lake, matching, warehouse
from orchestration.resources import System

defs = dg.Definitions(
    assets=[
        *capture.operational_tables,
        imports.prospect_imports,
        geocoding.geocoding_backlog,
        housekeeping.attachments,
        housekeeping.dagster_runs,
        housekeeping.import_rows,
        housekeeping.rep_positions,
        housekeeping.retention,
        housekeeping.sync_operations,
        lake.lake,
        matching.match_pairs,
        warehouse.warehouse,
    ],
    asset_checks=[checks.lake_head_is_the_databases, checks.published_is_fresh, checks.schedules_go_on],
    jobs=[jobs.pipeline, jobs.watch, jobs.import_list, jobs.geocode, jobs.find_duplicates, jobs.clear_away],
    schedules=[
        schedules.hourly,
        schedules.nightly,
        schedules.night,
        schedules.duplicates,
        schedules.watch,
        schedules.locating,
    ],
    sensors=[sensors.pending_imports],
    resources={"system": System()},
    executor=dg.in_process_executor,
)
