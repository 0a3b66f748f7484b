"""Logging what happened with a lead, and what follows from it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer

from outbound.activities.batch import log_many
from outbound.activities.clocks import happened as when
from outbound.activities.drafts import ActivityDraft as ActivityDraft
from outbound.activities.drafts import channel_of
from outbound.activities.following import Happening, Table, consequence_of, passed_on, table_of
from outbound.activities.models import Activity, ActivityOutcome, StagePolicy
from outbound.activities.scene import Scene
from outbound.addresses.models import Address
from outbound.attachments import service as attachments
from outbound.audit.service import record
from outbound.cadences.results import follow_result
from outbound.errors import Conflict, Forbidden, Invalid, NotFound
from outbound.ids import uuid7
from outbound.leads import service as leads
from outbound.leads.models import Lead
from outbound.leads.moves import make, state_of
from outbound.leads.ownership import lead_then, touch_late
from outbound.leads.rules import passing
from outbound.storage.context import context_of, keys_of
from outbound.storage.crypto import readable_position, seal_position
from outbound.storage.rowset import among
from outbound.vocabulary import ActivityResult, ActivityType, Stage


def log(
    session: Session, lead_id: uuid.UUID, draft: ActivityDraft, now: datetime
) -> tuple[Activity, Lead | None, bool]:
    """Stores an activity and moves its lead as the organisation's result table says.

    The second value is the lead as it then stands: the survivor, where it was merged; none where it has left the
    caller's reach since it happened. The third is false where one with the same id was there already: a repeat
    changes nothing. Raises :class:`Conflict` when that id belongs to something else, :class:`NotFound` and
    :class:`Forbidden` for a lead that is not the caller's, and was not when it happened.
    """
    activity, target, created = log_only(session, lead_id, draft, now)
    lead = session.get(Lead, (activity.org_id, target)) if target is not None else None
    return activity, lead, created


def log_only(
    session: Session, lead_id: uuid.UUID, draft: ActivityDraft, now: datetime
) -> tuple[Activity, uuid.UUID | None, bool]:
    """As :func:`log`, without reading the lead again: its id alone. Most take the short way that batches take."""
    plain = draft if draft.id is not None else replace(draft, id=uuid7())
    try:
        (taken,) = log_many(session, [(lead_id, plain)], now)
    except IntegrityError as error:
        raise Conflict("This id is taken by an activity outside your reach; capture it under a new id.") from error
    if taken is not None:
        return Activity(org_id=context_of(session).org_id, **taken.activity), lead_id, True
    activity, lead, created = log_by_itself(session, lead_id, draft, now)
    return activity, lead.id if lead is not None else None, created


def log_by_itself(
    session: Session, lead_id: uuid.UUID, draft: ActivityDraft, now: datetime
) -> tuple[Activity, Lead | None, bool]:
    """As :func:`log`, step by step: the long way, which knows every case."""
    try:
        lead = leads.get(session, lead_id, lock=True)
    except (NotFound, Forbidden):
        return _log_late(session, lead_id, draft, now)
    target = leads.survivor_of(session, lead)
    known = _known(session, lead_id, draft)
    if known is not None:
        return known, target, False
    activity = _written(session, Scene.of(session, lead, draft, now), draft, now)
    if target.archived_at is None:
        _follow(session, target, activity)
    elif activity.result == ActivityResult.DO_NOT_CONTACT:
        _close_door(session, target, activity.occurred_at)
    session.flush()
    return activity, target, True


def _log_late(
    session: Session, lead_id: uuid.UUID, draft: ActivityDraft, now: datetime
) -> tuple[Activity, Lead | None, bool]:
    """What a rep captured while the lead was theirs, and sent when it no longer is: kept, and the lead not moved."""
    happened = when(session, draft.occurred_at, draft.client_sent_at, now)
    then = lead_then(session, lead_id, happened.occurred_at)
    if then is None:
        leads.get(session, lead_id, lock=True)  # says whether it is out of reach, or only read
        raise NotFound(f"There is no lead {lead_id} in your reach.")
    known = _known(session, lead_id, draft)
    if known is not None:
        return known, None, False
    scene = Scene(lead_id, then.address_id, then.cell, happened, then.standing)
    activity = _written(session, scene, draft, now)
    touch_late(session, activity.id)
    return activity, None, True


def _known(session: Session, lead_id: uuid.UUID, draft: ActivityDraft) -> Activity | None:
    """The activity that a repeat names. Raises :class:`Conflict` where it says something else."""
    if draft.type is ActivityType.DOOR_KNOCK and draft.result is None:
        raise Invalid("A door knock needs a result; say what happened at the door.")
    if draft.id is None:
        return None
    context = context_of(session)
    known = session.scalars(
        select(Activity).where(Activity.org_id == context.org_id, Activity.id == draft.id)
    ).one_or_none()
    if known is None:
        return None
    if known.lead_id != lead_id:
        raise Conflict("This id is that of an activity of another lead; capture it under a new id.")
    if known.user_id != context.user_id:
        raise Conflict("This id is that of somebody else's activity; capture it under a new id.")
    if not _says_the_same(session, known, draft):
        raise Conflict(f"The id {draft.id} was used for another activity already; send this under a new id.")
    return known


def repeats(session: Session, given: Sequence[tuple[uuid.UUID, ActivityDraft]]) -> set[uuid.UUID]:
    """Ids of those that the caller has stored already, just as they are given."""
    context = context_of(session)
    ids = [draft.id for _, draft in given if draft.id is not None]
    found = session.scalars(select(Activity).where(Activity.org_id == context.org_id, among(Activity.id, ids)))
    known = {row.id: row for row in found if row.user_id == context.user_id}
    return {
        draft.id
        for lead_id, draft in given
        if draft.id in known and known[draft.id].lead_id == lead_id and _says_the_same(session, known[draft.id], draft)
    }


def _says_the_same(session: Session, known: Activity, draft: ActivityDraft) -> bool:
    given = (draft.type, draft.result, draft.notes, draft.duration_secs, draft.follow_up_at, draft.trip_stop_id)
    stored = (known.type, known.result, known.notes, known.duration_secs, known.follow_up_at, known.trip_stop_id)
    if given != stored or [str(each) for each in draft.attachments] != (known.attachments or []):
        return False
    # What the phone's clock said then; what is added to it may differ at each sending.
    claimed = known.occurred_at - timedelta(milliseconds=known.clock_offset_ms or 0)
    if abs(claimed - draft.occurred_at) > timedelta(milliseconds=1):
        return False
    if draft.lat is None or draft.lon is None or known.position is None:
        return draft.lat is None and known.position is None
    # One that is not readable is taken for the same: all else is, and the phone's copy is what it was made of.
    place = readable_position(keys_of(session), known.org_id, known.id, known.position)
    return place is None or place == (draft.lat, draft.lon)


def timeline(
    session: Session, lead_id: uuid.UUID, *, before: tuple[datetime, uuid.UUID] | None, limit: int
) -> list[Activity]:
    """A lead's activities, newest first, from before a place in the list."""
    lead = leads.get(session, lead_id)
    query = (
        select(Activity)
        .where(Activity.org_id == lead.org_id, Activity.lead_id.in_(leads.with_merged(session, lead_id)))
        .order_by(Activity.occurred_at.desc(), Activity.id.desc())
    )
    if not context_of(session).may_see_positions:
        query = query.options(defer(Activity.position), defer(Activity.cell))
    if before is not None:
        moment, activity_id = before
        query = query.where(
            (Activity.occurred_at < moment) | ((Activity.occurred_at == moment) & (Activity.id < activity_id))
        )
    return list(session.scalars(query.limit(limit)))


