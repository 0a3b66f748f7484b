"""Taking a territory off the map. Its row stays: activities, weeks and reports of its time keep naming it."""

from __future__ import annotations

import uuid
from datetime import datetime

import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outbound.addresses.models import Address
from outbound.audit.service import record
from outbound.errors import Conflict, Forbidden
from outbound.identity.models import Membership
from outbound.storage.context import context_of
from outbound.storage.locks import serialise
from outbound.storage.system import as_system
from outbound.storage.versions import begin_edit
from outbound.territories.models import Territory, TerritoryAssignment
from outbound.territories.placement import Placed, place_again
from outbound.territories.service import LETTING_GO, audited, get, is_top_of_own
from outbound.vocabulary import Role


def retire(
    session: Session, territory_id: uuid.UUID, now: datetime, *, move_to_parent: bool, expected: int | None = None
) -> Placed:
    """Takes a territory off the map: its assignments end, its doors and open leads go where they now lie.

    One that holds doors or territories is refused unless ``move_to_parent``: then the territories hang under its
    parent, and the doors lie where the exact test puts them, which is the parent unless another's polygon holds
    them. The slug is free again.

    Raises :class:`NotFound`, :class:`Forbidden`, :class:`Conflict`, and :class:`PreconditionFailed`.
    """
    if not context_of(session).may_manage:
        raise Forbidden("Only managers and owners retire territories; ask yours.")
    serialise(session, "territories")
    territory = get(session, territory_id, lock=True)
    begin_edit(territory, expected)
    if is_top_of_own(session, territory):
        raise Forbidden(LETTING_GO)
    children = list(
        session.scalars(
            select(Territory)
            .where(
                Territory.org_id == territory.org_id,
                Territory.parent_id == territory.id,
                Territory.retired_at.is_(None),
            )
            .order_by(Territory.id)
            .with_for_update()
        )
    )
    doors = session.execute(
        select(func.count()).where(Address.org_id == territory.org_id, Address.territory_id == territory.id)
    ).scalar_one()
    if (children or doors) and not move_to_parent:
        raise Conflict(
            f"This territory still holds {len(children)} territories and {doors} doors; add ?move_to=parent to give "
            "them to its parent.",
            territories=len(children),
            doors=doors,
        )
    _refuse_unbounding(session, territory)
    before = audited(territory)
    for child in children:
        was = str(child.parent_id)
        child.parent_id = territory.parent_id
        child.version += 1
        above = str(territory.parent_id) if territory.parent_id else None
        record(session, "territory", child.id, "edited", before={"parent_id": was}, after={"parent_id": above})
    ended = _end_assignments(session, territory, now)
    territory.active, territory.retired_at = False, now
    territory.slug = f"{territory.slug}-{territory.id.hex}"
    session.flush()
    placed = place_again(session, shapely.geometry.shape(territory.geometry), now)
    after = {
        "active": False,
        "children_moved": len(children),
        "assignments_ended": ended,
        "doors_placed": placed.doors,
        "leads_placed": placed.leads,
    }
    record(session, "territory", territory_id, "retired", before=before, after=after)
    return placed


def _refuse_unbounding(session: Session, territory: Territory) -> None:
    """A manager with no territory reaches the whole organisation; that must not follow from a map's change."""
    here, elsewhere = TerritoryAssignment, TerritoryAssignment.__table__.alias()
    with as_system(session):  # their other territories may lie outside the caller's reach
        unbound = session.scalars(
            select(here.user_id)
            .join(Membership, (Membership.org_id == here.org_id) & (Membership.user_id == here.user_id))
            .where(
                here.org_id == territory.org_id,
                here.territory_id == territory.id,
                here.unassigned_at.is_(None),
                Membership.role == Role.SALES_MANAGER,
                ~select(elsewhere.c.id)
                .where(
                    elsewhere.c.org_id == here.org_id,
                    elsewhere.c.user_id == here.user_id,
                    elsewhere.c.unassigned_at.is_(None),
                    elsewhere.c.territory_id != here.territory_id,
                )
                .exists(),
            )
        ).all()
    if unbound:
        raise Conflict(
            "A manager works in this territory alone, and without one would reach the whole organisation; assign "
            "another territory to them first.",
            user_ids=[str(user_id) for user_id in unbound],
        )


def _end_assignments(session: Session, territory: Territory, now: datetime) -> int:
    current = list(
        session.scalars(
            select(TerritoryAssignment)
            .where(
                TerritoryAssignment.org_id == territory.org_id,
                TerritoryAssignment.territory_id == territory.id,
                TerritoryAssignment.unassigned_at.is_(None),
            )
            .order_by(TerritoryAssignment.id)
            .with_for_update()
        )
    )
    for assignment in current:
        assignment.unassigned_at = max(now, assignment.assigned_at)
    return len(current)
