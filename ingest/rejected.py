"""Rows that could not be used, as a table in the order of their list: to be mended in a spreadsheet and sent again."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ingest.limits import glance
from ingest.sniff import sniff
from ingest.uploads import on_disk
from outbound.errors import OutboundError
from outbound.imports import rejects, service
from outbound.imports.models import ImportReject, ProspectImport
from outbound.settings import Settings

_CHUNK = 2_000


def rejected_rows(session: Session, settings: Settings, import_id: uuid.UUID) -> Iterator[list[str]]:
    """A header, then every rejected row by line: its line, the reason, and its cells as they were written.

    Columns stand as in the list, as long as its file is kept; later by their name. Raises
    :class:`outbound.errors.NotFound` for an import out of reach.
    """
    job = service.get(session, import_id)
    of_job = (ImportReject.org_id == job.org_id, ImportReject.import_id == job.id)
    names: list[str] = list(session.scalars(select(func.jsonb_object_keys(ImportReject.raw)).where(*of_job).distinct()))
    rows = session.execute(
        select(ImportReject.line, ImportReject.reason, ImportReject.raw)
        .where(*of_job)
        .order_by(ImportReject.line, ImportReject.id)
        .execution_options(yield_per=_CHUNK)
    )
    told = ((row.line, row.reason, row.raw) for row in rows)
    return rejects.as_table(told, names, _header(settings, job))


def _header(settings: Settings, job: ProspectImport) -> Sequence[str]:
    try:
        with on_disk(settings, job) as path:
            return [name for name in sniff(path, job.file_name, glance()).header if name not in rejects.COLUMNS]
    except OutboundError:
        return ()
