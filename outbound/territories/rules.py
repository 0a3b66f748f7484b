"""Which territory lies under which, whose ground may be cut, which changes hands, and who is given its new leads."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import shapely
from shapely.geometry.base import BaseGeometry

from outbound.errors import Forbidden, Invalid
from outbound.geo.overlay import can_be_laid_over
from outbound.vocabulary import TERRITORY_DEPTH, AssignmentRole, OwnerRule, Role, TerritoryType

GROUND_TOLERANCE = 1e-5
"""Degrees, about a metre: how far a border drawn by hand may stray from the one it follows."""

Standing = tuple[bool, int]
"""Whether a territory is active, and its priority weight."""


def refuse_wrong_parent(child: TerritoryType, parent: TerritoryType) -> None:
    """Raises :class:`Invalid` unless the parent is of a wider type; so no chain of parents ever closes."""
    if TERRITORY_DEPTH[parent] < TERRITORY_DEPTH[child]:
        return
    reason = f"A {child} cannot lie under a {parent}: a REGION holds AREAs, an AREA holds MICROs."
    raise Invalid(reason, errors=[{"field": "body.parent_id", "reason": reason}])


def refuse_ground_outside(shape: BaseGeometry, own: Sequence[BaseGeometry]) -> None:
    """Raises :class:`Forbidden` for a shape that reaches beyond the territories of who draws it, and :class:`Invalid`
    for one of which that would take too long to say."""
    around = shapely.box(*shape.bounds)
    holding = [each for each in own if shapely.box(*each.bounds).covers(around)]
    if any(can_be_laid_over([each, shape]) and shapely.covers(each, shape) for each in holding):
        return
    if not can_be_laid_over([*own, shape], within=2 * GROUND_TOLERANCE):
        reason = "The border of the shape meets that of your own territories too often to be compared; simplify it."
        raise Invalid(reason, errors=[{"field": "body.geometry", "reason": reason}])
    ground = shapely.buffer(shapely.union_all(own), GROUND_TOLERANCE) if own else shapely.Polygon()
    if not shapely.covers(ground, shape):
        raise Forbidden("The shape reaches beyond your own territories; draw within them, or ask the owner.")


def ground_that_changes_hands(old: BaseGeometry, new: BaseGeometry, before: Standing, after: Standing) -> BaseGeometry:
    """Where doors may have to be placed anew when a territory changes shape or standing."""
    if not before[0] and not after[0]:
        return shapely.Polygon()
    if before == after and new is old:
        return shapely.Polygon()
    if before != after or not can_be_laid_over([old, new]):
        return shapely.GeometryCollection([old, new])
    return shapely.symmetric_difference(old, new)


def refuse_unfit_assignee(role: Role, assignment: AssignmentRole, *, is_primary: bool) -> None:
    """Raises :class:`Invalid` for somebody who works no territory, or a primary who does not own it."""
    if role is Role.OPS:
        raise Invalid("Operations work no territory; name a rep, a manager or an owner.")
    if is_primary and assignment is not AssignmentRole.OWNER:
        raise Invalid(
            "Only an OWNER can be the primary one of a territory; give the role OWNER, or leave is_primary out.",
            errors=[{"field": "body.is_primary", "reason": "only for the role OWNER"}],
        )


@dataclass(frozen=True)
class Worker:
    """Somebody who works a territory now. ``since`` sorts: the time they were assigned."""

    user_id: uuid.UUID
    role: AssignmentRole
    is_primary: bool
    since: datetime


class OwnerChooser:
    """Gives new leads to those who work their territory, one after the other.

    ``loads`` are the open leads of each person now, and ``last`` the owner of each territory's latest lead that a
    rule gave away; both go on from there as leads are given. The same leads in the same order go to the same people.
    """

    def __init__(self, loads: Mapping[uuid.UUID, int], last: Mapping[uuid.UUID, uuid.UUID]) -> None:
        self._loads = dict(loads)
        self._last = dict(last)

    def choose(self, territory_id: uuid.UUID, rule: OwnerRule, workers: Sequence[Worker]) -> uuid.UUID | None:
        """Who is given the next lead of a territory; None where nobody works it as the rule wants."""
        chosen = self._chosen(territory_id, rule, workers)
        if chosen is not None:
            self._last[territory_id] = chosen
            self._loads[chosen] = self._loads.get(chosen, 0) + 1
        return chosen

    def _chosen(self, territory_id: uuid.UUID, rule: OwnerRule, workers: Sequence[Worker]) -> uuid.UUID | None:
        if rule is OwnerRule.FIXED:
            owners = [worker for worker in workers if worker.role is AssignmentRole.OWNER]
            first = min(owners, key=lambda w: (not w.is_primary, w.since, w.user_id), default=None)
            return first.user_id if first else None
        pool = sorted({worker.user_id for worker in workers if worker.role is not AssignmentRole.VIEWER})
        if not pool:
            return None
        if rule is OwnerRule.LEAST_LOADED:
            return min(pool, key=lambda user_id: (self._loads.get(user_id, 0), user_id))
        last = self._last.get(territory_id)
        # Who comes after the last one by id, though that one may work it no more.
        return next((user_id for user_id in pool if last is not None and user_id > last), pool[0])
