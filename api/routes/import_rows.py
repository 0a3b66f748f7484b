"""An import before and after it is written: each row with its fate, and the steps that a person decides on."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import Body

from api.dependencies import UnitOfWork
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.routing import Router
from api.schemas.import_rows import CommitIn, ProgressOut, RowOut
from api.schemas.imports import ImportOut
from outbound.identity.permissions import Operation
from outbound.imports import rows as import_rows
from outbound.imports import turns
from outbound.vocabulary import RowFate

router = Router(prefix="/api/prospect-imports/{import_id}", tags=["imports"])
_reads = permits(Operation.IMPORTS_READ)
_writes = permits(Operation.IMPORTS_WRITE)


@router.get("/progress", dependencies=[_reads])
def read_import_progress(import_id: uuid.UUID, session: UnitOfWork) -> ProgressOut | None:
    """How far the phase is that runs: rows, rate and time left; null before the first has begun."""
    return ProgressOut.of(import_rows.progress(session, import_id))


@router.get("/rows", dependencies=[_reads])
def list_import_rows(
    import_id: uuid.UUID, session: UnitOfWork, paging: Paging, fate: RowFate | None = None
) -> Page[RowOut]:
    """Rows by line, with what becomes of each and why: before the commit what would, after it what did. They are kept
    as long as the import can be taken back."""
    after = paging.after
    last = min(after.int, 2**63 - 1) if after is not None else None
    found = import_rows.find(session, import_id, fate=fate, after=last, limit=paging.fetched)
    return paging.page(found, RowOut.of, lambda each: Place(uuid.UUID(int=each.line)))


@router.post("/start", dependencies=[_writes], status_code=202)
def start_import(import_id: uuid.UUID, session: UnitOfWork) -> ImportOut:
    """Agrees to the columns of a list that was handed in for review: its rows are read and judged, in the background,
    and nothing is written. Again with other columns, as long as it is not committed."""
    return ImportOut.of(turns.start(session, import_id))


@router.post("/commit", dependencies=[_writes], status_code=202)
def commit_import(
    import_id: uuid.UUID, session: UnitOfWork, body: Annotated[CommitIn | None, Body(examples=[{}])] = None
) -> ImportOut:
    """Has what was judged written, in the background. Rows that are unsure wait for their decision."""
    options = turns.Options(cadence_id=body.cadence_id, campaign_id=body.campaign_id) if body is not None else None
    if body is not None and not body.model_fields_set:
        options = None
    return ImportOut.of(turns.commit(session, import_id, options))


@router.post("/resume", dependencies=[_writes], status_code=202)
def resume_import(import_id: uuid.UUID, session: UnitOfWork) -> ImportOut:
    """Has an import that was paused, or failed, go on where it stopped."""
    return ImportOut.of(turns.resume(session, import_id))


@router.post("/undo", dependencies=[_writes], status_code=202)
def undo_import(import_id: uuid.UUID, session: UnitOfWork) -> ImportOut:
    """Has an import taken back, in the background: what it made goes, unless somebody has worked on it since, and
    ``stats.kept`` says what stayed. Before the commit it is put away, and while it runs it is stopped."""
    return ImportOut.of(turns.undo(session, import_id))
