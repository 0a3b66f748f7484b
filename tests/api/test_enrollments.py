"""Leads are enrolled by hand, many at once, or by what happened at the door."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from outbound.activities.models import ActivityOutcome
from outbound.ids import uuid7
from outbound.vocabulary import Stage
from tests.api.conftest import Api, Clock
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem


@pytest.fixture
def cadence(api: Api) -> dict[str, Any]:
    steps = [{"channel": "CALL", "wait_minutes": 90}, {"channel": "VISIT", "wait_minutes": 1440}]
    body = {"name": "Cold", "target_stage": "COLD", "steps": steps}
    return api.post("/api/cadences", api.franchise.owner, body).json()


def enroll(api: Api, member: Any, cadence: dict[str, Any], lead: uuid.UUID, **more: Any) -> Any:
    return api.post(f"/api/cadences/{cadence['id']}/enroll", member, {"lead_id": str(lead), **more})


def test_a_rep_enrols_a_lead_and_is_told_what_happens_next_and_when(
    api: Api, franchise: Franchise, clock: Clock, cadence: dict[str, Any]
):
    lead = franchise.leads_in(franchise.north_west)[0]
    answer = enroll(api, franchise.rep, cadence, lead)
    assert answer.status_code == 201
    (made,) = answer.json()["items"]
    due = (clock.now + timedelta(minutes=90)).isoformat().replace("+00:00", "Z")
    assert made["next_action"] == {
        "step_id": cadence["steps"][0]["id"],
        "order": 1,
        "channel": "CALL",
        "template_id": None,
        "due_at": due,
    }
    assert (made["status"], made["edition"], made["next_run_at"]) == ("active", 1, due)
    assert api.get(f"/api/leads/{lead}/enrollments", franchise.manager).json()["items"] == [made]
    entry = franchise.audit_trail("enrollment created")[0]
    assert (entry.acted_by, entry.after["lead_id"]) == (franchise.rep.id, str(lead))


def test_the_same_id_again_is_the_first_result(api: Api, franchise: Franchise, cadence: dict[str, Any]):
    lead, other = franchise.leads_in(franchise.north_west)[:2]
    made = {"id": str(uuid7())}
    first = enroll(api, franchise.rep, cadence, lead, **made)
    again = enroll(api, franchise.rep, cadence, lead, **made)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert_problem(enroll(api, franchise.rep, cadence, other, **made), 409, "new id")


def test_a_lead_runs_through_one_cadence_at_a_time(api: Api, franchise: Franchise, cadence: dict[str, Any]):
    lead = franchise.leads_in(franchise.north_west)[0]
    made = enroll(api, franchise.rep, cadence, lead).json()["items"][0]
    assert_problem(enroll(api, franchise.rep, cadence, lead), 409, "already")
    assert api.post(f"/api/enrollments/{made['id']}/cancel", franchise.rep, None).status_code == 200
    assert enroll(api, franchise.rep, cadence, lead).status_code == 201


def test_only_leads_that_may_be_changed_are_enrolled(
    api: Api, franchise: Franchise, other_franchise: Franchise, cadence: dict[str, Any]
):
    assert_problem(enroll(api, franchise.rep, cadence, franchise.leads_in(franchise.south_east)[0]), 404)
    assert_problem(enroll(api, franchise.owner, cadence, other_franchise.scheduled), 404)
    assert_problem(enroll(api, franchise.owner, cadence, uuid.uuid4()), 404)
    assert_problem(enroll(api, franchise.helper, cadence, franchise.leads_in(franchise.north_east)[0]), 403)
    assert_problem(enroll(api, franchise.ops, cadence, franchise.scheduled), 403)


def test_a_lead_must_fit_and_be_open(api: Api, franchise: Franchise, cadence: dict[str, Any]):
    won = franchise.add_lead(franchise.north_west, stage=Stage.WON)
    assert_problem(enroll(api, franchise.rep, cadence, won), 409, "closed")
    assert_problem(enroll(api, franchise.rep, cadence, franchise.scheduled), 409, "for leads in COLD")


def test_an_inactive_cadence_or_one_without_steps_takes_nobody(api: Api, franchise: Franchise, cadence: dict[str, Any]):
    lead = franchise.leads_in(franchise.north_west)[0]
    api.patch(f"/api/cadences/{cadence['id']}", franchise.owner, {"active": False})
    assert_problem(enroll(api, franchise.rep, cadence, lead), 409, "inactive")
    empty = api.post("/api/cadences", franchise.owner, {"name": "Empty", "target_stage": "COLD"}).json()
    assert_problem(enroll(api, franchise.rep, empty, lead), 409, "no steps")


def test_of_many_those_that_may_be_are_enrolled_and_the_others_told(
    api: Api, franchise: Franchise, cadence: dict[str, Any]
):
    good = franchise.leads_in(franchise.north_west)[:2] + franchise.leads_in(franchise.south_west)
    bad = {franchise.scheduled: 409, franchise.leads_in(franchise.south_east)[0]: 404, uuid.uuid4(): 404}
    body = {"lead_ids": [str(lead) for lead in [*good, *bad, good[0]]]}
    answer = api.post(f"/api/cadences/{cadence['id']}/enroll", franchise.manager, body)
    assert answer.status_code == 201
    told = answer.json()
    assert {each["lead_id"] for each in told["items"]} == {str(lead) for lead in good}
    assert {each["lead_id"]: each["status"] for each in told["refused"]} == {
        str(lead): status for lead, status in bad.items()
    }
    again = api.post(f"/api/cadences/{cadence['id']}/enroll", franchise.manager, body)
    assert (again.status_code, again.json()["items"]) == (200, [])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"lead_id": str(uuid.uuid4()), "lead_ids": [str(uuid.uuid4())]},
        {"lead_ids": []},
        {"lead_id": "x"},
        {"lead_ids": [str(uuid.uuid4())], "id": str(uuid.uuid4())},
        {"lead_ids": [str(uuid.uuid4())] * 501},
    ],
)
def test_one_lead_or_many_but_not_both(api: Api, franchise: Franchise, cadence: dict[str, Any], body: Any):
    assert_problem(api.post(f"/api/cadences/{cadence['id']}/enroll", franchise.owner, body), 422)


def test_a_pause_keeps_what_is_left_of_the_wait(api: Api, franchise: Franchise, clock: Clock, cadence: dict[str, Any]):
    lead = franchise.leads_in(franchise.north_west)[0]
    made = enroll(api, franchise.rep, cadence, lead).json()["items"][0]
    path = f"/api/enrollments/{made['id']}"
    clock.advance(minutes=30)
    paused = api.post(f"{path}/pause", franchise.rep, None).json()
    assert (paused["status"], paused["next_action"]["due_at"]) == ("paused", None)
    assert api.post(f"{path}/pause", franchise.rep, None).json() == paused
    clock.advance(days=3)
    resumed = api.post(f"{path}/resume", franchise.rep, None).json()
    due = (clock.now + timedelta(minutes=60)).isoformat().replace("+00:00", "Z")
    assert (resumed["status"], resumed["next_run_at"]) == ("active", due)
    cancelled = api.post(f"{path}/cancel", franchise.rep, None).json()
    assert (cancelled["status"], cancelled["ended_because"], cancelled["next_action"]) == ("cancelled", "by_hand", None)
    assert_problem(api.post(f"{path}/resume", franchise.rep, None), 409, "Enrol the lead again")


def test_enrolments_out_of_reach_are_not_there(api: Api, franchise: Franchise, cadence: dict[str, Any]):
    east = franchise.leads_in(franchise.south_east)[0]
    made = enroll(api, franchise.owner, cadence, east).json()["items"][0]
    for action in ("pause", "resume", "cancel"):
        assert_problem(api.post(f"/api/enrollments/{made['id']}/{action}", franchise.rep, None), 404)
        assert_problem(api.post(f"/api/enrollments/{made['id']}/{action}", franchise.ops, None), 403)
    assert_problem(api.get(f"/api/leads/{east}/enrollments", franchise.rep), 404)
    path = f"/api/cadences/{cadence['id']}/enrollments"
    assert api.get(path, franchise.rep).json()["items"] == []
    assert [each["id"] for each in api.get(path, franchise.owner, status="active").json()["items"]] == [made["id"]]
    assert api.get(path, franchise.owner, status="paused").json()["items"] == []


class TestByResult:
    def knock(self, api: Api, lead: uuid.UUID, result: str, clock: Clock, **more: Any) -> Any:
        body = {"type": "DOOR_KNOCK", "result": result, "occurred_at": clock.now.isoformat(), **more}
        answer = api.post(f"/api/leads/{lead}/activities", api.franchise.rep, body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    @pytest.fixture
    def rule(self, franchise: Franchise, cadence: dict[str, Any]) -> None:
        """Nobody home, and the lead is called later."""
        with franchise.admin() as session:
            rows = session.query(ActivityOutcome).filter_by(org_id=franchise.org_id, result="NOT_HOME")
            for row in rows:
                row.cadence_id = uuid.UUID(cadence["id"])

    def test_a_result_enrols_its_lead(self, api: Api, franchise: Franchise, clock: Clock, rule: None):
        lead = franchise.leads_in(franchise.north_west)[0]
        self.knock(api, lead, "NOT_HOME", clock)
        (made,) = api.get(f"/api/leads/{lead}/enrollments", franchise.rep).json()["items"]
        assert made["next_action"]["channel"] == "CALL"
        assert franchise.audit_trail("enrollment created")[0].acted_by == franchise.rep.id

    def test_a_second_knock_leaves_the_running_one_alone(
        self, api: Api, franchise: Franchise, clock: Clock, rule: None
    ):
        lead = franchise.leads_in(franchise.north_west)[0]
        self.knock(api, lead, "NOT_HOME", clock)
        clock.advance(hours=1)
        self.knock(api, lead, "NOT_HOME", clock)
        assert len(api.get(f"/api/leads/{lead}/enrollments", franchise.rep).json()["items"]) == 1

    def test_a_lead_that_does_not_fit_keeps_its_knock_all_the_same(
        self, api: Api, franchise: Franchise, clock: Clock, rule: None
    ):
        self.knock(api, franchise.scheduled, "NOT_HOME", clock)
        assert api.get(f"/api/leads/{franchise.scheduled}/enrollments", franchise.rep).json()["items"] == []

    def test_other_results_enrol_nobody(self, api: Api, franchise: Franchise, clock: Clock, rule: None):
        lead = franchise.leads_in(franchise.north_west)[0]
        self.knock(api, lead, "LEFT_MATERIAL", clock)
        assert api.get(f"/api/leads/{lead}/enrollments", franchise.rep).json()["items"] == []
