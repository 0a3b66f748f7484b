from __future__ import annotations

import uuid
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from api.schemas.common import Utc
from api.schemas.identity import Email, example
from outbound.identity.models import Invitation
from outbound.vocabulary import Role
from outbound.wire import Wire


class InvitationIn(Wire):
    model_config = example({"email": "ada@example.com", "role": "SALES_REP"})

    id: uuid.UUID | None = None
    email: Email
    role: Role


class InvitationOut(BaseModel):
    """``state``: pending may be accepted until ``expires_at``."""

    id: uuid.UUID
    email: str
    role: Role
    state: Literal["pending", "accepted", "revoked", "expired"]
    invited_by_id: uuid.UUID
    accepted_by_id: uuid.UUID | None
    created_at: Utc
    expires_at: Utc

    @classmethod
    def of(cls, invitation: Invitation, now: datetime) -> InvitationOut:
        state: Literal["pending", "accepted", "revoked", "expired"] = "pending"
        if invitation.accepted_at:
            state = "accepted"
        elif invitation.revoked_at:
            state = "revoked"
        elif invitation.expires_at <= now:
            state = "expired"
        return cls(
            id=invitation.id,
            email=invitation.email,
            role=invitation.role,
            state=state,
            invited_by_id=invitation.invited_by_id,
            accepted_by_id=invitation.accepted_by_id,
            created_at=invitation.created_at,
            expires_at=invitation.expires_at,
        )


class InvitedOut(InvitationOut):
    """``link`` is told once, and only where it was not ``sent`` by mail: hand it over yourself."""

    sent: bool
    link: str | None


class ResetLinkOut(BaseModel):
    """A link to hand over to the member, told this once."""

    link: str
    expires_at: Utc
