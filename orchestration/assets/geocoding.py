"""Doors that wait for a better place."""

from datetime import UTC, datetime

import dagster as dg

from orchestration.resources import System, failing_in_a_sentence

BACKLOG = dg.AssetKey(["capture", "geocoding_backlog"])
SECONDS = 600.0
"""How long one run works; what is left then is for the next."""


@dg.asset(
    key=BACKLOG,
    group_name="capture",
    kinds={"postgresql"},
    description="Doors whose place is unknown or rough, looked for again in address points and by the geocoder.",
)
def geocoding_backlog(system: dg.ResourceParam[System]) -> dg.MaterializeResult:
    from outbound.geocoding.backlog import work_off  # geometry: only the process of a run needs it

    with failing_in_a_sentence():
        done = work_off(system.database, system.settings, datetime.now(UTC), seconds=SECONDS)
    metadata = {"looked for": done.looked_for, "placed": done.placed}
    return dg.MaterializeResult(metadata=metadata | ({"stopped": done.stopped} if done.stopped else {}))
