"""Members: who works here, what they may do, and what becomes of their work when they leave."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from fastapi import Query, Response

from api.dependencies import Now, UnitOfWork
from api.etags import IfMatch, tag
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.routing import Router
from api.schemas.members import DeactivateIn, HandoverOut, MemberEdit, MemberOut
from outbound.identity import leaving, members
from outbound.identity.permissions import Operation
from outbound.vocabulary import Role

router = Router(prefix="/api/members", tags=["identity"])
Search = Annotated[str | None, Query(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]


@router.get("", dependencies=[permits(Operation.MEMBERS_READ)])
def list_members(
    session: UnitOfWork,
    paging: Paging,
    role: Role | None = None,
    active: bool | None = None,
    machines: bool = False,
    q: Search = None,
) -> Page[MemberOut]:
    """The people of the organisation, by name; with ``machines``, what API keys act as too."""
    wanted = members.MemberFilter(role, active, machines, q)
    found = members.find(session, wanted, after=paging.after, limit=paging.fetched)
    return paging.page(found, MemberOut.of, lambda each: Place(each.id))


@router.get("/{member_id}", dependencies=[permits(Operation.MEMBERS_READ)])
def read_member(member_id: uuid.UUID, session: UnitOfWork, response: Response) -> MemberOut:
    """One member of the organisation."""
    return _answer(session, member_id, response)


@router.patch("/{member_id}", dependencies=[permits(Operation.MEMBERS_WRITE)])
def edit_member(
    member_id: uuid.UUID, body: MemberEdit, session: UnitOfWork, response: Response, now: Now, if_match: IfMatch
) -> MemberOut:
    """Gives a member another role, which counts at once, or lets one in again who was shut out."""
    if body.active:
        members.reactivate(session, member_id, expected=if_match)
        if_match = None  # this edit's own
    if body.role is not None:
        members.change_role(session, member_id, body.role, now, expected=if_match)
    return _answer(session, member_id, response)


@router.get("/{member_id}/handover", dependencies=[permits(Operation.MEMBERS_WRITE)])
def preview_handover(
    member_id: uuid.UUID, session: UnitOfWork, to: uuid.UUID | Literal["territory_owner"] = "territory_owner"
) -> HandoverOut:
    """What deactivating a member would hand over, and to whom. Changes nothing."""
    members.get(session, member_id)
    return HandoverOut.of(leaving.preview(session, member_id, _recipient(to)))


@router.post("/{member_id}/deactivate", dependencies=[permits(Operation.MEMBERS_WRITE)])
def deactivate_member(
    member_id: uuid.UUID, body: DeactivateIn, session: UnitOfWork, now: Now, if_match: IfMatch
) -> HandoverOut:
    """Shuts a leaver out, in one act: sign-ins, assignments and shift end; open leads, open tasks and trips go to who
    takes over; what they did stays theirs. Again changes nothing."""
    return HandoverOut.of(leaving.deactivate(session, member_id, _recipient(body.to), now, expected=if_match))


def _recipient(to: uuid.UUID | str) -> uuid.UUID | None:
    return to if isinstance(to, uuid.UUID) else None


def _answer(session: UnitOfWork, member_id: uuid.UUID, response: Response) -> MemberOut:
    member = members.get(session, member_id)
    tag(response, member.version)
    return MemberOut.of(member)
