"""An import from phase to phase.

Each phase is a transaction, or several that can be repeated; what comes next is written in the same one. So a process
that is killed anywhere leaves an import that goes on where it was, to the same end, by running it again.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg
from sqlalchemy import text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ingest import judging, statements, undo
from ingest.locate import locate_rows
from ingest.match import match_rows
from ingest.place import place_rows
from ingest.progress import Progress, Recorder, Reporter
from ingest.reading import read_file
from ingest.report import ImportReport
from ingest.uploads import on_disk
from ingest.write import Scope, Statements, Wish, Written, writable_scope, write_rows
from outbound.audit.models import AuditEntry
from outbound.errors import Conflict, Forbidden, NotFound, OutboundError, Unavailable
from outbound.imports.models import ProspectImport
from outbound.settings import Settings
from outbound.storage.context import context_of
from outbound.storage.database import Database
from outbound.storage.locks import serialise
from outbound.vocabulary import ImportPhase, ImportStatus

PATIENCE_SECONDS = 2.0


class Superseded(Conflict):
    """The import was given another turn while this one ran: what this transaction did is nobody's any more."""


@dataclass
class Turn:
    """One run of an import: what it works on, and how it is told."""

    database: Database
    settings: Settings
    org_id: uuid.UUID
    import_id: uuid.UUID
    number: int
    reporter: Reporter
    _recorders: dict[str, Recorder] = field(default_factory=dict)

    @contextmanager
    def step(self, phase: ImportPhase) -> Iterator[tuple[Session, ProspectImport]]:
        """A transaction of a phase. Raises :class:`Superseded` where the import is no longer in it."""
        with self.database.as_job(self.org_id, source="import") as session:
            # A process that was killed may still hold its last statement open: that one ends first.
            serialise(session, "import phase", self.import_id)
            job = session.get(ProspectImport, (self.org_id, self.import_id))
            if job is None or not self._is_ours(job, phase):
                raise Superseded("The import was given another turn; this one ends.")
            yield session, job

    def advance(self, session: Session, job: ProspectImport, **values: Any) -> None:
        """What is so at the end of a step. Raises :class:`Superseded`."""
        session.flush()
        done = session.execute(
            update(ProspectImport)
            .where(
                ProspectImport.org_id == self.org_id,
                ProspectImport.id == self.import_id,
                ProspectImport.turn == self.number,
                ProspectImport.status == str(ImportStatus.PROCESSING),
            )
            .values({name: str(value) if name in ("phase", "status") else value for name, value in values.items()})
            .execution_options(synchronize_session=False)
        )
        if not done.rowcount:  # type: ignore[attr-defined]
            raise Superseded("The import was given another turn; this one ends.")
        session.expire(job)

    def recorder(self, phase: ImportPhase) -> Recorder:
        if phase not in self._recorders:
            self._recorders[phase] = Recorder(self.database, self.org_id, self.import_id, phase, self.reporter)
        return self._recorders[phase]

    def _is_ours(self, job: ProspectImport, phase: ImportPhase) -> bool:
        return (job.status, job.phase or ImportPhase.READING, job.turn) == (
            ImportStatus.PROCESSING,
            phase,
            self.number,
        )


def run_import(
    database: Database,
    settings: Settings,
    org_id: uuid.UUID,
    import_id: uuid.UUID,
    *,
    progress: Reporter | None = None,
) -> ImportReport:
    """Runs an import until it is ready for its review, completed, paused or undone; or tells what it did when it has
    ended already.

    Raises :class:`Conflict` while another process runs it, and what made it fail; the import then says why in one
    sentence without a value of any row.
    """
    reporter = progress or (lambda _: None)
    with _claimed(database, import_id):
        first = True
        while True:
            job = _look(database, org_id, import_id)
            if job.status != ImportStatus.PROCESSING:
                return _ended(job, reporter, again=first)
            first = False
            phase = ImportPhase(job.phase or ImportPhase.READING)
            turn = Turn(database, settings, org_id, import_id, job.turn, reporter)
            try:
                _refresh(database, *_READ_IN.get(phase, ()))
                _PHASES[phase](turn)
            except Superseded:
                continue
            except OutboundError as error:
                _stop(turn, ImportStatus.FAILED, error.message)
                raise
            except (SQLAlchemyError, psycopg.Error, OSError) as error:
                code = getattr(getattr(error, "orig", error), "sqlstate", None)
                sentence = f"The import stopped ({type(error).__name__}{f' {code}' if code else ''}); run it again."
                _stop(turn, ImportStatus.FAILED, sentence)
                # The database's own words may quote a row.
                raise OutboundError(sentence) from None


_READ_IN = {
    ImportPhase.LOCATING: ("import_rows",),
    ImportPhase.MATCHING: ("import_rows", "addresses", "leads"),
    ImportPhase.WRITING: ("import_rows",),
}
"""Tables that a phase joins and that have just changed much."""


def _refresh(database: Database, *tables: str) -> None:
    for table in tables:
        database.refresh_statistics(table)


def _ended(job: ProspectImport, reporter: Reporter, *, again: bool) -> ImportReport:
    report = ImportReport.of_stats(job.id, job.file_name, job.stats or {}, job.status)
    reporter(Progress("done", report.rows, 1.0))
    return report.seen_again() if again and job.status == ImportStatus.COMPLETED else report


