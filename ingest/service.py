"""Taking in a list of prospects: register the file, then run the import, at once or later (``ingest.pipeline``).

The same file is never taken in twice, unless it was taken back.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ingest import mapping_review
from ingest.limits import glance
from ingest.pipeline import run_import
from ingest.progress import Progress, Reporter
from ingest.report import ImportReport
from ingest.sniff import sniff
from ingest.uploads import Upload, forget, keep
from outbound.audit.service import record
from outbound.errors import Conflict, Forbidden, Invalid
from outbound.ids import uuid7
from outbound.imports.models import ProspectImport
from outbound.imports.turns import NO_OPTIONS, Options, refuse_unfit_options
from outbound.settings import Settings
from outbound.storage.captures import first_capture
from outbound.storage.context import context_of
from outbound.storage.database import Database
from outbound.storage.locks import serialise
from outbound.vocabulary import ImportPhase, ImportSource, ImportStatus

WAKE_AFTER = timedelta(minutes=10)
"""A paused import is tried again by itself after this time."""


@dataclass(frozen=True)
class PendingImport:
    """An import that was set going and has not come to the end of this turn."""

    org_id: uuid.UUID
    import_id: uuid.UUID
    file_name: str
    turn: int = field(default=1)


def import_file(
    database: Database,
    settings: Settings,
    org_id: uuid.UUID,
    user_id: uuid.UUID,
    path: Path,
    source: ImportSource = ImportSource.CSV,
    *,
    columns: Mapping[str, str] | None = None,
    options: Options = NO_OPTIONS,
    progress: Reporter | None = None,
) -> ImportReport:
    """Registers a file and runs its import here and now: see :func:`register` and :func:`run_import`."""
    import_id = register(database, settings, org_id, user_id, path, source, columns=columns, options=options)
    return run_import(database, settings, org_id, import_id, progress=progress)


def register(
    database: Database,
    settings: Settings,
    org_id: uuid.UUID,
    user_id: uuid.UUID,
    path: Path,
    source: ImportSource = ImportSource.CSV,
    *,
    columns: Mapping[str, str] | None = None,
    options: Options = NO_OPTIONS,
) -> uuid.UUID:
    """Keeps a copy of the file and records its import as ``processing``; returns the import's id.

    ``columns`` names the column of a field where the obvious one is wrong. The same file with the same columns
    is the same import, whatever its state. Raises :class:`Invalid` for a file that holds no list, before anything
    is recorded, and :class:`Forbidden` for who may not import.
    """
    with database.as_member(org_id, user_id, source="import") as session:
        job, _ = hand_in(session, settings, path, path.name, source, columns=columns, options=options, waits=False)
        return job.id


def hand_in(
    session: Session,
    settings: Settings,
    path: Path,
    name: str,
    source: ImportSource = ImportSource.CSV,
    *,
    columns: Mapping[str, str] | None = None,
    import_id: uuid.UUID | None = None,
    options: Options = NO_OPTIONS,
    waits: bool | None = None,
) -> tuple[ProspectImport, bool]:
    """Keeps a file, which its owner calls ``name``, and records its import; the second value is false where the
    same file with the same columns is an import already.

    With ``waits`` (unless told: where a review is asked for) it stays ``uploaded`` until its columns are agreed to.
    Raises :class:`Invalid` for a file that holds no list, :class:`Conflict` for an id that was used for something
    else, :class:`outbound.errors.NotFound` for a cadence or campaign that is none, and :class:`Forbidden` for who may
    not import.
    """
    _refuse_import(session)
    refuse_unfit_options(session, options)
    waits = options.review if waits is None else waits
    given = dict(columns or {})
    layout = sniff(path, name, glance())
    # What is no list is not even kept.
    mapping_review.resolve(session, layout, given, need_address=not waits)
    upload = keep(settings, context_of(session).org_id, path, name)
    serialise(session, "upload", upload.sha256)
    try:
        found = _recorded(session, upload, source, given, import_id, options, waits=waits)
    except Conflict:
        if not _is_named(session, upload):
            forget(settings, context_of(session).org_id, upload)
        raise
    if given and found[1]:
        mapping_review.remember(session, layout, given, datetime.now(UTC))
    return found


def _recorded(
    session: Session,
    upload: Upload,
    source: ImportSource,
    given: dict[str, str],
    import_id: uuid.UUID | None,
    options: Options,
    *,
    waits: bool,
) -> tuple[ProspectImport, bool]:
    context = context_of(session)
    if import_id is not None:
        content = {"sha256": upload.sha256, "columns": given, "source": str(source)}
        first_capture(session, "import", import_id, content)
    known = _known(session, upload, given)
    if known is not None and known.status != ImportStatus.FAILED:
        return known, False
    status = ImportStatus.UPLOADED if waits else ImportStatus.PROCESSING
    if known is None:
        known = ProspectImport(
            org_id=context.org_id,
            id=import_id or uuid7(),
            uploaded_by=context.user_id,
            source=source,
            status=status,
            columns=given,
            file_url=upload.url,
            file_name=upload.name,
            file_sha256=upload.sha256,
            phase=ImportPhase.READING,
            options=options.as_json(),
            turn=1,
        )
        session.add(known)
    else:
        known.status, known.error, known.finished_at = status, None, None
        known.turn += 1
        if known.phase is None or known.phase == ImportPhase.READING:
            known.options = options.as_json()
    record(session, "prospect_import", known.id, "registered", after={"source": str(source)})
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("This id is taken by another import; hand the list in under a new id.") from error
    return known, True


def pending_imports(database: Database) -> list[PendingImport]:
    """Imports of every organisation that wait to be run, or whose run was killed; the oldest first."""
    found = []
    for organisation in database.organisations():
        with database.as_job(organisation.id, source="import") as session:
            rows = session.execute(
                select(ProspectImport.id, ProspectImport.file_name, ProspectImport.turn).where(
                    ProspectImport.org_id == organisation.id,
                    ProspectImport.status == ImportStatus.PROCESSING,
                )
            )
            found += [PendingImport(organisation.id, row.id, row.file_name, row.turn) for row in rows]
    return sorted(found, key=lambda pending: pending.import_id)


def give_up(database: Database, pending: PendingImport, sentence: str) -> None:
    """Ends an import that nobody could run, with the reason in one sentence; it can be resumed."""
    with database.as_job(pending.org_id, source="import") as session:
        session.execute(
            update(ProspectImport)
            .where(
                ProspectImport.org_id == pending.org_id,
                ProspectImport.id == pending.import_id,
                ProspectImport.turn == pending.turn,
                ProspectImport.status == ImportStatus.PROCESSING,
            )
            .values(status=ImportStatus.FAILED, error=sentence, finished_at=datetime.now(UTC))
        )
        record(session, "prospect_import", pending.import_id, "given_up")


def wake_paused(database: Database, now: datetime) -> int:
    """Sets imports going again that were paused some time ago. Returns how many."""
    woken = 0
    for organisation in database.organisations():
        with database.as_job(organisation.id, source="import") as session:
            ids = session.scalars(
                update(ProspectImport)
                .where(
                    ProspectImport.org_id == organisation.id,
                    ProspectImport.status == ImportStatus.PAUSED,
                    # Ahead of now, it was paused by a clock that has been set back since.
                    ~ProspectImport.updated_at.between(now - WAKE_AFTER, now + WAKE_AFTER),
                )
                .values(status=ImportStatus.PROCESSING, turn=ProspectImport.turn + 1)
                .returning(ProspectImport.id)
            ).all()
            for import_id in ids:
                record(session, "prospect_import", import_id, "resumed")
            woken += len(ids)
    return woken


def _known(session: Session, upload: Upload, given: dict[str, str]) -> ProspectImport | None:
    return session.scalars(
        select(ProspectImport)
        .where(
            ProspectImport.org_id == context_of(session).org_id,
            ProspectImport.file_sha256 == upload.sha256,
            ProspectImport.status != ImportStatus.UNDONE,
            ~((ProspectImport.status == ImportStatus.PROCESSING) & (ProspectImport.phase == "undoing")),
            ProspectImport.columns == given,
        )
        .order_by(ProspectImport.id)
        .limit(1)
    ).one_or_none()


def _is_named(session: Session, upload: Upload) -> bool:
    named = select(ProspectImport.id).where(
        ProspectImport.org_id == context_of(session).org_id, ProspectImport.file_sha256 == upload.sha256
    )
    return session.scalars(named.limit(1)).first() is not None


def _refuse_import(session: Session) -> None:
    if not context_of(session).may_manage:
        raise Forbidden("Only managers and owners import lists; ask yours.")


__all__ = [
    "ImportReport",
    "Invalid",
    "Options",
    "PendingImport",
    "Progress",
    "hand_in",
    "import_file",
    "pending_imports",
    "register",
    "run_import",
    "wake_paused",
]
