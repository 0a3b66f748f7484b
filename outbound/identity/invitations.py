"""A place in the organisation offered by a link that is good once, for a week."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as DbSession

from outbound.audit.service import record
from outbound.errors import Conflict, Invalid, NotFound
from outbound.identity.callers import Origin, new_secret, secret_hash, sign_as
from outbound.identity.capabilities import end_offer
from outbound.identity.members import UNPROVED, may_now
from outbound.identity.models import Invitation, Membership, User
from outbound.identity.passwords import hash_password, refuse_weak_password
from outbound.identity.permissions import Operation
from outbound.identity.rules import INVITATION_LIFETIME
from outbound.identity.service import normal_email
from outbound.identity.sessions import authenticate
from outbound.identity.throttling import refuse_guess
from outbound.ids import uuid7
from outbound.storage.captures import first_capture
from outbound.storage.context import context_of
from outbound.storage.database import Database
from outbound.storage.locks import serialise
from outbound.vocabulary import Role

_DEAD = "This link was used already, has expired or is not complete; ask for a new one."


@dataclass(frozen=True)
class InvitationDraft:
    id: uuid.UUID | None
    email: str
    role: Role


@dataclass(frozen=True)
class Offer:
    """What a link leads to."""

    org_id: uuid.UUID
    invitation_id: uuid.UUID
    email: str
    organisation: str
    known: bool
    """Whether the person has a sign-in already, from another organisation."""


@dataclass(frozen=True)
class Accepted:
    org_id: uuid.UUID
    user_id: uuid.UUID


def invite(session: DbSession, draft: InvitationDraft, now: datetime) -> tuple[Invitation, str | None]:
    """Offers a place; the second value is the link's secret, told this once, and none for a repeat of the same id.

    An earlier invitation of the same address ends. Raises :class:`Conflict` for a member.
    """
    context = context_of(session)
    email = normal_email(draft.email)
    invitation_id = draft.id or uuid7()
    if not first_capture(session, "invitation", invitation_id, {"email": email, "role": draft.role}):
        return get(session, invitation_id), None
    serialise(session, "invitation", email)
    member = session.execute(
        select(Membership.active)
        .join(User, User.id == Membership.user_id)
        .where(Membership.org_id == context.org_id, User.email == email)
    ).one_or_none()
    if member is not None:
        raise Conflict(
            "This person is a member already." if member.active else "This person was a member: let them in again."
        )
    for former in session.scalars(
        select(Invitation)
        .where(
            Invitation.org_id == context.org_id,
            Invitation.email == email,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .with_for_update()
    ):
        former.revoked_at = now
        record(session, "invitation", former.id, "replaced", after={"by": str(invitation_id)})
    session.flush()
    secret = new_secret()
    invitation = Invitation(
        org_id=context.org_id,
        id=invitation_id,
        email=email,
        role=draft.role,
        token_hash=secret_hash(secret),
        invited_by_id=context.user_id,
        expires_at=now + INVITATION_LIFETIME,
    )
    session.add(invitation)
    session.flush()
    record(session, "invitation", invitation_id, "created", after={"role": str(draft.role)})
    return invitation, secret


def get(session: DbSession, invitation_id: uuid.UUID, *, lock: bool = False) -> Invitation:
    """Raises :class:`NotFound`."""
    query = select(Invitation).where(Invitation.org_id == context_of(session).org_id, Invitation.id == invitation_id)
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFound(f"There is no invitation {invitation_id}.")
    return found


def find(
    session: DbSession, now: datetime, *, pending: bool | None, after: uuid.UUID | None, limit: int
) -> list[Invitation]:
    """Invitations, newest first; ``pending``: only those that may still be accepted, or only the others."""
    query = select(Invitation).where(Invitation.org_id == context_of(session).org_id)
    if after is not None:
        query = query.where(Invitation.id < after)
    if pending is not None:
        ended = (
            Invitation.accepted_at.is_not(None) | Invitation.revoked_at.is_not(None) | (Invitation.expires_at <= now)
        )
        query = query.where(ended if not pending else ~ended)
    return list(session.scalars(query.order_by(Invitation.id.desc()).limit(limit)))


def revoke(session: DbSession, invitation_id: uuid.UUID, now: datetime) -> None:
    """Takes an offer back; again changes nothing. Raises :class:`Conflict` for one that was accepted."""
    found = get(session, invitation_id, lock=True)
    if found.accepted_at is not None:
        raise Conflict("This invitation was accepted already; deactivate the member instead.")
    if found.revoked_at is None:
        end_offer(session, found, now)


def note_mailed(session: DbSession, invitation_id: uuid.UUID) -> None:
    """Its link went to the mailbox alone, so whoever uses it reads what is sent there."""
    get(session, invitation_id, lock=True).mailed = True
    session.flush()


def look(database: Database, secret: str, now: datetime, origin: Origin) -> Offer:
    """What a link offers. Raises :class:`Invalid` for one that offers nothing."""
    with database.as_nobody() as nobody:
        row = nobody.execute(
            text("select * from outbound.invitation_of(:hash)"), {"hash": secret_hash(secret)}
        ).one_or_none()
    if row is None:
        refuse_guess(database, origin, now)
        raise Invalid(_DEAD)
    with database.as_job(row.org_id, source="api") as session:
        if not _stands(session, get(session, row.invitation_id), now):
            raise Invalid(_DEAD)
    return Offer(row.org_id, row.invitation_id, row.email, row.organisation, row.known)


def accept(
    database: Database, secret: str, *, name: str | None, password: str, now: datetime, origin: Origin
) -> Accepted:
    """Takes up an offer: a new person with a name and a password of their own, one who is known with the one they have.

    The inviter may hold the link too, so it alone never changes an existing password, and proves the address only
    where it was mailed. Raises :class:`Invalid` for a dead link, a weak password or no name, :class:`Unauthenticated`
    for a wrong password, :class:`Conflict` for who is known by an address that nobody proved.
    """
    offer = look(database, secret, now, origin)
    password_hash = None
    if offer.known:
        user_id = authenticate(database, email=offer.email, password=password, origin=origin, now=now)
    else:
        if not name:
            raise Invalid(
                "A new person needs a name.", errors=[{"field": "body.name", "reason": "is needed for a new person"}]
            )
        refuse_weak_password(password)
        user_id, password_hash = uuid7(), hash_password(password)
    try:
        with database.as_job(offer.org_id, source="api") as session:
            sign_as(session, user_id, origin)
            invitation = get(session, offer.invitation_id, lock=True)
            if not _stands(session, invitation, now):
                raise Invalid(_DEAD)
            if password_hash is not None:
                proved = invitation.mailed
                session.execute(
                    insert(User).values(
                        id=user_id,
                        email=offer.email,
                        name=name,
                        password_hash=password_hash,
                        email_verified_at=now if proved else None,
                    )
                )
            else:
                proved = bool(session.scalar(text("select outbound.hold_person(:user)"), {"user": user_id}))
                if not proved:
                    raise Conflict(UNPROVED)
            session.execute(insert(Membership).values(org_id=offer.org_id, user_id=user_id, role=invitation.role))
            invitation.accepted_at, invitation.accepted_by_id = now, user_id
            session.flush()
            record(
                session,
                "invitation",
                invitation.id,
                "accepted",
                before={"state": "pending"},
                after={
                    "state": "accepted",
                    "user_id": str(user_id),
                    "role": invitation.role,
                    "email_verified": proved,
                },
            )
            record(session, "membership", user_id, "created", after={"role": invitation.role})
    except IntegrityError as error:
        raise Conflict("This address has joined meanwhile; sign in.") from error
    return Accepted(offer.org_id, user_id)


def _stands(session: DbSession, invitation: Invitation, now: datetime) -> bool:
    """Whether an offer may still be taken up: it is open, and who made it could make it now."""
    return (
        invitation.accepted_at is None
        and invitation.revoked_at is None
        and invitation.expires_at > now
        and may_now(session, invitation.invited_by_id, Operation.MEMBERS_WRITE)
    )
