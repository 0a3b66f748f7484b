"""Previewing, making and undoing changes of many leads."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbound.audit.service import record
from outbound.bulk import statements
from outbound.bulk.models import BulkChange, BulkChangeItem
from outbound.bulk.rules import SETTABLE, Change, Standing, Verdict, judge, why_kept
from outbound.bulk.targets import Target, read, standings
from outbound.campaigns import service as campaigns
from outbound.errors import Conflict, Invalid, NotFound
from outbound.identity.models import Membership
from outbound.identity.permissions import Operation, require
from outbound.ids import uuid7
from outbound.leads import tags
from outbound.leads.moves import conflict_of
from outbound.leads.rules import due_at
from outbound.leads.service import sla_minutes
from outbound.notifications.service import notify
from outbound.storage.captures import first_capture, of_before
from outbound.storage.context import context_of
from outbound.storage.planning import named_for_any_organisation
from outbound.vocabulary import BulkAction, NotificationKind, SkipReason, Stage


@dataclass(frozen=True)
class Preview:
    """What a change would do."""

    matched: int
    verdict: Verdict


def preview(session: Session, target: Target, change: Change, now: datetime) -> Preview:
    """What a change would do now; nothing is written. Beyond the most that one call changes, the first are judged."""
    _require(session, change, target)
    change = _checked(session, change)
    found = read(session, target, change, now, lock=False)
    return Preview(found.matched, judge(change, found.leads, found.missing, most_tags=tags.MOST))


def execute(
    session: Session,
    target: Target,
    change: Change,
    now: datetime,
    *,
    id: uuid.UUID | None = None,
    told: dict[str, Any] | None = None,
) -> tuple[BulkChange, bool]:
    """Changes what a preview would name; ``told`` is the filter as it is remembered.

    The second value is false where the same request was made already. Raises :class:`Invalid` for more leads than one
    call changes, :class:`NotFound` for an owner or campaign that is none, :class:`Conflict` for two leads that would
    be open at one address.
    """
    _require(session, change, target)
    change = _checked(session, change)
    context = context_of(session)
    params = {"value": str(change.value) if change.value is not None else None}
    content = {
        "action": change.action,
        "filter": told,
        "ids": sorted(map(str, target.ids)),
        "by": context.user_id,
    } | params
    if id is not None and not first_capture(session, "bulk change", id, content):
        with of_before():
            return get(session, id), False
    found = read(session, target, change, now, lock=True)
    verdict = judge(change, found.leads, found.missing, most_tags=tags.MOST)
    bulk = BulkChange(
        org_id=context.org_id,
        id=id or uuid7(),
        action=change.action,
        params=params,
        filter=told,
        matched=found.matched,
        changed=len(verdict.changes),
        skipped=verdict.counts,
        created_by_id=context.user_id,
        made_at=now,
    )
    session.add(bulk)
    session.flush()
    try:
        _apply(session, bulk, change, verdict.changes, now)
    except IntegrityError as error:
        raise conflict_of(error) from error
    record(
        session,
        "bulk_change",
        bulk.id,
        "made",
        after={"action": bulk.action, "changed": bulk.changed, "skipped": verdict.counts} | params,
    )
    if change.action is BulkAction.REASSIGN and verdict.changes:
        payload = {"leads": bulk.changed, "bulk_change_id": str(bulk.id)}
        notify(session, change.value, NotificationKind.LEAD_ASSIGNED, payload=payload)
    session.flush()
    return bulk, True


def undo(session: Session, bulk_id: uuid.UUID, now: datetime) -> BulkChange:
    """Restores what nobody has changed since, and says what it kept; undoing again changes nothing more."""
    require(session, Operation.LEADS_BULK)
    bulk = get(session, bulk_id, lock=True)
    if bulk.undone_at is not None:
        return bulk
    change = _change_of(bulk)
    _require(session, change)
    items: dict[uuid.UUID, dict[str, Any]] = dict(
        session.execute(
            select(BulkChangeItem.lead_id, BulkChangeItem.before).where(
                BulkChangeItem.org_id == bulk.org_id, BulkChangeItem.bulk_id == bulk.id
            )
        ).all()
    )
    read(session, Target(ids=tuple(items)), change, now, lock=True)
    present = standings(session, list(items), change)
    restored: list[Standing] = []
    kept: dict[str, int] = {}
    for lead in present:
        reason = why_kept(change, lead, items[lead.id], bulk.made_at)
        if reason is None:
            restored.append(lead)
        else:
            kept[reason] = kept.get(reason, 0) + 1
    if len(present) < len(items):
        kept[SkipReason.NOT_FOUND] = len(items) - len(present)
    try:
        _restore(session, bulk, change, restored, now)
    except IntegrityError as error:
        raise conflict_of(error) from error
    bulk.undone_at, bulk.undone_by = now, context_of(session).user_id
    bulk.undone = {"restored": len(restored), "kept": kept}
    record(session, "bulk_change", bulk.id, "undone", after=bulk.undone, whose=bulk.created_by_id)
    session.flush()
    return bulk


def get(session: Session, bulk_id: uuid.UUID, *, lock: bool = False) -> BulkChange:
    """Raises :class:`NotFound`; a manager with territories sees their own changes alone."""
    query = select(BulkChange).where(BulkChange.org_id == context_of(session).org_id, BulkChange.id == bulk_id)
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFound(f"There is no bulk change {bulk_id} that you can see.")
    return found


def history(session: Session, *, after: uuid.UUID | None, limit: int) -> list[BulkChange]:
    """Bulk changes, the latest first."""
    query = select(BulkChange).where(BulkChange.org_id == context_of(session).org_id)
    if after is not None:
        query = query.where(BulkChange.id < after)
    return list(session.scalars(query.order_by(BulkChange.id.desc()).limit(limit)))


def _require(session: Session, change: Change, target: Target | None = None) -> None:
    """Many at once ask for what one asks for, and whoever names them by a filter is told which they are."""
    require(session, Operation.LEADS_BULK, NEEDS[change.action])
    if target is not None and target.filter is not None:
        require(session, Operation.LEADS_READ)


def _checked(session: Session, change: Change) -> Change:
    """The change with its value in one form. Raises :class:`Invalid` and :class:`NotFound`."""
    match change.action:
        case BulkAction.STAGE:
            if change.value not in SETTABLE:
                raise Invalid(f"Many leads cannot be put into {change.value} at once; move them one at a time.")
        case BulkAction.TAG | BulkAction.UNTAG:
            return Change(change.action, tags.spelled(change.value))
        case BulkAction.CAMPAIGN:
            if change.value is not None:
                campaigns.get(session, change.value)
        case BulkAction.REASSIGN:
            member = select(Membership.user_id).where(
                Membership.org_id == context_of(session).org_id,
                Membership.user_id == change.value,
                Membership.active,
            )
            if change.value is not None and session.scalars(member).one_or_none() is None:
                raise Conflict("The owner is not an active member of this organisation; name one who is.")
    return change


def _change_of(bulk: BulkChange) -> Change:
    action, value = bulk.action, bulk.params["value"]
    if value is not None and action in (BulkAction.REASSIGN, BulkAction.CAMPAIGN):
        return Change(action, uuid.UUID(value))
    return Change(action, Stage(value) if action is BulkAction.STAGE else value)


def _apply(session: Session, bulk: BulkChange, change: Change, leads: Sequence[Standing], now: datetime) -> None:
    if not leads:
        return
    due = None
    restarted: list[uuid.UUID] = []
    if change.action is BulkAction.REASSIGN:
        due = due_at(Stage.COLD, sla_minutes(session, Stage.COLD), now, has_owner=change.value is not None)
        cold = (lead for lead in leads if lead.stage is Stage.COLD)
        restarted = [lead.id for lead in cold if lead.owner_id is None or change.value is None]
    elif change.action is BulkAction.STAGE:
        due = due_at(change.value, sla_minutes(session, change.value), now, has_owner=True)
    started = frozenset(restarted)
    befores = [_before(change, lead, lead.id in started) for lead in leads]
    values = _values(session, bulk, change, leads, now) | {
        "befores": [json.dumps(each) for each in befores],
        "due": due,
        "restarted": restarted,
        "after": json.dumps({str(change.action): bulk.params["value"], "bulk_change_id": str(bulk.id)}),
        "action": f"bulk_{change.action}",
    }
    _run(session, statements.KEEP_ITEMS, values)
    for statement in _STATEMENTS[change.action]:
        _run(session, statement, values)
    _run(session, statements.AUDIT, values)
    session.expire_all()


def _restore(session: Session, bulk: BulkChange, change: Change, leads: Sequence[Standing], now: datetime) -> None:
    if not leads:
        return
    told = json.dumps({str(change.action): bulk.params["value"], "bulk_change_id": str(bulk.id)})
    values = _values(session, bulk, change, leads, now) | {
        "befores": [told] * len(leads),
        "made": bulk.made_at,
        "restarted": [],
        "after": json.dumps({"bulk_change_id": str(bulk.id)}),
        "action": f"bulk_{change.action}_undone",
    }
    for statement in _UNDOING[change.action]:
        _run(session, statement, values)
    _run(session, statements.AUDIT, values)


def _values(
    session: Session, bulk: BulkChange, change: Change, leads: Sequence[Standing], now: datetime
) -> dict[str, Any]:
    context = context_of(session)
    return {
        "org": context.org_id,
        "by": context.user_id,
        "request": context.request_id,
        "source": context.source,
        "bulk": bulk.id,
        "value": str(change.value) if isinstance(change.value, StrEnum) else change.value,
        "now": now,
        "ids": [lead.id for lead in leads],
        "stages": [str(lead.stage) for lead in leads],
        "owners": [lead.owner_id for lead in leads],
    }


def _run(session: Session, statement: str, values: dict[str, Any]) -> None:
    session.execute(
        text(named_for_any_organisation(statement)),
        {name: value for name, value in values.items() if f":{name}" in statement},
    )


def _before(change: Change, lead: Standing, restarted: bool) -> dict[str, Any]:
    owed = {
        "due_at": lead.due_at.isoformat() if lead.due_at else None,
        "next_action_at": lead.next_action_at.isoformat() if lead.next_action_at else None,
    }
    match change.action:
        case BulkAction.REASSIGN:
            return {"owner_id": str(lead.owner_id) if lead.owner_id else None, "restarted": restarted} | owed
        case BulkAction.STAGE:
            assert lead.stage_entered_at is not None
            return {"stage": str(lead.stage), "stage_entered_at": lead.stage_entered_at.isoformat()} | owed
        case BulkAction.CAMPAIGN:
            return {"campaign_id": str(lead.campaign_id) if lead.campaign_id else None}
        case _:
            return {}


NEEDS = dict.fromkeys(BulkAction, Operation.LEADS_WRITE) | {BulkAction.REASSIGN: Operation.LEADS_REASSIGN}
"""What each action asks for, as it would of a single lead."""

_STATEMENTS = {
    BulkAction.REASSIGN: (statements.REASSIGN, statements.ADD_HISTORY),
    BulkAction.STAGE: (statements.SET_STAGE, statements.ADD_HISTORY),
    BulkAction.CAMPAIGN: (statements.SET_CAMPAIGN,),
    BulkAction.TAG: (statements.ADD_TAG, statements.COUNT_EDIT),
    BulkAction.UNTAG: (statements.DROP_TAG, statements.COUNT_EDIT),
}
_UNDOING = {
    BulkAction.REASSIGN: (statements.RESTORE_OWNERS, statements.ADD_HISTORY),
    BulkAction.STAGE: (statements.RESTORE_STAGES, statements.ADD_HISTORY),
    BulkAction.CAMPAIGN: (statements.RESTORE_CAMPAIGNS,),
    BulkAction.TAG: (statements.DROP_TAG, statements.COUNT_EDIT),
    BulkAction.UNTAG: (statements.ADD_TAG, statements.COUNT_EDIT),
}
