"""A phone's whole day at once comes to the very same rows as its activities one by one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from outbound.activities import service
from outbound.activities.batch import log_many
from outbound.activities.service import ActivityDraft
from outbound.cadences import service as cadences
from outbound.cadences.rules import StepDraft
from outbound.ids import uuid7
from outbound.vocabulary import ActivityResult, ActivityType, Stage, StepChannel
from tests.support.cast import Member
from tests.support.examples import examples
from tests.support.franchise import Franchise

NOW = datetime(2100, 3, 14, 18, tzinfo=UTC)
"""The day on which clocks are put forward. Later than what the database writes down by its own clock meanwhile: before
it, ours would be one that was set back."""
LONG_AGO = NOW - timedelta(days=30)

knocks: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    lead=st.integers(0, 2),
    type=st.sampled_from([ActivityType.DOOR_KNOCK, ActivityType.CALL, ActivityType.NOTE]),
    result=st.sampled_from(list(ActivityResult)),
    minutes_ago=st.integers(-5, 60 * 24 * 120),
    follow_up=st.booleans(),
    position=st.booleans(),
    clock_off=st.sampled_from([0, 3, 60 * 5, 60 * 40]),
)


def drafted(each: dict[str, Any]) -> ActivityDraft:
    off = timedelta(minutes=each["clock_off"])
    occurred_at = NOW - timedelta(minutes=each["minutes_ago"]) + off
    return ActivityDraft(
        id=uuid7(),
        type=each["type"],
        occurred_at=occurred_at,
        result=each["result"],
        notes="Gate code 12",
        lat=41.6 if each["position"] else None,
        lon=-93.6 if each["position"] else None,
        follow_up_at=NOW + timedelta(days=2) if each["follow_up"] else None,
        client_sent_at=NOW + off,
    )


def three_leads(franchise: Franchise) -> list[uuid.UUID]:
    """A COLD lead of the rep, a FOLLOW_UP of nobody, a CONTACTED of a colleague's in the rep's territory."""
    turf = franchise.north_west
    return [
        franchise.add_lead(turf, owner=franchise.rep),
        franchise.add_lead(turf, stage=Stage.FOLLOW_UP, entered_at=NOW - timedelta(days=30)),
        franchise.add_lead(turf, stage=Stage.CONTACTED, owner=franchise.helper, entered_at=NOW - timedelta(days=3)),
    ]


def one_by_one(franchise: Franchise, member: Member, items: list[tuple[uuid.UUID, ActivityDraft]]) -> None:
    for lead_id, draft in items:
        with franchise.as_member(member) as session:
            service.log_by_itself(session, lead_id, draft, NOW)


def at_once(franchise: Franchise, member: Member, items: list[tuple[uuid.UUID, ActivityDraft]]) -> None:
    """The batch, and by themselves what it leaves."""
    with franchise.as_member(member) as session:
        taken = log_many(session, items, NOW, reopening=True)
    one_by_one(franchise, member, [item for item, result in zip(items, taken, strict=True) if result is None])


def rows_of(franchise: Franchise, leads: list[uuid.UUID]) -> dict[str, list[Any]]:
    """Everything that was written about the leads, by the place of a lead and of an activity, without ids."""
    names = {str(lead): f"lead {place}" for place, lead in enumerate(leads)}
    with franchise.admin() as session:
        activities = session.execute(
            text(
                "select lead_id, type, channel, occurred_at, received_at, result, notes, position is null,"
                " duration_secs, follow_up_at, territory_id, owner_id, clock_offset_ms, clock_suspect, user_id"
                " from outbound.activities where lead_id = any(:leads)"
            ),
            {"leads": leads},
        ).all()
        moves = session.execute(
            text(
                "select c.lead_id, c.from_stage, c.to_stage, c.occurred_at, c.user_id, c.owner_id, c.territory_id,"
                " c.due_at, c.acted_by, a.occurred_at, a.result"
                " from outbound.lead_stage_changes c left join outbound.activities a on a.id = c.activity_id"
                " where c.lead_id = any(:leads)"
            ),
            {"leads": leads},
        ).all()
        state = session.execute(
            text(
                "select l.id, pipeline_stage, stage_entered_at, last_activity_at, l.due_at, next_action_at, l.version,"
                " a.result, a.occurred_at from outbound.leads l"
                " left join outbound.activities a on a.id = l.last_activity_id where l.id = any(:leads)"
            ),
            {"leads": leads},
        ).all()
        audit = session.execute(
            text(
                "select entity, action, before, after, acted_by, acted_for, source from outbound.audit_entries"
                " where entity_id = any(:leads) or after ->> 'lead_id' = any(:names)"
            ),
            {"leads": leads, "names": list(names)},
        ).all()
    doors = [franchise.lead(lead).address_id for lead in leads]
    with franchise.admin() as session:
        closed = session.execute(
            text("select id, do_not_knock from outbound.addresses where id = any(:doors)"), {"doors": doors}
        ).all()
    names |= {str(door): f"door {place}" for place, door in enumerate(doors)}

    def named(rows: Any) -> list[str]:
        found = []
        for row in rows:
            line = repr(tuple(row))
            for name, stands_for in names.items():
                line = line.replace(name, stands_for)
            found.append(line)
        return sorted(found)

    return {
        "activities": named(activities),
        "moves": named(moves),
        "leads": named(state),
        "audit": [line for line in named(audit) if "activity_id" not in line],
        "doors": named(closed),
    }


def handoffs_of(franchise: Franchise, leads: list[uuid.UUID]) -> list[list[Any]]:
    """What became of each lead's handoffs, in the order in which they began."""
    found = []
    for lead in leads:
        with franchise.admin() as session:
            rows = session.execute(
                text(
                    "select scheduled_at, status, decided_at, value_cents from outbound.onboarding_handoffs"
                    " where lead_id = :lead order by scheduled_at"
                ),
                {"lead": lead},
            )
            found.append([tuple(row) for row in rows])
    return found


