"""Logging what happened: facts are kept once and for ever, leads follow the organisation's own table."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from outbound.activities import service
from outbound.activities.models import Activity
from outbound.activities.rules import default_outcomes
from outbound.activities.service import ActivityDraft
from outbound.addresses.models import Address
from outbound.errors import Conflict, Forbidden, Invalid, NotFound
from outbound.ids import uuid7
from outbound.leads import editing
from outbound.leads import service as leads
from outbound.leads.models import Lead
from outbound.leads.rules import DEFAULT_SLA_MINUTES
from outbound.storage.crypto import open_position
from outbound.vocabulary import TOUCH_TYPES, ActivityResult, ActivityType, Stage
from tests.support.cast import Member
from tests.support.examples import examples
from tests.support.franchise import Franchise

NOW = datetime(2026, 3, 8, 18, tzinfo=UTC)
TABLE = {(outcome.result, outcome.stage): outcome for outcome in default_outcomes()}


def log(
    franchise: Franchise, member: Member, lead_id: uuid.UUID, *, now: datetime = NOW, **values: Any
) -> tuple[Activity, Lead, bool]:
    draft = {
        "id": None,
        "type": ActivityType.DOOR_KNOCK,
        "result": ActivityResult.NOT_HOME,
        "occurred_at": now - timedelta(minutes=5),
    } | values
    with franchise.as_member(member) as session:
        return service.log(session, lead_id, ActivityDraft(**draft), now)


@pytest.fixture
def lead_id(franchise: Franchise) -> uuid.UUID:
    """A COLD lead in the rep's territory that the rep owns."""
    return franchise.add_lead(franchise.north_west, owner=franchise.rep)


