"""Operations quote, and an accepted quote wins its lead, by their hand and no wider."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from outbound.errors import Conflict
from outbound.leads import service as leads
from outbound.onboarding.models import OnboardingHandoff
from outbound.onboarding.rules import refuse_illegal_decision
from outbound.storage.system import as_system
from outbound.vocabulary import HandoffStatus, Stage
from tests.api.conftest import Api, Clock
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem


@pytest.fixture
def lead(franchise: Franchise, clock: Clock) -> uuid.UUID:
    """One that a rep has just scheduled."""
    lead_id = franchise.add_lead(franchise.north_west, owner=franchise.rep)
    with franchise.as_member(franchise.rep) as session:
        leads.change_stage(session, lead_id, Stage.SCHEDULED, clock.now)
    return lead_id


@pytest.fixture
def handoff(api: Api, lead: uuid.UUID) -> dict[str, Any]:
    (found,) = api.get("/api/handoffs", api.franchise.ops, lead_id=lead).json()["items"]
    return found


def decide(api: Api, member: Any, handoff: dict[str, Any], **body: Any) -> Any:
    return api.patch(f"/api/handoffs/{handoff['id']}", member, body)


def test_operations_see_every_handoff_with_the_people_and_no_position(
    api: Api, franchise: Franchise, handoff: dict[str, Any], lead: uuid.UUID
):
    assert (handoff["lead_id"], handoff["status"]) == (str(lead), "pending")
    assert handoff["lead"]["first_name"] == "Pat"
    assert handoff["lead"]["line"].endswith("Sample Street")
    assert "lat" not in str(handoff)
    assert api.get(f"/api/handoffs/{handoff['id']}", franchise.ops).json() == handoff
    for member in (franchise.owner, franchise.manager, franchise.rep):
        assert api.get(f"/api/handoffs/{handoff['id']}", member).json() == handoff
    assert_problem(api.get(f"/api/handoffs/{handoff['id']}", franchise.helper), 404)


def test_operations_quote_and_an_accepted_quote_wins_the_lead(
    api: Api, franchise: Franchise, clock: Clock, handoff: dict[str, Any], lead: uuid.UUID
):
    clock.advance(days=1)
    quoted = decide(api, franchise.ops, handoff, status="quoted", value_cents=64000).json()
    assert (quoted["status"], quoted["value_cents"], quoted["decided_at"]) == ("quoted", 64000, None)
    assert decide(api, franchise.ops, handoff, value_cents=65000).json()["value_cents"] == 65000
    won = decide(api, franchise.ops, handoff, status="accepted").json()
    assert (won["status"], won["lead"]["stage"]) == ("accepted", "WON")
    assert franchise.lead(lead).pipeline_stage == "WON"
    last = franchise.history(lead)[-1]
    assert (last.to_stage, last.user_id, last.acted_by) == ("WON", franchise.ops.id, franchise.ops.id)
    changed = franchise.audit_trail("lead stage_changed")[-1]
    assert (changed.acted_by, changed.acted_for) == (franchise.ops.id, franchise.rep.id)
    decided = franchise.audit_trail("handoff decided")[-1]
    assert (decided.before["status"], decided.after["status"]) == ("quoted", "accepted")


def test_a_quote_that_falls_through_is_followed_up(
    api: Api, franchise: Franchise, handoff: dict[str, Any], lead: uuid.UUID
):
    declined = decide(api, franchise.ops, handoff, status="declined").json()
    assert (declined["status"], declined["lead"]) == ("declined", None)  # it is the rep's again
    found = franchise.lead(lead)
    assert (found.pipeline_stage, found.due_at is not None) == ("FOLLOW_UP", True)
    assert_problem(decide(api, franchise.ops, handoff, status="accepted"), 409, "decided")
    assert decide(api, franchise.ops, handoff, status="declined").status_code == 200


def test_managers_decide_in_their_territories_and_reps_do_not(api: Api, franchise: Franchise, handoff: dict[str, Any]):
    assert_problem(decide(api, franchise.rep, handoff, status="accepted"), 403)
    assert decide(api, franchise.manager, handoff, status="accepted").status_code == 200
    east = franchise.add_lead(franchise.south_east, stage=Stage.SCHEDULED)
    with franchise.admin() as session:
        row = OnboardingHandoff(
            org_id=franchise.org_id, lead_id=east, scheduled_at=franchise.lead(east).stage_entered_at
        )
        session.add(row)
    assert_problem(decide(api, franchise.manager, {"id": row.id}, status="accepted"), 404)


def test_what_is_not_ones_own_is_not_there(api: Api, franchise: Franchise, other_franchise: Franchise):
    with other_franchise.admin() as session:
        row = OnboardingHandoff(
            org_id=other_franchise.org_id,
            lead_id=other_franchise.scheduled,
            scheduled_at=other_franchise.lead(other_franchise.scheduled).stage_entered_at,
        )
        session.add(row)
    for member in (franchise.ops, franchise.owner):
        assert_problem(api.get(f"/api/handoffs/{row.id}", member), 404)
        assert_problem(decide(api, member, {"id": row.id}, status="accepted"), 404)
        assert api.get("/api/handoffs", member).json()["items"] == []


@pytest.mark.parametrize(
    "body", [{}, {"status": "pending"}, {"status": None}, {"value_cents": -1}, {"value_cents": 10**16}, {"x": 1}]
)
def test_what_makes_no_sense_is_refused(api: Api, franchise: Franchise, handoff: dict[str, Any], body: Any):
    assert_problem(decide(api, franchise.ops, handoff, **body), 422)


def test_the_systems_step_ends_with_its_block_and_is_undone_on_error(franchise: Franchise, lead: uuid.UUID):
    with franchise.as_member(franchise.ops) as session:
        who = text("select current_user")
        with as_system(session):
            assert session.scalar(who) == "outbound_job"
        assert session.scalar(who) == "outbound_ops"
        with pytest.raises(Conflict), as_system(session):
            _change_and_fail(session, lead)
        assert session.scalar(who) == "outbound_ops"
    assert franchise.lead(lead).source == "test"


def test_what_was_decided_stays_decided():
    for over in (HandoffStatus.ACCEPTED, HandoffStatus.DECLINED):
        for wanted in set(HandoffStatus) - {over}:
            with pytest.raises(Conflict):
                refuse_illegal_decision(over, wanted)
    refuse_illegal_decision(HandoffStatus.QUOTED, HandoffStatus.QUOTED)


def _change_and_fail(session: Session, lead: uuid.UUID) -> None:
    session.execute(text("update outbound.leads set source = 'changed' where id = :id"), {"id": lead})
    raise Conflict("No.")
