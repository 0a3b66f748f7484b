"""Taking an activity back: a slip of the finger at the door must not count, and must not lose the lead."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbound.activities.following import Happening, next_action
from outbound.activities.models import Activity
from outbound.activities.service import rules_of
from outbound.addresses.models import Address
from outbound.audit.service import record
from outbound.cadences import enrollments
from outbound.cadences.models import LeadCadenceEnrollment
from outbound.errors import Conflict, Forbidden, NotFound
from outbound.leads import service as leads
from outbound.leads.models import Lead, LeadStageChange
from outbound.leads.moves import make, state_of
from outbound.leads.rules import due_at, falling_back, passing
from outbound.storage.context import context_of
from outbound.vocabulary import TOUCH_TYPES, ActivityResult, ActivityType, EnrollmentStatus, Stage

UNDO_WITHIN = timedelta(hours=24)
"""How long after it happened its author may take an activity back: the evening of the day, not the payday."""


def undo(session: Session, activity_id: uuid.UUID, at: datetime, now: datetime) -> tuple[Activity, bool]:
    """Marks an activity as taken back at a time; false where it was already.

    The activity stays a fact of the log and counts for nothing. The lead falls back to the stage it was in, if
    nothing has moved it since; its last activity and what it owes are those of before. Raises :class:`NotFound`,
    :class:`Forbidden` for somebody else's, and :class:`Conflict` when it is too late.
    """
    context = context_of(session)
    query = select(Activity).where(Activity.org_id == context.org_id, Activity.id == activity_id)
    activity = session.scalars(query).one_or_none()
    if activity is None:
        raise NotFound(f"There is no activity {activity_id} in your reach.")
    if activity.user_id != context.user_id:
        raise Forbidden("Only who logged an activity may take it back; write a note instead.")
    lead = leads.survivor_of(session, leads.get(session, activity.lead_id, lock=True))
    session.refresh(activity, ["undone_at"])
    if activity.undone_at is not None:
        return activity, False
    if at - max(activity.occurred_at, activity.received_at) > UNDO_WITHIN:
        raise Conflict("An activity can be taken back within a day; write a note about what really happened.")
    activity.undone_at = now
    session.flush()
    _fall_back(session, lead, activity, now)
    _reopen_door(session, lead, activity)
    _cancel_enrolments(session, lead, activity, now)
    _recount(session, lead, activity, now)
    record(
        session,
        "activity",
        activity.id,
        "undone",
        before={"result": activity.result},
        after={"lead_id": str(lead.id), "stage": lead.pipeline_stage},
        acted_for=lead.owner_id if lead.owner_id != context.user_id else None,
    )
    session.flush()
    return activity, True


def _fall_back(session: Session, lead: Lead, activity: Activity, now: datetime) -> None:
    """Undoes the move that the activity made, where it is the last thing that happened to the lead."""
    history = session.scalars(
        select(LeadStageChange)
        .where(
            LeadStageChange.org_id == lead.org_id,
            LeadStageChange.lead_id == lead.id,
            LeadStageChange.undone_at.is_(None),
        )
        .order_by(LeadStageChange.occurred_at.desc(), LeadStageChange.id.desc())
    ).all()
    if not history or history[0].activity_id != activity.id:
        return
    move, *earlier = history
    from_stage = move.from_stage
    if from_stage is None or move.to_stage != lead.pipeline_stage:
        return
    entered_at = move.occurred_at
    for change in earlier:
        if change.to_stage != from_stage:
            break
        entered_at = change.occurred_at
    back = falling_back(
        lead.id,
        state_of(lead),
        Stage(from_stage),
        entered_at,
        now,
        context_of(session).user_id,
        takes_back=move.id,
        activity_id=activity.id,
    )
    with suppress(IntegrityError), session.begin_nested():  # another lead is open at this door by now: it stays closed
        make(session, back)


def _reopen_door(session: Session, lead: Lead, activity: Activity) -> None:
    """A wish to be left alone that was none: the door may be knocked again, unless somebody else said so too."""
    if activity.result != ActivityResult.DO_NOT_CONTACT or lead.address_id is None:
        return
    said_again = session.scalars(
        select(Activity.id)
        .where(
            Activity.org_id == lead.org_id,
            Activity.address_id == lead.address_id,
            Activity.result == ActivityResult.DO_NOT_CONTACT,
            Activity.undone_at.is_(None),
        )
        .limit(1)
    ).first()
    door = session.scalars(
        select(Address).where(Address.org_id == lead.org_id, Address.id == lead.address_id)
    ).one_or_none()
    if door is None or not door.do_not_knock or said_again is not None:
        return
    if door.do_not_knock_at not in (None, activity.occurred_at):
        return  # it was closed by hand
    door.do_not_knock = False
    door.do_not_knock_at = None
    record(session, "address", door.id, "do_not_knock", after={"do_not_knock": False})


def _cancel_enrolments(session: Session, lead: Lead, activity: Activity, now: datetime) -> None:
    started = session.scalars(
        select(LeadCadenceEnrollment.id).where(
            LeadCadenceEnrollment.org_id == lead.org_id,
            LeadCadenceEnrollment.lead_id == lead.id,
            LeadCadenceEnrollment.started_at == activity.occurred_at,
            LeadCadenceEnrollment.status.in_([EnrollmentStatus.ACTIVE, EnrollmentStatus.PAUSED]),
        )
    ).all()
    for enrollment_id in started:
        enrollments.cancel(session, enrollment_id, now)


def _recount(session: Session, lead: Lead, activity: Activity, now: datetime) -> None:
    """Last activity and what is owed, as if the activity had not been."""
    if lead.last_activity_id != activity.id:
        return
    standing = (
        select(Activity)
        .where(Activity.org_id == lead.org_id, Activity.lead_id == lead.id, Activity.undone_at.is_(None))
        .order_by(Activity.occurred_at.desc(), Activity.id.desc())
        .limit(1)
    )
    last = session.scalars(standing).one_or_none()
    touch = session.scalars(standing.where(Activity.type.in_(TOUCH_TYPES))).one_or_none()
    state, table = state_of(lead), rules_of(session)
    started_at = max(filter(None, [state.stage_entered_at, touch.occurred_at if touch else None]))
    minutes = table.sla_minutes.get(state.stage)
    due = next_at = due_at(state.stage, minutes, started_at, has_owner=state.has_owner)
    if due is not None and touch is not None:
        result = ActivityResult(touch.result) if touch.result else None
        happening = Happening(ActivityType(touch.type), touch.occurred_at, result, touch.follow_up_at)
        outcome = table.outcomes.get((result, state.stage)) if result else None
        next_at = next_action(happening, outcome) or due
    after = replace(
        state,
        last_activity_at=last.occurred_at if last else None,
        last_activity_id=last.id if last else None,
        due_at=due,
        next_action_at=next_at,
    )
    make(session, passing(lead.id, state, after, now, context_of(session).user_id))
