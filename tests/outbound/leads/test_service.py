"""Creating leads and moving them: what is stored, what is logged, what is refused."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from outbound.addresses.models import Address
from outbound.addresses.service import DoorDraft
from outbound.errors import Conflict, Forbidden, NotFound
from outbound.ids import uuid7
from outbound.leads import service
from outbound.leads.models import Lead
from outbound.leads.rules import DEFAULT_SLA_MINUTES, TRANSITIONS
from outbound.leads.service import LeadDraft
from outbound.onboarding.models import OnboardingHandoff
from outbound.postal.rules import PostalParts
from outbound.vocabulary import OPEN_STAGES, Stage
from tests.support.cast import Member
from tests.support.examples import examples
from tests.support.franchise import Franchise

NOW = datetime(2026, 3, 8, 18, tzinfo=UTC)


def door_at(number: int, position: tuple[float, float] | None = None) -> DoorDraft:
    lat, lon = position or (None, None)
    return DoorDraft(PostalParts(str(number), "Elm Avenue", "", "Testville", "IA", "50309"), lat, lon)


def create(franchise: Franchise, member: Member, *, now: datetime = NOW, **values: Any) -> tuple[Lead, bool]:
    values.setdefault("id", None)
    values.setdefault("door", door_at(900, franchise.north_west.box.point(7)))
    with franchise.as_member(member) as session:
        return service.create(session, LeadDraft(**values), now)


def move(
    franchise: Franchise, member: Member, lead_id: uuid.UUID, stage: Stage, *, now: datetime = NOW, **more: Any
) -> Lead:
    with franchise.as_member(member) as session:
        return service.change_stage(session, lead_id, stage, now, **more)


class TestCreate:
    def test_the_same_capture_sent_four_times_at_once_is_stored_once(self, franchise: Franchise):
        lead_id, start = uuid7(), Barrier(4)

        def send(_: int) -> tuple[uuid.UUID, bool]:
            start.wait()
            lead, created = create(franchise, franchise.rep, id=lead_id)
            return lead.id, created

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(send, range(4)))
        assert {answer for answer, _ in answers} == {lead_id}
        assert [created for _, created in answers].count(True) == 1

    def test_two_reps_at_one_new_door_add_it_once(self, franchise: Franchise):
        start = Barrier(2)

        def send(member: Member) -> str:
            start.wait()
            try:
                create(franchise, member, door=door_at(977, franchise.north_west.box.point(9)))
            except Conflict:
                return "conflict"
            return "created"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(send, [franchise.rep, franchise.manager])) == ["conflict", "created"]

    def test_a_lead_lies_in_the_territory_of_its_door_and_belongs_to_who_captured_it(self, franchise: Franchise):
        lead, created = create(franchise, franchise.rep, first_name="Ada")
        stored = franchise.lead(lead.id)
        assert created
        assert stored.territory_id == franchise.north_west.id
        assert stored.owner_id == stored.created_by_id == franchise.rep.id
        assert (stored.pipeline_stage, stored.lead_type, stored.version) == ("COLD", "outbound", 1)
        assert stored.cell is not None

    def test_its_clock_starts_at_once_because_it_has_an_owner(self, franchise: Franchise):
        lead, _ = create(franchise, franchise.rep)
        expected = NOW + timedelta(minutes=DEFAULT_SLA_MINUTES[Stage.COLD] or 0)
        assert franchise.lead(lead.id).due_at == expected

    def test_its_history_begins_with_it(self, franchise: Franchise):
        lead, _ = create(franchise, franchise.rep)
        first = franchise.history(lead.id)[0]
        assert (first.from_stage, first.to_stage, first.occurred_at) == (None, "COLD", NOW)
        assert (first.owner_id, first.territory_id) == (franchise.rep.id, franchise.north_west.id)

    def test_it_is_logged_without_a_personal_word(self, franchise: Franchise):
        lead, _ = create(franchise, franchise.rep, first_name="Ada", last_name="Lovelace", phone="+15155550123")
        (entry,) = franchise.audit_trail("lead created")
        assert (entry.entity_id, entry.acted_by, entry.before) == (lead.id, franchise.rep.id, None)
        assert set(entry.after or {}) == {"stage", "owner_id", "territory_id"}

    def test_the_same_id_again_returns_the_first_result_and_changes_nothing(self, franchise: Franchise):
        lead_id = uuid7()
        first, created = create(franchise, franchise.rep, id=lead_id, first_name="Ada")
        again, repeated = create(franchise, franchise.rep, id=lead_id, first_name="Ada")
        assert (created, repeated) == (True, False)
        assert again.first_name == first.first_name == "Ada"
        assert len(franchise.audit_trail("lead created")) == 1
        assert len(franchise.history(lead_id)) == 1

    def test_the_same_id_with_other_content_or_from_somebody_else_is_a_conflict(self, franchise: Franchise):
        lead_id = uuid7()
        create(franchise, franchise.rep, id=lead_id, first_name="Ada")
        with pytest.raises(Conflict, match="used for another lead"):
            create(franchise, franchise.rep, id=lead_id, first_name="Grace")
        with pytest.raises(Conflict, match="used for another lead"):
            create(franchise, franchise.manager, id=lead_id, first_name="Ada")
        assert franchise.lead(lead_id).first_name == "Ada"

    def test_a_lead_may_be_captured_at_a_door_that_is_known(self, franchise: Franchise):
        door = franchise.add_address(franchise.north_west)
        lead, _ = create(franchise, franchise.rep, door=None, address_id=door.id)
        stored = franchise.lead(lead.id)
        assert (stored.address_id, stored.territory_id, stored.cell) == (door.id, franchise.north_west.id, door.cell)
        with pytest.raises(NotFound):
            create(franchise, franchise.rep, door=None, address_id=franchise.add_address(franchise.south_east).id)

    def test_an_id_taken_outside_ones_reach_is_a_conflict(self, franchise: Franchise):
        taken = franchise.leads_in(franchise.south_east)[0]
        with pytest.raises(Conflict, match="outside your reach"):
            create(franchise, franchise.rep, id=taken)

    def test_the_same_id_may_name_a_lead_of_another_organisation(
        self, franchise: Franchise, other_franchise: Franchise
    ):
        theirs = other_franchise.leads_in(other_franchise.north_west)[0]
        lead, created = create(franchise, franchise.rep, id=theirs)
        assert created
        assert (lead.org_id, lead.id) == (franchise.org_id, theirs)

    def test_an_address_has_one_open_lead(self, franchise: Franchise):
        create(franchise, franchise.rep)
        with pytest.raises(Conflict, match="already has an open outbound lead"):
            create(franchise, franchise.rep)
        assert len(franchise.audit_trail("lead created")) == 1

    def test_once_the_first_is_closed_the_address_may_have_another(self, franchise: Franchise):
        first, _ = create(franchise, franchise.rep)
        move(franchise, franchise.rep, first.id, Stage.LOST)
        second, created = create(franchise, franchise.rep)
        assert created
        assert franchise.lead(second.id).address_id == franchise.lead(first.id).address_id

    def test_one_door_written_two_ways_is_one_address(self, franchise: Franchise):
        with franchise.as_member(franchise.owner) as session:
            one = service.create(session, LeadDraft(None, door_at(901)), NOW)[0]
            session.execute(text("update outbound.leads set pipeline_stage = 'LOST'"))
            parts = PostalParts("901", "ELM AVE.", "", "testville", "ia", "50309-1234")
            other = service.create(session, LeadDraft(None, DoorDraft(parts)), NOW)[0]
            assert one.address_id == other.address_id

    def test_a_rep_gives_a_lead_to_nobody_else(self, franchise: Franchise):
        with pytest.raises(Forbidden, match="Only a manager"):
            create(franchise, franchise.rep, owner_id=franchise.helper.id)

    def test_a_manager_gives_a_lead_in_their_territory_to_a_rep(self, franchise: Franchise):
        lead, _ = create(franchise, franchise.manager, owner_id=franchise.rep.id)
        assert franchise.lead(lead.id).owner_id == franchise.rep.id

    def test_an_owner_who_is_no_member_is_refused(self, franchise: Franchise, other_franchise: Franchise):
        with pytest.raises(Conflict, match="not a member"):
            create(franchise, franchise.owner, owner_id=other_franchise.rep.id)

    def test_a_lead_on_a_neighbours_turf_stays_in_the_neighbours_territory(self, franchise: Franchise):
        lead, _ = create(franchise, franchise.rep, door=door_at(902, franchise.south_east.box.point(3)))
        stored = franchise.lead(lead.id)
        assert (stored.territory_id, stored.owner_id) == (franchise.south_east.id, franchise.rep.id)

    def test_a_neighbours_door_is_found_and_not_made_twice(self, franchise: Franchise):
        door = franchise.add_address(franchise.south_east)
        number = door.line.split()[0]
        parts = PostalParts(number, "Sample St", "", "Testville", "IA", "50309")
        lead, _ = create(franchise, franchise.rep, door=DoorDraft(parts, door.lat, door.lon))
        stored = franchise.lead(lead.id)
        assert (stored.address_id, stored.territory_id) == (door.id, franchise.south_east.id)

    def test_a_lead_outside_every_territory_is_kept(self, franchise: Franchise):
        lead, _ = create(franchise, franchise.rep, door=door_at(903, (10.0, 10.0)))
        assert franchise.lead(lead.id).territory_id is None

    def test_a_lead_known_by_phone_alone_has_no_door(self, franchise: Franchise):
        lead, _ = create(franchise, franchise.rep, door=None, phone="+15155550123")
        assert franchise.lead(lead.id).address_id is None

    def test_the_exact_position_is_stored_encrypted_only(self, franchise: Franchise):
        lat, lon = franchise.north_west.box.point(11)
        create(franchise, franchise.rep, door=door_at(904, (lat, lon)))
        with franchise.admin() as session:
            door = session.scalars(select(Address).where(Address.house_number == "904")).one()
            row = session.execute(
                text("select to_jsonb(a)::text from outbound.addresses a where id = :id"), {"id": door.id}
            ).scalar_one()
        assert f"{lat:.4f}" not in row
        assert f"{lon:.4f}" not in row

    def test_a_pin_without_an_address_keeps_its_position_encrypted_too(self, franchise: Franchise):
        lat, lon = franchise.north_west.box.point(12)
        lead, _ = create(franchise, franchise.rep, door=DoorDraft(PostalParts(), lat, lon))
        with franchise.admin() as session:
            row = session.execute(
                text("select to_jsonb(a)::text from outbound.addresses a where id = :id"),
                {"id": franchise.lead(lead.id).address_id},
            ).scalar_one()
        assert f"{lat:.4f}" not in row
        assert f"{lon:.4f}" not in row

    def test_the_same_pin_twice_is_one_door(self, franchise: Franchise):
        pin = DoorDraft(PostalParts(), *franchise.north_west.box.point(12))
        create(franchise, franchise.rep, door=pin)
        with pytest.raises(Conflict, match="already has an open outbound lead"):
            create(franchise, franchise.rep, door=pin)


class TestChangeStage:
    def test_a_move_is_stored_with_its_clock_history_and_log(self, franchise: Franchise):
        lead_id = franchise.leads_in(franchise.north_west)[0]
        move(franchise, franchise.rep, lead_id, Stage.CONTACTED)
        stored, last = franchise.lead(lead_id), franchise.history(lead_id)[-1]
        assert (stored.pipeline_stage, stored.stage_entered_at, stored.version) == ("CONTACTED", NOW, 2)
        assert stored.due_at == last.due_at == NOW + timedelta(minutes=DEFAULT_SLA_MINUTES[Stage.CONTACTED] or 0)
        assert (last.from_stage, last.to_stage, last.user_id) == ("COLD", "CONTACTED", franchise.rep.id)
        (entry,) = franchise.audit_trail("lead stage_changed")
        assert ((entry.before or {})["stage"], (entry.after or {})["stage"]) == ("COLD", "CONTACTED")
        assert entry.acted_by == franchise.rep.id

    def test_an_override_names_whose_lead_it_was(self, franchise: Franchise):
        lead_id = franchise.add_lead(franchise.north_west, owner=franchise.rep)
        move(franchise, franchise.manager, lead_id, Stage.CONTACTED)
        (entry,) = franchise.audit_trail("lead stage_changed")
        assert (entry.acted_by, entry.acted_for) == (franchise.manager.id, franchise.rep.id)
        assert franchise.history(lead_id)[-1].acted_by == franchise.manager.id

    def test_ones_own_lead_is_no_override(self, franchise: Franchise):
        lead_id = franchise.add_lead(franchise.north_west, owner=franchise.rep)
        move(franchise, franchise.rep, lead_id, Stage.CONTACTED)
        (entry,) = franchise.audit_trail("lead stage_changed")
        assert entry.acted_for is None

    def test_moving_to_where_it_is_changes_nothing(self, franchise: Franchise):
        lead_id = franchise.leads_in(franchise.north_west)[0]
        before = franchise.lead(lead_id)
        move(franchise, franchise.rep, lead_id, Stage.COLD)
        assert franchise.lead(lead_id).version == before.version
        assert franchise.audit_trail() == []

    def test_an_old_version_is_a_conflict_that_tells_the_new_one(self, franchise: Franchise):
        lead_id = franchise.leads_in(franchise.north_west)[0]
        move(franchise, franchise.rep, lead_id, Stage.CONTACTED, version=1)
        with pytest.raises(Conflict, match="version 2, not 1") as caught:
            move(franchise, franchise.manager, lead_id, Stage.LOST, version=1)
        assert caught.value.details == {"version": 2, "stage": "CONTACTED"}
        assert franchise.lead(lead_id).pipeline_stage == "CONTACTED"

    def test_of_two_at_once_with_the_same_version_one_wins(self, franchise: Franchise):
        lead_id = franchise.leads_in(franchise.north_west)[0]
        start = Barrier(2)

        def attempt(who: Member, stage: Stage) -> str:
            start.wait()
            try:
                return move(franchise, who, lead_id, stage, version=1).pipeline_stage
            except Conflict:
                return "conflict"

        with ThreadPoolExecutor(2) as pool:
            one = pool.submit(attempt, franchise.rep, Stage.CONTACTED)
            other = pool.submit(attempt, franchise.manager, Stage.FOLLOW_UP)
            outcomes = {one.result(), other.result()}
        assert outcomes == {"conflict", franchise.lead(lead_id).pipeline_stage}
        assert franchise.lead(lead_id).version == 2

    def test_a_lead_out_of_reach_is_not_found(self, franchise: Franchise, other_franchise: Franchise):
        for lead_id in (
            franchise.leads_in(franchise.south_east)[0],
            other_franchise.leads_in(other_franchise.north_west)[0],
            uuid.uuid4(),
        ):
            with pytest.raises(NotFound):
                move(franchise, franchise.rep, lead_id, Stage.CONTACTED)

    def test_a_lead_that_one_only_views_is_forbidden(self, franchise: Franchise):
        lead_id = franchise.leads_in(franchise.north_east)[0]
        with pytest.raises(Forbidden, match="read this lead but not change it"):
            move(franchise, franchise.helper, lead_id, Stage.CONTACTED)

    def test_operations_move_no_lead(self, franchise: Franchise):
        with pytest.raises(ProgrammingError, match="permission denied"):
            move(franchise, franchise.ops, franchise.scheduled, Stage.WON)

    def test_scheduling_hands_the_lead_over_and_winning_accepts(self, franchise: Franchise):
        lead_id = franchise.add_lead(franchise.north_west, stage=Stage.FOLLOW_UP, estimated_value_cents=12_300)
        move(franchise, franchise.rep, lead_id, Stage.SCHEDULED)
        (handoff,) = _handoffs(franchise, lead_id)
        assert (handoff.status, handoff.value_cents, handoff.scheduled_at) == ("pending", 12_300, NOW)
        move(franchise, franchise.rep, lead_id, Stage.WON, now=NOW + timedelta(days=1))
        (handoff,) = _handoffs(franchise, lead_id)
        assert (handoff.status, handoff.decided_at) == ("accepted", NOW + timedelta(days=1))
        assert franchise.lead(lead_id).due_at is None

    @pytest.mark.parametrize("to_stage", [Stage.FOLLOW_UP, Stage.LOST, Stage.NOT_QUALIFIED])
    def test_a_lead_that_leaves_scheduled_otherwise_declines_and_may_be_scheduled_again(
        self, franchise: Franchise, to_stage: Stage
    ):
        lead_id = franchise.add_lead(franchise.north_west, stage=Stage.FOLLOW_UP)
        move(franchise, franchise.rep, lead_id, Stage.SCHEDULED)
        move(franchise, franchise.rep, lead_id, to_stage)
        assert [each.status for each in _handoffs(franchise, lead_id)] == ["declined"]
        if to_stage is Stage.FOLLOW_UP:
            move(franchise, franchise.rep, lead_id, Stage.SCHEDULED)
            assert [each.status for each in _handoffs(franchise, lead_id)] == ["declined", "pending"]

    def test_a_lost_lead_does_not_reopen_where_another_is_open(self, franchise: Franchise):
        door = franchise.add_address(franchise.north_west)
        lost = franchise.add_lead(franchise.north_west, stage=Stage.LOST, door=door)
        franchise.add_lead(franchise.north_west, door=door)
        with pytest.raises(Conflict, match="already has an open"):
            move(franchise, franchise.rep, lost, Stage.COLD)
        assert franchise.lead(lost).pipeline_stage == "LOST"

    @settings(max_examples=examples(25))
    @given(wishes=st.lists(st.sampled_from(Stage), min_size=1, max_size=8))
    def test_whatever_is_asked_the_stored_history_follows_the_table(self, franchise: Franchise, wishes: list[Stage]):
        lead_id = franchise.add_lead(franchise.north_west)
        for step, wish in enumerate(wishes):
            before = franchise.lead(lead_id).pipeline_stage
            try:
                move(franchise, franchise.rep, lead_id, wish, now=NOW + timedelta(hours=step))
            except Conflict:
                assert franchise.lead(lead_id).pipeline_stage == before
        stored, history = franchise.lead(lead_id), franchise.history(lead_id)
        assert stored.pipeline_stage == history[-1].to_stage
        assert stored.version == len(history)
        for one, next_one in pairwise(history):
            assert next_one.from_stage == one.to_stage
            assert Stage(next_one.to_stage) in TRANSITIONS[Stage(one.to_stage)]
        assert (stored.due_at is not None) == (DEFAULT_SLA_MINUTES[Stage(stored.pipeline_stage)] is not None) or (
            stored.pipeline_stage == "COLD"
        )
        open_now = Stage(stored.pipeline_stage) in OPEN_STAGES
        assert open_now or stored.due_at is None


def _handoffs(franchise: Franchise, lead_id: uuid.UUID) -> list[OnboardingHandoff]:
    with franchise.admin() as session:
        rows = select(OnboardingHandoff).where(OnboardingHandoff.lead_id == lead_id)
        return list(session.scalars(rows.order_by(OnboardingHandoff.id)))
