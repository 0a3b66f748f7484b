"""One run of an import: its transactions, and that nobody else runs it meanwhile."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ingest.progress import Recorder, Reporter
from outbound.errors import Conflict, NotFound, OutboundError, TooLarge, Unavailable
from outbound.imports.models import ProspectImport
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.storage.locks import serialise
from outbound.vocabulary import ImportPhase, ImportStatus

PATIENCE_SECONDS = 2.0
ASK_SECONDS = 2.0
_FOR_EVER = 10_000_000.0
_NO_LONGER = text("select set_config('statement_timeout', :milliseconds, true)")


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
    seconds: float = float("inf")
    """That the phase may take."""
    _began: float = field(default_factory=time.monotonic)
    _asked: float = field(default_factory=time.monotonic)
    _recorders: dict[str, Recorder] = field(default_factory=dict)

    @contextmanager
    def step(self, phase: ImportPhase) -> Iterator[tuple[Session, ProspectImport]]:
        """A transaction of a phase. Raises :class:`Superseded` where the import is no longer in it, and
        :class:`outbound.errors.TooLarge` where the phase takes too long."""
        left = self._left(phase)
        with self.database.as_job(self.org_id, source="import") as session:
            session.execute(_NO_LONGER, {"milliseconds": str(int(left * 1000)) if left < _FOR_EVER else "0"})
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
                ProspectImport.status == ImportStatus.PROCESSING,
            )
            .values({name: str(value) if name in ("phase", "status") else value for name, value in values.items()})
            .execution_options(synchronize_session=False)
        )
        if not done.rowcount:  # type: ignore[attr-defined]
            raise Superseded("The import was given another turn; this one ends.")
        session.expire(job)

    def still_ours(self) -> None:
        """Asks, once in a while, within a long step. Raises :class:`Superseded`."""
        now = time.monotonic()
        if now - self._asked < ASK_SECONDS:
            return
        self._asked = now
        job = look(self.database, self.org_id, self.import_id)
        if (job.status, job.turn) != (ImportStatus.PROCESSING, self.number):
            raise Superseded("The import was given another turn; this one ends.")

    def took_too_long(self, phase: ImportPhase) -> TooLarge:
        return TooLarge(
            f"The import was still {phase} after {self.seconds:,.0f} s, and was stopped; split the list, or resume it "
            "when less is going on."
        )

    def _left(self, phase: ImportPhase) -> float:
        left = self.seconds - (time.monotonic() - self._began)
        if left <= 0:
            raise self.took_too_long(phase)
        return left

    def recorder(self, phase: ImportPhase) -> Recorder:
        if phase not in self._recorders:
            self._recorders[phase] = Recorder(self.database, self.org_id, self.import_id, phase, self.reporter)
        return self._recorders[phase]

    def refresh(self, *tables: str) -> None:
        """Tells the planner of tables that have just changed much."""
        for table in tables:
            self.database.refresh_statistics(table)

    def stop(self, status: ImportStatus, sentence: str) -> None:
        """Ends the import as it stands, with the reason in one sentence."""
        try:
            with self.database.as_job(self.org_id, source="import") as session:
                session.execute(
                    update(ProspectImport)
                    .where(
                        ProspectImport.org_id == self.org_id,
                        ProspectImport.id == self.import_id,
                        ProspectImport.turn == self.number,
                        ProspectImport.status == ImportStatus.PROCESSING,
                    )
                    .values(status=status, error=sentence, finished_at=datetime.now(UTC))
                )
        except (SQLAlchemyError, OutboundError):
            return  # the database is gone: the import stays as it was, and its first error is the one to tell

    def _is_ours(self, job: ProspectImport, phase: ImportPhase) -> bool:
        return (job.status, job.phase or ImportPhase.READING, job.turn) == (
            ImportStatus.PROCESSING,
            phase,
            self.number,
        )


def repeated(
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
            stats["phases"] = phases | {str(phase): round(phases.get(str(phase), 0.0) + since(began), 2)}
            turn.advance(session, job, stats=stats, **values)


@contextmanager
def claimed(database: Database, import_id: uuid.UUID) -> Iterator[None]:
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


def look(database: Database, org_id: uuid.UUID, import_id: uuid.UUID) -> ProspectImport:
    with database.as_job(org_id, source="import") as session:
        job = session.get(ProspectImport, (org_id, import_id))
        if job is None:
            raise NotFound(f"There is no import {import_id}.")
        session.expunge(job)
        return job


def since(began: float) -> float:
    return round(time.monotonic() - began, 2)
