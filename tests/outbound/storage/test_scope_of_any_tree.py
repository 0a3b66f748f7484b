"""Whatever the territories and assignments: who sees and changes which lead is what a few lines of Python say."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text

from outbound.leads.models import Lead
from outbound.storage.database import Database
from outbound.territories.models import Territory, TerritoryAssignment
from outbound.vocabulary import AssignmentRole, Role, Stage
from tests.support import places
from tests.support.cast import Member
from tests.support.franchise import Franchise

REPS, MANAGERS, TURFS = 2, 1, 8


@dataclass(frozen=True)
class World:
    """Territories by number (each with its parent's, or none), who is assigned what, and the leads."""

    parents: list[int | None]
    assignments: list[tuple[int, int, AssignmentRole, bool]]
    """Person, territory, role, whether it has ended."""
    leads: list[tuple[int | None, int | None, Stage]]
    """Territory, owner, stage."""

    def reach(self, person: int, *, writing: bool) -> set[int]:
        """Territories a person reaches: those assigned now, with all below."""
        reached = {
            turf
            for who, turf, role, ended in self.assignments
            if who == person and not ended and not (writing and role is AssignmentRole.VIEWER)
        }
        # A parent always has a lower number, so one pass goes all the way down.
        for turf, parent in enumerate(self.parents):
            if parent in reached:
                reached.add(turf)
        return reached

    def seen(self, person: int, role: Role, *, writing: bool = False) -> set[int]:
        """Leads, by number, that a person reads; or with ``writing`` changes."""
        if role is Role.OPS:
            later = {Stage.SCHEDULED, Stage.WON}
            return set() if writing else {n for n, lead in enumerate(self.leads) if lead[2] in later}
        unbounded = role is Role.FRANCHISE_OWNER or (
            role is Role.SALES_MANAGER and not self.reach(person, writing=False)
        )
        reached = self.reach(person, writing=writing)
        return {
            number
            for number, (turf, owner, _) in enumerate(self.leads)
            if unbounded or owner == person or turf in reached
        }


@st.composite
def worlds(draw: st.DrawFn) -> World:
    parents: list[int | None] = [
        draw(st.none() | st.integers(0, number - 1)) if number else None
        for number in range(draw(st.integers(1, TURFS)))
    ]
    turf = st.integers(0, len(parents) - 1)
    person = st.integers(0, REPS + MANAGERS - 1)
    assignments = draw(
        st.lists(
            st.tuples(person, turf, st.sampled_from(AssignmentRole), st.booleans()),
            max_size=8,
            unique_by=lambda each: each[:2],
        )
    )
    leads = draw(
        st.lists(st.tuples(st.none() | turf, st.none() | person, st.sampled_from(Stage)), min_size=1, max_size=12)
    )
    return World(parents, assignments, leads)


@pytest.fixture
def empty_franchise(franchise: Franchise, other_franchise: Franchise) -> Franchise:
    """People, but no territory or lead; the other organisation keeps its own."""
    with franchise.admin() as session:
        for table in ("leads", "addresses", "territories"):
            session.execute(text(f"delete from outbound.{table} where org_id = :org"), {"org": franchise.org_id})
    return franchise


@settings(max_examples=40)
@given(world=worlds())
def test_what_is_seen_and_changed_is_what_the_assignments_say(
    database: Database, empty_franchise: Franchise, world: World
):
    franchise = empty_franchise
    people: list[Member] = [franchise.rep, franchise.helper, franchise.manager]
    leads = build(franchise, world, people)
    everybody = [*enumerate(people), (-1, franchise.owner), (-1, franchise.ops)]
    for number, member in everybody:
        with franchise.as_member(member) as session:
            seen = set(session.scalars(text("select id from outbound.leads")))
            assert seen == {leads[n] for n in world.seen(number, member.role)}, member.name
            if member.role is Role.OPS:
                continue
            changed = set(session.scalars(text("update outbound.leads set language = 'en' returning id")))
            assert changed == {leads[n] for n in world.seen(number, member.role, writing=True)}, member.name


def build(franchise: Franchise, world: World, people: list[Member]) -> list[uuid.UUID]:
    """Puts a world into the database in place of the one before; returns its leads' ids."""
    turfs = [uuid.uuid4() for _ in world.parents]
    leads = [uuid.uuid4() for _ in world.leads]
    org_id = franchise.org_id
    with franchise.admin() as session:
        for table in ("leads", "territory_assignments", "territories"):
            session.execute(text(f"delete from outbound.{table} where org_id = :org"), {"org": org_id})
        session.execute(
            insert(Territory),
            [
                {
                    "org_id": org_id,
                    "id": turf,
                    "name": str(number),
                    "slug": str(number),
                    "type": "AREA",
                    "geometry": places.REGION.geometry,
                    "parent_id": None if parent is None else turfs[parent],
                    "zone": "UTC",
                }
                for number, (turf, parent) in enumerate(zip(turfs, world.parents, strict=True))
            ],
        )
        if world.assignments:
            session.execute(
                insert(TerritoryAssignment),
                [
                    {
                        "org_id": org_id,
                        "territory_id": turfs[turf],
                        "user_id": people[person].id,
                        "role": role,
                        "assigned_at": "2026-01-01T00:00:00Z",
                        "unassigned_at": "2026-02-01T00:00:00Z" if ended else None,
                    }
                    for person, turf, role, ended in world.assignments
                ],
            )
        session.execute(
            insert(Lead),
            [
                {
                    "org_id": org_id,
                    "id": lead,
                    "lead_type": "outbound",
                    "pipeline_stage": stage,
                    "stage_entered_at": "2026-01-01T00:00:00Z",
                    "territory_id": None if turf is None else turfs[turf],
                    "owner_id": None if owner is None else people[owner].id,
                }
                for lead, (turf, owner, stage) in zip(leads, world.leads, strict=True)
            ],
        )
    return leads