def _written(session: Session, scene: Scene, draft: ActivityDraft, now: datetime) -> Activity:
    context, happened, standing = context_of(session), scene.happened, scene.standing
    activity_id = draft.id or uuid7()
    position = None
    if draft.lat is not None and draft.lon is not None:
        position = seal_position(keys_of(session), context.org_id, activity_id, draft.lat, draft.lon)
    activity = Activity(
        org_id=context.org_id,
        id=activity_id,
        lead_id=scene.lead_id,
        address_id=scene.address_id,
        user_id=context.user_id,
        type=draft.type,
        channel=channel_of(draft.type),
        occurred_at=happened.occurred_at,
        received_at=now,
        result=draft.result,
        notes=draft.notes,
        position=position,
        cell=scene.cell,
        attachments=[str(each) for each in draft.attachments] or None,
        duration_secs=draft.duration_secs,
        follow_up_at=draft.follow_up_at,
        territory_id=standing.territory_id,
        owner_id=standing.owner_id,
        trip_stop_id=draft.trip_stop_id,
        clock_offset_ms=happened.offset_ms or None,
        clock_suspect=happened.suspect,
    )
    session.add(activity)
    try:
        session.flush()
    except IntegrityError as error:
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        if constraint == "fk_activities_org_id_trip_stop_id":
            raise Conflict("There is no such trip stop; leave it out or name one that exists.") from error
        raise Conflict("This id is taken by an activity outside your reach; capture it under a new id.") from error
    record(
        session,
        "activity",
        activity.id,
        "logged",
        after={"lead_id": str(scene.lead_id), "type": draft.type, "result": draft.result},
        whose=scene.owner_id,
    )
    attachments.link(session, scene.lead_id, activity.id, draft.attachments)
    return activity


