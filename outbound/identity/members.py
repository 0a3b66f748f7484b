"""The people and machines of an organisation: who they are, what they may do, and when they come back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, text, tuple_
from sqlalchemy.orm import Session as DbSession

from outbound.audit.service import record
from outbound.errors import Conflict, NotFound
from outbound.identity import capabilities
from outbound.identity.models import Membership, User
from outbound.identity.permissions import Operation, may
from outbound.identity.rules import refuse_losing_last_owner
from outbound.leads.models import Lead
from outbound.storage.context import context_of
from outbound.storage.locks import serialise
from outbound.storage.versions import begin_edit
from outbound.vocabulary import OPEN_STAGES, Role

UNPROVED = (
    "Nobody has proved yet that this address is the person's, who belongs to another organisation too: they must set a "
    "new password first, by a link that is mailed to them or that who runs the server hands them."
)


@dataclass(frozen=True)
class Member:
    """A member; ``email`` only for who manages people, and never of a machine."""

    id: uuid.UUID
    name: str
    role: Role
    active: bool
    is_machine: bool
    email: str | None
    email_verified: bool | None
    """Whether the address is proved: its mailbox answered, or who runs the server set it. None where email is."""
    joined_at: datetime
    version: int


@dataclass(frozen=True)
class MemberFilter:
    role: Role | None = None
    active: bool | None = None
    machines: bool = False
    """With machines (API keys) among them."""
    q: str | None = None
    """Letters that the name contains, whatever their case."""


def find(session: DbSession, wanted: MemberFilter, *, after: uuid.UUID | None, limit: int) -> list[Member]:
    """Members by name, after a place in the list."""
    query = _members(session).order_by(User.name, User.id).limit(limit)
    if wanted.role is not None:
        query = query.where(Membership.role == wanted.role)
    if wanted.active is not None:
        query = query.where(Membership.active.is_(wanted.active))
    if not wanted.machines:
        query = query.where(User.is_machine.is_(False))
    if wanted.q:
        query = query.where(func.strpos(func.lower(User.name), func.lower(wanted.q)) > 0)
    if after is not None:
        last = session.execute(select(User.name, User.id).where(User.id == after)).one_or_none()
        if last is None:
            return []
        query = query.where(tuple_(User.name, User.id) > tuple_(last.name, last.id))
    return [_member(session, row) for row in session.execute(query)]


def get(session: DbSession, user_id: uuid.UUID) -> Member:
    """Raises :class:`NotFound`."""
    row = session.execute(_members(session).where(User.id == user_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no member {user_id} in your organisation.")
    return _member(session, row)


def names_of(session: DbSession, user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names of colleagues by id, of those who left too; others are left out."""
    rows = session.execute(select(User.id, User.name).where(User.id.in_(set(user_ids))))
    return {row.id: row.name for row in rows}


def lock(session: DbSession, user_id: uuid.UUID, expected: int | None) -> Membership:
    """A person's membership, locked and its version counted. Raises :class:`NotFound`, :class:`PreconditionFailed`,
    and :class:`Conflict` for a machine, whose key says whether it may come in."""
    membership = session.scalars(
        select(Membership)
        .where(Membership.org_id == context_of(session).org_id, Membership.user_id == user_id)
        .with_for_update()
    ).one_or_none()
    if membership is None:
        raise NotFound(f"There is no member {user_id} in your organisation.")
    if session.scalar(select(User.is_machine).where(User.id == user_id)):
        raise Conflict("This member is a machine; make another API key, or revoke its key.")
    begin_edit(membership, expected)
    return membership


def may_now(session: DbSession, user_id: uuid.UUID, operation: Operation) -> bool:
    """Whether a person is an active member here whose role may do this: asked of who made a link, as it is used."""
    role = session.scalar(
        select(Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.org_id == context_of(session).org_id,
            Membership.user_id == user_id,
            Membership.active,
            User.disabled_at.is_(None),
        )
    )
    return role is not None and may(Role(role), operation)


def keep_an_owner(session: DbSession, leaving: uuid.UUID) -> None:
    """Raises :class:`Conflict` where no other active person is an owner. Two owners who leave at once wait here."""
    serialise(session, "owners")
    others = session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.org_id == context_of(session).org_id,
            Membership.role == Role.FRANCHISE_OWNER,
            Membership.active,
            Membership.user_id != leaving,
            User.is_machine.is_(False),
            User.disabled_at.is_(None),
        )
    )
    refuse_losing_last_owner(others or 0)


def change_role(session: DbSession, user_id: uuid.UUID, role: Role, now: datetime, *, expected: int | None) -> None:
    """Gives a member another role, which counts from their next request on. An owner who is one no more takes their
    keys, and the links they made, along.

    Raises :class:`Conflict` for the last owner, and for who becomes OPS while owning open leads: nobody would see them
    as theirs.
    """
    membership = lock(session, user_id, expected)
    before = membership.role
    if before is role:
        return
    if before is Role.FRANCHISE_OWNER and membership.active:
        keep_an_owner(session, user_id)
    if role is Role.OPS:
        _refuse_with_leads(session, user_id)
    membership.role = role
    session.flush()
    if not may(role, Operation.MEMBERS_WRITE):
        capabilities.end_those_made_by(session, user_id, now)
    record(
        session,
        "membership",
        user_id,
        "role_changed",
        before={"role": str(before)},
        after={"role": str(role)},
        acted_for=user_id,
    )


def reactivate(session: DbSession, user_id: uuid.UUID, *, expected: int | None) -> None:
    """Lets a member in again, with the role they had and without what they handed over. Again changes nothing.

    Raises :class:`Conflict` for who was never proved to be who reads their address, and has a place elsewhere.
    """
    membership = lock(session, user_id, expected)
    if membership.active:
        return
    proved = session.scalar(text("select outbound.hold_person(:user)"), {"user": user_id})
    if not proved and session.scalar(text("select outbound.ever_elsewhere(:user)"), {"user": user_id}):
        raise Conflict(UNPROVED)
    membership.active = True
    session.flush()
    record(
        session,
        "membership",
        user_id,
        "reactivated",
        before={"active": False},
        after={"active": True},
        acted_for=user_id,
    )


def _refuse_with_leads(session: DbSession, user_id: uuid.UUID) -> None:
    owned = session.scalar(
        select(func.count())
        .select_from(Lead)
        .where(
            Lead.org_id == context_of(session).org_id,
            Lead.owner_id == user_id,
            Lead.pipeline_stage.in_(OPEN_STAGES),
            Lead.archived_at.is_(None),
        )
    )
    if owned:
        raise Conflict(
            f"This member owns {owned} open lead(s), which OPS does not work; give them to others first.", leads=owned
        )


def _members(
    session: DbSession,
) -> Select[uuid.UUID, str, str, bool, bool, str | None, datetime | None, datetime, int]:
    return (
        select(
            User.id,
            User.name,
            Membership.role,
            Membership.active,
            User.is_machine,
            User.email,
            User.email_verified_at,
            Membership.created_at,
            Membership.version,
        )
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.org_id == context_of(session).org_id)
    )


def _member(
    session: DbSession,
    row: tuple[uuid.UUID, str, str, bool, bool, str | None, datetime | None, datetime, int],
) -> Member:
    role = context_of(session).role
    user_id, name, its_role, active, is_machine, email, verified_at, joined_at, version = row
    shown = email if role is None or may(role, Operation.MEMBERS_WRITE) else None
    verified = None if shown is None else verified_at is not None
    return Member(user_id, name, Role(its_role), active, is_machine, shown, verified, joined_at, version)