class TestTheSameAsOneByOne:
    @settings(max_examples=examples(25))
    @given(day=st.lists(knocks, min_size=1, max_size=8), as_manager=st.booleans())
    def test_whatever_the_day_was(
        self, make_franchise: Callable[[str], Franchise], day: list[dict[str, Any]], as_manager: bool
    ):
        franchise = make_franchise(f"Day {uuid7()}")
        member = franchise.manager if as_manager else franchise.rep
        alone, together = three_leads(franchise), three_leads(franchise)
        drafts = [drafted(each) for each in day]
        ours = [drafted(each) for each in day]
        one_by_one(franchise, member, [(alone[e["lead"]], d) for e, d in zip(day, drafts, strict=True)])
        at_once(franchise, member, [(together[e["lead"]], d) for e, d in zip(day, ours, strict=True)])
        assert rows_of(franchise, together) == rows_of(franchise, alone)

    def test_a_plain_day_needs_nothing_by_itself(self, franchise: Franchise):
        leads = [franchise.add_lead(franchise.north_west, owner=franchise.rep) for _ in range(20)]
        results = [ActivityResult.NOT_HOME, ActivityResult.INTERESTED, ActivityResult.NOT_INTERESTED]
        items = [
            (lead, ActivityDraft(uuid7(), ActivityType.DOOR_KNOCK, NOW - timedelta(hours=1), results[place % 3]))
            for place, lead in enumerate(leads)
        ]
        with franchise.as_member(franchise.rep) as session:
            taken = log_many(session, items, NOW)
        assert None not in taken
        assert [franchise.lead(lead).pipeline_stage for lead in leads[:3]] == ["COLD", "CONTACTED", "LOST"]

    def test_interest_reopens_a_lost_lead_with_the_rest_of_its_day(self, franchise: Franchise):
        lost = franchise.add_lead(franchise.north_west, owner=franchise.rep, stage=Stage.LOST, entered_at=LONG_AGO)
        day = [
            ActivityDraft(uuid7(), ActivityType.DOOR_KNOCK, NOW - timedelta(hours=3 - place), result)
            for place, result in enumerate([ActivityResult.INTERESTED, ActivityResult.NOT_HOME])
        ]
        with franchise.as_member(franchise.rep) as session:
            taken = log_many(session, [(lost, draft) for draft in day], NOW, reopening=True)
        assert None not in taken
        assert franchise.lead(lost).pipeline_stage == "COLD"

    def test_a_lead_is_handed_over_and_won_with_the_rest_of_its_day(self, franchise: Franchise):
        alone, together = (
            [franchise.add_lead(franchise.north_west, owner=franchise.rep, entered_at=LONG_AGO) for _ in range(3)]
            for _ in range(2)
        )
        days = [["SCHEDULED"], ["SCHEDULED", "WON"], ["SCHEDULED", "FOLLOW_UP", "SCHEDULED"]]

        def items(leads: list[uuid.UUID]) -> list[tuple[uuid.UUID, ActivityDraft]]:
            return [
                (lead, ActivityDraft(uuid7(), ActivityType.CALL, NOW - timedelta(hours=9 - at), ActivityResult(result)))
                for lead, day in zip(leads, days, strict=True)
                for at, result in enumerate(day)
            ]

        one_by_one(franchise, franchise.rep, items(alone))
        with franchise.as_member(franchise.rep) as session:
            assert None not in log_many(session, items(together), NOW)
        assert rows_of(franchise, together) == rows_of(franchise, alone)
        assert handoffs_of(franchise, together) == handoffs_of(franchise, alone)
        assert [len(each) for each in handoffs_of(franchise, together)] == [1, 1, 2]


