"""Lists of prospects: handed in, how far they are, and which rows could not be used."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import BackgroundTasks, Depends, Query, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from api.csvs import CSV, WantsCsv, table
from api.dependencies import CallerDep, DatabaseDep, Now, SettingsDep, UnitOfWork
from api.here import address_of
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.repeats import told_made
from api.routing import Router
from api.schemas.imports import ImportFields, ImportIn, ImportOut, ListUploadIn, ListUploadOut, RejectOut
from api.turns import slow
from api.uploads import receive
from ingest.rejected import rejected_rows
from ingest.service import hand_in
from ingest.uploads import clear_staged, staged
from outbound.audit.service import record
from outbound.errors import Invalid
from outbound.identity.permissions import Operation, require
from outbound.ids import uuid7
from outbound.imports import service
from outbound.imports.turns import Options
from outbound.imports.waiting import why_it_waits
from outbound.storage.blobs import Blob, open_store
from outbound.vocabulary import ImportStatus

router = Router(prefix="/api/prospect-imports", tags=["imports"])
_reads = permits(Operation.IMPORTS_READ)
_writes = permits(Operation.IMPORTS_WRITE)
UPLOAD_SECONDS = 15 * 60
STAGED_FOR = timedelta(days=2)
"""What was sent directly and never handed in is removed after this time."""
_JSON_BYTES = 64 << 10
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FORM = {
    "schema": {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {"type": "string", "format": "binary"},
            **{name: {"type": "string"} for name in ImportFields.model_fields},
        },
    }
}
_JSON = ImportIn.model_json_schema(ref_template="#/components/schemas/{model}")
_JSON.pop("$defs", None)  # the document has them already
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": _FORM,
            "text/csv": _BINARY,
            "application/json": {"schema": _JSON},
        },
    }
}


@dataclass(frozen=True)
class HandedIn:
    """A list on this machine's disk, for as long as the request lasts."""

    path: Path
    file_name: str
    said: ImportFields
    columns: dict[str, str]
    upload_id: uuid.UUID | None = None


def may_import(request: Request, database: DatabaseDep, caller: CallerDep) -> None:
    """Asked in a transaction of its own, before any byte is read: a slow upload holds none open."""
    with database.as_member(caller.org_id, caller.user_id, request_id=request.state.request_id) as session:
        require(session, Operation.IMPORTS_WRITE)


async def get_handed_in(
    request: Request,
    settings: SettingsDep,
    caller: CallerDep,
    fields: Annotated[ImportFields, Query()],
    allowed: Annotated[None, Depends(may_import)],
) -> AsyncIterator[HandedIn]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    async with AsyncExitStack() as stack:
        if kind == "application/json":
            body = await _json(request)
            sent = staged(settings, caller.org_id, body.upload_id, body.sha256, settings.import_max_bytes)
            path = await run_in_threadpool(sent.__enter__)
            stack.callback(sent.__exit__, None, None, None)
            said = ImportFields(
                id=body.id,
                source=body.source,
                review=body.review,
                cadence_id=body.cadence_id,
                campaign_id=body.campaign_id,
            )
            yield HandedIn(path, body.file_name, said, dict(body.columns), body.upload_id)
            return
        workspace = open_store(settings, "uploads").workspace
        received = await stack.enter_async_context(receive(request, workspace, limit=settings.import_max_bytes))
        said = _merged(fields, received.fields)
        name = said.file_name or received.file_name or "list.csv"
        yield HandedIn(received.path, _shown(name), said, _columns(said.columns))


@router.post(
    "",
    status_code=201,
    dependencies=[Depends(get_handed_in), slow("lists"), _writes],
    responses={200: {"model": ImportOut, "description": "The same list came before: its import, as it stands now"}},
    openapi_extra=_BODY,
)
def import_list(
    handed: Annotated[HandedIn, Depends(get_handed_in)],
    session: UnitOfWork,
    settings: SettingsDep,
    response: Response,
    background: BackgroundTasks,
) -> ImportOut:
    """Hands a list in (CSV of any kind, XLSX, also packed): as a form's part ``file``, as the whole body, or by
    reference to an upload. It is read in the background; ``status`` says how far it is. The same list again is the
    same import, unless that was taken back.
    """
    job, created = hand_in(
        session,
        settings,
        handed.path,
        handed.file_name,
        handed.said.source,
        columns=handed.columns,
        import_id=handed.said.id,
        options=Options(handed.said.review, handed.said.cadence_id, handed.said.campaign_id),
    )
    told_made(response, created)
    if handed.upload_id is not None:  # after the commit, so that a repeat finds it where there was none
        background.add_task(open_store(settings, "uploads").unstage, job.org_id, handed.upload_id)
    return ImportOut.of(job)


@router.get("", dependencies=[_reads])
def list_imports(session: UnitOfWork, paging: Paging, status: ImportStatus | None = None) -> Page[ImportOut]:
    """Lists that were handed in, newest first: a manager's own, or all for the owner."""
    found = service.find(session, status=status, after=paging.after, limit=paging.fetched)
    return paging.page(found, ImportOut.of, lambda each: Place(each.id))


