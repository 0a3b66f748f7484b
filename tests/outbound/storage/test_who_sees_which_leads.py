"""Which leads each role reads and changes: the rights table of the design, held by the database itself."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from outbound.errors import Forbidden
from outbound.storage.database import Database
from outbound.vocabulary import AssignmentRole, Role, Stage, TerritoryType
from tests.support import places
from tests.support.cast import Member, Turf
from tests.support.everything import Everything, add_everything
from tests.support.franchise import Franchise
from tests.support.roles import INSUFFICIENT_PRIVILEGE, sqlstate_of


def visible_leads(franchise: Franchise, member: Member) -> set[uuid.UUID]:
    with franchise.as_member(member) as session:
        return set(session.scalars(text("select id from outbound.leads")))


def changeable_leads(franchise: Franchise, member: Member) -> set[uuid.UUID]:
    with franchise.as_member(member) as session:
        return set(session.scalars(text("update outbound.leads set language = 'en' returning id")))


def leads_of(franchise: Franchise, *turfs: Turf) -> set[uuid.UUID]:
    return {lead for turf in turfs for lead in franchise.leads_in(turf)}


def test_a_rep_sees_the_leads_of_their_territory_and_their_own_elsewhere(franchise: Franchise):
    expected = leads_of(franchise, franchise.north_west) | {franchise.rep_elsewhere}
    assert visible_leads(franchise, franchise.rep) == expected
    assert changeable_leads(franchise, franchise.rep) == expected


def test_a_viewer_reads_and_a_contributor_changes(franchise: Franchise):
    contributed = leads_of(franchise, franchise.south_west)
    viewed = leads_of(franchise, franchise.north_east)
    assert visible_leads(franchise, franchise.helper) == contributed | viewed
    assert changeable_leads(franchise, franchise.helper) == contributed


def test_a_viewer_still_changes_a_lead_of_their_own(franchise: Franchise):
    own = franchise.add_lead(franchise.north_east, owner=franchise.helper)
    assert own in changeable_leads(franchise, franchise.helper)


def test_an_assignment_reaches_everything_below_the_territory(franchise: Franchise):
    rep = franchise.add_member(Role.SALES_REP)
    franchise.assign(rep, franchise.region, AssignmentRole.CONTRIBUTOR)
    assert visible_leads(franchise, rep) == changeable_leads(franchise, rep) == franchise.all_leads


def test_an_assignment_does_not_reach_what_lies_above_or_beside(franchise: Franchise):
    above = franchise.add_lead(franchise.west)
    beside = leads_of(franchise, franchise.south_west)
    assert not visible_leads(franchise, franchise.rep) & (beside | {above})


def test_the_stronger_of_two_assignments_counts(franchise: Franchise):
    rep = franchise.add_member(Role.SALES_REP)
    franchise.assign(rep, franchise.west, AssignmentRole.VIEWER)
    franchise.assign(rep, franchise.south_west, AssignmentRole.CONTRIBUTOR)
    assert visible_leads(franchise, rep) == leads_of(franchise, franchise.south_west, franchise.north_west)
    assert changeable_leads(franchise, rep) == leads_of(franchise, franchise.south_west)


def test_an_ended_assignment_reaches_nothing(franchise: Franchise):
    rep = franchise.add_member(Role.SALES_REP)
    franchise.assign(rep, franchise.west, AssignmentRole.OWNER, ended=True)
    assert visible_leads(franchise, rep) == set()


def test_a_lead_outside_every_territory_is_its_owners_and_the_offices(franchise: Franchise):
    nowhere = franchise.add_lead(None, owner=franchise.helper)
    assert nowhere in visible_leads(franchise, franchise.helper)
    assert nowhere in visible_leads(franchise, franchise.head_manager)
    assert nowhere not in visible_leads(franchise, franchise.rep) | visible_leads(franchise, franchise.manager)


def test_a_manager_with_a_territory_is_bounded_by_it(franchise: Franchise):
    expected = leads_of(franchise, franchise.north_west, franchise.south_west)
    assert visible_leads(franchise, franchise.manager) == changeable_leads(franchise, franchise.manager) == expected


@pytest.mark.parametrize("who", ["head_manager", "owner"])
def test_a_manager_without_a_territory_and_an_owner_reach_every_lead(franchise: Franchise, who: str):
    member = getattr(franchise, who)
    assert visible_leads(franchise, member) == changeable_leads(franchise, member) == franchise.all_leads


def test_operations_read_scheduled_leads_and_later_ones_and_change_none(franchise: Franchise):
    later = {franchise.add_lead(franchise.south_east, stage=stage) for stage in (Stage.SCHEDULED, Stage.WON)}
    for stage in set(Stage) - {Stage.SCHEDULED, Stage.WON}:
        franchise.add_lead(franchise.south_east, stage=stage)
    assert visible_leads(franchise, franchise.ops) == later | {franchise.scheduled}
    with franchise.as_member(franchise.ops) as session:
        code = sqlstate_of(session.connection(), "update outbound.leads set language = 'en'")
    assert code == INSUFFICIENT_PRIVILEGE


def test_operations_read_the_doors_of_scheduled_leads_only_and_never_a_position(franchise: Franchise):
    add_everything(franchise)
    with franchise.as_member(franchise.ops) as session:
        doors = session.execute(text("select id from outbound.addresses")).all()
        leads = session.execute(text("select address_id from outbound.leads")).all()
        assert doors == leads != []
        for table in ("addresses", "activities"):
            for column in ("position", "cell"):
                code = sqlstate_of(session.connection(), f"select {column} from outbound.{table}")
                assert code == INSUFFICIENT_PRIVILEGE, (table, column)
        for table in ("trips", "trip_stops", "shifts", "tasks", "messages"):
            assert sqlstate_of(session.connection(), f"select * from outbound.{table}") == INSUFFICIENT_PRIVILEGE


def test_who_is_no_active_member_does_not_enter(franchise: Franchise, other_franchise: Franchise):
    stranger = other_franchise.rep
    left, disabled = franchise.rep, franchise.helper
    with franchise.admin() as session:
        session.execute(text("update outbound.memberships set active = false where user_id = :id"), {"id": left.id})
        session.execute(text("update outbound.users set disabled_at = now() where id = :id"), {"id": disabled.id})
    for member in (stranger, left, disabled):
        with pytest.raises(Forbidden), franchise.as_member(member):
            pytest.fail("entered")


def test_a_person_of_two_organisations_sees_one_at_a_time(
    franchise: Franchise, other_franchise: Franchise, database: Database
):
    with other_franchise.admin() as session:
        session.execute(
            text("insert into outbound.memberships (org_id, user_id, role) values (:org, :user, 'FRANCHISE_OWNER')"),
            {"org": other_franchise.org_id, "user": franchise.rep.id},
        )
    assert visible_leads(other_franchise, franchise.rep) == other_franchise.all_leads
    assert not visible_leads(franchise, franchise.rep) & other_franchise.all_leads


def test_a_rep_may_not_push_a_lead_out_of_their_reach(franchise: Franchise):
    lead = franchise.leads_in(franchise.south_west)[0]
    for target in (franchise.north_east, franchise.south_east):  # one that the helper reads, one that they do not
        with franchise.as_member(franchise.helper) as session:
            code = sqlstate_of(
                session.connection(),
                "update outbound.leads set territory_id = :turf where id = :id",
                turf=target.id,
                id=lead,
            )
        assert code == INSUFFICIENT_PRIVILEGE


def test_nobody_in_the_field_deletes_leads_or_facts(franchise: Franchise):
    add_everything(franchise)
    for member in (franchise.rep, franchise.manager, franchise.ops):
        for table in ("leads", "activities", "lead_stage_changes", "addresses", "audit_entries", "messages"):
            with franchise.as_member(member) as session:
                code = sqlstate_of(session.connection(), f"delete from outbound.{table}")
            assert code == INSUFFICIENT_PRIVILEGE, (member.name, table)


@pytest.mark.parametrize("table", ["activities", "lead_stage_changes"])
def test_facts_are_never_rewritten_by_a_member(franchise: Franchise, table: str):
    add_everything(franchise)
    for member in franchise.members:
        with franchise.as_member(member) as session:
            code = sqlstate_of(session.connection(), f"update outbound.{table} set occurred_at = now()")
        assert code == INSUFFICIENT_PRIVILEGE, member.name


class TestWhatBelongsToALead:
    """A VIEWER reads what belongs to a lead and writes none of it; a CONTRIBUTOR writes."""

    INSERTS = {  # noqa: RUF012
        "activities": "(org_id, id, lead_id, user_id, type, occurred_at) values (:org, :id, :lead, :me, 'NOTE', now())",
        "lead_stage_changes": "(org_id, id, lead_id, to_stage, occurred_at) values (:org, :id, :lead, 'LOST', now())",
        "messages": "(org_id, id, lead_id, channel) values (:org, :id, :lead, 'SMS')",
        "tasks": "(org_id, id, lead_id, title) values (:org, :id, :lead, 'Call')",
        "lead_cadence_enrollments": "(org_id, id, lead_id, cadence_id) values (:org, :id, :lead, :cadence)",
        "onboarding_handoffs": "(org_id, id, lead_id, scheduled_at) values (:org, :id, :lead, now())",
    }

    @pytest.fixture
    def everything(self, franchise: Franchise) -> Everything:
        return add_everything(franchise)

    def insert(
        self, franchise: Franchise, everything: Everything, table: str, me: Member, lead: uuid.UUID
    ) -> str | None:
        with franchise.as_member(me) as session:
            return sqlstate_of(
                session.connection(),
                f"insert into outbound.{table} {self.INSERTS[table]}",
                org=franchise.org_id,
                id=uuid.uuid4(),
                lead=lead,
                me=me.id,
                cadence=everything.cadence_id,
            )

    @pytest.mark.parametrize("table", INSERTS)
    def test_only_who_may_change_the_lead_adds_to_it(self, franchise: Franchise, everything: Everything, table: str):
        contributed = franchise.leads_in(franchise.south_west)[0]
        viewed = franchise.leads_in(franchise.north_east)[0]
        unseen = franchise.leads_in(franchise.north_west)[1]
        answers = {
            lead: self.insert(franchise, everything, table, franchise.helper, lead)
            for lead in (contributed, viewed, unseen)
        }
        assert answers == {contributed: None, viewed: INSUFFICIENT_PRIVILEGE, unseen: INSUFFICIENT_PRIVILEGE}

    @pytest.mark.parametrize("table", ["tasks", "lead_cadence_enrollments", "onboarding_handoffs"])
    def test_a_viewer_reads_but_does_not_change_it(self, franchise: Franchise, everything: Everything, table: str):
        viewer = franchise.add_member(Role.SALES_REP)
        franchise.assign(viewer, franchise.north_west, AssignmentRole.VIEWER)
        with franchise.as_member(viewer) as session:
            assert session.scalar(text(f"select count(*) from outbound.{table}")) == 1
            assert session.execute(text(f"update outbound.{table} set updated_at = now()")).rowcount == 0
        with franchise.as_member(franchise.rep) as session:
            assert session.execute(text(f"update outbound.{table} set updated_at = now()")).rowcount == 1

    def test_a_viewer_takes_over_no_trip_and_touches_no_stop(self, franchise: Franchise, everything: Everything):
        viewer = franchise.add_member(Role.SALES_REP)
        franchise.assign(viewer, franchise.north_west, AssignmentRole.VIEWER)
        with franchise.as_member(viewer) as session:
            assert session.scalar(text("select count(*) from outbound.trip_stops")) == 1
            taken = session.execute(text("update outbound.trips set owner_id = :me"), {"me": viewer.id})
            assert taken.rowcount == 0
            assert session.execute(text("update outbound.trip_stops set notes = 'x'")).rowcount == 0
            assert session.execute(text("delete from outbound.trip_stops")).rowcount == 0
        with franchise.as_member(franchise.rep) as session:
            assert session.execute(text("update outbound.trip_stops set notes = 'x'")).rowcount == 1

    def test_a_rep_logs_activities_in_their_own_name_only(self, franchise: Franchise, everything: Everything):
        lead = franchise.leads_in(franchise.north_west)[1]
        with franchise.as_member(franchise.rep) as session:
            code = sqlstate_of(
                session.connection(),
                f"insert into outbound.activities {self.INSERTS['activities']}",
                org=franchise.org_id,
                id=uuid.uuid4(),
                lead=lead,
                me=franchise.helper.id,
            )
        assert code == INSUFFICIENT_PRIVILEGE

    def test_a_rep_marks_the_door_of_their_own_lead_wherever_it_lies(self, franchise: Franchise):
        """So that DO_NOT_CONTACT at a door in somebody else's territory is kept."""
        with franchise.as_member(franchise.rep) as session:
            marked = session.execute(
                text(
                    "update outbound.addresses set do_not_knock = true"
                    " where id = (select address_id from outbound.leads where id = :id)"
                ),
                {"id": franchise.rep_elsewhere},
            )
            assert marked.rowcount == 1

    def test_a_rep_sees_the_doors_of_their_territory_and_of_their_leads(self, franchise: Franchise):
        inside = franchise.add_address(franchise.north_west)
        outside = franchise.add_address(franchise.south_east)
        with franchise.as_member(franchise.rep) as session:
            doors = set(session.scalars(text("select id from outbound.addresses")))
            own = set(session.scalars(text("select address_id from outbound.leads")))
        assert inside.id in doors
        assert outside.id not in doors
        assert own < doors