class TestResultsThatBeginACadence:
    @settings(max_examples=examples(20))
    @given(day=st.lists(knocks, min_size=1, max_size=8), as_manager=st.booleans())
    def test_the_same_as_one_by_one(
        self, make_franchise: Callable[[str], Franchise], day: list[dict[str, Any]], as_manager: bool
    ):
        franchise = make_franchise(f"Cadences {uuid7()}")
        member = franchise.manager if as_manager else franchise.rep
        begins_cadences(franchise)
        alone, together = three_leads(franchise), three_leads(franchise)
        drafts, ours = [drafted(each) for each in day], [drafted(each) for each in day]
        one_by_one(franchise, member, [(alone[e["lead"]], d) for e, d in zip(day, drafts, strict=True)])
        at_once(franchise, member, [(together[e["lead"]], d) for e, d in zip(day, ours, strict=True)])
        assert rows_of(franchise, together) == rows_of(franchise, alone)
        assert enrollments_of(franchise, together) == enrollments_of(franchise, alone)

    def test_a_day_of_them_needs_nothing_by_itself_and_a_second_one_begins_nothing(self, franchise: Franchise):
        begins_cadences(franchise)
        leads = [franchise.add_lead(franchise.north_west, entered_at=LONG_AGO) for _ in range(5)]

        def knocked(hours: int) -> list[tuple[uuid.UUID, ActivityDraft]]:
            at, interested = NOW - timedelta(hours=hours), ActivityResult.INTERESTED
            return [(each, ActivityDraft(uuid7(), ActivityType.DOOR_KNOCK, at, interested)) for each in leads]

        for hours in (3, 2):
            with franchise.as_member(franchise.rep) as session:
                assert None not in log_many(session, knocked(hours), NOW)
        begun = enrollments_of(franchise, leads)
        assert [len(each) for each in begun] == [1] * 5
        assert begun[0][0][:2] == (NOW - timedelta(hours=3), NOW - timedelta(hours=2))
        entries = franchise.audit_trail("enrollment created")
        assert [entry.acted_for for entry in entries] == [None] * 5
        assert {str(entry.after["lead_id"]) for entry in entries if entry.after} == set(map(str, leads))

    def test_one_that_is_inactive_or_does_not_fit_begins_nothing(self, franchise: Franchise):
        unfit = franchise.add_lead(franchise.north_west, owner=franchise.rep, entered_at=LONG_AGO)
        for target, active in ((Stage.SCHEDULED, True), (Stage.CONTACTED, False)):
            begins_cadences(franchise, target, active=active)
            draft = ActivityDraft(uuid7(), ActivityType.CALL, NOW, ActivityResult.INTERESTED)
            with franchise.as_member(franchise.rep) as session:
                assert None not in log_many(session, [(unfit, draft)], NOW)
        assert enrollments_of(franchise, [unfit]) == [[]]


