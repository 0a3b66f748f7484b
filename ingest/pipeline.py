"""An import from phase to phase.

Each phase is a transaction, or several that can be repeated; what comes next is written in the same one. So a process
that is killed anywhere leaves an import that goes on where it was, to the same end, by running it again.
"""

from __future__ import annotations

import uuid

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from ingest.phases import PHASES
from ingest.progress import Progress, Reporter
from ingest.report import ImportReport
from ingest.turn import Superseded, Turn, claimed, look
from outbound.errors import OutboundError
from outbound.imports.models import ProspectImport
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.vocabulary import ImportPhase, ImportStatus


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
    with claimed(database, import_id):
        first = True
        while True:
            job = look(database, org_id, import_id)
            if job.status != ImportStatus.PROCESSING:
                return _ended(job, reporter, again=first)
            first = False
            phase = ImportPhase(job.phase or ImportPhase.READING)
            turn = Turn(database, settings, org_id, import_id, job.turn, reporter, seconds_of(phase, settings))
            try:
                turn.refresh(*_READ_IN.get(phase, ()))
                PHASES[phase](turn)
            except Superseded:
                continue
            except OutboundError as error:
                turn.stop(ImportStatus.FAILED, error.message)
                raise
            except (SQLAlchemyError, psycopg.Error, OSError) as error:
                code = getattr(getattr(error, "orig", error), "sqlstate", None)
                if code == _CANCELLED:
                    told = turn.took_too_long(phase)
                    turn.stop(ImportStatus.FAILED, told.message)
                    raise told from None
                sentence = f"The import stopped ({type(error).__name__}{f' {code}' if code else ''}); run it again."
                turn.stop(ImportStatus.FAILED, sentence)
                # The database's own words may quote a row.
                raise OutboundError(sentence) from None


_READ_IN = {
    ImportPhase.LOCATING: ("import_rows",),
    ImportPhase.MATCHING: ("import_rows", "addresses", "leads"),
    ImportPhase.WRITING: ("import_rows",),
}
"""Tables that a phase joins and that have just changed much."""


def seconds_of(phase: ImportPhase, settings: Settings) -> float:
    """That a phase may take, so that no list keeps the others waiting. What is taken back, is."""
    if phase is ImportPhase.UNDOING:
        return float("inf")
    asking = settings.geocoder_import_seconds if phase is ImportPhase.LOCATING else 0.0
    return settings.import_phase_seconds + asking


_CANCELLED = "57014"
"""The state of a statement that took longer than it may."""


def _ended(job: ProspectImport, reporter: Reporter, *, again: bool) -> ImportReport:
    report = ImportReport.of_stats(job.id, job.file_name, job.stats or {}, job.status)
    report.error = job.error
    reporter(Progress("done", report.rows, 1.0))
    return report.seen_again() if again and job.status == ImportStatus.COMPLETED else report


__all__ = ["ImportReport", "Superseded", "run_import"]
