"""Shifts: started, ended and corrected by who works them, by the phone's clock and in any order."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbound.activities.clocks import happened
from outbound.activities.rules import Occurrence
from outbound.audit.service import record
from outbound.errors import Conflict, Forbidden, NotFound
from outbound.identity.models import User
from outbound.ids import uuid7
from outbound.shifts.models import Shift
from outbound.shifts.rules import Span, fitted, refuse_impossible_times
from outbound.storage.captures import first_capture, of_before
from outbound.storage.context import context_of
from outbound.storage.locks import serialise
from outbound.storage.versions import begin_edit


@dataclass(frozen=True)
class ShiftDraft:
    """A shift as a phone captured it, whole or only begun. Times by the phone's clock."""

    id: uuid.UUID | None
    started_at: datetime
    ended_at: datetime | None = None
    client_sent_at: datetime | None = None


@dataclass(frozen=True)
class ShiftFilter:
    user_id: uuid.UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    running: bool | None = None


@dataclass(frozen=True)
class ShiftRow:
    """A shift with the name of who worked it."""

    shift: Shift
    user_name: str


def start(session: Session, draft: ShiftDraft, now: datetime) -> tuple[Shift, bool]:
    """Begins a shift of the caller; the second value is false for a repeat.

    One that nobody ended ends where the next begins, whichever of both arrives first. Raises :class:`Conflict` for
    an id that was used otherwise.
    """
    context = context_of(session)
    claims = {"user_id": context.user_id, "started_at": draft.started_at, "ended_at": draft.ended_at}
    if draft.id is not None and not first_capture(session, "shift", draft.id, claims):
        with of_before():
            return _own(session, draft.id), False
    serialise(session, "shifts", context.user_id)
    began = happened(session, draft.started_at, draft.client_sent_at, now)
    ended = happened(session, draft.ended_at, draft.client_sent_at, now) if draft.ended_at else None
    shift = Shift(
        org_id=context.org_id,
        id=draft.id or uuid7(),
        user_id=context.user_id,
        started_at=began.occurred_at,
        clock_suspect=began.suspect,
        end_inferred=False,
        version=1,
    )
    if ended is not None:
        _set_end(shift, ended)
    session.add(shift)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("This id is taken by a shift outside your reach; capture it under a new id.") from error
    record(session, "shift", shift.id, "started", after=_audited(shift))
    _fit(session, shift)
    return shift, True


def end(
    session: Session,
    shift_id: uuid.UUID,
    ended_at: datetime,
    now: datetime,
    *,
    client_sent_at: datetime | None = None,
    expected: int | None = None,
) -> tuple[Shift, bool]:
    """Ends a shift of the caller; false where somebody had said before when it ended, which stands.

    Positions that were reported after it go. Raises :class:`NotFound` while its start has not arrived,
    :class:`Forbidden` for a shift of somebody else.
    """
    serialise(session, "shifts", context_of(session).user_id)
    shift = _own(session, shift_id, lock=True)
    if shift.ended_at is not None and not shift.end_inferred:
        return shift, False
    begin_edit(shift, expected)
    before = _audited(shift)
    _set_end(shift, happened(session, ended_at, client_sent_at, now))
    session.flush()
    _settle(session, shift, "ended", before)
    return shift, True


def edit(
    session: Session, shift_id: uuid.UUID, changes: Mapping[str, Any], now: datetime, *, expected: int | None = None
) -> Shift:
    """Corrects ``started_at`` or ``ended_at`` of a shift of the caller by hand, in our time.

    Raises :class:`Invalid` for times that cannot be, :class:`NotFound`, :class:`Forbidden`,
    :class:`PreconditionFailed`.
    """
    serialise(session, "shifts", context_of(session).user_id)
    shift = _own(session, shift_id, lock=True)
    begin_edit(shift, expected)
    before, stood = _audited(shift), shift.started_at
    said_end = "ended_at" in changes
    kept_end = None if shift.end_inferred else shift.ended_at
    started_at, ended_at = changes.get("started_at", shift.started_at), changes.get("ended_at", kept_end)
    refuse_impossible_times(started_at, ended_at, now)
    shift.started_at, shift.ended_at = started_at, ended_at
    shift.end_inferred = False
    shift.clock_suspect = shift.clock_suspect and not (said_end and "started_at" in changes)
    session.flush()
    _settle(session, shift, "edited", before, stood=stood)
    return shift


