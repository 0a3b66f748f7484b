"""A row in every table of how people and machines sign in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from outbound.identity.models import ApiKey, Invitation, PasswordReset, RefreshToken, SignInProvider
from outbound.identity.models import Session as SignInSession
from outbound.ids import uuid7
from outbound.storage.base import Base
from tests.support.franchise import Franchise


@dataclass(frozen=True)
class RowsOfSigningIn:
    """``then`` refers to ``first``."""

    first: list[Base]
    then: list[Base]


def rows_of_signing_in(franchise: Franchise, now: datetime) -> RowsOfSigningIn:
    """A session of the rep's with a token to renew it, a key, two invitations, a reset, a provider."""
    org_id, rep, session_id = franchise.org_id, franchise.rep, uuid7()
    return RowsOfSigningIn(
        first=[
            SignInSession(
                org_id=org_id,
                id=session_id,
                user_id=rep.id,
                token_hash=hashlib.sha256(org_id.bytes).digest(),
                expires_at=now + timedelta(days=1),
            ),
            ApiKey(
                org_id=org_id,
                user_id=rep.id,
                created_by_id=franchise.owner.id,
                name="CRM",
                scopes=["leads:read"],
                secret_hash=b"",
            ),
            Invitation(
                org_id=org_id,
                email="pending@example.com",
                role="OPS",
                token_hash=org_id.bytes + b"pending",
                invited_by_id=franchise.owner.id,
                expires_at=now + timedelta(days=7),
            ),
            Invitation(
                org_id=org_id,
                email="new@example.com",
                role="OPS",
                token_hash=org_id.bytes,
                invited_by_id=franchise.owner.id,
                accepted_by_id=rep.id,
                accepted_at=now,
                expires_at=now,
            ),
            PasswordReset(
                org_id=org_id,
                user_id=rep.id,
                made_by_id=franchise.owner.id,
                token_hash=org_id.bytes,
                expires_at=now,
            ),
            SignInProvider(
                org_id=org_id,
                issuer="https://id.example.com",
                client_id="outbound",
                client_secret=b"",
                allowed_domain="example.com",
            ),
        ],
        then=[
            RefreshToken(org_id=org_id, session_id=session_id, user_id=rep.id, token_hash=org_id.bytes, expires_at=now),
        ],
    )
