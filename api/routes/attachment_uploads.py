"""Files sent directly to the store: announced, sent to an address that was signed, and completed."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import BackgroundTasks, Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.dependencies import CallerDep, DatabaseDep, Now, SettingsDep, UnitOfWork
from api.here import address_of
from api.permissions import permits
from api.repeats import told_made
from api.routes.attachments import BINARY, StoreDep, kept
from api.routing import Router
from api.schemas.attachments import AttachmentOut, TicketOut, UploadOut
from api.turns import in_turn
from api.uploads import Received, receive
from outbound.attachments import media, service
from outbound.attachments.child import Child
from outbound.attachments.models import Attachment
from outbound.attachments.requests import UploadIn
from outbound.errors import Forbidden
from outbound.identity import sessions
from outbound.identity.callers import Caller
from outbound.identity.permissions import Operation, require
from outbound.settings import Settings
from outbound.storage.blobs import Blob, Ticket
from outbound.storage.crypto import KeyRing
from outbound.vocabulary import AttachmentState

router = Router(prefix="/api/attachments", tags=["attachments"])
UPLOAD_SECONDS = 15 * 60


@router.post("/uploads", status_code=201, dependencies=[permits(Operation.ATTACHMENTS_WRITE)])
def announce_upload(
    body: UploadIn,
    request: Request,
    session: UnitOfWork,
    database: DatabaseDep,
    settings: SettingsDep,
    caller: CallerDep,
    blobs: StoreDep,
    response: Response,
    now: Now,
) -> UploadOut:
    """Announces a file and answers where to send its bytes directly; ``complete`` ends it.

    The same ``id`` again returns the first result with 200, with a new address while it is not complete.
    """
    draft = body.draft(body.id)
    attachment, created = service.announce(session, draft, body.media_type, _limits(settings))
    told_made(response, created)
    upload = None
    if attachment.state == AttachmentState.PENDING:
        expires_at = now + timedelta(seconds=UPLOAD_SECONDS)
        declared = Blob(attachment.sha256, attachment.size)
        ticket = blobs.upload_ticket(attachment.org_id, attachment.id, declared, UPLOAD_SECONDS) or _own_ticket(
            request, database.keys, attachment, caller, expires_at
        )
        upload = TicketOut(method=ticket.method, url=ticket.url, headers=ticket.headers, expires_at=expires_at)
    return UploadOut(attachment=AttachmentOut.of(attachment), upload=upload)


class SignedUpload:
    """The right to send the bytes of one announced file, as a signed address carries it."""

    def __init__(
        self,
        attachment_id: uuid.UUID,
        request: Request,
        database: DatabaseDep,
        now: Now,
        org: uuid.UUID,
        member: uuid.UUID,
        expires: Annotated[int, Query(ge=0, le=2**40)],
        signature: Annotated[str, Query(max_length=64)],
        session: uuid.UUID | None = None,
    ) -> None:
        wanted = _signature(database.keys, org, attachment_id, member, expires, session)
        if not hmac.compare_digest(wanted.encode(), signature.encode("utf-8", "replace")):
            raise Forbidden("This upload address is not one that we gave; announce the upload again.")
        if now.timestamp() > expires:
            raise Forbidden("This upload address has expired; announce the upload again for a new one.")
        if session is not None and not sessions.lives(database, Caller(org, member, session)):
            raise Forbidden("The sign-in that asked for this upload address has ended; sign in and announce it again.")
        self.org_id = org
        self.user_id = member


async def get_signed(
    request: Request,
    settings: SettingsDep,
    blobs: StoreDep,
    signed: Annotated[SignedUpload, Depends()],
) -> AsyncIterator[Received]:
    async with receive(request, blobs.workspace, limit=settings.attachment_max_bytes) as received:
        yield received


@router.put(
    "/{attachment_id}/content",
    status_code=204,
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": BINARY}}},
)
def send_content(
    attachment_id: uuid.UUID,
    request: Request,
    signed: Annotated[SignedUpload, Depends()],
    received: Annotated[Received, Depends(get_signed)],
    database: DatabaseDep,
    settings: SettingsDep,
    blobs: StoreDep,
    now: Now,
) -> None:
    """Takes the bytes of an announced file, where the installation has no S3. The signed address is the permission, as
    long as who was given it could ask for it now."""
    with database.as_member(signed.org_id, signed.user_id, request_id=request.state.request_id) as session:
        require(session, Operation.ATTACHMENTS_WRITE)
        service.stage(session, blobs, attachment_id, received.path, settings.attachment_max_bytes, now)


async def get_inspected(
    attachment_id: uuid.UUID,
    request: Request,
    settings: SettingsDep,
    database: DatabaseDep,
    caller: CallerDep,
    blobs: StoreDep,
) -> AsyncIterator[media.Clean | None]:
    """What was sent, looked at in turn and put into the store before the unit of work begins; none for a repeat."""

    def find() -> Attachment:
        with database.as_member(caller.org_id, caller.user_id, request_id=request.state.request_id) as session:
            require(session, Operation.ATTACHMENTS_WRITE)
            return service.get(session, attachment_id, lock=True)

    row = await run_in_threadpool(find)

    def look(child: Child) -> media.Clean:
        return stack.enter_context(service.inspected(blobs, row, _limits(settings), child))

    with ExitStack() as stack:
        if row.state == AttachmentState.STORED:
            yield None
            return
        clean = await in_turn(request, request.app.state.photos, (caller.org_id, caller.user_id), look)
        yield await kept(request, blobs, row.org_id, clean)


@router.post("/{attachment_id}/complete", dependencies=[Depends(get_inspected), permits(Operation.ATTACHMENTS_WRITE)])
def complete_upload(
    attachment_id: uuid.UUID,
    clean: Annotated[media.Clean | None, Depends(get_inspected)],
    session: UnitOfWork,
    settings: SettingsDep,
    blobs: StoreDep,
    background: BackgroundTasks,
    now: Now,
) -> AttachmentOut:
    """Looks at what was sent directly, and keeps it if it is what was announced. A repeat changes nothing."""
    attachment = service.complete(session, blobs, attachment_id, _limits(settings), now, clean=clean)
    background.add_task(blobs.unstage, attachment.org_id, attachment.id)  # runs after the commit
    return AttachmentOut.of(attachment)


def _limits(settings: Settings) -> service.Limits:
    return service.Limits(settings.attachment_max_bytes, settings.attachment_max_pixels)


def _own_ticket(
    request: Request, keys: KeyRing, attachment: Attachment, caller: Caller, expires_at: datetime
) -> Ticket:
    expires = int(expires_at.astimezone(UTC).timestamp())
    query = signed_query(keys, attachment.org_id, attachment.id, caller.user_id, expires, caller.session_id)
    address = address_of(request, "send_content", attachment_id=attachment.id)
    return Ticket("PUT", f"{address}?{urlencode(query)}", {"content-type": "application/octet-stream"})


def signed_query(
    keys: KeyRing,
    org_id: uuid.UUID,
    attachment_id: uuid.UUID,
    user_id: uuid.UUID,
    expires: int,
    session_id: uuid.UUID | None = None,
) -> dict[str, str]:
    """What makes an address one that the bytes of this attachment may be sent to, until then (seconds since 1970), or
    until the session ends that asked for it."""
    signature = _signature(keys, org_id, attachment_id, user_id, expires, session_id)
    query = {"org": str(org_id), "member": str(user_id), "expires": str(expires), "signature": signature}
    return query if session_id is None else query | {"session": str(session_id)}


def _signature(
    keys: KeyRing,
    org_id: uuid.UUID,
    attachment_id: uuid.UUID,
    user_id: uuid.UUID,
    expires: int,
    session_id: uuid.UUID | None,
) -> str:
    session = session_id.bytes if session_id else b""
    return keys.fingerprint(org_id, b"upload" + attachment_id.bytes + user_id.bytes + session + str(expires).encode())