def one(session: Session, shift_id: uuid.UUID) -> ShiftRow:
    """A shift in the caller's reach. Raises :class:`NotFound`."""
    row = session.execute(_named(session).where(Shift.id == shift_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no shift {shift_id} in your reach.")
    return ShiftRow(*row)


def find(
    session: Session, wanted: ShiftFilter, *, after: tuple[datetime, uuid.UUID] | None, limit: int
) -> list[ShiftRow]:
    """Shifts in the caller's reach, newest first, after a place in the list. ``until`` no longer counts."""
    query = _named(session)
    if wanted.user_id is not None:
        query = query.where(Shift.user_id == wanted.user_id)
    if wanted.since is not None:
        query = query.where(or_(Shift.ended_at.is_(None), Shift.ended_at >= wanted.since))
    if wanted.until is not None:
        query = query.where(Shift.started_at < wanted.until)
    if wanted.running is not None:
        query = query.where(Shift.ended_at.is_(None) if wanted.running else Shift.ended_at.is_not(None))
    if after is not None:
        moment, shift_id = after
        query = query.where(or_(Shift.started_at < moment, and_(Shift.started_at == moment, Shift.id < shift_id)))
    return [
        ShiftRow(*row) for row in session.execute(query.order_by(Shift.started_at.desc(), Shift.id.desc()).limit(limit))
    ]


def spans_of(session: Session, user_id: uuid.UUID | None, since: datetime | None = None) -> list[Span]:
    """A person's shifts, oldest first; only those that reach beyond ``since``, if it is named."""
    query = select(Shift).where(Shift.org_id == context_of(session).org_id, Shift.user_id == user_id)
    if since is not None:
        query = query.where(or_(Shift.ended_at.is_(None), Shift.ended_at >= since))
    return [_span(shift) for shift in session.scalars(query.order_by(Shift.started_at, Shift.id))]


def _own(session: Session, shift_id: uuid.UUID, *, lock: bool = False) -> Shift:
    context = context_of(session)
    query = select(Shift).where(Shift.org_id == context.org_id, Shift.id == shift_id)
    shift = session.scalars(query).one_or_none()
    if shift is None:
        raise NotFound(f"There is no shift {shift_id} of yours.")
    if shift.user_id != context.user_id:
        raise Forbidden("Only who works a shift starts, ends or corrects it.")
    if lock:
        session.refresh(shift, with_for_update=True)
    return shift


def _set_end(shift: Shift, ended: Occurrence) -> None:
    # A wrong clock never loses a shift: one that seems to end before it began is kept, of no length, and flagged.
    shift.ended_at = max(ended.occurred_at, shift.started_at)
    shift.clock_suspect = shift.clock_suspect or ended.suspect or ended.occurred_at < shift.started_at
    shift.end_inferred = False


def _settle(
    session: Session, shift: Shift, action: str, before: dict[str, Any], *, stood: datetime | None = None
) -> None:
    _fit(session, shift, stood=stood)
    dropped = session.execute(text(_DROP_OUTSIDE), {"org": shift.org_id, "user": shift.user_id, "shift": shift.id})
    after = _audited(shift) | {"positions_dropped": dropped.rowcount}  # type: ignore[attr-defined]
    record(session, "shift", shift.id, action, before=before, after=after)


def _fit(session: Session, changed: Shift, *, stood: datetime | None = None) -> None:
    """Lets no two of the caller's shifts be open, around one that was changed; ``stood``: where it began before.

    Whoever calls this holds the lock named "shifts".
    """
    here = (Shift.org_id == changed.org_id, Shift.user_id == changed.user_id)
    first, last = (pick(changed.started_at, stood or changed.started_at) for pick in (min, max))
    before = select(func.max(Shift.started_at)).where(*here, Shift.started_at < first).scalar_subquery()
    after = select(func.min(Shift.started_at)).where(*here, Shift.started_at > last).scalar_subquery()
    rows = session.scalars(
        select(Shift)
        .where(*here, Shift.started_at.between(func.coalesce(before, first), func.coalesce(after, last)))
        .order_by(Shift.id)
        .with_for_update()
    )
    shifts = {shift.id: shift for shift in rows}
    for span in fitted(_span(shift) for shift in shifts.values()):
        shift = shifts[span.id]
        # What follows all this hangs on what follows it, and that has not changed.
        if span.started_at > last or (shift.ended_at, shift.end_inferred) == (span.ended_at, span.inferred):
            continue
        was = _audited(shift)
        shift.ended_at, shift.end_inferred = span.ended_at, span.inferred
        if shift is not changed:
            shift.version += 1
            record(session, "shift", shift.id, "fitted", before=was, after=_audited(shift))
    session.flush()


_DROP_OUTSIDE = """
delete from outbound.rep_positions as p
where p.org_id = :org and p.shift_id = :shift and p.user_id = :user
and not exists (
    select from outbound.shifts as s
    where
        s.org_id = p.org_id and s.user_id = p.user_id
        and p.occurred_at between s.started_at and coalesce(s.ended_at, 'infinity')
)
"""


def _span(shift: Shift) -> Span:
    return Span(shift.id, shift.started_at, shift.ended_at, shift.end_inferred)


def _named(session: Session) -> Select[Shift, str]:
    return (
        select(Shift, User.name).join(User, User.id == Shift.user_id).where(Shift.org_id == context_of(session).org_id)
    )


def _audited(shift: Shift) -> dict[str, Any]:
    return {
        "started_at": shift.started_at.isoformat(),
        "ended_at": shift.ended_at.isoformat() if shift.ended_at else None,
        "end_inferred": shift.end_inferred,
        "clock_suspect": shift.clock_suspect,
    }
