"""Lists that somebody uploaded: one run an import."""

import uuid

import dagster as dg

from orchestration.resources import System, failing_in_a_sentence
from outbound.errors import Conflict, OutboundError

WAITS = 15
WAIT_SECONDS = 20
"""An import that another process runs is looked at again so often, so many seconds apart."""

PROSPECT_IMPORTS = dg.AssetKey(["capture", "prospect_imports"])


class ImportToRun(dg.Config):
    """Which import; none is named where everything is materialised: then every one that waits."""

    org_id: str | None = None
    import_id: str | None = None


@dg.asset(
    key=PROSPECT_IMPORTS,
    group_name="capture",
    kinds={"csv", "postgresql"},
    description="A list of addresses or leads: read, located, matched, assigned, written, or taken back.",
)
def prospect_imports(config: ImportToRun, system: dg.ResourceParam[System]) -> dg.MaterializeResult:
    with failing_in_a_sentence():
        if config.org_id is None or config.import_id is None:
            return _take_all(system)
        return _take(system, uuid.UUID(config.org_id), uuid.UUID(config.import_id))


def _take(system: System, org_id: uuid.UUID, import_id: uuid.UUID) -> dg.MaterializeResult:
    from ingest.service import run_import  # geometry and readers of files: only the process of a run needs them

    try:
        report = run_import(system.database, system.settings, org_id, import_id)
    except Conflict as error:
        # The command line runs it. Should that be killed, the import is ours again.
        raise dg.RetryRequested(max_retries=WAITS, seconds_to_wait=WAIT_SECONDS) from error
    return dg.MaterializeResult(
        metadata={
            "file": report.file_name,
            "status": report.status,
            "rows": report.rows,
            "new": report.new,
            "same": report.same,
            "unsure": report.unsure,
            "duplicates": report.duplicates,
            "outside": report.outside,
            "rejected": report.rejected,
            "reasons": dg.MetadataValue.json(report.reasons),
            "seconds": report.seconds,
        }
    )


def _take_all(system: System) -> dg.MaterializeResult:
    """One after the other. One that fails holds no other back; one that another run has at work is left to it."""
    from ingest.service import pending_imports, run_import

    taken, left = 0, 0
    failed: list[str] = []
    for waiting in pending_imports(system.database):
        try:
            run_import(system.database, system.settings, waiting.org_id, waiting.import_id)
        except Conflict:
            left += 1
        except OutboundError as error:
            failed.append(f"{waiting.file_name}: {error.message}")
        else:
            taken += 1
    if failed:
        raise dg.Failure(description=" ".join(failed), allow_retries=False)
    return dg.MaterializeResult(metadata={"lists": taken, "left to other runs": left})
