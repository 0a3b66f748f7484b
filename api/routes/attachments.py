"""Photos and files of leads: sent through the API or directly to the store, and fetched from either."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote

import anyio.to_thread
from fastapi import BackgroundTasks, Depends, Header, Query, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from api.dependencies import CallerDep, DatabaseDep, Now, SettingsDep, UnitOfWork
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.repeats import told_made
from api.routing import Router
from api.schemas.attachments import AttachmentOut
from api.turns import in_turn
from api.uploads import Received, receive
from outbound.attachments import media, rules, service, store
from outbound.attachments.child import Child
from outbound.attachments.models import Attachment
from outbound.attachments.requests import AttachmentFields
from outbound.errors import Invalid
from outbound.identity.permissions import Operation, require
from outbound.storage.blobs import Blob, BlobStore, open_store
from outbound.vocabulary import MediaType

router = Router(tags=["attachments"])
DOWNLOAD_SECONDS = 60
BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILES: dict[str, Any] = {str(kind): BINARY for kind in MediaType}
_FORM: dict[str, Any] = {
    "schema": {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {"type": "string", "format": "binary"},
            "id": {"type": "string", "format": "uuid"},
            "activity_id": {"type": "string", "format": "uuid"},
            "file_name": {"type": "string", "maxLength": 200},
        },
    }
}


def get_store(request: Request, settings: SettingsDep) -> BlobStore:
    """The store of this process, opened when it is first asked for."""
    kept = getattr(request.app.state, "attachments", None)
    if kept is None:
        kept = request.app.state.attachments = open_store(settings, "attachments")
    return kept


StoreDep = Annotated[BlobStore, Depends(get_store)]
Fields = Annotated[AttachmentFields, Query()]


def may_attach(lead_id: uuid.UUID, request: Request, database: DatabaseDep, caller: CallerDep) -> None:
    """Asked in a transaction of its own, before any byte is read: a slow upload holds none open."""
    with database.as_member(caller.org_id, caller.user_id, request_id=request.state.request_id) as session:
        require(session, Operation.ATTACHMENTS_WRITE)
        service.check_may_attach(session, lead_id)


async def get_received(
    request: Request, settings: SettingsDep, blobs: StoreDep, allowed: Annotated[None, Depends(may_attach)]
) -> AsyncIterator[Received]:
    async with receive(request, blobs.workspace, limit=settings.attachment_max_bytes) as received:
        yield received


async def get_clean(
    received: Annotated[Received, Depends(get_received)],
    request: Request,
    settings: SettingsDep,
    blobs: StoreDep,
    caller: CallerDep,
) -> AsyncIterator[media.Clean]:
    """Looked at in turn and put into the store before the unit of work begins: no connection waits for either."""

    def look(child: Child) -> media.Clean:
        return stack.enter_context(
            media.cleaned(received.path, blobs.workspace, max_pixels=settings.attachment_max_pixels, child=child)
        )

    with ExitStack() as stack:
        clean = await in_turn(request, request.app.state.photos, (caller.org_id, caller.user_id), look)
        yield await kept(request, blobs, caller.org_id, clean)


async def kept(request: Request, blobs: BlobStore, org_id: uuid.UUID, clean: media.Clean) -> media.Clean:
    """The file, put into the store by one of the threads that may wait for it."""
    blob = await anyio.to_thread.run_sync(service.keep, blobs, org_id, clean, limiter=request.app.state.store_threads)
    return replace(clean, blob=blob)


@router.post(
    "/api/leads/{lead_id}/attachments",
    status_code=201,
    dependencies=[Depends(get_clean), permits(Operation.ATTACHMENTS_WRITE)],
    responses={200: {"model": AttachmentOut, "description": "The same came before: what it made, as it stands now"}},
    openapi_extra={"requestBody": {"required": True, "content": {"multipart/form-data": _FORM, **_FILES}}},
)
def send_attachment(
    lead_id: uuid.UUID,
    fields: Fields,
    received: Annotated[Received, Depends(get_received)],
    clean: Annotated[media.Clean, Depends(get_clean)],
    session: UnitOfWork,
    blobs: StoreDep,
    response: Response,
    now: Now,
) -> AttachmentOut:
    """Stores a photo (JPEG, PNG, WebP) or a PDF of a lead: as a form's part ``file``, or as the whole body.

    What it is, its content says. The same ``id`` with the same bytes again returns the first result with 200.
    """
    draft = _merged(fields, received).draft(lead_id, Blob(received.sha256, received.size))
    attachment, created = service.attach(session, blobs, draft, clean, now)
    told_made(response, created)
    return AttachmentOut.of(attachment)


@router.get("/api/leads/{lead_id}/attachments", dependencies=[permits(Operation.ATTACHMENTS_READ)])
def list_attachments(lead_id: uuid.UUID, session: UnitOfWork, paging: Paging) -> Page[AttachmentOut]:
    """What is attached to a lead, newest first."""
    found = service.of_lead(session, lead_id, before=paging.after, limit=paging.fetched)
    return paging.page(found, AttachmentOut.of, lambda each: Place(each.id))


@router.get("/api/attachments/{attachment_id}", dependencies=[permits(Operation.ATTACHMENTS_READ)])
def get_attachment(attachment_id: uuid.UUID, session: UnitOfWork) -> AttachmentOut:
    """What is known of a file."""
    return AttachmentOut.of(service.get(session, attachment_id))


Size = Annotated[int | None, Query(ge=16, le=1024, description="A JPEG that fits a square of so many pixels.")]
IfNoneMatch = Annotated[str | None, Header(max_length=2000)]


async def get_picture(
    attachment_id: uuid.UUID,
    request: Request,
    database: DatabaseDep,
    caller: CallerDep,
    blobs: StoreDep,
    size: Size = None,
    if_none_match: IfNoneMatch = None,
) -> bytes | None:
    """The small picture where one is asked for, made in turn and before the unit of work begins."""
    if size is None:
        return None

    def find() -> Attachment:
        with database.as_member(caller.org_id, caller.user_id, request_id=request.state.request_id) as session:
            require(session, Operation.ATTACHMENTS_READ)
            return service.stored(session, attachment_id)

    attachment = await run_in_threadpool(find)
    if attachment.media_type == MediaType.PDF:
        raise Invalid("size: only photos are scaled; fetch the PDF without it.")
    if _etag(attachment, size) in (if_none_match or ""):
        return None

    def make(child: Child) -> bytes:
        return media.small_picture(blobs.read(attachment.org_id, attachment.sha256), blobs.workspace, size, child)

    return await in_turn(request, request.app.state.pictures, (caller.org_id, caller.user_id), make)


@router.get(
    "/api/attachments/{attachment_id}/content",
    dependencies=[Depends(get_picture), permits(Operation.ATTACHMENTS_READ)],
    response_class=Response,
    responses={
        200: {"description": "The file", "content": _FILES},
        206: {"description": "The range that was asked for", "content": _FILES},
        304: {"description": "Unchanged since the `ETag` in `If-None-Match`"},
        307: {"description": "The file is in S3: an address that is good for a minute"},
        409: {"description": "It was announced, and its bytes have not been completed yet"},
        416: {"description": "The range lies outside of the file"},
    },
)
def get_content(
    attachment_id: uuid.UUID,
    session: UnitOfWork,
    blobs: StoreDep,
    picture: Annotated[bytes | None, Depends(get_picture)],
    size: Size = None,
    range_: Annotated[str | None, Header(alias="range", max_length=200)] = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The file itself, or a small picture of a photo. Never with a type that a browser would run."""
    attachment = service.stored(session, attachment_id)
    etag = _etag(attachment, size)
    headers = _headers(attachment, etag)
    if etag in (if_none_match or ""):
        return Response(status_code=304, headers=headers)
    if picture is not None:
        return Response(picture, media_type=MediaType.JPEG, headers=headers)
    direct = blobs.download_url(
        attachment.org_id,
        attachment.sha256,
        media_type=attachment.media_type,
        disposition=headers["content-disposition"],
        seconds=DOWNLOAD_SECONDS,
    )
    if direct is not None:
        return RedirectResponse(direct, status_code=307, headers={"cache-control": "no-store"})
    try:
        part = rules.byte_range(range_, attachment.size)
    except ValueError:
        return Response(status_code=416, headers={"content-range": f"bytes */{attachment.size}"})
    start, length = part or (0, attachment.size)
    headers["content-length"] = str(length)
    if part is not None:
        headers["content-range"] = f"bytes {start}-{start + length - 1}/{attachment.size}"
    return StreamingResponse(
        blobs.read(attachment.org_id, attachment.sha256, start, length),
        status_code=200 if part is None else 206,
        media_type=attachment.media_type,
        headers=headers,
    )


