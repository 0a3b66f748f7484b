"""Tokens for clients: a short access token (JWT), and a chain of refresh tokens of which each is good once."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session as DbSession

from outbound.audit.service import record
from outbound.errors import Unauthenticated
from outbound.identity.callers import Caller, Origin, new_secret, secret_hash
from outbound.identity.models import RefreshToken, Session
from outbound.identity.rules import ACCESS_LIFETIME, SPENT_REMEMBERED, is_reuse
from outbound.identity.sessions import authenticate, choose_organisation, lives, open_session
from outbound.identity.throttling import refuse_guess
from outbound.identity.token_keys import TokenKeys
from outbound.ids import uuid7
from outbound.storage.database import Database
from outbound.vocabulary import SessionKind

_ISSUER = "outbound"
_ALGORITHMS = ["HS256"]
_ENDED = "This refresh token is not good any more; sign in again."


@dataclass(frozen=True)
class Tokens:
    """What a client holds. Both secrets are told once and never stored."""

    access_token: str
    access_expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime
    caller: Caller


def issue(
    database: Database,
    keys: TokenKeys,
    *,
    email: str,
    password: str,
    now: datetime,
    lifetime: timedelta,
    origin: Origin,
    org_id: uuid.UUID | None = None,
    demo_allowed: bool = True,
) -> Tokens:
    """Tokens for a client, for a password. Raises as :func:`outbound.identity.sessions.sign_in` does."""
    user_id = authenticate(database, email=email, password=password, origin=origin, now=now)
    chosen = choose_organisation(database, user_id, org_id)
    secret = new_secret()
    with database.as_member(chosen, user_id, request_id=origin.request_id) as session:
        opened = open_session(
            session,
            SessionKind.CLIENT,
            now + lifetime,
            now,
            origin=origin,
            demo_allowed=demo_allowed,
            how="password",
        )
        session.add(_link(opened, secret, now + lifetime))
        return _tokens(keys, Caller(chosen, user_id, opened.id), secret, now, now + lifetime)


def refresh(
    database: Database, keys: TokenKeys, token: str, *, now: datetime, lifetime: timedelta, origin: Origin
) -> Tokens:
    """Spends a refresh token for the next ones.

    The same token again within seconds, while the next is unspent, is the same request and gets the same answer. Later
    it was stolen, by one side or the other: the session ends for both. Raises :class:`Unauthenticated`.
    """
    with database.as_nobody() as nobody:
        row = nobody.execute(
            text("select org_id, token_id, session_id, user_id from outbound.refresh_token_of(:hash)"),
            {"hash": secret_hash(token)},
        ).one_or_none()
    if row is None:
        refuse_guess(database, origin, now)
        raise Unauthenticated(_ENDED)
    answer = None
    with database.as_member(row.org_id, row.user_id, request_id=origin.request_id) as session:
        owner = session.get_one(Session, (row.org_id, row.session_id), with_for_update=True)
        spent = session.get_one(RefreshToken, (row.org_id, row.token_id))
        secret = _successor(session, keys, owner, spent, token, now, now + lifetime)
        if secret is not None:
            caller = Caller(row.org_id, row.user_id, row.session_id)
            answer = _tokens(keys, caller, secret, now, owner.expires_at)
    # The end of a session is committed before it is told.
    if answer is None:
        raise Unauthenticated(_ENDED)
    return answer


def caller_of_access_token(database: Database, keys: TokenKeys, token: str, now: datetime) -> Caller:
    """Whom an access token names, while its session lives. Raises :class:`Unauthenticated`.

    The session is looked up each time: signing out, a new password and a deactivation count at once.
    """
    problem = Unauthenticated("The access token is not good or has expired; refresh it or sign in again.")
    try:
        found = jwt.decode(token, keys.all(), algorithms=_ALGORITHMS)
        if found.header.get("typ") != "at+jwt" or found.claims.get("iss") != _ISSUER:
            raise problem
        if not float(found.claims["iat"]) - 60 <= now.timestamp() < float(found.claims["exp"]):
            raise problem
        org_id, user_id, session_id = (uuid.UUID(found.claims[name]) for name in ("org", "sub", "sid"))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError):
        raise problem from None
    caller = Caller(org_id, user_id, session_id)
    if not lives(database, caller):
        raise problem
    return caller


def _successor(
    session: DbSession,
    keys: TokenKeys,
    owner: Session,
    spent: RefreshToken,
    token: str,
    now: datetime,
    expires_at: datetime,
) -> str | None:
    """The token that follows, made or found again; none where the session had to end, or had ended."""
    if owner.revoked_at is not None or spent.expires_at <= now:
        return None
    if spent.used_at is None:
        secret = next(keys.successors(token))
        spent.used_at = now
        owner.expires_at, owner.last_used_at = expires_at, now
        session.add(_link(owner, secret, expires_at))
        session.execute(
            delete(RefreshToken).where(
                RefreshToken.session_id == owner.id, RefreshToken.used_at < now - SPENT_REMEMBERED
            )
        )
        record(session, "session", owner.id, "refreshed", after={"expires_at": expires_at.isoformat()})
        return secret
    if not is_reuse(spent.used_at, now):
        for secret in keys.successors(token):
            known = select(RefreshToken.used_at).where(RefreshToken.token_hash == secret_hash(secret))
            found = session.execute(known).one_or_none()
            if found is not None and found.used_at is None:
                record(session, "session", owner.id, "refresh_repeated", after={"spent_at": spent.used_at.isoformat()})
                return secret
    owner.revoked_at = now
    record(
        session,
        "session",
        owner.id,
        "refresh_token_reused",
        before={"lives": True},
        after={"lives": False, "spent_at": spent.used_at.isoformat()},
    )
    return None


def _link(owner: Session, secret: str, expires_at: datetime) -> RefreshToken:
    return RefreshToken(
        org_id=owner.org_id,
        id=uuid7(),
        session_id=owner.id,
        user_id=owner.user_id,
        token_hash=secret_hash(secret),
        expires_at=expires_at,
    )


def _tokens(keys: TokenKeys, caller: Caller, secret: str, now: datetime, refresh_expires_at: datetime) -> Tokens:
    key = keys.newest()
    expires_at = now + ACCESS_LIFETIME
    claims = {
        "iss": _ISSUER,
        "sub": str(caller.user_id),
        "org": str(caller.org_id),
        "sid": str(caller.session_id),
        "iat": int(now.timestamp()),
        "exp": int(expires_at.timestamp()),
        "jti": str(uuid7()),
    }
    access = jwt.encode({"alg": "HS256", "kid": key.kid, "typ": "at+jwt"}, claims, key, algorithms=_ALGORITHMS)
    return Tokens(access, expires_at, secret, refresh_expires_at, caller)
