"""Who works a territory. An ended or changed assignment stays as history: reports count by who held it when."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from outbound.audit.service import record
from outbound.errors import Conflict, Forbidden, Invalid, NotFound
from outbound.identity.models import Membership, User
from outbound.ids import uuid7
from outbound.notifications.service import notify
from outbound.storage.captures import first_capture, of_before
from outbound.storage.context import context_of
from outbound.territories import service
from outbound.territories.models import TerritoryAssignment
from outbound.territories.rules import refuse_unfit_assignee
from outbound.vocabulary import AssignmentRole, NotificationKind, Role


@dataclass(frozen=True)
class AssignmentDraft:
    id: uuid.UUID | None
    territory_id: uuid.UUID
    user_id: uuid.UUID
    role: AssignmentRole
    is_primary: bool = False


@dataclass(frozen=True)
class AssignmentRow:
    """An assignment with the name of its person."""

    assignment: TerritoryAssignment
    user_name: str


def of_territory(session: Session, territory_id: uuid.UUID, *, ended: bool = False) -> list[AssignmentRow]:
    """Who works a territory now, or also who did: primary first, then by name. Raises :class:`NotFound`."""
    territory = service.get(session, territory_id)
    query = _named().where(
        TerritoryAssignment.org_id == territory.org_id, TerritoryAssignment.territory_id == territory_id
    )
    if not ended:
        query = query.where(TerritoryAssignment.unassigned_at.is_(None))
    rows = session.execute(
        query.order_by(
            TerritoryAssignment.unassigned_at.desc().nulls_first(),
            TerritoryAssignment.is_primary.desc(),
            User.name,
            TerritoryAssignment.id,
        )
    )
    return [AssignmentRow(*row) for row in rows]


def assign(session: Session, draft: AssignmentDraft, now: datetime) -> tuple[AssignmentRow, bool]:
    """Gives a territory to a member; the second value is false for a repeat.

    Raises :class:`NotFound` for no such territory, :class:`Invalid` for nobody who could work it, and
    :class:`Conflict` for somebody who works it already in another role.
    """
    context = context_of(session)
    if not context.may_manage:
        raise Forbidden("Only managers and owners assign territories; ask yours.")
    if draft.id is not None and not first_capture(session, "assignment", draft.id, asdict(draft)):
        with of_before():
            return _row(session, draft.territory_id, draft.id), False
    territory = service.get(session, draft.territory_id, lock=True)
    _refuse_unfit(session, draft.user_id, draft.role, is_primary=draft.is_primary)
    known = session.scalars(
        select(TerritoryAssignment).where(
            TerritoryAssignment.org_id == territory.org_id,
            TerritoryAssignment.territory_id == territory.id,
            TerritoryAssignment.user_id == draft.user_id,
            TerritoryAssignment.unassigned_at.is_(None),
        )
    ).one_or_none()
    if known is not None:
        if draft.id is None and (known.role, known.is_primary) == (draft.role, draft.is_primary):
            return _row(session, territory.id, known.id), False
        raise Conflict(
            f"They work this territory already, as {known.role}; change that assignment instead.",
            assignment_id=str(known.id),
        )
    if draft.is_primary:
        _yield_primacy(session, territory.id)
    assignment = TerritoryAssignment(
        org_id=territory.org_id,
        id=draft.id or uuid7(),
        territory_id=territory.id,
        user_id=draft.user_id,
        role=draft.role,
        is_primary=draft.is_primary,
        assigned_at=now,
    )
    session.add(assignment)
    session.flush()
    record(session, "assignment", assignment.id, "assigned", after=_audited(assignment), acted_for=draft.user_id)
    notify(session, draft.user_id, NotificationKind.TERRITORY_ASSIGNED, territory_id=territory.id)
    return _row(session, territory.id, assignment.id), True


def change(
    session: Session, territory_id: uuid.UUID, assignment_id: uuid.UUID, changes: Mapping[str, Any], now: datetime
) -> AssignmentRow:
    """Changes ``role`` or ``is_primary``. The row keeps its id; what it said before stays as an ended row."""
    assignment = _current(session, territory_id, assignment_id)
    before = _audited(assignment)
    role = AssignmentRole(changes.get("role", assignment.role))
    # A demoted primary is none any more, unless the request insists, which is refused.
    is_primary = changes.get("is_primary", assignment.is_primary and role is AssignmentRole.OWNER)
    _refuse_unfit(session, assignment.user_id, role, is_primary=is_primary)
    if is_primary and not assignment.is_primary:
        _yield_primacy(session, territory_id)
    if role != assignment.role:
        session.add(
            TerritoryAssignment(
                org_id=assignment.org_id,
                territory_id=territory_id,
                user_id=assignment.user_id,
                role=assignment.role,
                is_primary=assignment.is_primary,
                assigned_at=assignment.assigned_at,
                unassigned_at=max(now, assignment.assigned_at),
            )
        )
        assignment.role, assignment.assigned_at = role, max(now, assignment.assigned_at)
    assignment.is_primary = is_primary
    session.flush()
    record(
        session,
        "assignment",
        assignment.id,
        "changed",
        before=before,
        after=_audited(assignment),
        acted_for=assignment.user_id,
    )
    return _row(session, territory_id, assignment_id)


def unassign(session: Session, territory_id: uuid.UUID, assignment_id: uuid.UUID, now: datetime) -> None:
    """Ends an assignment; the row stays. Raises :class:`NotFound` where it has ended already."""
    assignment = _current(session, territory_id, assignment_id)
    assignment.unassigned_at = max(now, assignment.assigned_at)
    session.flush()
    record(
        session,
        "assignment",
        assignment.id,
        "unassigned",
        before=_audited(assignment),
        acted_for=assignment.user_id,
    )


def _current(session: Session, territory_id: uuid.UUID, assignment_id: uuid.UUID) -> TerritoryAssignment:
    if not context_of(session).may_manage:
        raise Forbidden("Only managers and owners assign territories; ask yours.")
    territory = service.get(session, territory_id, lock=True)
    assignment = session.scalars(
        select(TerritoryAssignment)
        .where(
            TerritoryAssignment.org_id == territory.org_id,
            TerritoryAssignment.territory_id == territory.id,
            TerritoryAssignment.id == assignment_id,
            TerritoryAssignment.unassigned_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if assignment is None:
        raise NotFound(f"There is no assignment {assignment_id} of this territory now.")
    _refuse_bounds_of_managers(session, _role_of(session, assignment.user_id))
    return assignment


def _refuse_unfit(session: Session, user_id: uuid.UUID, role: AssignmentRole, *, is_primary: bool) -> None:
    theirs = _role_of(session, user_id, active=True)
    if theirs is None:
        reason = "There is no such active member of this organisation; name one who is."
        raise Invalid(reason, errors=[{"field": "body.user_id", "reason": reason}])
    refuse_unfit_assignee(theirs, role, is_primary=is_primary)
    _refuse_bounds_of_managers(session, theirs)


def _refuse_bounds_of_managers(session: Session, theirs: Role | None) -> None:
    """What is assigned to a manager bounds what they reach, and with nothing they reach all: so who sees only a part
    sets no manager's bounds, their own least of all."""
    if theirs is Role.SALES_MANAGER and not context_of(session).sees_whole_organisation:
        raise Forbidden("Which territories a manager works is the owner's to say; ask them.")