def _follow(session: Session, lead: Lead, activity: Activity) -> None:
    table = rules_of(session)
    happening = Happening(
        activity.type,
        activity.occurred_at,
        activity.result if activity.result else None,
        activity.follow_up_at,
    )
    by, state = context_of(session).user_id, state_of(lead)
    follows = consequence_of(state, happening, table)
    if follows.closes_door and lead.address_id is not None:
        _close_door(session, lead, activity.occurred_at)
    if follows.moves_to is not None:
        _move(session, lead, follows.moves_to, activity, follows.moves_at)
        state = state_of(lead)
    if follows.outcome is not None and follows.outcome.cadence_id is not None:
        follow_result(session, lead, follows.outcome.cadence_id, activity.occurred_at)
    passed = passed_on(state, happening, follows, activity.id, table)
    make(session, passing(lead.id, state, passed, activity.occurred_at, by))


def rules_of(session: Session) -> Table:
    """The organisation's own rules: results and stages."""
    org_id = context_of(session).org_id
    outcomes = session.execute(
        select(
            ActivityOutcome.result,
            ActivityOutcome.stage,
            ActivityOutcome.to_stage,
            ActivityOutcome.next_action_minutes,
            ActivityOutcome.cadence_id,
        ).where(ActivityOutcome.org_id == org_id)
    )
    policies = session.execute(select(StagePolicy.stage, StagePolicy.sla_minutes).where(StagePolicy.org_id == org_id))
    return table_of(tuple(map(tuple, outcomes)), tuple(map(tuple, policies)))


def _move(session: Session, lead: Lead, to_stage: Stage, activity: Activity, at: datetime) -> None:
    try:
        with session.begin_nested():
            leads.enter_stage(session, lead, to_stage, at, activity_id=activity.id)
    except Conflict:
        # What happened at the door is kept, even where the lead cannot follow: another one is open there by now,
        # or the organisation's table asks for a move that there is not.
        record(session, "lead", lead.id, "move_refused", after={"to_stage": to_stage, "activity_id": str(activity.id)})


def _close_door(session: Session, lead: Lead, at: datetime) -> None:
    door = session.scalars(
        select(Address).where(Address.org_id == lead.org_id, Address.id == lead.address_id)
    ).one_or_none()
    if door is not None and not door.do_not_knock:
        door.do_not_knock, door.do_not_knock_at = True, at
        record(session, "address", door.id, "do_not_knock", after={"do_not_knock": True})
