"""Cadences with their steps, leads in them, and the executor."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Annotated

from fastapi import Query, Response

from api.dependencies import Now, UnitOfWork
from api.etags import IfMatch, tag
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.repeats import told_made
from api.routing import Router
from api.schemas.cadences import (
    CadenceIn,
    CadenceOut,
    CadencePatch,
    ExecutedOut,
    NewStepIn,
    StepPatch,
)
from outbound.cadences import executor, service
from outbound.identity.permissions import Operation
from outbound.vocabulary import Stage

router = Router(prefix="/api", tags=["cadences"])
_reads = permits(Operation.CADENCES_READ)
_writes = permits(Operation.CADENCES_WRITE)


@router.get("/cadences", dependencies=[_reads])
def list_cadences(
    session: UnitOfWork,
    paging: Paging,
    target_stage: Stage | None = None,
    active: bool | None = None,
) -> Page[CadenceOut]:
    """Cadences with their steps, by age."""
    found = service.find(session, target_stage=target_stage, active=active, after=paging.after, limit=paging.fetched)
    return paging.page(found, CadenceOut.of, lambda each: Place(each.cadence.id))


@router.post("/cadences", status_code=201, dependencies=[_writes])
def create_cadence(body: CadenceIn, session: UnitOfWork, response: Response, now: Now) -> CadenceOut:
    """Adds a cadence with its steps; the same ``id`` again returns the first result with 200."""
    cadence, created = service.create(session, body.draft(), now)
    told_made(response, created)
    return _out(session, cadence.id, response)


@router.get("/cadences/{cadence_id}", dependencies=[_reads])
def read_cadence(cadence_id: uuid.UUID, session: UnitOfWork, response: Response) -> CadenceOut:
    """One cadence with its steps in their order."""
    return _out(session, cadence_id, response)


@router.patch("/cadences/{cadence_id}", dependencies=[_writes])
def edit_cadence(
    cadence_id: uuid.UUID, body: CadencePatch, session: UnitOfWork, response: Response, now: Now, version: IfMatch
) -> CadenceOut:
    """Changes a cadence. ``steps`` is the whole list: steps named by ``id`` stay, the others are new.

    A step that is left out is retired: leads that stand on it move to the next one, at the time they were due.
    """
    service.edit(session, cadence_id, body.changes(), now, version)
    return _out(session, cadence_id, response)


@router.delete("/cadences/{cadence_id}", status_code=204, dependencies=[_writes])
def delete_cadence(cadence_id: uuid.UUID, session: UnitOfWork, now: Now, version: IfMatch) -> None:
    """Takes a cadence out of use; its history stays. 409 while leads run through it."""
    service.retire(session, cadence_id, now, version)


@router.post("/cadences/{cadence_id}/steps", status_code=201, dependencies=[_writes])
def add_cadence_step(
    cadence_id: uuid.UUID, body: NewStepIn, session: UnitOfWork, response: Response, now: Now, version: IfMatch
) -> CadenceOut:
    """Puts a step into a cadence at its ``order``, or at the end. ``If-Match`` is the cadence's."""
    service.add_step(session, cadence_id, body.draft(), now, version, order=body.order)
    return _out(session, cadence_id, response)


@router.patch("/cadences/{cadence_id}/steps/{step_id}", dependencies=[_writes])
def edit_cadence_step(
    cadence_id: uuid.UUID,
    step_id: uuid.UUID,
    body: StepPatch,
    session: UnitOfWork,
    response: Response,
    now: Now,
    version: IfMatch,
) -> CadenceOut:
    """Changes one step, or moves it by ``order``. ``If-Match`` is the cadence's."""
    service.edit_step(session, cadence_id, step_id, body.model_dump(exclude_unset=True), now, version)
    return _out(session, cadence_id, response)


@router.delete("/cadences/{cadence_id}/steps/{step_id}", dependencies=[_writes])
def delete_cadence_step(
    cadence_id: uuid.UUID, step_id: uuid.UUID, session: UnitOfWork, response: Response, now: Now, version: IfMatch
) -> CadenceOut:
    """Retires one step; leads that stand on it move to the next one. Answers with the cadence as it is now."""
    service.remove_step(session, cadence_id, step_id, now, version)
    return _out(session, cadence_id, response)


@router.post("/cadence-executor", dependencies=[permits(Operation.CADENCES_EXECUTE)])
def execute_cadences(session: UnitOfWork, now: Now, limit: Annotated[int, Query(ge=1, le=1000)] = 200) -> ExecutedOut:
    """Does what is due in all cadences, one bounded batch; safe to call as often and from as many as one likes."""
    return ExecutedOut(**asdict(executor.execute(session, now, limit=limit)))


def _out(session: UnitOfWork, cadence_id: uuid.UUID, response: Response) -> CadenceOut:
    row = service.one(session, cadence_id)
    tag(response, row.cadence.version)
    return CadenceOut.of(row)