class TestTerritories:
    def names(self, session: Session) -> set[str]:
        return set(session.scalars(text("select slug from outbound.territories")))

    def test_a_rep_sees_the_territories_in_their_reach(self, franchise: Franchise):
        with franchise.as_member(franchise.helper) as session:
            assert self.names(session) == {"south-west", "north-east"}

    def test_a_manager_cuts_turf_only_below_their_own(self, franchise: Franchise):
        insert = (
            "insert into outbound.territories (org_id, id, name, slug, type, geometry, parent_id, zone)"
            " select org_id, :id, 'New', 'new', 'MICRO', geometry, :parent, zone from outbound.territories limit 1"
            " returning id"
        )
        answers = {}
        with franchise.as_member(franchise.manager) as session:
            for parent in (franchise.west, franchise.north_west, franchise.east, None):
                parent_id = parent.id if parent else None
                answers[parent_id] = sqlstate_of(session.connection(), insert, id=uuid.uuid4(), parent=parent_id)
        assert answers == {
            franchise.west.id: None,
            franchise.north_west.id: None,
            franchise.east.id: INSUFFICIENT_PRIVILEGE,
            None: INSUFFICIENT_PRIVILEGE,
        }

    def test_a_manager_assigns_people_only_to_their_own_turf(self, franchise: Franchise):
        insert = (
            "insert into outbound.territory_assignments (org_id, id, territory_id, user_id, role)"
            " values (:org, :id, :turf, :user, 'VIEWER') returning id"
        )
        with franchise.as_member(franchise.manager) as session:
            answers = [
                sqlstate_of(
                    session.connection(),
                    insert,
                    org=franchise.org_id,
                    id=uuid.uuid4(),
                    turf=turf.id,
                    user=franchise.rep.id,
                )
                for turf in (franchise.south_west, franchise.south_east)
            ]
        assert answers == [None, INSUFFICIENT_PRIVILEGE]

    def test_a_rep_changes_neither_turf_nor_assignments(self, franchise: Franchise):
        with franchise.as_member(franchise.rep) as session:
            for statement in (
                "update outbound.territories set name = 'Mine'",
                "update outbound.territory_assignments set role = 'OWNER'",
                "delete from outbound.territory_assignments",
                "update outbound.memberships set role = 'FRANCHISE_OWNER'",
                "update outbound.organisations set name = 'Mine'",
            ):
                assert sqlstate_of(session.connection(), statement) == INSUFFICIENT_PRIVILEGE, statement

    def test_no_manager_changes_memberships(self, franchise: Franchise):
        for member in (franchise.manager, franchise.head_manager, franchise.ops):
            with franchise.as_member(member) as session:
                code = sqlstate_of(session.connection(), "update outbound.memberships set role = 'FRANCHISE_OWNER'")
            assert code == INSUFFICIENT_PRIVILEGE, member.name

    def test_a_territory_added_below_is_within_reach_at_once(self, franchise: Franchise):
        added = franchise.add_territory("Corner", TerritoryType.MICRO, places.NORTH_WEST, parent=franchise.north_west)
        lead = franchise.add_lead(added)
        assert lead in visible_leads(franchise, franchise.rep)
