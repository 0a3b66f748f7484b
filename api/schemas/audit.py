from __future__ import annotations

import uuid
from typing import Any

from pydantic import BaseModel

from api.schemas.common import Utc
from outbound.audit.listing import AuditRow


class AuditOut(BaseModel):
    """One change. ``acted_by`` none: the system; ``acted_for``: whose work it overrode."""

    id: uuid.UUID
    occurred_at: Utc
    acted_by: uuid.UUID | None
    acted_by_name: str | None
    acted_for: uuid.UUID | None
    acted_for_name: str | None
    entity: str
    entity_id: uuid.UUID
    action: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str | None
    source: str

    @classmethod
    def of(cls, row: AuditRow) -> AuditOut:
        entry = row.entry
        return cls(
            id=entry.id,
            occurred_at=entry.occurred_at,
            acted_by=entry.acted_by,
            acted_by_name=row.acted_by_name,
            acted_for=entry.acted_for,
            acted_for_name=row.acted_for_name,
            entity=entry.entity,
            entity_id=entry.entity_id,
            action=entry.action,
            before=entry.before,
            after=entry.after,
            request_id=entry.request_id,
            source=entry.source,
        )
