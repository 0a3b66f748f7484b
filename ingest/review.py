"""What a person says of a row that was unsure: kept until its list is written, or written at once where it is."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest import undo
from ingest.write import Wish, writable_scope, write_rows
from outbound.errors import Conflict, Forbidden
from outbound.identity.permissions import Operation, require
from outbound.imports.models import ImportRow, ProspectImport
from outbound.matching import queue
from outbound.matching.models import MatchPair
from outbound.storage.context import context_of
from outbound.storage.system import as_system
from outbound.vocabulary import ImportStatus, MatchDecision, RowFate


def decide(session: Session, pair_id: uuid.UUID, decision: MatchDecision, now: datetime) -> None:
    """Says of a pair that it is one lead (``same``) or two (``new``); saying it again changes nothing.

    A row of a list that is written becomes a lead, or fills in the one that it is, at once. Raises
    :class:`NotFound`, and :class:`Conflict` for one that was decided otherwise or whose list was taken back.
    """
    pair = queue.locked(session, pair_id)
    if pair.import_id is None:
        queue.decide_leads(session, pair, decision, now)
        return
    if queue.refuse_decided(pair, decision):
        return
    require(session, Operation.IMPORTS_WRITE)
    job, row = _row(session, pair)
    if row is None or row.fate != RowFate.UNSURE or row.written_at is not None:
        raise Conflict("This row waits for nobody any more; read the queue again.")
    if job.status not in (ImportStatus.READY, ImportStatus.COMPLETED):
        raise Conflict(f"The list of this row is {job.status}; decide once it is ready or completed.")
    row.decision = decision
    queue.note(session, pair, decision, now)
    if job.status == ImportStatus.COMPLETED:
        _write(session, job, row, now)


def take_back(session: Session, pair_id: uuid.UUID, now: datetime) -> None:
    """Takes a decision back: what was merged is parted, what a row became goes, and it waits again.

    Raises :class:`NotFound`, and :class:`Conflict` where somebody has worked on it since.
    """
    pair = queue.locked(session, pair_id)
    if pair.import_id is None:
        queue.take_back_leads(session, pair, now)
        return
    if pair.decision is None:
        return
    require(session, Operation.IMPORTS_WRITE)
    job, row = _row(session, pair)
    if row is None or job.status not in (ImportStatus.READY, ImportStatus.COMPLETED):
        raise Conflict("The list of this row was taken back or is being worked on; there is nothing to take back here.")
    if row.written_at is not None and row.fate == RowFate.UNSURE:
        _unwrite(session, job, row)
    row.decision, row.written_at, row.fate, row.reason = None, None, RowFate.UNSURE, pair.because
    row.matched_lead_id, row.matched_line = pair.lead_id, pair.matched_line
    queue.note(session, pair, None, now)


def _row(session: Session, pair: MatchPair) -> tuple[ProspectImport, ImportRow | None]:
    # The list first, as whoever writes it does.
    job = session.scalars(
        select(ProspectImport)
        .where(ProspectImport.org_id == pair.org_id, ProspectImport.id == pair.import_id)
        .with_for_update(read=True)
    ).one()
    row = session.scalars(
        select(ImportRow)
        .where(ImportRow.org_id == pair.org_id, ImportRow.import_id == pair.import_id, ImportRow.line == pair.line)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    return job, row


def _write(session: Session, job: ProspectImport, row: ImportRow, now: datetime) -> None:
    user_id = context_of(session).user_id
    scope = writable_scope(session, user_id) if user_id else None
    if scope is None:
        raise Forbidden("Only managers and owners decide about lists; ask yours.")
    wish: dict[str, Any] = {
        name: uuid.UUID(job.options[name]) for name in ("cadence_id", "campaign_id") if job.options.get(name)
    }
    import_id, source, line = job.id, job.source, row.line
    with as_system(session):
        write_rows(session, import_id, scope, source, Wish(**wish), now, lines=[line])
    session.expire(row)


def _unwrite(session: Session, job: ProspectImport, row: ImportRow) -> None:
    import_id, line, decision = job.id, row.line, row.decision
    with as_system(session):
        if decision == MatchDecision.NEW:
            done = undo.remove_leads(session, import_id, line - 1, 1)
            if not done.removed:
                why = next(iter(done.kept), "is no lead of this list")
                raise Conflict(f"The lead that this row became {why}; it stays.")
            undo.remove_doors(session, import_id, line - 1, 1)
        undo.blank_again(session, import_id, line=line)
    session.expire(row)
