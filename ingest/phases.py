"""What each phase of an import does: one transaction, or several that can be repeated; the last names what follows."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from ingest import judging, statements, undo
from ingest.limits import Allowance
from ingest.locate import locate_rows
from ingest.match import match_rows
from ingest.place import place_rows
from ingest.reading import read_file
from ingest.report import ImportReport
from ingest.turn import Turn, repeated, since
from ingest.uploads import on_disk
from ingest.write import Scope, Statements, Wish, Written, writable_scope, write_rows
from outbound.audit.models import AuditEntry
from outbound.errors import Forbidden
from outbound.imports.models import ProspectImport
from outbound.storage.context import context_of
from outbound.vocabulary import ImportPhase, ImportStatus


def _read(turn: Turn) -> None:
    with turn.step(ImportPhase.READING) as (session, job):
        began, now = time.monotonic(), datetime.now(UTC)
        _scope(session, job)
        report = ImportReport(job.id, job.file_name)
        recorder = turn.recorder(ImportPhase.READING)
        recorder(0, at_once=True)
        with on_disk(turn.settings, job) as path:
            read_file(session, path, job, report, now, recorder, Allowance(turn.seconds), turn.still_ours)
        judging.know_doors(session, job.id)
        recorder(report.rows, report.rows)
        report.phases[ImportPhase.READING] = since(began)
        read = {"read": {"reasons": report.reasons, "examples": report.examples}}
        turn.advance(session, job, phase=ImportPhase.LOCATING, stats=report.as_stats() | read, error=None)


def _locate(turn: Turn) -> None:
    def find(session: Session, job: ProspectImport) -> bool:
        recorder = turn.recorder(ImportPhase.LOCATING)
        return bool(locate_rows(session, turn.settings, job.id, lambda rows, total: recorder(rows, total)))

    repeated(turn, ImportPhase.LOCATING, find, ImportPhase.MATCHING)


def _match(turn: Turn) -> None:
    repeated(turn, ImportPhase.MATCHING, lambda session, job: bool(match_rows(session, job.id)), ImportPhase.ASSIGNING)


def _assign(turn: Turn) -> None:
    def place(session: Session, job: ProspectImport) -> bool:
        judging.know_doors(session, job.id)
        return bool(place_rows(session, job.id))

    repeated(turn, ImportPhase.ASSIGNING, place, None)
    with turn.step(ImportPhase.ASSIGNING) as (session, job):
        judging.keep_within(session, job.id, _scope(session, job))
        report = _report(job)
        judging.tell(session, job.id, report, (job.stats or {}).get("read", {}))
        report.new_doors = judging.foresee_doors(session, job.id)
        report.seconds = round(sum(report.phases.values()), 2)
        values: dict[str, Any] = {"phase": ImportPhase.WRITING}
        if job.options.get("review"):
            values |= {"status": ImportStatus.READY}
            _audit(session, job, "judged", report)
        turn.advance(session, job, stats=(job.stats or {}) | report.as_stats(), **values)


def _write(turn: Turn) -> None:
    began, recorder = time.monotonic(), turn.recorder(ImportPhase.WRITING)
    done, total = 0, None
    first = True
    while True:
        with turn.step(ImportPhase.WRITING) as (session, job):
            stats = dict(job.stats or {})
            scope = _scope(session, job)
            so_far = Written(**stats.get("written", {}))
            if first:
                first = False
                judging.refresh(session, job.id)
                total = _waiting(session, job.id)
                recorder(0, total, at_once=True)
            now = datetime.now(UTC)
            written = write_rows(session, job.id, scope, job.source, _wish(job), now)
            if not written.rows:
                _complete(turn, session, job, scope, so_far, since(began))
                break
            so_far = so_far + written
            turn.advance(session, job, stats=stats | {"written": vars(so_far)})
        if not done:
            turn.refresh("addresses", "leads")  # the first list of a franchise makes them what they are
        done += written.rows
        recorder(done, total, at_once=True)


def _complete(
    turn: Turn, session: Session, job: ProspectImport, scope: Scope, written: Written, seconds: float
) -> None:
    run = Statements(session, job.id)
    run.run(_ONLY_REJECTED)
    run.run(statements.KEEP_DUPLICATES)
    report = _report(job)
    judging.tell(session, job.id, report, (job.stats or {}).get("read", {}))
    report.new_doors, report.filled, report.enrolled = written.new_doors, written.filled, written.enrolled
    report.positions_added = written.positions_added
    report.phases[ImportPhase.WRITING] = seconds
    report.seconds = round(sum(report.phases.values()), 2)
    _audit(session, job, "completed", report)
    turn.advance(
        session,
        job,
        phase=ImportPhase.COMPLETED,
        status=ImportStatus.COMPLETED,
        error=None,
        finished_at=datetime.now(UTC),
        stats=(job.stats or {}) | report.as_stats(),
    )


def _undo(turn: Turn) -> None:
    recorder = turn.recorder(ImportPhase.UNDOING)
    recorder(0, at_once=True)
    total = undone = doors = 0
    kept: dict[str, int] = {}
    steps: list[Callable[[Session, uuid.UUID, int], undo.Undone]] = [
        lambda session, import_id, after: undo.remove_leads(session, import_id, after),
        lambda session, import_id, _: undo.blank_again(session, import_id),
        lambda session, import_id, after: undo.remove_doors(session, import_id, after),
    ]
    for take in steps:
        after: int | None = 0
        while after is not None:
            with turn.step(ImportPhase.UNDOING) as (session, job):
                total = total or (job.stats or {}).get("rows", 0)
                done = take(session, job.id, after)
                stats = dict(job.stats or {})
                stats["removed"] = stats.get("removed", 0) + done.removed
                # What is blank is forgotten at once; leads that are kept are judged anew when this is repeated.
                turn.advance(session, job, stats=stats)
            undone, doors = undone + done.removed, doors + done.doors
            for reason, count in done.kept.items():
                kept[reason] = kept.get(reason, 0) + count
            after = done.last
            recorder(undone, total)
    with turn.step(ImportPhase.UNDOING) as (session, job):
        report = _report(job)
        report.kept = kept
        Statements(session, job.id).run(_FORGET_PAIRS)
        Statements(session, job.id).run(_FORGET_UNDONE)
        Statements(session, job.id).run(_FORGET_REJECTS)
        _audit(session, job, "undone", report, {"removed": report.removed, "kept": kept, "doors": doors})
        turn.advance(
            session,
            job,
            phase=ImportPhase.UNDONE,
            status=ImportStatus.UNDONE,
            error=None,
            finished_at=datetime.now(UTC),
            stats=(job.stats or {}) | report.as_stats(),
        )


PHASES: Mapping[ImportPhase, Callable[[Turn], None]] = {
    ImportPhase.READING: _read,
    ImportPhase.LOCATING: _locate,
    ImportPhase.MATCHING: _match,
    ImportPhase.ASSIGNING: _assign,
    ImportPhase.WRITING: _write,
    ImportPhase.UNDOING: _undo,
}

_ONLY_REJECTED = """
delete from outbound.import_rejects as x using outbound.import_rows as r
where
    x.org_id = %(org)s and x.import_id = %(import)s
    and r.org_id = x.org_id and r.import_id = x.import_id and r.line = x.line and r.fate <> 'rejected'
