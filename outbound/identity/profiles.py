"""What people change about themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session as DbSession

from outbound.audit.service import record
from outbound.errors import Forbidden, Invalid
from outbound.identity.callers import Caller, Origin
from outbound.identity.models import User
from outbound.identity.passwords import hash_password, matches, refuse_weak_password
from outbound.identity.throttling import PasswordAttempt
from outbound.storage.context import context_of, keys_of
from outbound.storage.database import Database


@dataclass(frozen=True)
class NewPassword:
    """A checked and hashed password, ready to be set."""

    password_hash: str


def check_new_password(
    database: Database, caller: Caller, old: str | None, new: str, *, now: datetime, origin: Origin
) -> NewPassword:
    """Checks the old password and hashes the new one, outside any transaction of the request.

    Raises :class:`Invalid` for a wrong old or a weak new one, :class:`Forbidden` for a machine, which has none.
    """
    with database.as_member(caller.org_id, caller.user_id) as session:
        email = session.scalar(select(User.email).where(User.id == caller.user_id))
    if caller.scopes is not None or email is None:
        raise Forbidden("A machine has no password; make another API key instead.")
    refuse_weak_password(new)
    attempt = PasswordAttempt(database, email, origin, now)
    with database.as_nobody() as nobody:
        row = nobody.execute(
            text("select password_hash from outbound.sign_in_candidate(:email)"), {"email": email}
        ).one_or_none()
    if old is None or not matches(old, row.password_hash if row else None):
        attempt.failed()
        raise Invalid(
            "The old password is wrong; without it the password stays.",
            errors=[{"field": "body.old_password", "reason": "is not your password"}],
        )
    attempt.succeeded()
    return NewPassword(hash_password(new))


def edit(session: DbSession, caller: Caller, *, name: str | None, password: NewPassword | None) -> None:
    """Changes the caller's name and password; a new password ends their other sessions, in every organisation."""
    user_id = context_of(session).user_id
    assert user_id is not None
    if name is not None:
        before = session.scalar(select(User.name).where(User.id == user_id)) or ""
        session.execute(text("select outbound.rename_self(:name)"), {"name": name})
        # The log holds no name: a keyed hash tells whether it changed, and to what it was changed back.
        record(session, "user", user_id, "renamed", before=_named(session, before), after=_named(session, name))
    if password is not None:
        ended = session.scalar(
            text("select outbound.set_password(:user, :hash, :kept)"),
            {"user": user_id, "hash": password.password_hash, "kept": caller.session_id},
        )
        record(
            session,
            "user",
            user_id,
            "password_changed",
            before={"other_sessions": ended},
            after={"other_sessions": 0},
        )


def _named(session: DbSession, name: str) -> dict[str, str]:
    return {"name_hash": keys_of(session).fingerprint(context_of(session).org_id, name.encode())}