def _role_of(session: Session, user_id: uuid.UUID, *, active: bool = False) -> Role | None:
    query = select(Membership.role).where(
        Membership.org_id == context_of(session).org_id, Membership.user_id == user_id
    )
    role = session.scalars(query.where(Membership.active) if active else query).one_or_none()
    return Role(role) if role else None


def _yield_primacy(session: Session, territory_id: uuid.UUID) -> None:
    for other in session.scalars(
        select(TerritoryAssignment)
        .where(
            TerritoryAssignment.org_id == context_of(session).org_id,
            TerritoryAssignment.territory_id == territory_id,
            TerritoryAssignment.unassigned_at.is_(None),
            TerritoryAssignment.is_primary,
        )
        .order_by(TerritoryAssignment.id)
        .with_for_update()
    ):
        other.is_primary = False
        record(session, "assignment", other.id, "changed", before={"is_primary": True}, after={"is_primary": False})


def _named() -> Select[TerritoryAssignment, str]:
    return select(TerritoryAssignment, User.name).join(User, User.id == TerritoryAssignment.user_id)


def _row(session: Session, territory_id: uuid.UUID, assignment_id: uuid.UUID) -> AssignmentRow:
    row = session.execute(
        _named().where(
            TerritoryAssignment.org_id == context_of(session).org_id,
            TerritoryAssignment.territory_id == territory_id,
            TerritoryAssignment.id == assignment_id,
        )
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no assignment {assignment_id} of this territory in your reach.")
    return AssignmentRow(*row)


def _audited(assignment: TerritoryAssignment) -> dict[str, Any]:
    return {
        "territory_id": str(assignment.territory_id),
        "user_id": str(assignment.user_id),
        "role": str(assignment.role),
        "is_primary": assignment.is_primary,
    }