def begins_cadences(franchise: Franchise, target: Stage = Stage.CONTACTED, *, active: bool = True) -> None:
    """Interest, and nobody at home, begin a cadence for leads in a stage, whatever stage they were in."""
    step = StepDraft(channel=StepChannel.TASK, wait_minutes=60)
    with franchise.as_member(franchise.owner) as session:
        draft = cadences.CadenceDraft(f"For {target} {active}", target, (step, step))
        cadence, _ = cadences.create(session, draft, LONG_AGO)
    with franchise.admin() as session:
        session.execute(
            text("update outbound.cadences set active = :active where id = :id"), {"id": cadence.id, "active": active}
        )
        session.execute(
            text(
                "update outbound.activity_outcomes set cadence_id = :id"
                " where org_id = :org and result in ('INTERESTED', 'NOT_HOME')"
            ),
            {"id": cadence.id, "org": franchise.org_id},
        )


def enrollments_of(franchise: Franchise, leads: list[uuid.UUID]) -> list[list[Any]]:
    """The cadences of each lead: since when, when next, in which step, edition and status."""
    found = []
    for lead in leads:
        with franchise.admin() as session:
            rows = session.execute(
                text(
                    "select started_at, next_run_at, current_step_id, cadence_id, edition, status"
                    " from outbound.lead_cadence_enrollments where lead_id = :lead order by started_at"
                ),
                {"lead": lead},
            )
            found.append([tuple(row) for row in rows])
    return found


class TestWhatIsLeft:
    def test_what_reopens_a_lead_unless_it_is_asked_for(self, franchise: Franchise):
        lost = franchise.add_lead(franchise.north_west, owner=franchise.rep, stage=Stage.LOST, entered_at=LONG_AGO)
        draft = ActivityDraft(uuid7(), ActivityType.CALL, NOW, ActivityResult.INTERESTED)
        with franchise.as_member(franchise.rep) as session:
            assert log_many(session, [(lost, draft)], NOW) == [None]

    def test_leads_out_of_reach_read_only_or_in_another_organisation(
        self, franchise: Franchise, other_franchise: Franchise
    ):
        far = franchise.add_lead(franchise.south_east)
        read_only = franchise.add_lead(franchise.north_east)
        foreign = other_franchise.add_lead(other_franchise.south_west)
        near = franchise.add_lead(franchise.south_west)
        items = [
            (lead, ActivityDraft(uuid7(), ActivityType.CALL, NOW, ActivityResult.NOT_HOME))
            for lead in (far, read_only, foreign, near)
        ]
        with franchise.as_member(franchise.helper) as session:
            taken = log_many(session, items, NOW)
        assert [each is not None for each in taken] == [False, False, False, True]

    def test_ids_that_were_used_before_and_ids_that_come_twice(self, franchise: Franchise):
        lead = franchise.add_lead(franchise.north_west, owner=franchise.rep)
        other = franchise.add_lead(franchise.north_west, owner=franchise.rep)
        draft = ActivityDraft(uuid7(), ActivityType.CALL, NOW, ActivityResult.NOT_HOME)
        again = ActivityDraft(uuid7(), ActivityType.CALL, NOW, ActivityResult.NOT_HOME)
        with franchise.as_member(franchise.rep) as session:
            assert None not in log_many(session, [(lead, draft)], NOW)
            assert log_many(session, [(lead, draft), (other, again), (other, again)], NOW) == [None, None, None]
        assert len(franchise.activities(lead)) == 1
