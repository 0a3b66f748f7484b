"""Where reps are during their shifts: reported by themselves, kept for a while, deleted."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from outbound.activities.clocks import happened as when
from outbound.audit.service import record
from outbound.errors import Forbidden
from outbound.geo.cells import cell_at
from outbound.positions.models import RepPosition
from outbound.shifts.rules import Span, shift_at
from outbound.shifts.service import spans_of
from outbound.storage.context import context_of, keys_of
from outbound.storage.crypto import readable_position, seal_position
from outbound.vocabulary import Role


@dataclass(frozen=True)
class PositionDraft:
    """Where a phone was, in WGS 84 degrees, by its clock; accuracy is a radius in metres."""

    id: uuid.UUID
    lat: float
    lon: float
    occurred_at: datetime
    accuracy: float | None = None


class Outcome(StrEnum):
    APPLIED = "applied"
    DUPLICATE = "duplicate"
    OUTSIDE_SHIFT = "outside_shift"
    TOO_OLD = "too_old"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Reported:
    """What became of one position."""

    id: uuid.UUID
    outcome: Outcome
    reason: str | None = None


_REASONS = {
    Outcome.OUTSIDE_SHIFT: "You were not on a shift at that time; positions are kept of shifts only.",
    Outcome.TOO_OLD: "This is older than positions are kept.",
    Outcome.CONFLICT: "This id was used for another position already; send it under a new id.",
}


def report(
    session: Session,
    drafts: Sequence[PositionDraft],
    now: datetime,
    *,
    keep_days: int,
    client_sent_at: datetime | None = None,
) -> list[Reported]:
    """Stores where the caller was, each on its own: one that is refused holds none of the others back."""
    context = context_of(session)
    if context.role is Role.OPS:
        raise Forbidden("Operations report no positions.")
    happened = {draft.id: when(session, draft.occurred_at, client_sent_at, now).occurred_at for draft in drafts}
    spans = spans_of(session, context.user_id, min(happened.values())) if drafts else []
    known = _known(session, [draft.id for draft in drafts])
    fresh: dict[uuid.UUID, tuple[PositionDraft, Span]] = {}
    outcomes: dict[uuid.UUID, Outcome] = {}
    answers: list[tuple[uuid.UUID, Outcome | None]] = []
    for draft in drafts:
        outcome: Outcome | None = None
        if draft.id in known or draft.id in fresh:
            earlier = known[draft.id] if draft.id in known else (fresh[draft.id][0].lat, fresh[draft.id][0].lon)
            same = earlier is None or earlier == (draft.lat, draft.lon)
            outcome = Outcome.DUPLICATE if same else Outcome.CONFLICT
        elif now - happened[draft.id] > timedelta(days=keep_days):
            outcome = Outcome.TOO_OLD
        elif (span := shift_at(spans, happened[draft.id])) is None:
            outcome = Outcome.OUTSIDE_SHIFT
        else:
            fresh[draft.id] = (draft, span)
        answers.append((draft.id, outcome))
    stored = _store(session, fresh, happened, now)
    for position_id in fresh:
        outcomes[position_id] = Outcome.APPLIED if position_id in stored else Outcome.CONFLICT
    assert context.user_id is not None
    after = {"count": len(stored), "refused": len(drafts) - len(stored)}
    record(session, "positions", context.user_id, "reported", after=after)
    return [
        Reported(position_id, found, _REASONS.get(found))
        for position_id, outcome in answers
        for found in [outcome or outcomes[position_id]]
    ]


def forget_mine(session: Session) -> int:
    """Deletes every position of the caller; returns how many there were."""
    context = context_of(session)
    assert context.user_id is not None
    gone = session.execute(
        delete(RepPosition).where(RepPosition.org_id == context.org_id, RepPosition.user_id == context.user_id)
    ).rowcount  # type: ignore[attr-defined]
    record(session, "positions", context.user_id, "deleted", before={"count": gone}, after={"count": 0})
    return gone


def purge_positions(session: Session, now: datetime, keep_days: int) -> int:
    """Deletes the organisation's positions that are older than they are kept; returns how many. For jobs."""
    context = context_of(session)
    gone = session.execute(
        delete(RepPosition).where(
            RepPosition.org_id == context.org_id, RepPosition.occurred_at < now - timedelta(days=keep_days)
        )
    ).rowcount  # type: ignore[attr-defined]
    if gone:
        record(session, "positions", context.org_id, "purged", after={"count": gone, "keep_days": keep_days})
    return gone


def _known(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[float, float] | None]:
    """Where those lie that were reported before; none for what is not readable."""
    context, keys = context_of(session), keys_of(session)
    rows = session.execute(
        select(RepPosition.id, RepPosition.position, RepPosition.occurred_at).where(
            RepPosition.org_id == context.org_id, RepPosition.user_id == context.user_id, RepPosition.id.in_(ids)
        )
    )
    return {row.id: readable_position(keys, context.org_id, row.id, row.position) for row in rows}


def _store(
    session: Session,
    fresh: dict[uuid.UUID, tuple[PositionDraft, Span]],
    happened: dict[uuid.UUID, datetime],
    now: datetime,
) -> set[uuid.UUID]:
    if not fresh:
        return set()
    context, keys = context_of(session), keys_of(session)
    rows: list[dict[str, Any]] = [
        {
            "org_id": context.org_id,
            "id": draft.id,
            "user_id": context.user_id,
            "shift_id": span.id,
            "occurred_at": happened[draft.id],
            "received_at": now,
            "position": seal_position(keys, context.org_id, draft.id, draft.lat, draft.lon),
            "cell": cell_at(draft.lat, draft.lon),
            "accuracy": draft.accuracy,
        }
        for _, (draft, span) in sorted(fresh.items())
    ]
    statement = upsert(RepPosition).on_conflict_do_nothing().returning(RepPosition.id)
    return set(session.scalars(statement, rows))