class TestWhatIsKept:
    def test_a_knock_keeps_door_cell_territory_owner_and_who_did_it(self, franchise: Franchise, lead_id: uuid.UUID):
        log(franchise, franchise.rep, lead_id, notes="Dog in the yard", duration_secs=90)
        lead, (activity,) = franchise.lead(lead_id), franchise.activities(lead_id)
        assert (activity.address_id, activity.cell) == (lead.address_id, lead.cell)
        assert (activity.territory_id, activity.owner_id) == (lead.territory_id, lead.owner_id)
        assert (activity.user_id, activity.channel) == (franchise.rep.id, "door")
        assert (activity.occurred_at, activity.received_at) == (NOW - timedelta(minutes=5), NOW)
        assert (activity.notes, activity.duration_secs) == ("Dog in the yard", 90)

    def test_where_the_phone_was_is_encrypted(self, franchise: Franchise, lead_id: uuid.UUID):
        log(franchise, franchise.rep, lead_id, lat=41.601234, lon=-93.621234)
        (activity,) = franchise.activities(lead_id)
        assert activity.position is not None
        assert b"41.60" not in activity.position
        ring = franchise.database.keys
        assert open_position(ring, franchise.org_id, activity.id, activity.position) == (41.601234, -93.621234)

    def test_it_is_logged_in_the_audit_without_its_notes(self, franchise: Franchise, lead_id: uuid.UUID):
        activity, _, _ = log(franchise, franchise.rep, lead_id, notes="Ada Lovelace, call +15155550123")
        (entry,) = franchise.audit_trail("activity logged")
        assert (entry.entity_id, entry.acted_by, entry.acted_for) == (activity.id, franchise.rep.id, None)
        assert entry.after == {"lead_id": str(lead_id), "type": "DOOR_KNOCK", "result": "NOT_HOME"}

    def test_a_colleagues_knock_names_whose_lead_it_was(self, franchise: Franchise, lead_id: uuid.UUID):
        log(franchise, franchise.manager, lead_id)
        (entry,) = franchise.audit_trail("activity logged")
        assert (entry.acted_by, entry.acted_for) == (franchise.manager.id, franchise.rep.id)

    def test_the_same_id_again_returns_the_first_and_changes_nothing(self, franchise: Franchise, lead_id: uuid.UUID):
        activity_id = uuid7()
        log(franchise, franchise.rep, lead_id, id=activity_id, result=ActivityResult.INTERESTED)
        before, trail = franchise.lead(lead_id), len(franchise.audit_trail())
        again, lead, created = log(
            franchise,
            franchise.rep,
            lead_id,
            id=activity_id,
            result=ActivityResult.INTERESTED,
            occurred_at=NOW - timedelta(minutes=5),
            now=NOW + timedelta(days=1),
        )
        assert not created
        assert lead is not None
        assert (again.result, lead.pipeline_stage) == ("INTERESTED", "CONTACTED")
        after = franchise.lead(lead_id)
        assert (after.version, after.updated_at) == (before.version, before.updated_at)
        assert len(franchise.audit_trail()) == trail
        assert len(franchise.activities(lead_id)) == 1

    @pytest.mark.parametrize(
        "other",
        [
            {"result": ActivityResult.NOT_INTERESTED},
            {"notes": "Another word"},
            {"occurred_at": NOW - timedelta(minutes=6)},
            {"lat": 41.6, "lon": -93.6},
            {"type": ActivityType.CALL},
        ],
    )
    def test_the_same_id_with_other_content_is_a_conflict(
        self, franchise: Franchise, lead_id: uuid.UUID, other: dict[str, Any]
    ):
        first = {"id": uuid7(), "result": ActivityResult.INTERESTED}
        log(franchise, franchise.rep, lead_id, **first)
        with pytest.raises(Conflict, match="used for another activity"):
            log(franchise, franchise.rep, lead_id, **(first | other))

    def test_the_same_id_from_somebody_else_is_a_conflict(self, franchise: Franchise, lead_id: uuid.UUID):
        activity_id = uuid7()
        log(franchise, franchise.rep, lead_id, id=activity_id)
        with pytest.raises(Conflict, match="somebody else's"):
            log(franchise, franchise.manager, lead_id, id=activity_id)

    def test_a_repeat_with_a_clock_that_was_set_right_in_between_is_a_repeat(
        self, franchise: Franchise, lead_id: uuid.UUID
    ):
        slow = {"id": uuid7(), "occurred_at": NOW - timedelta(hours=3, minutes=5), "lat": 41.61, "lon": -93.62}
        log(franchise, franchise.rep, lead_id, **slow, client_sent_at=NOW - timedelta(hours=3))
        later = NOW + timedelta(hours=1)
        _, _, created = log(franchise, franchise.rep, lead_id, **slow, client_sent_at=later, now=later)
        assert not created

    def test_the_same_id_sent_twice_at_once_is_stored_once(self, franchise: Franchise, lead_id: uuid.UUID):
        activity_id = uuid7()

        def send(_: int) -> bool:
            return log(franchise, franchise.rep, lead_id, id=activity_id)[2]

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(send, range(4))) == [False, False, False, True]
        assert len(franchise.activities(lead_id)) == 1

    def test_an_id_of_another_leads_activity_is_a_conflict(self, franchise: Franchise, lead_id: uuid.UUID):
        activity_id = uuid7()
        log(franchise, franchise.rep, lead_id, id=activity_id)
        with pytest.raises(Conflict, match="of another lead"):
            log(franchise, franchise.rep, franchise.rep_elsewhere, id=activity_id)

    def test_an_id_taken_out_of_reach_is_a_conflict(self, franchise: Franchise, lead_id: uuid.UUID):
        taken = franchise.add_activity(franchise.leads_in(franchise.south_west)[0], by=franchise.helper)
        with pytest.raises(Conflict, match="outside your reach"):
            log(franchise, franchise.rep, lead_id, id=taken)

    def test_a_knock_needs_a_result_and_a_note_does_not(self, franchise: Franchise, lead_id: uuid.UUID):
        with pytest.raises(Invalid, match="needs a result"):
            log(franchise, franchise.rep, lead_id, result=None)
        log(franchise, franchise.rep, lead_id, type=ActivityType.NOTE, result=None)
        assert [each.type for each in franchise.activities(lead_id)] == ["NOTE"]

    def test_an_unknown_trip_stop_is_a_conflict(self, franchise: Franchise, lead_id: uuid.UUID):
        with pytest.raises(Conflict, match="no such trip stop"):
            log(franchise, franchise.rep, lead_id, trip_stop_id=uuid7())