"""
_FORGET_UNDONE = """
delete from outbound.import_rows
where org_id = %(org)s and import_id = %(import)s and left(coalesce(reason, ''), 6) <> 'kept: '
"""
_FORGET_PAIRS = "delete from outbound.match_pairs where org_id = %(org)s and import_id = %(import)s"
_FORGET_REJECTS = "delete from outbound.import_rejects where org_id = %(org)s and import_id = %(import)s"


def _scope(session: Session, job: ProspectImport) -> Scope:
    scope = writable_scope(session, job.uploaded_by)
    if scope is None:
        raise Forbidden("Whoever handed in this list may not import any more; hand it in again yourself.")
    return scope


def _wish(job: ProspectImport) -> Wish:
    wanted = {name: uuid.UUID(job.options[name]) for name in ("cadence_id", "campaign_id") if job.options.get(name)}
    return Wish(**wanted)


def _report(job: ProspectImport) -> ImportReport:
    return ImportReport.of_stats(job.id, job.file_name, job.stats or {}, job.status)


def _waiting(session: Session, import_id: uuid.UUID) -> int:
    found = session.scalar(
        text(
            "select count(*) from outbound.import_rows where org_id = :org and import_id = :import"
            " and written_at is null and (fate in ('new', 'same') or (fate = 'unsure' and decision is not null))"
        ),
        {"org": context_of(session).org_id, "import": import_id},
    )
    return found or 0


def _audit(
    session: Session, job: ProspectImport, action: str, report: ImportReport, after: dict[str, Any] | None = None
) -> None:
    """Written here, not by the audit service: the job acts for the person who handed the list in."""
    session.add(
        AuditEntry(
            org_id=job.org_id,
            occurred_at=datetime.now(UTC),
            acted_by=job.uploaded_by,
            entity="prospect_import",
            entity_id=job.id,
            action=action,
            after=after
            or {
                "rows": report.rows,
                "new": report.new,
                "rejected": report.rejected,
                "duplicates": report.duplicates,
                "positions_added": report.positions_added,
            },
            source=context_of(session).source,
        )
    )
    session.flush()
