from __future__ import annotations

import uuid
from typing import Annotated

from pydantic import BaseModel, Field

from api.schemas.common import Utc
from api.schemas.identity import example
from outbound.identity.api_keys import KeyRow
from outbound.identity.permissions import Operation
from outbound.vocabulary import Role
from outbound.wire import Moment, Name, Wire


class ApiKeyIn(Wire):
    """``role`` bounds the rows the key reaches, ``scopes`` what it may do with them."""

    model_config = example({"name": "CRM", "role": "FRANCHISE_OWNER", "scopes": ["leads:read", "leads:write"]})

    id: uuid.UUID | None = None
    name: Name
    role: Role
    scopes: Annotated[list[Operation], Field(min_length=1, max_length=len(Operation))]
    expires_at: Moment | None = None


class ApiKeyOut(BaseModel):
    """``member_id``: the machine that the key acts as. ``last_used_at`` is coarse: within a quarter of an hour."""

    id: uuid.UUID
    name: str
    role: Role
    scopes: list[str]
    member_id: uuid.UUID
    created_by_id: uuid.UUID
    created_at: Utc
    expires_at: Utc | None
    last_used_at: Utc | None
    revoked_at: Utc | None

    @classmethod
    def of(cls, row: KeyRow) -> ApiKeyOut:
        key = row.key
        return cls(
            id=key.id,
            name=key.name,
            role=row.role,
            scopes=key.scopes,
            member_id=key.user_id,
            created_by_id=key.created_by_id,
            created_at=key.created_at,
            expires_at=key.expires_at,
            last_used_at=key.last_used_at,
            revoked_at=key.revoked_at,
        )


class NewApiKeyOut(ApiKeyOut):
    """``key`` is the whole key, told this once: send it as ``Authorization: Bearer …``. Null for a repeat."""

    key: str | None
