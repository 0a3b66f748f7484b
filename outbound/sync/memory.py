"""What is remembered of operations: what they came to, and those that wait."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from outbound.storage.context import context_of, keys_of
from outbound.storage.crypto import Unreadable
from outbound.storage.rowset import among
from outbound.sync import former
from outbound.sync.handlers import HANDLERS
from outbound.sync.models import Remembered, SyncOperation
from outbound.sync.operations import Need, Operation

WAITS = timedelta(days=30)
"""How long an operation waits for what it names: a phone lost in a drawer for a month."""

MOST_WAITING = 2_000
"""Operations of one person that may wait at a time."""
_EDITION = "2:"
"""Of what is digested; one that has none is of drafts."""


def digest_of(session: Session, operation: Operation[Any]) -> str:
    """A name for what an operation says; it tells nothing of the content to who lacks the key ring."""
    content = [operation.kind, operation.occurred_at.isoformat(), _dumped(operation)]
    plain = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return _EDITION + keys_of(session).fingerprint(context_of(session).org_id, plain)


def says_the_same(session: Session, known: SyncOperation, operation: Operation[Any]) -> bool:
    """Whether an operation is the one that is remembered under its id.

    What was remembered when drafts were digested cannot be compared word by word: its id and kind speak for it.
    """
    if not known.digest.startswith(_EDITION):
        return known.kind == operation.kind
    return known.digest == digest_of(session, operation)


def recall(session: Session, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, SyncOperation]:
    """What is remembered of these operations of the caller."""
    found = session.scalars(
        select(SyncOperation).where(SyncOperation.org_id == context_of(session).org_id, among(SyncOperation.id, ids))
    )
    return {row.id: row for row in found}


def waiting(session: Session) -> list[SyncOperation]:
    """The caller's operations that wait, oldest first."""
    context = context_of(session)
    return list(
        session.scalars(
            select(SyncOperation)
            .where(
                SyncOperation.org_id == context.org_id,
                SyncOperation.user_id == context.user_id,
                SyncOperation.status == Remembered.DEFERRED,
            )
            .order_by(SyncOperation.occurred_at, SyncOperation.id)
            .limit(MOST_WAITING)
        )
    )


def keep_waiting(session: Session, operations: Iterable[tuple[Operation[Any], Need]]) -> None:
    """Keeps operations, sealed, until what they name arrives."""
    context, keys = context_of(session), keys_of(session)
    for operation, (kind, row_id) in operations:
        plain = {
            "occurred_at": operation.occurred_at.isoformat(),
            "received_at": operation.received_at.isoformat(),
            "latest": operation.latest.isoformat() if operation.latest else None,
            "sent_at": operation.sent_at.isoformat() if operation.sent_at else None,
            "data": _dumped(operation),
        }
        values = _values(session, operation, Remembered.DEFERRED) | {
            "waits_for_kind": kind,
            "waits_for_id": row_id,
            "payload": keys.seal(context.org_id, operation.id, json.dumps(plain).encode()),
            "expires_at": operation.received_at + WAITS,
        }
        session.execute(insert(SyncOperation).values(values).on_conflict_do_nothing())


def remember(session: Session, operation: Operation[Any], status: Remembered, reason: str | None = None) -> None:
    """Writes down what an operation came to, so that it is not judged again."""
    values = _values(session, operation, status) | {"reason": reason}
    # Not DO UPDATE: PostgreSQL 15 refuses it over a row that a policy hides, even where its WHERE leaves that alone.
    written = insert(SyncOperation).values(values).on_conflict_do_nothing().returning(SyncOperation.id)
    if session.scalar(written) is not None:
        return
    waiting = (SyncOperation.org_id == values["org_id"], SyncOperation.id == operation.id)
    settled = {"status": status, "reason": reason, "payload": None, "expires_at": None, "updated_at": func.now()}
    session.execute(update(SyncOperation).where(*waiting, SyncOperation.payload.is_not(None)).values(settled))


def opened(session: Session, row: SyncOperation) -> Operation[Any]:
    """An operation that waited, as it was sent.

    Raises :class:`outbound.storage.crypto.Unreadable`, also for what the shapes of today refuse.
    """
    context, keys = context_of(session), keys_of(session)
    assert row.payload is not None
    plain = json.loads(keys.open_sealed(context.org_id, row.id, row.payload))
    sent_at = plain["sent_at"]
    sent = plain["data"] if "data" in plain else former.data_of(row.kind, plain["draft"])
    try:
        data = HANDLERS[row.kind].data.model_validate(sent)
    except ValidationError:
        raise Unreadable(f"The {row.kind} {row.id} that waited is no such operation any more.") from None
    return Operation(
        id=row.id,
        kind=row.kind,
        occurred_at=datetime.fromisoformat(plain["occurred_at"]),
        received_at=datetime.fromisoformat(plain["received_at"]),
        sent_at=datetime.fromisoformat(sent_at) if sent_at else None,
        latest=datetime.fromisoformat(plain["latest"]) if plain.get("latest") else None,
        data=data,
    )


def give_up(session: Session, row: SyncOperation, reason: str) -> None:
    """An operation that waited and cannot be applied any more."""
    session.execute(
        update(SyncOperation)
        .where(SyncOperation.org_id == row.org_id, SyncOperation.id == row.id)
        .values(status=Remembered.REJECTED, payload=None, expires_at=None, reason=reason)
    )


def expire(session: Session, rows: Sequence[SyncOperation], now: datetime) -> list[SyncOperation]:
    """Gives up what has waited too long; returns the others."""
    over = [row for row in rows if row.expires_at is not None and row.expires_at <= now]
    if over:
        session.execute(
            update(SyncOperation)
            .where(
                SyncOperation.org_id == context_of(session).org_id,
                SyncOperation.id.in_([row.id for row in over]),
                SyncOperation.status == Remembered.DEFERRED,
            )
            .values(status=Remembered.EXPIRED, payload=None, reason=GIVEN_UP)
            .execution_options(synchronize_session="fetch")
        )
    return [row for row in rows if row not in over]


GIVEN_UP = f"What it names did not arrive within {WAITS.days} days; capture it again if it still holds."


def _values(session: Session, operation: Operation[Any], status: Remembered) -> dict[str, Any]:
    context = context_of(session)
    return {
        "org_id": context.org_id,
        "id": operation.id,
        "user_id": context.user_id,
        "kind": operation.kind,
        "digest": digest_of(session, operation),
        "status": status,
        "occurred_at": operation.moment,
    }


def _dumped(operation: Operation[Any]) -> Any:
    return operation.data.model_dump(mode="json", exclude_unset=True)
