"""Taking in files of leads, giving them out, and taking them back.

The bytes are stored before the row that names them, in one transaction that holds the store open (``hold_store``):
a sweep that runs at the same time waits, so it never removes what is just being named.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbound.activities.models import Activity
from outbound.attachments import media, rules
from outbound.attachments.child import Child
from outbound.attachments.models import Attachment
from outbound.attachments.store import hold_store
from outbound.audit.service import record
from outbound.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from outbound.identity.permissions import Operation, require
from outbound.ids import uuid7
from outbound.leads import service as leads
from outbound.storage.blobs import Blob, BlobStore, received
from outbound.storage.captures import first_capture
from outbound.storage.context import context_of
from outbound.vocabulary import AttachmentState, MediaType, Role


@dataclass(frozen=True)
class Limits:
    """What is taken at most: bytes of a file, and pixels of a photo once decoded."""

    bytes: int
    pixels: int


@dataclass(frozen=True)
class AttachmentDraft:
    """A file as its sender knows it: hash and size of the bytes as they were sent."""

    id: uuid.UUID | None
    lead_id: uuid.UUID
    sent: Blob
    activity_id: uuid.UUID | None = None
    file_name: str | None = None


def check_may_attach(session: Session, lead_id: uuid.UUID) -> None:
    """Asked before any byte is read. Raises :class:`NotFound`, and :class:`Forbidden` for who may only read."""
    try:
        leads.get(session, lead_id, lock=True)
    except (NotFound, Forbidden):
        if not _own_activity(session, lead_id):
            raise


def keep(store: BlobStore, org_id: uuid.UUID, clean: media.Clean) -> Blob:
    """Puts a file in the store. Before the transaction that names it, no connection waits for a slow store."""
    with clean.path.open("rb") as file:
        return store.put(org_id, file, limit=clean.path.stat().st_size)


def attach(
    session: Session, store: BlobStore, draft: AttachmentDraft, clean: media.Clean, now: datetime
) -> tuple[Attachment, bool]:
    """Stores a file whose bytes are here (``keep`` may have put them in the store already, before the transaction);
    the second value is false for a repeat of the same request.

    Raises :class:`Conflict` where the id was used for other bytes, or its attachment was deleted since.
    """
    blob = _kept(session, store, clean)
    row, created = _announced(session, draft, clean.media_type)
    if row.state == AttachmentState.PENDING:
        _fill(session, row, blob, clean)
    session.flush()
    return row, created


def announce(
    session: Session, draft: AttachmentDraft, media_type: MediaType, limits: Limits
) -> tuple[Attachment, bool]:
    """Makes the row of a file that will be sent directly; the second value is false for a repeat.

    Raises :class:`TooLarge` for a declared size over the limit.
    """
    if draft.sent.size > limits.bytes:
        raise TooLarge(
            f"The file is larger than {limits.bytes:,} bytes; send a smaller one.",
            errors=[{"field": "size", "reason": f"more than {limits.bytes} bytes"}],
        )
    row, created = _announced(session, draft, media_type)
    session.flush()
    return row, created


def stage(
    session: Session, store: BlobStore, attachment_id: uuid.UUID, path: Path, declared_limit: int, now: datetime
) -> Attachment:
    """Puts the bytes of an announced file aside, as S3 would. Raises :class:`Conflict` once it is stored."""
    row = get(session, attachment_id, lock=True)
    if row.state != AttachmentState.PENDING:
        raise Conflict("This attachment is stored already; nothing more can be sent for it.")
    with path.open("rb") as file:
        sent = store.stage(row.org_id, row.id, file, limit=declared_limit)
    record(session, "attachment", row.id, "received", after={"lead_id": str(row.lead_id), "size": sent.size})
    return row


def complete(
    session: Session,
    store: BlobStore,
    attachment_id: uuid.UUID,
    limits: Limits,
    now: datetime,
    *,
    clean: media.Clean | None = None,
) -> Attachment:
    """Keeps what was sent directly, once it was ``inspected``: before the transaction (then it is given as ``clean``),
    or here. A repeat changes nothing.

    Raises as :func:`inspected`.
    """
    row = get(session, attachment_id, lock=True)
    if row.state == AttachmentState.STORED:
        return row
    if clean is not None:
        _fill(session, row, _kept(session, store, clean), clean)
    else:
        with inspected(store, row, limits) as found:
            _fill(session, row, _kept(session, store, found), found)
    session.flush()
    return row


@contextmanager
def inspected(store: BlobStore, row: Attachment, limits: Limits, child: Child | None = None) -> Iterator[media.Clean]:
    """What was sent directly, looked at: size, hash and type as declared; cleaned, and gone at exit.

    Raises :class:`Conflict` where nothing was sent yet, and :class:`Invalid` where it is not what was declared.
    """
    try:
        pieces = store.read_staged(row.org_id, row.id)
    except NotFound:
        raise Conflict("Nothing was sent for this attachment yet; send its bytes to the upload's url first.") from None
    source = _Pieces(pieces)
    with received(store.workspace, source, limit=limits.bytes) as (path, sent):  # type: ignore[arg-type]
        if sent != Blob(row.sha256, row.size):
            raise Invalid(
                "What was sent is not what was declared; send it again.",
                errors=[{"field": "sha256" if sent.size == row.size else "size", "reason": "not that of the file"}],
            )
        with media.cleaned(path, store.workspace, max_pixels=limits.pixels, child=child) as clean:
            if clean.media_type != row.media_type:
                raise Invalid(
                    f"The file is {clean.media_type}, not {row.media_type} as declared; announce it as what it is.",
                    errors=[{"field": "media_type", "reason": f"the content is {clean.media_type}"}],
                )
            yield clean


def get(session: Session, attachment_id: uuid.UUID, *, lock: bool = False) -> Attachment:
    """An attachment of a lead within the caller's reach. With ``lock``, one that they may also change.

    Raises :class:`NotFound`, and :class:`Forbidden` for one that they may only read.
    """
    query = select(Attachment).where(Attachment.org_id == context_of(session).org_id, Attachment.id == attachment_id)
    row = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None and lock and session.scalars(query).one_or_none() is not None:
        raise Forbidden("You may read this lead but not change it; ask its territory's owner.")
    if row is None:
        raise NotFound(f"There is no attachment {attachment_id} in your reach.")
    return row


def stored(session: Session, attachment_id: uuid.UUID) -> Attachment:
    """One whose content is there. Raises :class:`Conflict` for one that was only announced."""
    row = get(session, attachment_id)
    if row.state != AttachmentState.STORED:
        raise Conflict("This attachment was announced but is not complete; finish its upload first.")
    return row


def of_lead(session: Session, lead_id: uuid.UUID, *, before: uuid.UUID | None, limit: int) -> list[Attachment]:
    """What is stored for a lead, newest id first, from before a place in the list. Raises :class:`NotFound`."""
    lead = leads.get(session, lead_id)
    query = select(Attachment).where(
        Attachment.org_id == lead.org_id,
        Attachment.lead_id.in_(leads.with_merged(session, lead_id)),
        Attachment.state == AttachmentState.STORED,
    )
    if before is not None:
        query = query.where(Attachment.id < before)
    return list(session.scalars(query.order_by(Attachment.id.desc()).limit(limit)))


def delete(session: Session, attachment_id: uuid.UUID) -> str:
    """Takes an attachment back; answers with the hash of its content, for ``store.drop_unused`` after the commit.

    Raises :class:`Forbidden` for a rep who did not hand it in.
    """
    row = get(session, attachment_id, lock=True)
    context = context_of(session)
    if context.role is Role.SALES_REP and row.uploaded_by != context.user_id:
        raise Forbidden("Only who handed it in, or a manager, may delete this; ask a manager.")
    record(
        session,
        "attachment",
        row.id,
        "deleted",
        before={"lead_id": str(row.lead_id), "media_type": row.media_type, "size": row.size},
        whose=row.uploaded_by,
    )
    session.delete(row)
    session.flush()
    return row.sha256


def delete_all_of(session: Session, lead_id: uuid.UUID) -> list[str]:
    """Removes every attachment of a lead, as an erasure does; answers with the hashes for ``store.drop_unused``."""
    rows = session.scalars(
        select(Attachment).where(Attachment.org_id == context_of(session).org_id, Attachment.lead_id == lead_id)
    ).all()
    for row in rows:
        record(session, "attachment", row.id, "deleted", before={"lead_id": str(lead_id)})
        session.delete(row)
    session.flush()
    return sorted({row.sha256 for row in rows})


def link(session: Session, lead_id: uuid.UUID, activity_id: uuid.UUID, attachment_ids: Iterable[uuid.UUID]) -> None:
    """Says of those that are here already which activity they belong to; one that is still to come says it itself.

    One of another lead stays as it is: no knock is lost over a photo.
    """
    wanted = list(attachment_ids)
    if not wanted:
        return
    require(session, Operation.ATTACHMENTS_WRITE)
    session.execute(
        update(Attachment)
        .where(
            Attachment.org_id == context_of(session).org_id,
            Attachment.id.in_(wanted),
            Attachment.lead_id == lead_id,
            Attachment.activity_id.is_(None),
        )
        .values(activity_id=activity_id)
        .execution_options(synchronize_session="fetch")
    )


def _announced(session: Session, draft: AttachmentDraft, media_type: MediaType) -> tuple[Attachment, bool]:
    org_id = context_of(session).org_id
    owner_id = _owner_of(session, draft)
    attachment_id = draft.id or uuid7()
    # The same bytes announced, or sent at once: either way the same capture.
    content = {"lead_id": draft.lead_id, "activity_id": draft.activity_id, "sha256": draft.sent.sha256}
    if not first_capture(session, "attachment", attachment_id, content):
        query = select(Attachment).where(Attachment.org_id == org_id, Attachment.id == attachment_id)
        known = session.scalars(query.with_for_update()).one_or_none()
        if known is None:
            raise Conflict("This attachment was deleted since; send it under a new id to have it again.")
        return known, False
    if draft.activity_id is not None:
        _check_activity(session, draft.lead_id, draft.activity_id)
    context = context_of(session)
    row = Attachment(
        org_id=org_id,
        id=attachment_id,
        lead_id=draft.lead_id,
        activity_id=draft.activity_id,
        uploaded_by=context.user_id,
        state=AttachmentState.PENDING,
        file_name=rules.safe_name(draft.file_name, media_type),
        media_type=media_type,
        sha256=draft.sent.sha256,
        size=draft.sent.size,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("This id is taken by another attachment; send it under a new id.") from error
    record(
        session,
        "attachment",
        row.id,
        "announced",
        after={"lead_id": str(draft.lead_id), "media_type": media_type},
        whose=owner_id,
    )
    return row, True


def _owner_of(session: Session, draft: AttachmentDraft) -> uuid.UUID | None:
    """Whose the lead is. One that has left the caller's reach still takes the photos of their own activities there.

    Raises :class:`NotFound` and :class:`Forbidden`.
    """
    try:
        return leads.get(session, draft.lead_id, lock=True).owner_id
    except (NotFound, Forbidden):
        if draft.activity_id is None or not _own_activity(session, draft.lead_id, draft.activity_id):
            raise
        return context_of(session).user_id


def _own_activity(session: Session, lead_id: uuid.UUID, activity_id: uuid.UUID | None = None) -> bool:
    """Whether the caller did something with this lead."""
    context = context_of(session)
    query = select(Activity.id).where(
        Activity.org_id == context.org_id, Activity.lead_id == lead_id, Activity.user_id == context.user_id
    )
    if activity_id is not None:
        query = query.where(Activity.id == activity_id)
    return session.scalar(query.limit(1)) is not None


def _check_activity(session: Session, lead_id: uuid.UUID, activity_id: uuid.UUID) -> None:
    query = select(Activity.id).where(
        Activity.org_id == context_of(session).org_id, Activity.id == activity_id, Activity.lead_id == lead_id
    )
    if session.scalar(query) is None:
        raise NotFound(f"There is no activity {activity_id} of this lead; send the activity first.")


def _kept(session: Session, store: BlobStore, clean: media.Clean) -> Blob:
    hold_store(session)
    org_id = context_of(session).org_id
    if clean.blob is not None and store.size(org_id, clean.blob.sha256) == clean.blob.size:
        return clean.blob
    return keep(store, org_id, clean)


def _fill(session: Session, row: Attachment, blob: Blob, clean: media.Clean) -> None:
    row.state = AttachmentState.STORED
    row.media_type = clean.media_type
    row.file_name = rules.safe_name(row.file_name, clean.media_type)
    row.sha256, row.size = blob.sha256, blob.size
    row.width, row.height = clean.width, clean.height
    record(
        session,
        "attachment",
        row.id,
        "stored",
        after={"lead_id": str(row.lead_id), "media_type": row.media_type, "size": row.size},
    )


class _Pieces:
    """An iterator of pieces as something to read from."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)

    def read(self, size: int = -1) -> bytes:
        return next(self._pieces, b"")
