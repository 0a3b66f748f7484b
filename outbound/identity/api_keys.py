"""Keys of machines: ``ob_<key id>_<secret>``, shown once, carrying a set of operations.

A key acts as a member of its own, a machine without address or password, so that the log says what it did.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, insert, select, text, update
from sqlalchemy.orm import Session as DbSession

from outbound.audit.service import record
from outbound.errors import Invalid, NotFound, Unauthenticated
from outbound.identity.callers import SECRET_LENGTH, Caller, Origin, new_secret, secret_hash
from outbound.identity.capabilities import end_key
from outbound.identity.models import ApiKey, Membership
from outbound.identity.permissions import NEVER_A_KEYS, Operation, may
from outbound.identity.rules import TOUCH_EVERY, refuse_scopes
from outbound.identity.throttling import refuse_guess
from outbound.ids import uuid7
from outbound.storage.captures import first_capture
from outbound.storage.context import context_of
from outbound.storage.database import Database
from outbound.vocabulary import Role

PREFIX = "ob_"
_KEY = re.compile(rf"{PREFIX}([0-9a-f]{{32}})_([A-Za-z0-9_-]{{{SECRET_LENGTH}}})")
_REFUSED = "The API key is not known, has expired or was revoked; ask the organisation's owner for another."


@dataclass(frozen=True)
class KeyDraft:
    """What is asked for; ``role`` bounds the rows a key reaches, ``scopes`` what it may do with them."""

    id: uuid.UUID | None
    name: str
    role: Role
    scopes: Sequence[Operation]
    expires_at: datetime | None = None


@dataclass(frozen=True)
class KeyRow:
    key: ApiKey
    role: Role


def is_meant_as_key(token: str) -> bool:
    """Whether a token is to be looked for among keys. A session's secret begins as they do once in 262,144."""
    return token.startswith(PREFIX) and len(token) != SECRET_LENGTH


def create(session: DbSession, draft: KeyDraft, now: datetime) -> tuple[KeyRow, str | None]:
    """Makes a key; the second value is the whole of it, told this once, and none where the id was there already.

    Raises :class:`Invalid` for scopes beyond the role and for a time that is past, :class:`Conflict` for an id that
    was used for something else.
    """
    context = context_of(session)
    refuse_scopes(draft.role, draft.scopes)
    scopes = sorted({str(scope) for scope in draft.scopes})
    key_id = draft.id or uuid7()
    content = {"name": draft.name, "role": draft.role, "scopes": scopes, "expires_at": draft.expires_at}
    if not first_capture(session, "api key", key_id, content):
        return get(session, key_id), None
    if draft.expires_at is not None and draft.expires_at <= now:
        raise Invalid("expires_at is past; a key that nobody could use is not made.")
    machine_id, secret = uuid7(), new_secret()
    session.execute(text("select outbound.add_machine(:id, :name)"), {"id": machine_id, "name": draft.name})
    session.execute(insert(Membership).values(org_id=context.org_id, user_id=machine_id, role=draft.role))
    key = ApiKey(
        org_id=context.org_id,
        id=key_id,
        user_id=machine_id,
        name=draft.name,
        scopes=scopes,
        secret_hash=secret_hash(secret),
        created_by_id=context.user_id,
        expires_at=draft.expires_at,
    )
    session.add(key)
    session.flush()
    record(session, "api_key", key_id, "created", after={"role": str(draft.role), "scopes": scopes})
    return KeyRow(key, draft.role), f"{PREFIX}{key_id.hex}_{secret}"


def get(session: DbSession, key_id: uuid.UUID) -> KeyRow:
    """Raises :class:`NotFound`."""
    row = session.execute(_keys(session).where(ApiKey.id == key_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no API key {key_id}.")
    return KeyRow(row[0], Role(row[1]))


def find(
    session: DbSession, now: datetime, *, active: bool | None, after: uuid.UUID | None, limit: int
) -> list[KeyRow]:
    """Keys, newest first; ``active``: only those that open something, or only those that do not."""
    query = _keys(session).order_by(ApiKey.id.desc()).limit(limit)
    if after is not None:
        query = query.where(ApiKey.id < after)
    if active is not None:
        ended = ApiKey.revoked_at.is_not(None) | (ApiKey.expires_at.is_not(None) & (ApiKey.expires_at <= now))
        query = query.where(~ended if active else ended)
    return [KeyRow(key, Role(role)) for key, role in session.execute(query)]


def revoke(session: DbSession, key_id: uuid.UUID, now: datetime) -> None:
    """Ends a key and its machine; what the machine did keeps its name. Again changes nothing."""
    key = session.scalars(
        select(ApiKey).where(ApiKey.org_id == context_of(session).org_id, ApiKey.id == key_id).with_for_update()
    ).one_or_none()
    if key is None:
        raise NotFound(f"There is no API key {key_id}.")
    if key.revoked_at is not None:
        return
    end_key(session, key, now)


def caller_of_key(database: Database, token: str, now: datetime, origin: Origin) -> Caller:
    """Whose key this is. Raises :class:`Unauthenticated`, and :class:`TooManyRequests` for who guesses."""
    parts = _KEY.fullmatch(token)
    if parts is None:
        raise Unauthenticated(_REFUSED)
    key_id = uuid.UUID(parts[1])
    with database.as_nobody() as session:
        row = session.execute(
            text("select * from outbound.api_key_of(:id, :hash)"), {"id": key_id, "hash": secret_hash(parts[2])}
        ).one_or_none()
    if row is None:
        refuse_guess(database, origin, now, "key")
        raise Unauthenticated(_REFUSED)
    if row.maker_role is None or not may(Role(row.maker_role), Operation.KEYS_WRITE):
        raise Unauthenticated("Who made this API key may make none any more; ask the organisation's owner for another.")
    if row.last_used_at is None or now - row.last_used_at > TOUCH_EVERY:
        with database.as_job(row.org_id, source="api") as session:
            session.execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=now))
    return Caller(row.org_id, row.user_id, None, frozenset(row.scopes) - NEVER_A_KEYS)


def _keys(session: DbSession) -> Select[ApiKey, str]:
    return (
        select(ApiKey, Membership.role)
        .join(Membership, (Membership.org_id == ApiKey.org_id) & (Membership.user_id == ApiKey.user_id))
        .where(ApiKey.org_id == context_of(session).org_id)
    )
