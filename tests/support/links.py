"""Links and tokens of a member whose secrets a test knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from outbound.identity.callers import new_secret, secret_hash
from outbound.identity.models import Invitation, PasswordReset, RefreshToken
from outbound.identity.models import Session as SignInSession
from outbound.ids import uuid7
from tests.support.cast import PASSWORD, Member
from tests.support.franchise import Franchise


def credentials(member: Member) -> dict[str, Any]:
    return {"email": member.email, "password": PASSWORD}


def invitation(franchise: Franchise, email: str | None = None) -> str:
    """The secret of a pending invitation of a new person."""
    secret = new_secret()
    _add(
        franchise,
        Invitation(
            email=email or f"{uuid7()}@example.com", role="OPS", invited_by_id=franchise.owner.id, **_of(secret)
        ),
    )
    return secret


def reset(franchise: Franchise, member: Member) -> str:
    """The secret of a link to set a new password."""
    secret = new_secret()
    _add(franchise, PasswordReset(user_id=member.id, **_of(secret)))
    return secret


def refresh_token(franchise: Franchise, member: Member) -> str:
    """The unspent refresh token of a client's session."""
    secret, session_id = new_secret(), uuid7()
    owner = SignInSession(id=session_id, user_id=member.id, kind="client", expires_at=_of(secret)["expires_at"])
    _add(franchise, owner, RefreshToken(session_id=session_id, user_id=member.id, **_of(secret)))
    return secret


def _of(secret: str) -> dict[str, Any]:
    return {"token_hash": secret_hash(secret), "expires_at": datetime.now(UTC) + timedelta(days=1)}


def _add(franchise: Franchise, *rows: Any) -> None:
    with franchise.admin() as session:
        for row in rows:
            row.org_id = franchise.org_id
            session.add(row)
            session.flush()
