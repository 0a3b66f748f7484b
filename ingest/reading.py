"""The first phase: every record of the file becomes a row, or a reject with its reason."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from ingest.chunks import Chunk, read_chunks
from ingest.limits import Allowance
from ingest.mapping_review import named, resolve
from ingest.progress import Recorder
from ingest.report import ImportReport
from ingest.sniff import sniff
from ingest.staging import Stage
from outbound.imports.models import ProspectImport
from outbound.storage.context import context_of


def read_file(
    session: Session,
    path: Path,
    job: ProspectImport,
    report: ImportReport,
    now: datetime,
    progress: Recorder,
    allowance: Allowance,
    still_wanted: Callable[[], None],
) -> None:
    """Reads the file into rows, forgetting what an earlier reading left; counts what it saw into the report.

    ``still_wanted`` is asked after each chunk, and raises where it is not. Raises as :func:`ingest.sniff.sniff`,
    :func:`ingest.mapping_review.resolve` and :func:`ingest.chunks.read_chunks`.
    """
    forget_rows(session, job.id)
    layout = sniff(path, job.file_name, allowance)
    mapped = resolve(session, layout, job.columns)
    report.encoding, report.delimiter = layout.text.encoding, layout.dialect.delimiter
    report.skipped_lines = layout.skipped_lines
    report.mapping = named(layout, mapped)
    stage = Stage(session, job.id, now)
    for chunk in read_chunks(layout, mapped, allowance=allowance):
        stage.add(chunk.prospects, chunk.originals)
        stage.reject(chunk.rejects)
        _count(chunk, report)
        progress(report.rows, share=chunk.share)
        still_wanted()


def forget_rows(session: Session, import_id: uuid.UUID) -> None:
    """Removes the rows and rejects of an import, and what is known of its changes."""
    values = {"org": context_of(session).org_id, "import": import_id}
    for table in ("import_rejects", "import_rows", "import_changes"):
        session.execute(
            text(f"delete from outbound.{table} where org_id = :org and import_id = :import"),  # noqa: S608 (ours)
            values,
        )


def _count(chunk: Chunk, report: ImportReport) -> None:
    report.rows += chunk.rows
    report.blank += chunk.blank
    report.rejected += len(chunk.rejects)
    for reject, _ in chunk.rejects:
        report.count(report.reasons, reject.reason, reject.line)
