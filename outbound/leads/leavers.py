"""When somebody leaves: what they hold goes to others in one act; what they did stays theirs.

Leads in open stages, open tasks and trips not yet run change hands with their history; sign-ins, assignments and the
running shift end, and so do the keys and links that they made. Activities, won leads and completed trips keep their
person, for history and pay.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session as DbSession

from outbound.audit.service import record
from outbound.cadences.models import LeadCadenceEnrollment
from outbound.errors import Conflict, Invalid
from outbound.identity import capabilities
from outbound.identity.members import keep_an_owner, lock
from outbound.identity.models import Membership, User
from outbound.leads.models import Lead
from outbound.leads.ownership import hand_over
from outbound.notifications.service import notify
from outbound.shifts.models import Shift
from outbound.storage.context import context_of
from outbound.tasks.models import Task
from outbound.territories.models import Territory, TerritoryAssignment
from outbound.trips.models import Trip
from outbound.vocabulary import (
    OPEN_STAGES,
    AssignmentRole,
    EnrollmentStatus,
    NotificationKind,
    Role,
    TaskState,
    TripStatus,
)

_OPEN_TRIPS = (TripStatus.PLANNED, TripStatus.IN_PROGRESS)


@dataclass
class Handover:
    """What a member holds, and how much of it each recipient is given."""

    leads: int = 0
    tasks: int = 0
    trips: int = 0
    enrollments: int = 0
    territories: int = 0
    keys: int = 0
    """API keys that the member made: they end, for the leaver knows them."""
    shares: dict[uuid.UUID, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: {"leads": 0, "tasks": 0, "trips": 0})
    )


def preview(session: DbSession, user_id: uuid.UUID, to: uuid.UUID | None) -> Handover:
    """What a deactivation would move, and to whom; changes nothing. ``to`` none: the owners of the territories."""
    session.get_one(Membership, (context_of(session).org_id, user_id))
    if to is not None:
        _refuse_recipient(session, user_id, to)
    return _Plan(session, user_id, to).handover


def deactivate(
    session: DbSession, user_id: uuid.UUID, to: uuid.UUID | None, now: datetime, *, expected: int | None
) -> Handover:
    """Shuts a member out and hands over what they hold; again changes nothing.

    Raises :class:`Conflict` for the last owner, :class:`Invalid` for a recipient who cannot take over.
    """
    membership = lock(session, user_id, expected)
    if not membership.active:
        return Handover()
    if membership.role == Role.FRANCHISE_OWNER:
        keep_an_owner(session, user_id)
    if to is not None:
        _refuse_recipient(session, user_id, to)
    plan = _Plan(session, user_id, to, locked=True)
    membership.active = False
    session.flush()
    ended = session.scalar(text("select outbound.end_sign_ins_of(:user)"), {"user": user_id})
    capabilities.end_links_of(session, user_id, now)
    keys = capabilities.end_those_made_by(session, user_id, now)
    for assignment in _assignments(session, user_id):
        assignment.unassigned_at = max(now, assignment.assigned_at)
        record(session, "territory_assignment", assignment.id, "ended", acted_for=user_id)
    for shift in session.scalars(select(Shift).where(Shift.user_id == user_id, Shift.ended_at.is_(None))):
        shift.ended_at = max(now, shift.started_at)
        record(session, "shift", shift.id, "ended", acted_for=user_id)
    plan.carry_out(now)
    handover = plan.handover
    record(
        session,
        "membership",
        user_id,
        "deactivated",
        before={"role": membership.role},
        after={
            "sessions": ended,
            "keys": keys,
            "leads": handover.leads,
            "tasks": handover.tasks,
            "trips": handover.trips,
            "to": str(to) if to else "territory_owner",
        },
        acted_for=user_id,
    )
    session.flush()
    return handover


class _Plan:
    """Who is given what. Locks what it moves, where it is to be carried out."""

    def __init__(self, session: DbSession, leaver: uuid.UUID, to: uuid.UUID | None, *, locked: bool = False) -> None:
        self._session, self._leaver, self._to = session, leaver, to
        context = context_of(session)
        self._fallback = context.user_id
        org_id = context.org_id
        leads = (
            select(Lead)
            .where(
                Lead.org_id == org_id,
                Lead.owner_id == leaver,
                Lead.pipeline_stage.in_(OPEN_STAGES),
                Lead.archived_at.is_(None),
            )
            .order_by(Lead.id)
        )
        tasks = (
            select(Task, Lead.territory_id)
            .outerjoin(Lead, (Lead.org_id == Task.org_id) & (Lead.id == Task.lead_id))
            .where(Task.org_id == org_id, Task.assignee_id == leaver, Task.state == TaskState.OPEN)
            .order_by(Task.id)
        )
        trips = (
            select(Trip)
            .where(Trip.org_id == org_id, Trip.owner_id == leaver, Trip.status.in_(_OPEN_TRIPS))
            .order_by(Trip.id)
        )
        if locked:
            leads, tasks, trips = leads.with_for_update(), tasks.with_for_update(of=Task), trips.with_for_update()
        self._leads = list(session.scalars(leads))
        self._tasks = [(task, territory_id) for task, territory_id in session.execute(tasks)]
        self._trips = list(session.scalars(trips))
        self._owners = {} if to else _territory_owners(session, leaver)
        self.handover = Handover(
            leads=len(self._leads),
            tasks=len(self._tasks),
            trips=len(self._trips),
            enrollments=_enrollments(session, leaver),
            territories=len(_assignments(session, leaver)),
            keys=capabilities.living_keys(session, leaver),
        )
        for kind, territories in (
            ("leads", [lead.territory_id for lead in self._leads]),
            ("tasks", [territory_id for _, territory_id in self._tasks]),
            ("trips", [trip.territory_id for trip in self._trips]),
        ):
            for territory_id in territories:
                self.handover.shares[self._recipient(territory_id)][kind] += 1

    def carry_out(self, now: datetime) -> None:
        session = self._session
        for recipient, leads in self._grouped((lead.territory_id, lead) for lead in self._leads).items():
            hand_over(session, leads, recipient, now)
        for territory_id, task in ((territory_id, task) for task, territory_id in self._tasks):
            recipient = self._recipient(territory_id)
            task.assignee_id = recipient
            task.version += 1
            self._record("task", task.id, recipient)
        for trip in self._trips:
            recipient = self._recipient(trip.territory_id)
            trip.owner_id = recipient
            trip.version += 1
            self._record("trip", trip.id, recipient)
        session.flush()
        for recipient, share in self.handover.shares.items():
            for what, kind in (("leads", NotificationKind.LEAD_ASSIGNED), ("tasks", NotificationKind.TASK_ASSIGNED)):
                if share[what]:
                    notify(session, recipient, kind, payload={what: share[what], "from": str(self._leaver)})

    def _record(self, entity: str, entity_id: uuid.UUID, recipient: uuid.UUID) -> None:
        record(
            self._session,
            entity,
            entity_id,
            "handed_over",
            before={"owner_id": str(self._leaver)},
            after={"owner_id": str(recipient)},
            acted_for=self._leaver,
        )

    def _grouped(self, rows: Iterable[tuple[uuid.UUID | None, Lead]]) -> dict[uuid.UUID, list[Lead]]:
        grouped: dict[uuid.UUID, list[Lead]] = defaultdict(list)
        for territory_id, lead in rows:
            grouped[self._recipient(territory_id)].append(lead)
        return grouped

    def _recipient(self, territory_id: uuid.UUID | None) -> uuid.UUID:
        # What lies in nobody's territory comes to the one who acts, so that nothing is lost from sight.
        found = self._to or self._owners.get(territory_id) or self._fallback
        if found is None:
            raise Conflict("Nobody can take this over; name a member.")
        if found == self._leaver:
            raise Conflict("You cannot hand over to yourself; name a member who takes over.")
        return found


def _refuse_recipient(session: DbSession, leaver: uuid.UUID, to: uuid.UUID) -> None:
    row = session.execute(
        select(Membership.role, Membership.active, User.is_machine)
        .join(User, User.id == Membership.user_id)
        .where(Membership.org_id == context_of(session).org_id, Membership.user_id == to)
    ).one_or_none()
    if row is None or to == leaver or not row.active or row.is_machine or row.role == Role.OPS:
        raise Invalid(
            "to must be another active member who works leads: a rep, a manager or an owner.",
            errors=[{"field": "to", "reason": "cannot take over"}],
        )


def _territory_owners(session: DbSession, leaver: uuid.UUID) -> dict[uuid.UUID | None, uuid.UUID]:
    """For each territory its owner, or that of the next territory above that has one."""
    org_id = context_of(session).org_id
    owners: dict[uuid.UUID, uuid.UUID] = {}
    for territory_id, user_id in session.execute(
        select(TerritoryAssignment.territory_id, TerritoryAssignment.user_id)
        .join(
            Membership,
            (Membership.org_id == TerritoryAssignment.org_id) & (Membership.user_id == TerritoryAssignment.user_id),
        )
        .where(
            TerritoryAssignment.org_id == org_id,
            TerritoryAssignment.role == AssignmentRole.OWNER,
            TerritoryAssignment.unassigned_at.is_(None),
            TerritoryAssignment.user_id != leaver,
            Membership.active,
            Membership.role != Role.OPS,
        )
        .order_by(TerritoryAssignment.is_primary, TerritoryAssignment.assigned_at.desc())
    ):
        owners[territory_id] = user_id  # the primary one last, the longest there among the others
    tree = session.execute(select(Territory.id, Territory.parent_id).where(Territory.org_id == org_id))
    parents = {row.id: row.parent_id for row in tree}
    found: dict[uuid.UUID | None, uuid.UUID] = {}
    for territory_id in parents:
        place: uuid.UUID | None = territory_id
        while place is not None and place not in owners:
            place = parents.get(place)
        if place is not None:
            found[territory_id] = owners[place]
    return found


def _assignments(session: DbSession, user_id: uuid.UUID) -> list[TerritoryAssignment]:
    return list(
        session.scalars(
            select(TerritoryAssignment).where(
                TerritoryAssignment.org_id == context_of(session).org_id,
                TerritoryAssignment.user_id == user_id,
                TerritoryAssignment.unassigned_at.is_(None),
            )
        )
    )


def _enrollments(session: DbSession, user_id: uuid.UUID) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(LeadCadenceEnrollment)
            .join(
                Lead,
                (Lead.org_id == LeadCadenceEnrollment.org_id) & (Lead.id == LeadCadenceEnrollment.lead_id),
            )
            .where(
                Lead.org_id == context_of(session).org_id,
                Lead.owner_id == user_id,
                Lead.pipeline_stage.in_(OPEN_STAGES),
                Lead.archived_at.is_(None),
                LeadCadenceEnrollment.status.in_([EnrollmentStatus.ACTIVE, EnrollmentStatus.PAUSED]),
            )
        )
        or 0
    )
