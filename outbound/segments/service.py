"""Keeping filters under a name; the policies say whose they are and who may share."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from outbound.audit.service import record
from outbound.errors import Conflict, Forbidden, NotFound
from outbound.ids import uuid7
from outbound.segments.models import Segment
from outbound.storage.captures import first_capture, of_before
from outbound.storage.context import context_of
from outbound.storage.versions import begin_edit

MOST = 200
"""Segments a person may keep."""


@dataclass(frozen=True)
class SegmentDraft:
    """``filter`` is a checked filter of leads, as JSON."""

    id: uuid.UUID | None
    name: str
    filter: dict[str, Any]
    shared: bool = False


def visible(session: Session, *, after: uuid.UUID | None, limit: int) -> list[Segment]:
    """The caller's own segments and those shared with all, by age."""
    query = select(Segment).where(Segment.org_id == context_of(session).org_id).order_by(Segment.id)
    if after is not None:
        query = query.where(Segment.id > after)
    return list(session.scalars(query.limit(limit)))


def get(session: Session, segment_id: uuid.UUID, *, lock: bool = False) -> Segment:
    """Raises :class:`NotFound`, and with ``lock`` :class:`Forbidden` for one that the caller may only read."""
    query = select(Segment).where(Segment.org_id == context_of(session).org_id, Segment.id == segment_id)
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None and lock and session.scalars(query).one_or_none() is not None:
        raise Forbidden("This segment is shared with you; its maker or a manager changes it.")
    if found is None:
        raise NotFound(f"There is no segment {segment_id} that you can see.")
    return found


def create(session: Session, draft: SegmentDraft, now: datetime) -> tuple[Segment, bool]:
    """Keeps a filter; false where the same request was stored already.

    Raises :class:`Conflict` for a name the caller uses already, :class:`Forbidden` for a rep who shares.
    """
    context = context_of(session)
    assert context.user_id is not None
    if draft.id is not None and not first_capture(
        session, "segment", draft.id, asdict(draft) | {"by": context.user_id}
    ):
        with of_before():
            return get(session, draft.id), False
    if draft.shared and not context.may_manage:
        raise Forbidden("Only managers and owners share a segment; keep it for yourself.")
    own = select(Segment.id).where(Segment.org_id == context.org_id, Segment.owner_id == context.user_id).limit(MOST)
    if len(session.scalars(own).all()) >= MOST:
        raise Conflict(f"You keep {MOST} segments already; delete one that you do not need.")
    segment = Segment(
        org_id=context.org_id,
        id=draft.id or uuid7(),
        name=draft.name,
        filter=draft.filter,
        shared=draft.shared,
        owner_id=context.user_id,
    )
    session.add(segment)
    _flush(session)
    record(session, "segment", segment.id, "created", after={"shared": segment.shared})
    session.flush()
    return segment, True


def edit(
    session: Session, segment_id: uuid.UUID, changes: dict[str, Any], now: datetime, *, expected: int | None
) -> Segment:
    """Sets ``name``, ``filter`` or ``shared``. Raises :class:`PreconditionFailed` when another edit came between."""
    segment = get(session, segment_id, lock=True)
    begin_edit(segment, expected)
    context = context_of(session)
    if changes.get("shared") and not context.may_manage:
        raise Forbidden("Only managers and owners share a segment; keep it for yourself.")
    if changes.get("shared") is False and segment.owner_id != context.user_id:
        raise Forbidden("This segment is its maker's: it would leave your sight; ask them.")
    before = {"shared": segment.shared}
    for name, value in changes.items():
        setattr(segment, name, value)
    _flush(session)
    record(
        session,
        "segment",
        segment.id,
        "edited",
        before=before,
        after={"shared": segment.shared, "changed": sorted(changes)},
        whose=segment.owner_id,
    )
    session.flush()
    return segment


def delete(session: Session, segment_id: uuid.UUID, now: datetime, *, expected: int | None) -> None:
    """Deletes a saved filter; no lead changes by it."""
    segment = get(session, segment_id, lock=True)
    begin_edit(segment, expected)
    record(
        session,
        "segment",
        segment.id,
        "deleted",
        before={"shared": segment.shared},
        whose=segment.owner_id,
    )
    session.delete(segment)
    session.flush()


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise _conflict_of(error) from error


def _conflict_of(error: DBAPIError) -> Conflict:
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if constraint == "uq_segments_org_id_owner_id_name":
        return Conflict("You keep a segment of this name already; choose another.")
    return Conflict("This id is taken; save it under a new one.")