@router.get("/{import_id}", dependencies=[_reads])
def read_import(import_id: uuid.UUID, session: UnitOfWork, now: Now) -> ImportOut:
    """One import with its counts, why it waits, or why it failed."""
    job = service.get(session, import_id)
    return ImportOut.of(job, why_it_waits(session, job, now))


@router.get("/{import_id}/rejects", dependencies=[_reads], response_model=Page[RejectOut], responses=CSV)
def list_rejects(
    import_id: uuid.UUID,
    session: UnitOfWork,
    settings: SettingsDep,
    paging: Paging,
    wants_csv: WantsCsv,
) -> Any:
    """Rows that could not be used, by line, with the reason and what they hold; all of them at once as CSV, which may
    be mended and handed in as it is.
    """
    if wants_csv:
        job = service.get(session, import_id)
        return table(f"rejects of {job.file_name}.csv", rejected_rows(session, settings, import_id))
    found = service.rejects(session, import_id, after=paging.after, limit=paging.fetched)
    return paging.page(found, RejectOut.of, lambda each: Place(each.id))


@router.post("/uploads", status_code=201, dependencies=[_writes])
def announce_list(
    body: ListUploadIn, request: Request, session: UnitOfWork, settings: SettingsDep, caller: CallerDep, now: Now
) -> ListUploadOut:
    """Says where to send a large list directly: to S3 by a signed address where there is one, or to the API."""
    if body.size > settings.import_max_bytes:
        reason = f"a list has {settings.import_max_bytes:,} bytes at the most; cut it in two"
        raise Invalid(f"size: {reason}.", errors=[{"field": "size", "reason": reason}])
    upload_id = uuid7()
    clear_staged(settings, caller.org_id, now - STAGED_FOR)
    ticket = open_store(settings, "uploads").upload_ticket(
        caller.org_id, upload_id, Blob(body.sha256, body.size), UPLOAD_SECONDS
    )
    record(session, "upload", upload_id, "announced", after={"size": body.size})
    return ListUploadOut(
        upload_id=upload_id,
        method=ticket.method if ticket else "PUT",
        url=ticket.url if ticket else address_of(request, "send_list", upload_id=upload_id),
        headers=ticket.headers if ticket else {"content-type": "application/octet-stream"},
        expires_at=now + timedelta(seconds=UPLOAD_SECONDS),
    )


async def get_sent(
    request: Request, settings: SettingsDep, allowed: Annotated[None, Depends(may_import)]
) -> AsyncIterator[Path]:
    workspace = open_store(settings, "uploads").workspace
    async with receive(request, workspace, limit=settings.import_max_bytes) as received:
        yield received.path


@router.put(
    "/uploads/{upload_id}",
    status_code=204,
    dependencies=[Depends(get_sent), slow("lists"), _writes],
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": _BINARY}}},
)
def send_list(
    upload_id: uuid.UUID,
    path: Annotated[Path, Depends(get_sent)],
    session: UnitOfWork,
    settings: SettingsDep,
    caller: CallerDep,
) -> None:
    """Takes the bytes of an announced list, where the installation has no S3. Sign in as for every other request."""
    with path.open("rb") as file:
        sent = open_store(settings, "uploads").stage(caller.org_id, upload_id, file, limit=settings.import_max_bytes)
    record(session, "upload", upload_id, "received", after={"size": sent.size})


async def _json(request: Request) -> ImportIn:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _JSON_BYTES:
            raise Invalid("The body is larger than 64 KB; a list is sent as text/csv or as a form.")
    try:
        return ImportIn.model_validate_json(body)
    except ValidationError as error:
        raise _unusable(error, "body") from None


def _merged(fields: ImportFields, form: dict[str, str]) -> ImportFields:
    try:
        return ImportFields.model_validate(fields.model_dump(exclude_unset=True) | form)
    except ValidationError as error:
        raise _unusable(error, "body") from None


def _columns(text: str | None) -> dict[str, str]:
    if not text:
        return {}
    try:
        found = ImportIn.model_validate({"upload_id": uuid.UUID(int=0), "columns": json.loads(text)}).columns
    except (ValueError, RecursionError):
        reason = "it must be a JSON object of field and column"
        raise Invalid(f"columns: {reason}.", errors=[{"field": "columns", "reason": reason}]) from None
    return dict(found)


def _shown(name: str) -> str:
    """A name without folders and control signs."""
    plain = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in plain if sign.isprintable())[:200] or "list.csv"


def _unusable(error: ValidationError, where: str) -> Invalid:
    errors = [{"field": ".".join(map(str, (where, *each["loc"]))), "reason": each["msg"]} for each in error.errors()]
    return Invalid(f"{errors[0]['field']}: {errors[0]['reason']}.", errors=errors)