@router.delete("/api/attachments/{attachment_id}", status_code=204, dependencies=[permits(Operation.ATTACHMENTS_WRITE)])
def delete_attachment(
    attachment_id: uuid.UUID,
    session: UnitOfWork,
    database: DatabaseDep,
    caller: CallerDep,
    blobs: StoreDep,
    background: BackgroundTasks,
) -> None:
    """Takes a file back: its sender, or a manager. The content goes with its last attachment."""
    sha256 = service.delete(session, attachment_id)
    background.add_task(store.drop_unused, database, blobs, caller.org_id, [sha256])  # runs after the commit


def _merged(fields: AttachmentFields, received: Received) -> AttachmentFields:
    given = fields.model_dump(exclude_none=True) | received.fields
    if received.file_name and not given.get("file_name"):
        given["file_name"] = received.file_name[:200].replace("\x00", "")
    try:
        return AttachmentFields.model_validate(given)
    except ValidationError as error:
        errors = [{"field": ".".join(map(str, each["loc"])), "reason": each["msg"]} for each in error.errors()]
        raise Invalid(f"{errors[0]['field']}: {errors[0]['reason']}.", errors=errors) from None


def _etag(attachment: Attachment, size: int | None) -> str:
    return f'"{attachment.sha256}{f"-{size}" if size else ""}"'


def _headers(attachment: Attachment, etag: str) -> dict[str, str]:
    shown = "attachment" if attachment.media_type == MediaType.PDF else "inline"
    encoded = quote(attachment.file_name, safe="")
    plain = attachment.file_name.encode("ascii", "replace").decode().replace('"', "_").replace("?", "_")
    return {
        "etag": etag,
        "accept-ranges": "bytes",
        "cache-control": "private, max-age=31536000, immutable",
        "content-disposition": f"{shown}; filename=\"{plain}\"; filename*=UTF-8''{encoded}",
        "content-security-policy": "sandbox; default-src 'none'",
        "cross-origin-resource-policy": "same-site",
    }
