"""Signing in with a password, and the sessions it opens."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.orm import Session as DbSession

from outbound.audit.service import record
from outbound.errors import Forbidden, NotFound, Unauthenticated
from outbound.identity.callers import Caller, Origin, SignedIn, new_secret, secret_hash
from outbound.identity.models import Session, User
from outbound.identity.passwords import matches
from outbound.identity.rules import TOUCH_EVERY, folded_email
from outbound.identity.throttling import PasswordAttempt
from outbound.ids import uuid7
from outbound.storage.context import context_of
from outbound.storage.database import Database
from outbound.vocabulary import SessionKind


def authenticate(database: Database, *, email: str, password: str, origin: Origin, now: datetime) -> uuid.UUID:
    """The person behind an address and a password.

    Raises :class:`Unauthenticated` for a wrong one of the two, without saying which, and :class:`TooManyRequests`.
    """
    attempt = PasswordAttempt(database, email, origin, now)
    with database.as_nobody() as session:
        row = session.execute(
            text("select user_id, password_hash from outbound.sign_in_candidate(:email)"),
            {"email": folded_email(email)},
        ).one_or_none()
    # No transaction is open here: the check takes as long as it takes.
    if not matches(password, row.password_hash if row else None) or row is None:
        attempt.failed()
        raise Unauthenticated("The e-mail address or the password is wrong.")
    attempt.succeeded()
    return row.user_id


def sign_in(
    database: Database,
    *,
    email: str,
    password: str,
    now: datetime,
    lifetime: timedelta,
    org_id: uuid.UUID | None = None,
    demo_allowed: bool = True,
    origin: Origin | None = None,
) -> SignedIn:
    """Opens a browser's session in one organisation (the first the person belongs to, unless named).

    Raises :class:`Unauthenticated`, :class:`TooManyRequests`, and :class:`Forbidden` for no active member.
    """
    origin = origin or Origin()
    user_id = authenticate(database, email=email, password=password, origin=origin, now=now)
    chosen = choose_organisation(database, user_id, org_id)
    return open_browser_session(
        database, chosen, user_id, now=now, lifetime=lifetime, origin=origin, demo_allowed=demo_allowed
    )


def choose_organisation(database: Database, user_id: uuid.UUID, org_id: uuid.UUID | None) -> uuid.UUID:
    """The organisation that is named, or the first the person belongs to. Raises :class:`Forbidden`."""
    with database.as_nobody() as session:
        found = session.scalars(
            text("select org_id from outbound.organisations_of(:user_id)"), {"user_id": user_id}
        ).all()
    if not found or (org_id is not None and org_id not in found):
        raise Forbidden("You are not an active member of this organisation; ask its owner.")
    return org_id or found[0]


def open_browser_session(
    database: Database,
    org_id: uuid.UUID,
    user_id: uuid.UUID,
    *,
    now: datetime,
    lifetime: timedelta,
    origin: Origin,
    demo_allowed: bool = True,
    how: str = "password",
) -> SignedIn:
    """A session with a secret of its own, for somebody who has proved who they are."""
    token = new_secret()
    with database.as_member(org_id, user_id, request_id=origin.request_id) as session:
        opened = open_session(
            session,
            SessionKind.BROWSER,
            now + lifetime,
            now,
            origin=origin,
            demo_allowed=demo_allowed,
            how=how,
            token_hash=secret_hash(token),
        )
        return SignedIn(token, Caller(org_id, user_id, opened.id), opened.expires_at)


def open_session(
    session: DbSession,
    kind: SessionKind,
    expires_at: datetime,
    now: datetime,
    *,
    origin: Origin,
    demo_allowed: bool,
    how: str,
    token_hash: bytes | None = None,
) -> Session:
    """Adds a session of the member whose transaction this is; forgets their long-ended ones."""
    context = context_of(session)
    assert context.user_id is not None
    user = session.execute(select(User.is_demo).where(User.id == context.user_id)).one()
    if user.is_demo and not demo_allowed:
        raise Forbidden("Demo sign-ins are refused while the server is reachable from other machines.")
    session.execute(
        delete(Session).where(
            Session.user_id == context.user_id,
            or_(Session.expires_at < now - timedelta(days=30), Session.revoked_at < now - timedelta(days=30)),
        )
    )
    opened = Session(
        org_id=context.org_id,
        id=uuid7(),
        user_id=context.user_id,
        kind=kind,
        token_hash=token_hash,
        label=origin.label,
        opened_by=how,
        expires_at=expires_at,
        last_used_at=now,
    )
    session.add(opened)
    session.flush()
    record(session, "session", opened.id, "signed_in", after={"kind": str(kind), "how": how})
    return opened


_SESSION_OF = text("select org_id, user_id, session_id, last_used_at from outbound.session_of(:hash)")


def caller_of(database: Database, token: str, now: datetime | None = None) -> Caller:
    """Who a session's secret belongs to. Raises :class:`Unauthenticated`."""
    row = database.ask_as_nobody(_SESSION_OF, {"hash": secret_hash(token)})
    if row is None:
        raise Unauthenticated("Your session has ended; sign in again.")
    if now is not None and (row.last_used_at is None or now - row.last_used_at > TOUCH_EVERY):
        with database.as_member(row.org_id, row.user_id) as session:
            session.execute(update(Session).where(Session.id == row.session_id).values(last_used_at=now))
    return Caller(row.org_id, row.user_id, row.session_id)


_SESSION_LIVES = text("select outbound.session_lives(:org, :session, :user)")


def lives(database: Database, caller: Caller) -> bool:
    """Whether a session, named by its id, still opens something."""
    named = {"org": caller.org_id, "session": caller.session_id, "user": caller.user_id}
    row = database.ask_as_nobody(_SESSION_LIVES, named)
    return row is not None and bool(row[0])


def sign_out(session: DbSession, session_id: uuid.UUID | None, now: datetime) -> None:
    """Ends one session of the caller. Raises :class:`Forbidden` for a machine, whose key is revoked instead."""
    if session_id is None:
        raise Forbidden("An API key has no session to end; revoke the key instead.")
    session.execute(
        update(Session).where(Session.id == session_id, Session.revoked_at.is_(None)).values(revoked_at=now)
    )
    record(session, "session", session_id, "signed_out", before={"lives": True}, after={"lives": False})


def sign_out_everywhere(session: DbSession) -> int:
    """Ends every session of the caller, of every organisation, and says how many of them lived."""
    context = context_of(session)
    assert context.user_id is not None
    ended = session.scalar(text("select outbound.end_own_sign_ins()")) or 0
    record(session, "membership", context.user_id, "signed_out_everywhere", after={"sessions": ended})
    return ended


def own_sessions(session: DbSession, now: datetime, *, after: uuid.UUID | None, limit: int) -> list[Session]:
    """The caller's living sessions in this organisation, newest first."""
    context = context_of(session)
    query = (
        select(Session)
        .where(
            Session.org_id == context.org_id,
            Session.user_id == context.user_id,
            Session.revoked_at.is_(None),
            Session.expires_at > now,
        )
        .order_by(Session.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query.where(Session.id < after) if after else query))


def end_session(session: DbSession, session_id: uuid.UUID, now: datetime) -> None:
    """Ends one of the caller's sessions. Raises :class:`NotFound` for one that is not theirs, or has ended."""
    context = context_of(session)
    found = session.scalars(
        select(Session)
        .where(
            Session.org_id == context.org_id,
            Session.user_id == context.user_id,
            Session.id == session_id,
            Session.revoked_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound(f"You have no session {session_id}.")
    sign_out(session, session_id, now)
