"""An organisation that is to go: it asks, it may think again, then every row and file of it goes."""

from __future__ import annotations

import shutil
import uuid
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from outbound.audit.service import record
from outbound.errors import Conflict, Invalid, NotFound
from outbound.identity.models import Membership, Organisation
from outbound.ids import uuid7
from outbound.imports.models import ProspectImport
from outbound.privacy import erased_list
from outbound.privacy.models import OrganisationDeletion
from outbound.privacy.rules import deletion_due
from outbound.settings import Settings
from outbound.storage.blobs import open_store
from outbound.storage.context import context_of
from outbound.storage.database import Database
from outbound.warehouse import noted


def request_deletion(session: Session, slug: str, now: datetime, days: int) -> tuple[OrganisationDeletion, bool]:
    """Asks for the deletion after the waiting period; the second value is false where that was asked already.

    ``slug`` is the organisation's own, so that nobody deletes by a slip. Raises :class:`Invalid` for another.
    """
    context = context_of(session)
    assert context.user_id is not None
    own = session.scalars(select(Organisation.slug).where(Organisation.id == context.org_id).with_for_update()).one()
    if slug != own:
        raise Invalid(
            f"To delete the organisation, send its short name, {own}, as `confirm`.",
            errors=[{"field": "confirm", "reason": "it is not the short name"}],
        )
    before = pending(session)
    if before is not None:
        return before, False
    row = OrganisationDeletion(
        org_id=context.org_id,
        id=uuid7(),
        requested_by=context.user_id,
        requested_at=now,
        due_at=deletion_due(now, days),
    )
    session.add(row)
    session.flush()
    record(session, "organisation", context.org_id, "deletion requested", after={"due_at": row.due_at.isoformat()})
    return row, True


def pending(session: Session) -> OrganisationDeletion | None:
    """The deletion that is waited for; none: nobody asked, or it was withdrawn."""
    return session.scalar(
        select(OrganisationDeletion).where(
            OrganisationDeletion.org_id == context_of(session).org_id, OrganisationDeletion.withdrawn_at.is_(None)
        )
    )


def withdraw(session: Session, now: datetime) -> OrganisationDeletion:
    """Takes the wish back. Raises :class:`NotFound` where there is none, :class:`Conflict` once its time has come."""
    context = context_of(session)
    row = pending(session)
    if row is None:
        raise NotFound("Nobody has asked for the deletion of this organisation.")
    if row.due_at <= now:
        raise Conflict("The waiting period is over; the deletion is under way.")
    row.withdrawn_at, row.withdrawn_by = now, context.user_id
    session.flush()
    record(session, "organisation", context.org_id, "deletion withdrawn", before={"due_at": row.due_at.isoformat()})
    return row


def delete_due(database: Database, settings: Settings, now: datetime) -> list[uuid.UUID]:
    """Deletes every organisation whose waiting period is over: rows, files and what is published. The lake follows
    with the next run of the pipeline, which begins anew. Returns their ids."""
    gone = []
    for organisation in database.organisations():
        with database.as_job(organisation.id, source="deletion") as session:
            row = pending(session)
            due = row is not None and row.due_at <= now
        if due:
            delete_organisation(database, settings, organisation.id, now)
            gone.append(organisation.id)
    return gone


def forget_organisation(database: Database, settings: Settings, org_id: uuid.UUID, now: datetime) -> None:
    """Deletes one that had been deleted before, and came back with a backup."""
    with database.as_job(org_id, source="restore") as session:
        row = pending(session)
        if row is None:
            owner = session.scalars(select(Membership.user_id).where(Membership.org_id == org_id).limit(1)).first()
            session.add(
                OrganisationDeletion(org_id=org_id, id=uuid7(), requested_by=owner, requested_at=now, due_at=now)
            )
            session.flush()
    delete_organisation(database, settings, org_id, max(now, row.due_at) if row else now)


def delete_organisation(database: Database, settings: Settings, org_id: uuid.UUID, now: datetime) -> None:
    """Deletes one whose time has come; the database itself refuses any other."""
    with database.as_job(org_id, source="deletion") as session:
        lists = set(session.scalars(select(ProspectImport.file_url).where(ProspectImport.org_id == org_id)))
        session.execute(text("select outbound.delete_organisation(:now)"), {"now": now})
        erased_list.add(settings, [erased_list.Entry(org_id, None, now)])
    for space in ("attachments", "uploads"):
        store = open_store(settings, space)
        for staged in list(store.walk_staged(org_id)):
            store.unstage(org_id, staged.name)
        for kept in list(store.walk(org_id)):
            store.delete(org_id, kept.sha256)
    _drop_lists(database, settings, lists)
    shutil.rmtree(settings.published_dir / str(org_id), ignore_errors=True)
    noted.forget_of(settings, org_id)


def _drop_lists(database: Database, settings: Settings, lists: set[str]) -> None:
    """The same file may have been handed in by another organisation too."""
    for organisation in database.organisations():
        with database.as_job(organisation.id) as session:
            lists -= set(session.scalars(select(ProspectImport.file_url).where(ProspectImport.file_url.in_(lists))))
    for url in lists:
        path = (settings.home / url).resolve()
        if path.is_relative_to(settings.uploads_dir.resolve()):
            path.unlink(missing_ok=True)
