"""The audit log: an entry is declared beside the write it tells of."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import insert
from sqlalchemy.orm import Session

from outbound.audit.models import AuditEntry
from outbound.ids import uuid7
from outbound.storage.context import Context, context_of
from outbound.storage.rowset import insert_rows


@dataclass(frozen=True)
class Line:
    """What an entry tells, but for who acts; ``before`` and ``after`` as of :func:`record`."""

    entity: str
    entity_id: uuid.UUID
    action: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    acted_for: uuid.UUID | None = None


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


def record_many(connection: psycopg.Connection[Any], context: Context, lines: Sequence[Line]) -> None:
    """As :func:`record` for each, in one statement: beside rows that are written many at once."""
    rows = [
        (uuid7(), line.acted_for, line.entity, line.entity_id, line.action, line.before, line.after) for line in lines
    ]
    signed = {
        "org_id": context.org_id,
        "acted_by": context.user_id,
        "request_id": context.request_id,
        "source": context.source,
    }
    insert_rows(connection, "audit_entries", _COLUMNS, rows, signed)


_COLUMNS = {
    "id": "uuid",
    "acted_for": "uuid",
    "entity": "text",
    "entity_id": "uuid",
    "action": "text",
    "before": "jsonb",
    "after": "jsonb",
}
