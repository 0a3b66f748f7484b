"""A new password by a link that is good once: asked for by mail, or made by an owner to hand over."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session as DbSession

from outbound.audit.service import record
from outbound.errors import Conflict, Invalid
from outbound.identity import members
from outbound.identity.callers import Origin, new_secret, secret_hash, sign_as
from outbound.identity.models import PasswordReset, User
from outbound.identity.passwords import hash_password, refuse_weak_password
from outbound.identity.permissions import Operation
from outbound.identity.rules import MAIL, OWNERS_RESET_LIFETIME, RESET_LIFETIME, folded_email
from outbound.identity.throttling import allows, forgive, refuse_guess, subject
from outbound.ids import uuid7
from outbound.storage.context import context_of
from outbound.storage.database import Database

_DEAD = "This link was used already, has expired or is not complete; ask for a new one."


@dataclass(frozen=True)
class Letter:
    """A link to be sent to the person themself."""

    email: str
    secret: str


def request(database: Database, email: str, now: datetime, origin: Origin) -> Letter | None:
    """A reset link for an address, in the person's first organisation; none for nobody, and for who asks too often."""
    email = folded_email(email)
    if not allows(database, subject(database.keys, "mail", email), MAIL, now):
        return None
    with database.as_nobody() as nobody:
        row = nobody.execute(
            text(
                "select c.user_id, o.org_id from outbound.sign_in_candidate(:email) as c"
                " cross join lateral outbound.organisations_of(c.user_id) as o limit 1"
            ),
            {"email": email},
        ).one_or_none()
    if row is None:
        return None
    with database.as_job(row.org_id, source="api") as session:
        sign_as(session, row.user_id, origin)
        secret = _add(session, row.user_id, None, now, RESET_LIFETIME)
        session.flush()
        until = (now + RESET_LIFETIME).isoformat()
        record(session, "user", row.user_id, "reset_requested", after={"expires_at": until})
    return Letter(email, secret)


def make_link(session: DbSession, member_id: uuid.UUID, now: datetime) -> tuple[str, datetime]:
    """A link for a member, by an owner or by who runs the server: its secret and when it ends.

    Raises :class:`Conflict` for a machine, for who was shut out, and where an owner makes it for who belongs to
    another organisation too: their password opens more than this owner's house.
    """
    member = members.get(session, member_id)
    if member.is_machine:
        raise Conflict("A machine has no password; make another API key instead.")
    if not member.active:
        raise Conflict("This member was shut out; let them in again first.")
    context = context_of(session)
    if not context.is_job and session.scalar(text("select outbound.belongs_elsewhere(:user)"), {"user": member_id}):
        raise Conflict("This person works for another organisation too; they must reset their password themselves.")
    secret = _add(session, member_id, context.user_id, now, OWNERS_RESET_LIFETIME)
    session.flush()
    expires_at = now + OWNERS_RESET_LIFETIME
    record(
        session,
        "user",
        member_id,
        "reset_link_made",
        after={"expires_at": expires_at.isoformat()},
        acted_for=member_id,
    )
    return secret, expires_at


def reset(database: Database, secret: str, password: str, *, now: datetime, origin: Origin) -> None:
    """Sets a new password and ends every session of the person. What was checked when the link was made is checked
    again. By a link that an owner made, somebody else than the person may have set it: the address is unproved then.

    Raises :class:`Invalid` for a dead link, and for a weak password, which leaves the link good.
    """
    with database.as_nobody() as nobody:
        row = nobody.execute(
            text("select * from outbound.reset_of(:hash)"), {"hash": secret_hash(secret)}
        ).one_or_none()
    if row is None:
        refuse_guess(database, origin, now)
        raise Invalid(_DEAD)
    refuse_weak_password(password)
    password_hash = hash_password(password)
    with database.as_job(row.org_id, source="api") as session:
        sign_as(session, row.user_id, origin)
        session.execute(text("select outbound.hold_person(:user)"), {"user": row.user_id})
        found = session.get_one(PasswordReset, (row.org_id, row.reset_id), with_for_update=True)
        if found.used_at is not None or found.expires_at <= now or not _may_still(session, found):
            raise Invalid(_DEAD)
        found.used_at = now
        session.flush()
        email = session.scalar(select(User.email).where(User.id == row.user_id)) or ""
        ended = session.scalar(
            text("select outbound.set_password(:user, :hash, null, :proves)"),
            {"user": row.user_id, "hash": password_hash, "proves": found.made_by_id is None},
        )
        record(
            session,
            "user",
            row.user_id,
            "password_reset",
            before={"sessions": ended},
            after={"sessions": 0, "link_made_by": str(found.made_by_id) if found.made_by_id else None},
        )
    forgive(database, email, origin, now)  # who forgot their password has often tried it a few times too many


def _may_still(session: DbSession, link: PasswordReset) -> bool:
    """Whether the owner who made a link could make it now."""
    if link.made_by_id is None:
        return True
    elsewhere = session.scalar(text("select outbound.belongs_elsewhere(:user)"), {"user": link.user_id})
    return not elsewhere and members.may_now(session, link.made_by_id, Operation.MEMBERS_WRITE)


def _add(session: DbSession, user_id: uuid.UUID, made_by: uuid.UUID | None, now: datetime, lifetime: timedelta) -> str:
    # One link at a time: a newer one ends those before it.
    org_id = context_of(session).org_id
    session.execute(
        update(PasswordReset)
        .where(PasswordReset.org_id == org_id, PasswordReset.user_id == user_id, PasswordReset.used_at.is_(None))
        .values(used_at=now)
    )
    secret = new_secret()
    session.add(
        PasswordReset(
            org_id=org_id,
            id=uuid7(),
            user_id=user_id,
            token_hash=secret_hash(secret),
            made_by_id=made_by,
            expires_at=now + lifetime,
        )
    )
    return secret
