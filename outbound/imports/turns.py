"""Setting an import going: its rows are judged, written, taken back, or it goes on where it stopped.

Here only its state changes; whoever runs imports does the work (``ingest.pipeline``).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outbound.audit.service import record
from outbound.cadences import service as cadences
from outbound.cadences.rules import refuse_unfit_stage
from outbound.campaigns import service as campaigns
from outbound.errors import Conflict, NotFound
from outbound.identity.permissions import Operation, require
from outbound.imports.models import ImportRow, ProspectImport
from outbound.imports.rules import refuse_commit, refuse_resume, refuse_start, refuse_undo
from outbound.storage.context import context_of
from outbound.vocabulary import ImportPhase, ImportStatus, Stage


@dataclass(frozen=True)
class Options:
    """What is asked for of an import. ``review``: it waits before anything is written."""

    review: bool = False
    cadence_id: uuid.UUID | None = None
    campaign_id: uuid.UUID | None = None

    def as_json(self) -> dict[str, Any]:
        ids = {name: str(value) for name in ("cadence_id", "campaign_id") if (value := getattr(self, name))}
        return {"review": self.review, **ids}


NO_OPTIONS = Options()


def refuse_unfit_options(session: Session, options: Options) -> None:
    """Raises :class:`NotFound` for a cadence or campaign that is none, :class:`Conflict` for a cadence that new leads
    cannot be enrolled in, :class:`outbound.errors.Forbidden` for a cadence from who may not enrol."""
    if options.cadence_id is not None:
        require(session, Operation.ENROLLMENTS_WRITE)
    if options.campaign_id is not None:
        campaigns.get(session, options.campaign_id)
    if options.cadence_id is None:
        return
    cadence = cadences.get(session, options.cadence_id)
    refuse_unfit_stage(cadence.target_stage, Stage.COLD)
    if not cadence.active or not cadences.steps_of(session, cadence.id):
        raise Conflict(f"The cadence “{cadence.name}” is inactive or has no steps; choose another.")


def start(session: Session, import_id: uuid.UUID) -> ProspectImport:
    """Has the rows read and judged, by the columns as they are mapped now. Nothing is written before the commit.

    Raises :class:`NotFound` and :class:`Conflict`.
    """
    job = _locked(session, import_id)
    refuse_start(job.status)
    job.options = {**job.options, "review": True}
    return _go(session, job, ImportPhase.READING, "started")


def commit(session: Session, import_id: uuid.UUID, options: Options | None = None) -> ProspectImport:
    """Has what was judged written; ``options`` in place of those it was handed in with.

    Raises :class:`NotFound` and :class:`Conflict`.
    """
    job = _locked(session, import_id)
    if job.status in (ImportStatus.PROCESSING, ImportStatus.COMPLETED) and job.phase in (
        ImportPhase.WRITING,
        ImportPhase.COMPLETED,
    ):
        return job  # the same request once more
    refuse_commit(job.status)
    if options is not None:
        refuse_unfit_options(session, options)
        job.options = options.as_json()
    job.options = {**job.options, "review": False}
    return _go(session, job, ImportPhase.WRITING, "committed")


def resume(session: Session, import_id: uuid.UUID) -> ProspectImport:
    """Has an import that was paused or failed go on where it stopped. Raises :class:`NotFound`, :class:`Conflict`."""
    job = _locked(session, import_id)
    refuse_resume(job.status)
    return _go(session, job, ImportPhase(job.phase or ImportPhase.READING), "resumed")


def undo(session: Session, import_id: uuid.UUID) -> ProspectImport:
    """Has an import taken back, or put away before anything of it was written; again changes nothing more.

    Its leads go with it, so it asks for their deletion too. Raises :class:`NotFound`, and :class:`Conflict` where it
    is no longer known what it did.
    """
    require(session, Operation.LEADS_DELETE)
    job = _locked(session, import_id)
    kept = select(ImportRow.line).where(ImportRow.org_id == job.org_id, ImportRow.import_id == job.id).limit(1)
    if not refuse_undo(job.status, job.phase, kept_rows=session.scalar(kept) is not None):
        return job
    return _go(session, job, ImportPhase.UNDOING, "undo_asked")


def _go(session: Session, job: ProspectImport, phase: ImportPhase, action: str) -> ProspectImport:
    before = {"status": job.status, "phase": job.phase}
    job.status, job.phase, job.error, job.finished_at = ImportStatus.PROCESSING, phase, None, None
    job.turn += 1
    record(session, "prospect_import", job.id, action, before=before, after={"phase": str(phase)})
    session.flush()
    return job


def _locked(session: Session, import_id: uuid.UUID) -> ProspectImport:
    found = session.scalars(
        select(ProspectImport)
        .where(ProspectImport.org_id == context_of(session).org_id, ProspectImport.id == import_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound(f"There is no import {import_id} in your reach.")
    return found
