"""Territories: their map, their hierarchy, and who works them."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from fastapi import Query, Response

from api.dependencies import BoxDep, Now, UnitOfWork
from api.etags import IfMatch, tag
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.repeats import told_made
from api.routing import Router
from api.schemas.territories import (
    AssignmentIn,
    AssignmentOut,
    AssignmentPatch,
    TerritoryDetailOut,
    TerritoryIn,
    TerritoryOut,
    TerritoryPatch,
)
from outbound.identity.permissions import Operation
from outbound.territories import assignments, service
from outbound.territories.listing import TerritoryFilter, TerritorySort, visible
from outbound.territories.retiring import retire
from outbound.vocabulary import TerritoryType

router = Router(prefix="/api/territories", tags=["territories"])
_reads = [permits(Operation.TERRITORIES_READ)]
_writes = [permits(Operation.TERRITORIES_WRITE)]


@router.get("", dependencies=_reads)
def list_territories(
    session: UnitOfWork,
    bbox: BoxDep,
    paging: Paging,
    type: TerritoryType | None = None,
    parent_id: uuid.UUID | None = None,
    root: bool = False,
    depth: Annotated[int | None, Query(ge=1, le=3)] = None,
    active: bool | None = None,
    sort: TerritorySort = TerritorySort.CREATED,
) -> Page[TerritoryOut]:
    """Territories in the caller's reach. ``root`` starts at the top of it, ``parent_id`` below one territory;
    ``depth`` says how many levels."""
    wanted = TerritoryFilter(type, parent_id, root, depth, active, bbox)
    found = visible(session, wanted, sort=sort, after=paging.after, limit=paging.fetched)
    return paging.page(found, TerritoryOut.of, lambda each: Place(each.id))


@router.post("", status_code=201, dependencies=_writes)
def create_territory(body: TerritoryIn, session: UnitOfWork, response: Response, now: Now) -> TerritoryOut:
    """Cuts a territory and places the doors that lie in it; the same request again returns the first result with
    200."""
    territory, created = service.create(session, service.TerritoryDraft(**body.model_dump()), now)
    told_made(response, created)
    session.refresh(territory)
    tag(response, territory.version)
    return TerritoryOut.of(territory)


@router.get("/{territory_id}", dependencies=_reads)
def read_territory(territory_id: uuid.UUID, session: UnitOfWork, response: Response) -> TerritoryDetailOut:
    """One territory with who works it."""
    territory = service.get(session, territory_id)
    tag(response, territory.version)
    working = [AssignmentOut.of(row) for row in assignments.of_territory(session, territory_id)]
    return TerritoryDetailOut(**TerritoryOut.of(territory).model_dump(), assignments=working)


@router.patch("/{territory_id}", dependencies=_writes)
def edit_territory(
    territory_id: uuid.UUID, body: TerritoryPatch, session: UnitOfWork, response: Response, now: Now, expected: IfMatch
) -> TerritoryOut:
    """Changes a territory. A changed polygon, weight or activity places the doors and open leads it touches anew."""
    territory, _ = service.edit(session, territory_id, body.changes(), now, expected=expected)
    session.refresh(territory)
    tag(response, territory.version)
    return TerritoryOut.of(territory)


@router.delete("/{territory_id}", status_code=204, dependencies=_writes)
def retire_territory(
    territory_id: uuid.UUID,
    session: UnitOfWork,
    now: Now,
    expected: IfMatch,
    move_to: Literal["parent"] | None = None,
) -> None:
    """Takes a territory off the map; what happened in it stays told. One that holds doors or territories is refused
    with 409, unless ``move_to=parent`` gives them to its parent."""
    retire(session, territory_id, now, move_to_parent=move_to == "parent", expected=expected)


@router.get("/{territory_id}/assignments", dependencies=_reads)
def list_assignments(territory_id: uuid.UUID, session: UnitOfWork, ended: bool = False) -> list[AssignmentOut]:
    """Who works a territory; with ``ended``, also who did."""
    return [AssignmentOut.of(row) for row in assignments.of_territory(session, territory_id, ended=ended)]


@router.post("/{territory_id}/assignments", status_code=201, dependencies=_writes)
def assign_territory(
    territory_id: uuid.UUID, body: AssignmentIn, session: UnitOfWork, response: Response, now: Now
) -> AssignmentOut:
    """Gives a territory to a member, and tells them; the same request again returns the first result with 200."""
    draft = assignments.AssignmentDraft(territory_id=territory_id, **body.model_dump())
    row, created = assignments.assign(session, draft, now)
    told_made(response, created)
    return AssignmentOut.of(row)


@router.patch("/{territory_id}/assignments/{assignment_id}", dependencies=_writes)
def change_assignment(
    territory_id: uuid.UUID, assignment_id: uuid.UUID, body: AssignmentPatch, session: UnitOfWork, now: Now
) -> AssignmentOut:
    """Changes a role; what it was before stays as history."""
    return AssignmentOut.of(assignments.change(session, territory_id, assignment_id, body.changes(), now))


@router.delete("/{territory_id}/assignments/{assignment_id}", status_code=204, dependencies=_writes)
def end_assignment(territory_id: uuid.UUID, assignment_id: uuid.UUID, session: UnitOfWork, now: Now) -> None:
    """Ends an assignment; the row stays as history."""
    assignments.unassign(session, territory_id, assignment_id, now)
