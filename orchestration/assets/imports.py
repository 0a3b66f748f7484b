"""Lists that somebody uploaded: one run an import."""

import uuid

import dagster as dg

from orchestration.resources import System, failing_in_a_sentence
from outbound.errors import Conflict

WAITS = 15
WAIT_SECONDS = 20
"""An import that another process runs is looked at again so often, so many seconds apart."""

PROSPECT_IMPORTS = dg.AssetKey(["capture", "prospect_imports"])


class ImportToRun(dg.Config):
    """Which import."""

    org_id: str
    import_id: str


@dg.asset(
    key=PROSPECT_IMPORTS,
    group_name="capture",
    kinds={"csv", "postgresql"},
    description="A list of addresses or leads: read, located, matched, assigned, written, or taken back.",
)
def prospect_imports(config: ImportToRun, system: dg.ResourceParam[System]) -> dg.MaterializeResult:
    from ingest.service import run_import  # geometry and readers of files: only the process of a run needs them

    with failing_in_a_sentence():
        try:
            report = run_import(system.database, system.settings, uuid.UUID(config.org_id), uuid.UUID(config.import_id))
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
