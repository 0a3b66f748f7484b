"""Erasing a person, taking an organisation's data along, and deleting it."""

from __future__ import annotations

import uuid
from typing import Any

from fastapi import BackgroundTasks, Response
from fastapi.responses import StreamingResponse

from api.dependencies import CallerDep, DatabaseDep, Now, SettingsDep, UnitOfWork
from api.permissions import permits
from api.repeats import told_made
from api.routing import Router
from api.schemas.privacy import DeletionIn, DeletionOut, ErasedOut, EraseIn, ErasePreviewOut, ExportOut
from outbound.errors import NotFound
from outbound.identity.permissions import Operation
from outbound.privacy import deletion, erasure, export

router = Router(prefix="/api", tags=["privacy"])
_deletes = permits(Operation.ORGANISATION_DELETE)
_NOBODY_ASKED: dict[int | str, dict[str, Any]] = {404: {"description": "Nobody asked for the deletion."}}


@router.get("/leads/{lead_id}/erase", dependencies=[permits(Operation.ERASE)])
def preview_erasure(lead_id: uuid.UUID, session: UnitOfWork) -> ErasePreviewOut:
    """What erasing the person behind a lead would reach. Changes nothing."""
    return ErasePreviewOut.of(erasure.preview(session, lead_id))


@router.post("/leads/{lead_id}/erase", dependencies=[permits(Operation.ERASE)])
def erase_lead(
    lead_id: uuid.UUID,
    body: EraseIn,
    session: UnitOfWork,
    caller: CallerDep,
    database: DatabaseDep,
    settings: SettingsDep,
    now: Now,
    afterwards: BackgroundTasks,
) -> ErasedOut:
    """Erases the person: name, contacts, notes, messages, files and positions go, here at once and in the figures'
    files with the next build; what was done stays, and counts. There is no way back; the same again is answered."""
    done = erasure.erase_within(session, settings, lead_id, now)
    afterwards.add_task(erasure.forget_files, database, settings, caller.org_id, done)
    return ErasedOut.of(done)


@router.post("/organisation/export", status_code=201, dependencies=[permits(Operation.EXPORT)])
def request_export(session: UnitOfWork, now: Now) -> ExportOut:
    """Asks for everything the organisation owns; the answer says where it is fetched, and until when."""
    return ExportOut.of(export.request_export(session, now))


@router.get(
    "/organisation/export/{export_id}",
    dependencies=[permits(Operation.EXPORT)],
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {}}, "description": "JSON lines a table, and the files."}},
)
def fetch_export(
    export_id: uuid.UUID, session: UnitOfWork, caller: CallerDep, database: DatabaseDep, settings: SettingsDep, now: Now
) -> StreamingResponse:
    """The ZIP, written while it is fetched, with positions in the clear: keep it as what it is."""
    export.check_leave(session, export_id, now)
    return StreamingResponse(
        export.archive(database, settings, caller.org_id),
        media_type="application/zip",
        headers={"content-disposition": f'attachment; filename="outbound-{now:%Y-%m-%d}.zip"'},
    )


@router.get("/organisation/deletion", dependencies=[_deletes], responses=_NOBODY_ASKED)
def show_deletion(session: UnitOfWork) -> DeletionOut:
    """The deletion that is waited for; 404 where nobody asked for one."""
    row = deletion.pending(session)
    if row is None:
        raise NotFound("Nobody has asked for the deletion of this organisation.")
    return DeletionOut.of(row)


@router.post(
    "/organisation/deletion",
    status_code=201,
    dependencies=[_deletes],
    responses={200: {"model": DeletionOut, "description": "It was asked for already: that wish, as it stands."}},
)
def request_deletion(
    body: DeletionIn, session: UnitOfWork, response: Response, settings: SettingsDep, now: Now
) -> DeletionOut:
    """Asks that the organisation be deleted after the waiting period; asked already, answers that with 200."""
    row, created = deletion.request_deletion(session, body.confirm, now, settings.deletion_days)
    told_made(response, created)
    return DeletionOut.of(row)


@router.delete(
    "/organisation/deletion",
    dependencies=[_deletes],
    responses={**_NOBODY_ASKED, 409: {"description": "The waiting period is over; the deletion is under way."}},
)
def withdraw_deletion(session: UnitOfWork, now: Now) -> DeletionOut:
    """Takes the wish back: the organisation stays."""
    return DeletionOut.of(deletion.withdraw(session, now))