def _read(turn: Turn) -> None:
    with turn.step(ImportPhase.READING) as (session, job):
        began, now = time.monotonic(), datetime.now(UTC)
        _scope(session, job)
        report = ImportReport(job.id, job.file_name)
        recorder = turn.recorder(ImportPhase.READING)
        recorder(0, at_once=True)
        with on_disk(turn.settings, job) as path:
            read_file(session, path, job, report, now, recorder)
        judging.know_doors(session, job.id)
        recorder(report.rows, report.rows)
        report.phases[ImportPhase.READING] = _since(began)
        read = {"read": {"reasons": report.reasons, "examples": report.examples}}
        turn.advance(session, job, phase=ImportPhase.LOCATING, stats=_asked(job) | report.as_stats() | read, error=None)


def _locate(turn: Turn) -> None:
    def find(session: Session, job: ProspectImport) -> bool:
        recorder = turn.recorder(ImportPhase.LOCATING)
        return bool(locate_rows(session, turn.settings, job.id, lambda rows, total: recorder(rows, total)))

    _repeated(turn, ImportPhase.LOCATING, find, ImportPhase.MATCHING)


def _match(turn: Turn) -> None:
    _repeated(turn, ImportPhase.MATCHING, lambda session, job: bool(match_rows(session, job.id)), ImportPhase.ASSIGNING)


def _assign(turn: Turn) -> None:
    def place(session: Session, job: ProspectImport) -> bool:
        judging.know_doors(session, job.id)
        return bool(place_rows(session, job.id))

    _repeated(turn, ImportPhase.ASSIGNING, place, None)
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
                _complete(turn, session, job, scope, so_far, _since(began))
                break
            so_far = so_far + written
            turn.advance(session, job, stats=stats | {"written": vars(so_far)})
        if not done:
            _refresh(turn.database, "addresses", "leads")  # the first list of a franchise makes them what they are
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


_PHASES: Mapping[ImportPhase, Callable[[Turn], None]] = {
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


def _repeated(
    turn: Turn,
    phase: ImportPhase,
    work: Callable[[Session, ProspectImport], bool],
    following: ImportPhase | None,
) -> None:
    """Calls work, a transaction each, until it says that nothing is left. What is down pauses the import: what was
    done until then stays."""
    turn.recorder(phase)(0, at_once=True)
    more = True
    while more:
        began = time.monotonic()
        with turn.step(phase) as (session, job):
            try:
                more = work(session, job)
                values: dict[str, Any] = {"phase": following} if not more and following is not None else {}
            except Unavailable as error:
                more, values = False, {"status": ImportStatus.PAUSED, "error": error.message}
            stats = dict(job.stats or {})
            phases = stats.get("phases", {})
            stats["phases"] = phases | {str(phase): round(phases.get(str(phase), 0.0) + _since(began), 2)}
            turn.advance(session, job, stats=stats, **values)


@contextmanager
def _claimed(database: Database, import_id: uuid.UUID) -> Iterator[None]:
    """Holds an import for this process, on a connection of its own that dies with it. Raises :class:`Conflict`."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        values = {"import": str(import_id)}
        asked = time.monotonic()
        while not connection.scalar(text("select pg_try_advisory_lock(hashtextextended(:import, 0))"), values):
            # The server takes a moment to see that a process is gone.
            if time.monotonic() - asked > PATIENCE_SECONDS:
                raise Conflict("This import is being run by another process; wait for it to finish.")
            time.sleep(0.1)
        try:
            yield
        finally:
            try:
                connection.execute(text("select pg_advisory_unlock(hashtextextended(:import, 0))"), values)
            except SQLAlchemyError:
                connection.invalidate()


def _look(database: Database, org_id: uuid.UUID, import_id: uuid.UUID) -> ProspectImport:
    with database.as_job(org_id, source="import") as session:
        job = session.get(ProspectImport, (org_id, import_id))
        if job is None:
            raise NotFound(f"There is no import {import_id}.")
        session.expunge(job)
        return job


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


def _asked(job: ProspectImport) -> dict[str, Any]:
    """What the import was handed in with; everything else of its stats is counted anew."""
    return {name: value for name, value in (job.stats or {}).items() if name == "columns"}


def _waiting(session: Session, import_id: uuid.UUID) -> int:
    found = session.scalar(
        text(
            "select count(*) from outbound.import_rows where org_id = :org and import_id = :import"
            " and written_at is null and (fate in ('new', 'same') or (fate = 'unsure' and decision is not null))"
        ),
        {"org": context_of(session).org_id, "import": import_id},
    )
    return found or 0


def _since(began: float) -> float:
    return round(time.monotonic() - began, 2)


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


def _stop(turn: Turn, status: ImportStatus, sentence: str) -> None:
    try:
        with turn.database.as_job(turn.org_id, source="import") as session:
            session.execute(
                update(ProspectImport)
                .where(
                    ProspectImport.org_id == turn.org_id,
                    ProspectImport.id == turn.import_id,
                    ProspectImport.turn == turn.number,
                    ProspectImport.status == str(ImportStatus.PROCESSING),
                )
                .values(status=str(status), error=sentence, finished_at=datetime.now(UTC))
            )
    except (SQLAlchemyError, OutboundError):
        return  # the database is gone: the import stays as it was, and its first error is the one to tell


__all__ = ["ImportReport", "Superseded", "run_import"]