class TestWhoMayLog:
    def test_a_viewer_may_not(self, franchise: Franchise):
        with pytest.raises(Forbidden):
            log(franchise, franchise.helper, franchise.leads_in(franchise.north_east)[0])

    def test_a_lead_out_of_reach_is_not_found(self, franchise: Franchise, other_franchise: Franchise):
        for unseen in (
            franchise.leads_in(franchise.south_west)[0],
            other_franchise.leads_in(other_franchise.north_west)[0],
        ):
            with pytest.raises(NotFound):
                log(franchise, franchise.rep, unseen)

    def test_an_owner_and_a_manager_may(self, franchise: Franchise, lead_id: uuid.UUID):
        for member in (franchise.owner, franchise.head_manager, franchise.manager):
            log(franchise, member, lead_id)
        assert len(franchise.activities(lead_id)) == 3


class TestWhatFollows:
    @pytest.mark.parametrize("stage", Stage)
    def test_the_lead_follows_the_table(self, franchise: Franchise, stage: Stage):
        for result in ActivityResult:
            lead_id = franchise.add_lead(franchise.north_west, stage=stage, owner=franchise.rep)
            activity, _, _ = log(franchise, franchise.rep, lead_id, result=result)
            lead, outcome = franchise.lead(lead_id), TABLE[result, stage]
            assert lead.pipeline_stage == outcome.to_stage, result
            assert lead.last_activity_id == activity.id
            assert lead.last_activity_at == activity.occurred_at
            sla = DEFAULT_SLA_MINUTES[outcome.to_stage]
            assert lead.due_at == (activity.occurred_at + timedelta(minutes=sla) if sla else None), result
            moved = outcome.to_stage is not stage
            assert lead.version == (2 if moved else 1), result
            assert (franchise.history(lead_id)[-1].activity_id == activity.id) == moved, result
            changes = franchise.audit_trail("lead stage_changed")
            assert ([entry for entry in changes if entry.entity_id == lead_id] != []) == moved, result

    def test_a_promised_time_is_the_next_action(self, franchise: Franchise, lead_id: uuid.UUID):
        promised = NOW + timedelta(days=3, hours=2)
        log(franchise, franchise.rep, lead_id, result=ActivityResult.FOLLOW_UP, follow_up_at=promised)
        assert franchise.lead(lead_id).next_action_at == promised

    def test_without_a_promise_the_table_says_when(self, franchise: Franchise, lead_id: uuid.UUID):
        activity, _, _ = log(franchise, franchise.rep, lead_id)
        minutes = TABLE[ActivityResult.NOT_HOME, Stage.COLD].next_action_minutes
        assert franchise.lead(lead_id).next_action_at == activity.occurred_at + timedelta(minutes=minutes or 0)

    def test_the_table_is_the_organisations_own(self, franchise: Franchise, lead_id: uuid.UUID):
        with franchise.admin() as session:
            session.execute(
                text(
                    "update outbound.activity_outcomes set to_stage = 'CONTACTED', next_action_minutes = 30"
                    " where result = 'NOT_HOME' and stage = 'COLD'"
                )
            )
        activity, _, _ = log(franchise, franchise.rep, lead_id)
        lead = franchise.lead(lead_id)
        assert lead.pipeline_stage == "CONTACTED"
        assert lead.next_action_at == activity.occurred_at + timedelta(minutes=30)

    def test_a_table_that_asks_for_an_illegal_move_loses_no_knock(self, franchise: Franchise, lead_id: uuid.UUID):
        with franchise.admin() as session:
            session.execute(text("update outbound.activity_outcomes set to_stage = 'WON' where stage = 'COLD'"))
        log(franchise, franchise.rep, lead_id)
        assert franchise.lead(lead_id).pipeline_stage == "COLD"
        assert len(franchise.activities(lead_id)) == 1
        assert len(franchise.audit_trail("lead move_refused")) == 1
        assert len(franchise.history(lead_id)) == 1

    def test_interest_at_a_lost_door_where_another_lead_is_open_loses_no_knock(self, franchise: Franchise):
        door = franchise.add_address(franchise.north_west)
        lost = franchise.add_lead(franchise.north_west, stage=Stage.LOST, door=door)
        franchise.add_lead(franchise.north_west, door=door)
        log(franchise, franchise.rep, lost, result=ActivityResult.INTERESTED)
        lead = franchise.lead(lost)
        assert lead.pipeline_stage == "LOST"
        assert lead.last_activity_at is not None
        assert len(franchise.activities(lost)) == 1

    @pytest.mark.parametrize("kind", sorted(set(ActivityType) - set(TOUCH_TYPES)))
    def test_what_is_no_touch_moves_no_due_time(self, franchise: Franchise, lead_id: uuid.UUID, kind: ActivityType):
        before = franchise.lead(lead_id).due_at
        log(franchise, franchise.rep, lead_id, type=kind, result=None)
        assert franchise.lead(lead_id).due_at == before

    def test_do_not_contact_closes_the_door(self, franchise: Franchise, lead_id: uuid.UUID):
        log(franchise, franchise.rep, lead_id, result=ActivityResult.DO_NOT_CONTACT)
        assert _door(franchise, lead_id).do_not_knock
        (entry,) = franchise.audit_trail("address do_not_knock")
        assert entry.acted_by == franchise.rep.id

    def test_do_not_contact_closes_the_door_of_an_own_lead_on_anothers_turf(self, franchise: Franchise):
        log(franchise, franchise.rep, franchise.rep_elsewhere, result=ActivityResult.DO_NOT_CONTACT)
        assert _door(franchise, franchise.rep_elsewhere).do_not_knock

    def test_a_second_do_not_contact_is_logged_once_for_the_door(self, franchise: Franchise, lead_id: uuid.UUID):
        for _ in range(2):
            log(franchise, franchise.rep, lead_id, result=ActivityResult.DO_NOT_CONTACT)
        assert len(franchise.audit_trail("address do_not_knock")) == 1
        assert len(franchise.activities(lead_id)) == 2


