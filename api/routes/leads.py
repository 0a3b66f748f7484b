"""Leads: the lists, capture, one lead with its edits, stage, and the board."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import Query, Response

from api.dependencies import Now, UnitOfWork
from api.etags import IfMatch, tag
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.repeats import told_made
from api.routing import Router
from api.schemas.lead_queries import LeadQuery, LeadQueryDep
from api.schemas.leads import BoardColumnOut, BoardOut, CapturedLeadOut, LeadOut
from api.schemas.matches import LikelyOut
from outbound.errors import NotFound
from outbound.identity.permissions import Operation, permitted
from outbound.leads import editing, listing, service
from outbound.leads.filters import LeadFilter
from outbound.leads.listing import LeadRow
from outbound.leads.requests import LeadIn, LeadPatch, StageIn
from outbound.matching.service import likely_duplicates
from outbound.vocabulary import LeadSort, LeadType

router = Router(prefix="/api", tags=["leads"])
_reads = permits(Operation.LEADS_READ)
_writes = permits(Operation.LEADS_WRITE)


@router.get("/leads/outbound", dependencies=[_reads])
def list_outbound_leads(
    session: UnitOfWork,
    now: Now,
    query: LeadQueryDep,
    paging: Paging,
    sort: LeadSort = LeadSort.NEWEST,
    archived: Annotated[bool, Query(description="Those that were put away, in place of the others.")] = False,
) -> Page[LeadOut]:
    """Outbound leads in the caller's reach; a territory stands for all below it too."""
    return _page(session, now, query, LeadType.OUTBOUND, paging, sort, archived)


@router.get("/leads", dependencies=[_reads])
def list_leads(
    session: UnitOfWork,
    now: Now,
    query: LeadQueryDep,
    paging: Paging,
    lead_type: LeadType | None = None,
    sort: LeadSort = LeadSort.NEWEST,
    archived: Annotated[bool, Query(description="Those that were put away, in place of the others.")] = False,
) -> Page[LeadOut]:
    """Leads of every type in the caller's reach, or of one."""
    return _page(session, now, query, lead_type or query.lead_type, paging, sort, archived)


@router.post("/leads/outbound", status_code=201, dependencies=[_writes])
def create_outbound_lead(body: LeadIn, session: UnitOfWork, response: Response, now: Now) -> CapturedLeadOut:
    """Captures a lead; the same ``id`` again returns the first result with 200, other content under it is a 409.

    ``likely_duplicates`` are leads that it may be: for the caller to merge, or to let be.
    """
    lead, created = service.create(session, body.draft(), now)
    told_made(response, created)
    found = likely_duplicates(session, lead.id) if permitted(session, Operation.LEADS_READ) else []
    likely = [LikelyOut.of(each) for each in found]
    return CapturedLeadOut(**dict(lead_out(session, lead.id, now, response)), likely_duplicates=likely)


@router.get("/leads/{lead_id}", dependencies=[_reads])
def read_lead(lead_id: uuid.UUID, session: UnitOfWork, response: Response, now: Now) -> LeadOut:
    """One lead in the caller's reach, put away or not; ``timeline`` says where its story is."""
    return lead_out(session, lead_id, now, response)


@router.patch("/leads/{lead_id}", dependencies=[_writes])
def edit_lead(
    lead_id: uuid.UUID, body: LeadPatch, session: UnitOfWork, response: Response, now: Now, version: IfMatch
) -> LeadOut:
    """Changes what is known of a lead, its tags, consent, door, or owner; another owner is a manager's to name."""
    editing.edit(session, lead_id, body.changes(), now, expected=version)
    return lead_out(session, lead_id, now, response)


@router.delete("/leads/{lead_id}", status_code=204, dependencies=[permits(Operation.LEADS_DELETE)])
def delete_lead(lead_id: uuid.UUID, session: UnitOfWork, now: Now, version: IfMatch) -> None:
    """Puts a lead away: out of every list, its address free. Its history stays, and it can be restored."""
    editing.archive(session, lead_id, now, expected=version)


@router.post("/leads/{lead_id}/restore", dependencies=[permits(Operation.LEADS_DELETE)])
def restore_lead(lead_id: uuid.UUID, session: UnitOfWork, response: Response, now: Now, version: IfMatch) -> LeadOut:
    """Takes back a lead that was put away; 409 when its address has another open one by now."""
    editing.restore(session, lead_id, now, expected=version)
    return lead_out(session, lead_id, now, response)


@router.patch("/leads/{lead_id}/stage", dependencies=[_writes])
def change_stage(
    lead_id: uuid.UUID, body: StageIn, session: UnitOfWork, response: Response, now: Now, version: IfMatch
) -> dict[str, LeadOut]:
    """Moves a lead; with ``If-Match`` (412) or ``version`` (409), only if nobody has changed it since."""
    service.change_stage(session, lead_id, body.stage, now, version=body.version, expected=version)
    return {"lead": lead_out(session, lead_id, now, response)}


@router.get("/board", dependencies=[_reads])
def board(
    session: UnitOfWork,
    now: Now,
    query: LeadQueryDep,
    cards: Annotated[int, Query(ge=1, le=100, description="Of each column, the most urgent first.")] = 20,
) -> BoardOut:
    """The outbound pipeline by stage: counts, and the most urgent cards of each column."""
    wanted = _filter(session, query, LeadType.OUTBOUND)
    columns = listing.board(session, wanted, now, cards=cards)
    return BoardOut(columns=[BoardColumnOut.of(column, now) for column in columns])


def lead_out(session: UnitOfWork, lead_id: uuid.UUID, now: Now, response: Response | None = None) -> LeadOut:
    """A lead as it now stands, its version in the answer's ``ETag``. Raises :class:`NotFound` when out of reach."""
    row = listing.one(session, lead_id)
    if row is None:
        raise NotFound(f"There is no lead {lead_id} in your reach.")
    if response is not None:
        tag(response, row.lead.version)
    return LeadOut.of(row, now)


def _filter(session: UnitOfWork, query: LeadQuery, lead_type: LeadType | None, archived: bool = False) -> LeadFilter:
    return query.model_copy(update={"lead_type": lead_type}).to_filter(session, archived=archived)


def _page(
    session: UnitOfWork,
    now: Now,
    query: LeadQuery,
    lead_type: LeadType | None,
    paging: Paging,
    sort: LeadSort,
    archived: bool,
) -> Page[LeadOut]:
    wanted = _filter(session, query, lead_type, archived)
    after = listing.Mark(paging.cursor.id, paging.cursor.moment) if paging.cursor else None
    rows = listing.find(session, wanted, now, after=after, limit=paging.fetched, sort=sort)
    return paging.page(rows, lambda row: LeadOut.of(row, now), lambda row: _place(row, sort))


def _place(row: LeadRow, sort: LeadSort) -> Place:
    mark = listing.mark_of(row.lead, sort)
    return Place(mark.id, mark.moment)
