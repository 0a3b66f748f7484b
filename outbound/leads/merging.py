"""Two leads that turn out to be one: merged, and parted again exactly as they were.

Facts are never moved. The merged lead is put away behind its survivor (``merged_into_id``), and whoever reads the
survivor's story reads both. The survivor takes what it lacks; which columns those were is remembered, not their
values: those still stand in the merged lead.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import null, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbound.audit.service import record
from outbound.cadences.models import LeadCadenceEnrollment
from outbound.errors import Invalid, NotFound
from outbound.identity.permissions import Operation, require
from outbound.leads import tags
from outbound.leads.models import Lead, LeadMerge
from outbound.leads.moves import conflict_of
from outbound.leads.service import (
    get,
    refuse_archived,
    refuse_other_version,
)
from outbound.storage.context import context_of
from outbound.vocabulary import EnrollmentStatus

FILLED = (
    "first_name", "last_name", "phone", "email", "language", "yard_size_sqft", "estimated_value_cents", "source",
    "external_ref", "campaign_id",
)  # fmt: skip
"""Columns that a survivor takes where its own is empty."""
_PLACE = ("address_id", "cell", "territory_id")
_OWED = ("due_at", "next_action_at")


def merge(
    session: Session, survivor_id: uuid.UUID, from_id: uuid.UUID, now: datetime, *, expected: int | None = None
) -> Lead:
    """Merges one lead into another and returns the survivor; merging the same two again changes nothing.

    Raises :class:`NotFound` for a lead out of reach, :class:`Conflict` for one that is put away or merged elsewhere.
    """
    require(session, Operation.LEADS_MERGE)
    if from_id == survivor_id:
        raise Invalid("A lead cannot be merged with itself; name another one in from_id.")
    # In the order of their ids, so that two merges of the same leads wait for each other and do not lock up.
    locked = {each: get(session, each, lock=True) for each in sorted((survivor_id, from_id))}
    survivor, merged = locked[survivor_id], locked[from_id]
    if merged.merged_into_id == survivor.id:
        return survivor
    if expected is not None:
        refuse_other_version(survivor, expected)
    refuse_archived(survivor)
    refuse_archived(merged)
    before = _before(session, survivor, merged)
    merged.archived_at, merged.merged_into_id = now, survivor.id
    merged.due_at = merged.next_action_at = None
    merged.version += 1
    session.flush()
    filled = _fill(survivor, merged)
    if merged.last_activity_at and (
        survivor.last_activity_at is None or survivor.last_activity_at < merged.last_activity_at
    ):
        survivor.last_activity_at, survivor.last_activity_id = merged.last_activity_at, merged.last_activity_id
    survivor.version += 1
    # Who reads the survivor reads the merged one's history: it goes where the survivor goes.
    merged.owner_id, merged.territory_id = survivor.owner_id, survivor.territory_id
    try:
        session.flush()
    except IntegrityError as error:  # it takes a door where another lead is open
        raise conflict_of(error) from error
    own = tags.of(session, survivor)
    before["tags"], _ = tags.set_tags(session, survivor, own | set(tags.of(session, merged)))
    _set_enrollments(session, before["paused"], EnrollmentStatus.PAUSED, now)
    context = context_of(session)
    session.add(
        LeadMerge(
            org_id=context.org_id,
            survivor_id=survivor.id,
            merged_id=merged.id,
            merged_at=now,
            merged_by=context.user_id,
            filled=filled,
            before=before,
        )
    )
    told = {"survivor_id": str(survivor.id), "merged_id": str(merged.id), "filled": filled}
    for lead in (survivor, merged):
        record(session, "lead", lead.id, "merged", after=told, acted_for=_other(session, lead.owner_id))
    session.flush()
    return survivor


def unmerge(
    session: Session,
    survivor_id: uuid.UUID,
    now: datetime,
    *,
    merged_id: uuid.UUID | None = None,
    expected: int | None = None,
) -> tuple[Lead, Lead]:
    """Parts the last lead that was merged into this one, or the one that is named; returns both.

    What was edited since stays with the survivor. Raises :class:`NotFound` where nothing was merged into it,
    :class:`Conflict` when the address of the parted lead has another open one by now.
    """
    require(session, Operation.LEADS_MERGE)
    survivor = get(session, survivor_id, lock=True)
    if expected is not None:
        refuse_other_version(survivor, expected)
    refuse_archived(survivor)
    query = select(LeadMerge).where(
        LeadMerge.org_id == survivor.org_id, LeadMerge.survivor_id == survivor.id, LeadMerge.undone_at.is_(None)
    )
    if merged_id is not None:
        query = query.where(LeadMerge.merged_id == merged_id)
    merge_row = session.scalars(query.order_by(LeadMerge.merged_at.desc(), LeadMerge.id.desc()).limit(1)).one_or_none()
    if merge_row is None:
        raise NotFound("Nothing that could be parted was merged into this lead.")
    merged = get(session, merge_row.merged_id, lock=True)
    before = merge_row.before
    _empty(survivor, merged, merge_row.filled, before)
    if survivor.last_activity_id is not None and survivor.last_activity_id == merged.last_activity_id:
        survivor.last_activity_at = _time(before["last_activity_at"])
        survivor.last_activity_id = _id(before["last_activity_id"])
    survivor.version += 1
    session.flush()
    session.refresh(merged)  # it has followed its survivor
    merged.archived_at = merged.merged_into_id = None
    merged.owner_id, merged.territory_id = _id(before["owner_id"]), _id(before["territory_id"])
    for name in _OWED:
        setattr(merged, name, _time(before[name]))
    merged.version += 1
    try:
        session.flush()
    except IntegrityError as error:
        raise conflict_of(error) from error
    tags.set_tags(session, survivor, tags.of(session, survivor) - set(before["tags"]))
    _set_enrollments(session, before["paused"], EnrollmentStatus.ACTIVE, None)
    merge_row.undone_at, merge_row.undone_by = now, context_of(session).user_id
    told = {"survivor_id": str(survivor.id), "merged_id": str(merged.id)}
    for lead in (survivor, merged):
        record(session, "lead", lead.id, "unmerged", after=told, acted_for=_other(session, lead.owner_id))
    session.flush()
    return survivor, merged


def _before(session: Session, survivor: Lead, merged: Lead) -> dict[str, Any]:
    paused = session.scalars(
        select(LeadCadenceEnrollment.id).where(
            LeadCadenceEnrollment.org_id == merged.org_id,
            LeadCadenceEnrollment.lead_id == merged.id,
            LeadCadenceEnrollment.status == EnrollmentStatus.ACTIVE,
        )
    )
    return {
        "owner_id": _text(merged.owner_id),
        "territory_id": _text(merged.territory_id),
        "due_at": _text(merged.due_at),
        "next_action_at": _text(merged.next_action_at),
        "last_activity_at": _text(survivor.last_activity_at),
        "last_activity_id": _text(survivor.last_activity_id),
        "survivor_territory_id": _text(survivor.territory_id),
        "consent": sorted(set(merged.consent or {}) - set(survivor.consent or {})),
        "said": sorted(set((merged.consent or {}).get("said") or {}) - set((survivor.consent or {}).get("said") or {})),
        "had_consent": survivor.consent is not None,
        "paused": [str(each) for each in paused],
        "tags": [],
    }


def _fill(survivor: Lead, merged: Lead) -> list[str]:
    filled = [name for name in FILLED if getattr(survivor, name) is None and getattr(merged, name) is not None]
    for name in filled:
        setattr(survivor, name, getattr(merged, name))
    if survivor.address_id is None and merged.address_id is not None:
        filled.append("address_id")
        for name in _PLACE:
            setattr(survivor, name, getattr(merged, name))
    if survivor.owner_id is None and merged.owner_id is not None:
        filled.append("owner_id")
        survivor.owner_id = merged.owner_id
    ours, theirs = survivor.consent or {}, merged.consent or {}
    said = (theirs.get("said") or {}) | (ours.get("said") or {})
    together = theirs | ours | ({"said": said} if said else {})
    if together != ours:
        filled.append("consent")
        survivor.consent = together
    return filled


def _empty(survivor: Lead, merged: Lead, filled: list[Any], before: dict[str, Any]) -> None:
    """Takes back what the survivor was given, where it still stands."""
    for name in FILLED:
        if name in filled and getattr(survivor, name) == getattr(merged, name):
            setattr(survivor, name, None)
    if "address_id" in filled and survivor.address_id == merged.address_id:
        survivor.address_id = survivor.cell = None
        survivor.territory_id = _id(before["survivor_territory_id"])
    if "owner_id" in filled and _text(survivor.owner_id) == before["owner_id"]:
        survivor.owner_id = None
    if "consent" in filled and survivor.consent is not None:
        ours, theirs = dict(survivor.consent), merged.consent or {}
        said = dict(ours.pop("said", {}))
        for name in before["said"]:
            if said.get(name) == (theirs.get("said") or {}).get(name):
                said.pop(name, None)
        for name in before["consent"]:
            if name != "said" and ours.get(name) == theirs.get(name) and name not in said:
                ours.pop(name, None)
        together = ours | ({"said": said} if said else {})
        nothing: Any = {} if before["had_consent"] else null()  # a plain None would be stored as JSON's null
        survivor.consent = together or nothing


def _set_enrollments(session: Session, ids: list[str], wanted: EnrollmentStatus, paused_at: datetime | None) -> None:
    present = EnrollmentStatus.ACTIVE if wanted is EnrollmentStatus.PAUSED else EnrollmentStatus.PAUSED
    if ids:
        session.execute(
            update(LeadCadenceEnrollment)
            .where(
                LeadCadenceEnrollment.org_id == context_of(session).org_id,
                LeadCadenceEnrollment.id.in_([uuid.UUID(each) for each in ids]),
                LeadCadenceEnrollment.status == present,
            )
            .values(status=wanted, paused_at=paused_at)
        )


def _other(session: Session, owner_id: uuid.UUID | None) -> uuid.UUID | None:
    return owner_id if owner_id != context_of(session).user_id else None


def _text(value: uuid.UUID | datetime | None) -> str | None:
    return None if value is None else value.isoformat() if isinstance(value, datetime) else str(value)


def _id(value: str | None) -> uuid.UUID | None:
    return uuid.UUID(value) if value else None


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
