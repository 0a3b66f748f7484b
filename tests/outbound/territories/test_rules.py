"""Whose ground may be cut, which ground changes hands, and what lies under what."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from outbound.errors import Forbidden, Invalid
from outbound.territories.rules import (
    ground_that_changes_hands,
    refuse_ground_outside,
    refuse_unfit_assignee,
    refuse_wrong_parent,
)
from outbound.vocabulary import TERRITORY_DEPTH, AssignmentRole, Role, TerritoryType
from tests.support.shapes import comb

boxes = st.builds(
    lambda x, y, width, height: shapely.box(x, y, x + width, y + height),
    st.integers(0, 8), st.integers(0, 8), st.integers(1, 4), st.integers(1, 4),
)  # fmt: skip
standings = st.tuples(st.booleans(), st.integers(1, 3))


@given(st.sampled_from(TerritoryType), st.sampled_from(TerritoryType))
def test_a_territory_lies_under_a_wider_one_only(child: TerritoryType, parent: TerritoryType):
    if TERRITORY_DEPTH[parent] < TERRITORY_DEPTH[child]:
        refuse_wrong_parent(child, parent)
        return
    with pytest.raises(Invalid) as refused:
        refuse_wrong_parent(child, parent)
    assert refused.value.errors[0]["field"] == "body.parent_id"


@given(boxes, st.lists(boxes, max_size=3))
def test_who_draws_stays_on_their_own_ground(shape: shapely.Polygon, own: list[shapely.Polygon]):
    if shapely.union_all(own).covers(shape) if own else False:
        refuse_ground_outside(shape, own)
        return
    with pytest.raises(Forbidden):
        refuse_ground_outside(shape, own)


def test_a_border_that_strays_less_than_a_metre_is_the_same_border():
    refuse_ground_outside(shapely.box(0, 0, 1.000005, 1), [shapely.box(0, 0, 1, 1)])
    with pytest.raises(Forbidden):
        refuse_ground_outside(shapely.box(0, 0, 1.0001, 1), [shapely.box(0, 0, 1, 1)])


@given(boxes, boxes, standings, standings, st.floats(0, 12), st.floats(0, 12))
def test_what_may_lie_elsewhere_now_is_asked_about(old, new, before, after, x, y):
    """A point outside the changed ground is held by the same shape in the same standing as before."""
    if shapely.intersects_xy(ground_that_changes_hands(old, new, before, after), x, y):
        return
    was, now = shapely.contains_xy(old, x, y) and before[0], shapely.contains_xy(new, x, y) and after[0]
    assert was == now
    assert not was or before == after


def test_borders_that_cross_without_end_are_not_laid_over_one_another():
    upright, lying = (shapely.geometry.shape(comb(5_000, 0, 0, 0.1, 0.1, lying=way)) for way in (False, True))
    ground = ground_that_changes_hands(upright, lying, (True, 1), (True, 1))
    assert shapely.get_parts(ground).tolist() == [upright, lying]
    with pytest.raises(Invalid, match="too often"):
        refuse_ground_outside(shapely.box(0, 0, 0.1, 0.1), [upright, lying])
    with pytest.raises(Invalid, match="too often"):  # teeth a few centimetres apart, which a buffer would melt
        refuse_ground_outside(shapely.box(0, 0, 1, 1), [shapely.geometry.shape(comb(20_000, 0, 0, 0.02, 0.1))])
    refuse_ground_outside(shapely.box(0.01, 0, 0.02, 0.001), [upright, lying])  # one of them holds it: nothing to unite


def test_only_an_owner_is_primary_and_operations_work_no_territory():
    refuse_unfit_assignee(Role.SALES_REP, AssignmentRole.OWNER, is_primary=True)
    refuse_unfit_assignee(Role.SALES_MANAGER, AssignmentRole.VIEWER, is_primary=False)
    for role, assignment, primary in (
        (Role.OPS, AssignmentRole.VIEWER, False), (Role.SALES_REP, AssignmentRole.CONTRIBUTOR, True)
    ):  # fmt: skip
        with pytest.raises(Invalid):
            refuse_unfit_assignee(role, assignment, is_primary=primary)