class TestLateAndOutOfOrder:
    def test_a_late_knock_is_kept_in_its_week_but_moves_nothing_that_came_after(
        self, franchise: Franchise, lead_id: uuid.UUID
    ):
        log(franchise, franchise.rep, lead_id, result=ActivityResult.INTERESTED)
        before = franchise.lead(lead_id)
        late = NOW - timedelta(days=8)
        log(
            franchise,
            franchise.rep,
            lead_id,
            result=ActivityResult.NOT_INTERESTED,
            occurred_at=late,
            now=NOW + timedelta(minutes=1),
        )
        after = franchise.lead(lead_id)
        assert franchise.activities(lead_id)[0].occurred_at == late
        assert (after.pipeline_stage, after.version, after.due_at, after.last_activity_id) == (
            before.pipeline_stage,
            before.version,
            before.due_at,
            before.last_activity_id,
        )

    def test_a_late_do_not_contact_still_closes_the_door(self, franchise: Franchise, lead_id: uuid.UUID):
        """Whoever was asked not to come back is not called on again because of the order of sending."""
        log(franchise, franchise.rep, lead_id, result=ActivityResult.NOT_HOME)
        log(
            franchise,
            franchise.rep,
            lead_id,
            result=ActivityResult.DO_NOT_CONTACT,
            occurred_at=NOW - timedelta(hours=1),
        )
        assert _door(franchise, lead_id).do_not_knock

    def test_a_late_do_not_contact_still_closes_the_lead(self, franchise: Franchise, lead_id: uuid.UUID):
        log(franchise, franchise.rep, lead_id, result=ActivityResult.INTERESTED)
        earlier = NOW - timedelta(hours=1)
        log(franchise, franchise.rep, lead_id, result=ActivityResult.DO_NOT_CONTACT, occurred_at=earlier)
        assert franchise.lead(lead_id).pipeline_stage == "LOST"
        history = franchise.history(lead_id)
        assert [each.occurred_at for each in history] == sorted(each.occurred_at for each in history)

    def test_a_knock_from_before_a_move_by_hand_does_not_undo_it(self, franchise: Franchise, lead_id: uuid.UUID):
        with franchise.as_member(franchise.manager) as session:
            leads.change_stage(session, lead_id, Stage.SCHEDULED, NOW)
        earlier = NOW - timedelta(hours=1)
        log(franchise, franchise.rep, lead_id, result=ActivityResult.NOT_INTERESTED, occurred_at=earlier)
        assert franchise.lead(lead_id).pipeline_stage == "SCHEDULED"

    def test_the_first_knock_on_a_lead_captured_offline_moves_it(self, franchise: Franchise):
        lead_id = franchise.add_lead(franchise.north_west, entered_at=NOW)
        earlier = NOW - timedelta(hours=3)
        log(franchise, franchise.rep, lead_id, result=ActivityResult.INTERESTED, occurred_at=earlier)
        assert franchise.lead(lead_id).pipeline_stage == "CONTACTED"

    def test_a_late_knock_belongs_to_who_had_the_lead_then(self, franchise: Franchise):
        lead_id = franchise.add_lead(franchise.north_west, owner=franchise.helper)
        with franchise.as_member(franchise.owner) as session:
            lead = leads.get(session, lead_id, lock=True)
            editing.reassign(session, lead, franchise.rep.id, NOW - timedelta(days=1))
        log(franchise, franchise.rep, lead_id, occurred_at=NOW - timedelta(days=2))
        log(franchise, franchise.rep, lead_id, occurred_at=NOW - timedelta(hours=2))
        assert [each.owner_id for each in franchise.activities(lead_id)] == [
            franchise.helper.id,
            franchise.rep.id,
        ]

    def test_a_wrong_phone_clock_is_corrected_and_both_are_kept(self, franchise: Franchise, lead_id: uuid.UUID):
        ahead = timedelta(hours=3)
        log(
            franchise,
            franchise.rep,
            lead_id,
            occurred_at=NOW - timedelta(minutes=10) + ahead,
            client_sent_at=NOW + ahead,
        )
        (activity,) = franchise.activities(lead_id)
        assert activity.occurred_at == NOW - timedelta(minutes=10)
        assert activity.clock_offset_ms == -3 * 60 * 60 * 1000
        assert not activity.clock_suspect

    @settings(max_examples=examples(15))
    @given(order=st.permutations(range(4)))
    def test_the_order_of_sending_does_not_change_which_activity_is_the_last(
        self, franchise: Franchise, order: list[int]
    ):
        lead_id = franchise.add_lead(franchise.north_west, owner=franchise.rep)
        for sent, number in enumerate(order):
            log(
                franchise,
                franchise.rep,
                lead_id,
                occurred_at=NOW - timedelta(hours=10 - number),
                now=NOW + timedelta(minutes=sent),
            )
        kept, lead = franchise.activities(lead_id), franchise.lead(lead_id)
        assert len(kept) == 4
        assert lead.last_activity_id == kept[-1].id
        assert lead.last_activity_at == NOW - timedelta(hours=7)


class TestTimeline:
    def test_it_is_newest_first_and_pages_on(self, franchise: Franchise, lead_id: uuid.UUID):
        for number in range(5):
            franchise.add_activity(lead_id, by=franchise.rep, occurred_at=NOW - timedelta(hours=number))
        with franchise.as_member(franchise.rep) as session:
            first = service.timeline(session, lead_id, before=None, limit=3)
            last = first[-1]
            rest = service.timeline(session, lead_id, before=(last.occurred_at, last.id), limit=3)
            found = [each.id for each in (*first, *rest)]
        assert found == [each.id for each in reversed(franchise.activities(lead_id))]

    def test_operations_read_it_without_positions(self, franchise: Franchise):
        franchise.add_activity(franchise.scheduled, by=franchise.rep)
        with franchise.as_member(franchise.ops) as session:
            (found,) = service.timeline(session, franchise.scheduled, before=None, limit=10)
            assert found.type == "DOOR_KNOCK"


def _door(franchise: Franchise, lead_id: uuid.UUID) -> Address:
    with franchise.admin() as session:
        return session.get_one(Address, (franchise.org_id, franchise.lead(lead_id).address_id))
