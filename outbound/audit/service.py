"""The audit log: an entry is declared beside the write it tells of."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from outbound.audit.models import AuditEntry
from outbound.ids import uuid7
from outbound.storage.context import context_of


def record(
    session: Session,
    entity: str,
    entity_id: uuid.UUID,
    action: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    acted_for: uuid.UUID | None = None,
    whose: uuid.UUID | None = None,
) -> None:
    """Writes an entry in the transaction of the change.

    ``whose``: the person whose work it is, who is told as ``acted_for`` where the caller is somebody else.
    ``acted_for`` is told as it is: it concerns that person, whoever asked.

    ``before`` and ``after`` hold no personal value: ids, words of the vocabulary, times and counts.
    """
    context = context_of(session)
    # A plain insert: who may add to the log may not always read it, so nothing is to be returned.
    session.execute(
        insert(AuditEntry).values(
            org_id=context.org_id,
            id=uuid7(),
            acted_by=context.user_id,
            acted_for=acted_for or (whose if whose != context.user_id else None),
            entity=entity,
            entity_id=entity_id,
            action=action,
            before=before,
            after=after,
            request_id=context.request_id,
            source=context.source,
        )
    )
