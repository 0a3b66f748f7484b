"""Everything Dagster knows of Outbound; the module that its processes are started with."""

import dagster as dg

from orchestration import periodic
from orchestration.assets import capture
from orchestration.resources import System

defs = dg.Definitions(
    assets=[*capture.operational_tables, *periodic.ASSETS],
    asset_checks=periodic.CHECKS,
    jobs=periodic.JOBS,
    schedules=periodic.SCHEDULES,
    sensors=periodic.SENSORS,
    resources={"system": System()},
    executor=dg.in_process_executor,
)
