"""Changing what is known of a lead, whose it is, and putting it away."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbound.addresses.service import DoorDraft, find_or_add_door
from outbound.audit.service import record
from outbound.errors import Conflict, Invalid
from outbound.identity.permissions import Operation, require
from outbound.leads import consent as consents
from outbound.leads import tags
from outbound.leads.models import Lead
from outbound.leads.moves import conflict_of, make, state_of
from outbound.leads.rules import Entry, Move, due_at, reassigning, restarts_clock
from outbound.leads.service import get, refuse_archived, refuse_other_version, sla_minutes
from outbound.notifications.service import notify
from outbound.storage.context import context_of
from outbound.vocabulary import OPEN_STAGES, ConsentChannel, NotificationKind, Stage

PLAIN = (
    "first_name", "last_name", "phone", "email", "language", "yard_size_sqft", "estimated_value_cents", "source",
    "external_ref", "campaign_id", "next_action_at", "lead_type",
)  # fmt: skip
"""Columns that are set as they are given."""


def edit(
    session: Session, lead_id: uuid.UUID, changes: Mapping[str, Any], now: datetime, *, expected: int | None = None
) -> Lead:
    """Sets what is named in ``changes``: columns of :data:`PLAIN`, ``owner_id``, ``tags``, ``consent`` (by channel)
    and ``door``.

    Raises :class:`PreconditionFailed` when another edit came between, :class:`Forbidden` for a new owner from who may
    not reassign, :class:`Conflict` for a lead that is put away or an address that has another open lead.
    """
    lead = get(session, lead_id, lock=True)
    if expected is not None:
        refuse_other_version(lead, expected)
    refuse_archived(lead)
    left_out = {"owner_id", "tags", "consent", "door"}
    touched: list[str] = []
    for name in (name for name in changes if name not in left_out):
        if name not in PLAIN:
            raise Invalid(f"A lead has no {name} that could be set.")
        if getattr(lead, name) != changes[name]:
            setattr(lead, name, changes[name])
            touched.append(name)
    _flush(session)  # what is wrong with these is said here, and not by the next query
    if "tags" in changes:
        added, removed = tags.set_tags(session, lead, changes["tags"])
        touched += ["tags"] if added or removed else []
    for channel, answer in (changes.get("consent") or {}).items():
        touched += ["consent"] if _answer(session, lead, channel, answer, now) else []
    if changes.get("door") is not None:
        touched += ["address"] if _move_to(session, lead, changes["door"], now) else []
    _flush(session)
    if touched:
        lead.version += 1
        record(
            session,
            "lead",
            lead.id,
            "edited",
            # Which columns, not their values: names and numbers are personal.
            before={"version": lead.version - 1},
            after={"version": lead.version, "changed": sorted(set(touched))},
            acted_for=_overridden(session, lead),
        )
    if "owner_id" in changes:
        reassign(session, lead, changes["owner_id"], now)
    session.flush()
    return lead


def set_consent(
    session: Session, lead_id: uuid.UUID, channel: ConsentChannel, answer: consents.Consent, now: datetime
) -> Lead:
    """Notes what somebody said about being reached; an older answer than the known one changes nothing."""
    lead = get(session, lead_id, lock=True)
    refuse_archived(lead)
    if _answer(session, lead, channel, answer, now):
        lead.version += 1
        record(session, "lead", lead.id, "edited", after={"changed": ["consent"]}, acted_for=_overridden(session, lead))
    session.flush()
    return lead


def reassign(session: Session, lead: Lead, owner_id: uuid.UUID | None, now: datetime) -> bool:
    """Gives a locked lead to another owner, or to nobody; false where it is theirs already.

    A COLD lead's clock starts with its first owner and stops without one; otherwise what was owed stays owed. Raises
    :class:`Forbidden` for who may not, :class:`Conflict` for an owner who is no member.
    """
    if owner_id == lead.owner_id:
        return False
    require(session, Operation.LEADS_REASSIGN)
    stands = state_of(lead)
    minutes = sla_minutes(session, Stage.COLD) if restarts_clock(stands, owner_id) else None
    _make(session, reassigning(lead.id, stands, owner_id, now, context_of(session).user_id, minutes))
    notify(session, owner_id, NotificationKind.LEAD_ASSIGNED, lead_id=lead.id)
    return True


def archive(session: Session, lead_id: uuid.UUID, now: datetime, *, expected: int | None = None) -> Lead:
    """Puts a lead away: in no list, owing nothing, its address free for another. What happened with it stays.

    Raises :class:`Conflict` for one that was merged. A lead that is put away already stays as it is.
    """
    require(session, Operation.LEADS_DELETE)
    lead = get(session, lead_id, lock=True)
    if expected is not None:
        refuse_other_version(lead, expected)
    if lead.merged_into_id is not None:
        refuse_archived(lead)
    if lead.archived_at is None:
        stands = state_of(lead)
        after = replace(stands, archived_at=now, due_at=None, next_action_at=None)
        before = {"due_at": stands.due_at.isoformat() if stands.due_at else None, "stage": str(stands.stage)}
        entry = Entry("archived", before, acted_for=_overridden(session, lead))
        make(session, Move(lead.id, stands, after, now, context_of(session).user_id, entry))
    return lead


def restore(session: Session, lead_id: uuid.UUID, now: datetime, *, expected: int | None = None) -> Lead:
    """Takes a lead back that was put away; what it owes is counted from now.

    Raises :class:`Conflict` when its address has another open lead by now, or it was merged.
    """
    require(session, Operation.LEADS_DELETE)
    lead = get(session, lead_id, lock=True)
    if expected is not None:
        refuse_other_version(lead, expected)
    if lead.merged_into_id is not None:
        raise Conflict("This lead was merged into another; undo that.", merged_into_id=str(lead.merged_into_id))
    if lead.archived_at is not None:
        stands = state_of(lead)
        due = due_at(stands.stage, sla_minutes(session, stands.stage), now, has_owner=stands.has_owner)
        after = replace(stands, archived_at=None, due_at=due, next_action_at=due)
        before, told = lead.archived_at.isoformat(), due.isoformat() if due else None
        entry = Entry("restored", {"archived_at": before}, {"due_at": told}, _overridden(session, lead))
        _make(session, Move(lead.id, stands, after, now, context_of(session).user_id, entry))
    return lead


def _answer(session: Session, lead: Lead, channel: ConsentChannel, answer: consents.Consent, now: datetime) -> bool:
    at = min(answer.at or now, now)
    stored = consents.with_answer(lead.consent, channel, consents.Consent(answer.granted, at, answer.source))
    if stored == (lead.consent or {}):
        return False
    lead.consent = stored
    return True


def _move_to(session: Session, lead: Lead, draft: DoorDraft, now: datetime) -> bool:
    door = find_or_add_door(session, draft, now)
    if door.id == lead.address_id:
        return False
    stands = state_of(lead)
    after = replace(stands, address_id=door.id, cell=door.cell, territory_id=door.territory_id)
    is_open = stands.stage in OPEN_STAGES  # where a closed one lies changes nothing of what was worked there
    # The edit that moves it counts the version, and has the entry of the audit log.
    _make(session, Move(lead.id, stands, after, now, context_of(session).user_id, is_edit=False, in_history=is_open))
    return True


def _overridden(session: Session, lead: Lead) -> uuid.UUID | None:
    return lead.owner_id if lead.owner_id != context_of(session).user_id else None


def _make(session: Session, move: Move) -> None:
    with _told():
        make(session, move)


def _flush(session: Session) -> None:
    with _told():
        session.flush()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise conflict_of(error) from error
