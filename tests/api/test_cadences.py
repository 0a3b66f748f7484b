"""Cadences are made, edited while leads run through them, and taken out of use."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from outbound.activities.models import ActivityOutcome
from outbound.cadences.models import CadenceStep
from outbound.ids import uuid7
from tests.api.conftest import Api
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

CALL = {"channel": "CALL", "wait_minutes": 60, "sla_minutes": 480}
VISIT = {"channel": "VISIT", "wait_minutes": 1440}


@pytest.fixture
def sms(api: Api) -> str:
    body = {"name": "Thanks", "channel": "SMS", "body": "Hi {{ first_name }}"}
    return api.post("/api/templates", api.franchise.owner, body).json()["id"]


def make(api: Api, *steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {"name": f"Cadence {uuid.uuid4()}", "target_stage": "COLD", "steps": list(steps)} | more
    answer = api.post("/api/cadences", api.franchise.owner, body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_manager_makes_a_cadence_and_everybody_reads_it(api: Api, franchise: Franchise, sms: str):
    steps = [{"channel": "SMS", "template_id": sms, "metadata": {"note": "ä"}}, CALL]
    made = api.post(
        "/api/cadences", franchise.manager, {"name": "Warm", "target_stage": "FOLLOW_UP", "steps": steps}
    ).json()
    assert [(step["order"], step["channel"]) for step in made["steps"]] == [(1, "SMS"), (2, "CALL")]
    assert (made["version"], made["edition"], made["running"], made["active"]) == (1, 1, 0, True)
    for member in franchise.members:
        answer = api.get(f"/api/cadences/{made['id']}", member)
        assert answer.json() == made
        assert answer.headers["etag"] == '"1"'
        assert [each["id"] for each in api.get("/api/cadences", member).json()["items"]] == [made["id"]]
    assert franchise.audit_trail("cadence created")[0].acted_by == franchise.manager.id


def test_reps_and_operations_write_none(api: Api, franchise: Franchise):
    made = make(api, CALL)
    step = made["steps"][0]["id"]
    for member in (franchise.rep, franchise.ops):
        assert_problem(api.post("/api/cadences", member, {"name": "Mine", "target_stage": "COLD"}), 403)
        assert_problem(api.patch(f"/api/cadences/{made['id']}", member, {"active": False}), 403)
        assert_problem(api.request("DELETE", f"/api/cadences/{made['id']}", member), 403)
        assert_problem(api.post(f"/api/cadences/{made['id']}/steps", member, CALL), 403)
        assert_problem(api.patch(f"/api/cadences/{made['id']}/steps/{step}", member, VISIT), 403)
        assert_problem(api.request("DELETE", f"/api/cadences/{made['id']}/steps/{step}", member), 403)
        assert_problem(api.post("/api/cadence-executor", member, None), 403)
    assert_problem(api.post("/api/cadence-executor", franchise.manager, None), 403)


def test_the_same_request_again_answers_with_the_first_result(api: Api, franchise: Franchise):
    body = {"id": str(uuid7()), "name": "Once", "target_stage": "COLD", "steps": [CALL]}
    first = api.post("/api/cadences", franchise.owner, body)
    again = api.post("/api/cadences", franchise.owner, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert_problem(api.post("/api/cadences", franchise.owner, body | {"name": "Other"}), 409, "new id")


def test_a_name_is_taken_once_and_free_again_when_its_cadence_is_gone(api: Api, franchise: Franchise):
    made = make(api, name="Warm")
    body = {"name": "Warm", "target_stage": "COLD"}
    assert_problem(api.post("/api/cadences", franchise.owner, body), 409, "Warm")
    assert api.request("DELETE", f"/api/cadences/{made['id']}", franchise.owner).status_code == 204
    assert api.post("/api/cadences", franchise.owner, body).status_code == 201
    assert_problem(api.get(f"/api/cadences/{made['id']}", franchise.owner), 404)


def test_cadences_of_another_organisation_are_not_there(
    api: Api, franchise: Franchise, other_franchise: Franchise, client: Any
):
    theirs = make(Api(client, other_franchise), CALL)
    path = f"/api/cadences/{theirs['id']}"
    assert_problem(api.get(path, franchise.owner), 404)
    assert_problem(api.patch(path, franchise.owner, {"active": False}), 404)
    assert_problem(api.request("DELETE", path, franchise.owner), 404)
    assert_problem(api.post(f"{path}/steps", franchise.owner, CALL), 404)
    assert_problem(api.post(f"{path}/enroll", franchise.owner, {"lead_id": str(franchise.scheduled)}), 404)
    assert_problem(api.get(f"{path}/enrollments", franchise.owner), 404)


def test_cadences_are_found_by_stage_and_state_and_come_in_pages(api: Api, franchise: Franchise):
    kinds = [(stage, active) for stage in ("COLD", "FOLLOW_UP") for active in (True, False)]
    made = [make(api, target_stage=stage, active=active)["id"] for stage, active in kinds]
    cold = api.get("/api/cadences", franchise.rep, target_stage="COLD", active=True).json()["items"]
    assert [each["id"] for each in cold] == made[:1]
    first = api.get("/api/cadences", franchise.rep, limit=3).json()
    rest = api.get("/api/cadences", franchise.rep, limit=3, cursor=first["next_cursor"]).json()
    assert [each["id"] for each in first["items"] + rest["items"]] == made
    assert rest["next_cursor"] is None


class TestEditing:
    def test_an_edit_names_the_version_it_was_made_on(self, api: Api, franchise: Franchise):
        made = make(api, CALL)
        path = f"/api/cadences/{made['id']}"
        changed = api.request("PATCH", path, franchise.owner, json={"active": False}, headers={"if-match": '"1"'})
        assert changed.headers["etag"] == '"2"'
        assert changed.json()["active"] is False
        assert changed.json()["edition"] == 1  # its steps are as they were
        late = api.request("PATCH", path, franchise.owner, json={"active": True}, headers={"if-match": '"1"'})
        assert_problem(late, 412, "version 2")
        assert_problem(api.request("DELETE", path, franchise.owner, headers={"if-match": '"1"'}), 412)

    def test_the_whole_list_of_steps_keeps_those_it_names(self, api: Api, franchise: Franchise):
        made = make(api, CALL, VISIT)
        call, visit = made["steps"]
        new = [{"id": visit["id"], "channel": "VISIT", "wait_minutes": 5}, {"channel": "TASK"}]
        changed = api.patch(f"/api/cadences/{made['id']}", franchise.owner, {"steps": new}).json()
        assert changed["steps"][0]["id"] == visit["id"]
        assert [step["wait_minutes"] for step in changed["steps"]] == [5, 0]
        assert (changed["edition"], changed["version"]) == (2, 2)
        with franchise.admin() as session:
            gone = session.get_one(CadenceStep, (franchise.org_id, uuid.UUID(call["id"])))
        assert (gone.first_edition, gone.last_edition) == (1, 1)

    def test_the_same_steps_again_make_no_new_edition(self, api: Api, franchise: Franchise):
        made = make(api, CALL, VISIT)
        steps = [{k: v for k, v in step.items() if k not in ("order", "first_edition")} for step in made["steps"]]
        changed = api.patch(f"/api/cadences/{made['id']}", franchise.owner, {"steps": steps}).json()
        assert (changed["steps"], changed["edition"]) == (made["steps"], 1)

    def test_steps_are_added_moved_and_removed_one_by_one(self, api: Api, franchise: Franchise):
        made = make(api, CALL, VISIT)
        path = f"/api/cadences/{made['id']}/steps"
        call, visit = (step["id"] for step in made["steps"])
        added = api.post(path, franchise.manager, {"channel": "TASK", "order": 2})
        assert added.status_code == 201
        task = added.json()["steps"][1]["id"]
        moved = api.patch(f"{path}/{visit}", franchise.manager, {"order": 1, "wait_minutes": 7}).json()
        assert [(step["id"], step["order"]) for step in moved["steps"]] == [(visit, 1), (call, 2), (task, 3)]
        assert moved["steps"][0]["wait_minutes"] == 7
        left = api.request("DELETE", f"{path}/{call}", franchise.manager).json()
        assert [(step["id"], step["order"]) for step in left["steps"]] == [(visit, 1), (task, 2)]
        assert left["edition"] == 4
        assert_problem(api.patch(f"{path}/{call}", franchise.manager, {"order": 1}), 404)
        stale = api.request("DELETE", f"{path}/{task}", franchise.manager, headers={"if-match": '"1"'})
        assert_problem(stale, 412)

    def test_a_step_of_another_cadence_is_not_taken(self, api: Api, franchise: Franchise):
        theirs, mine = make(api, CALL)["steps"][0]["id"], make(api)
        body = {"steps": [{"id": theirs, "channel": "CALL"}]}
        assert_problem(api.patch(f"/api/cadences/{mine['id']}", franchise.owner, body), 409)

    def test_leads_on_a_removed_step_move_on_even_where_the_editor_cannot_see_them(
        self, api: Api, franchise: Franchise
    ):
        made = make(api, CALL, VISIT)
        east = franchise.leads_in(franchise.south_east)[0]
        enrolled = api.post(f"/api/cadences/{made['id']}/enroll", franchise.owner, {"lead_id": str(east)}).json()
        due = enrolled["items"][0]["next_run_at"]
        call, visit = (step["id"] for step in made["steps"])
        path = f"/api/cadences/{made['id']}/steps"
        assert api.request("DELETE", f"{path}/{call}", franchise.manager).status_code == 200
        now = api.get(f"/api/leads/{east}/enrollments", franchise.owner).json()["items"][0]
        assert (now["current_step_id"], now["next_run_at"], now["status"]) == (visit, due, "active")
        assert_problem(api.request("DELETE", f"/api/cadences/{made['id']}", franchise.manager), 409, "1 lead")
        assert api.request("DELETE", f"{path}/{visit}", franchise.manager).status_code == 200
        now = api.get(f"/api/leads/{east}/enrollments", franchise.owner).json()["items"][0]
        assert (now["status"], now["ended_because"], now["next_action"]) == ("completed", "finished", None)

    def test_no_result_enrols_in_a_cadence_that_is_gone(self, api: Api, franchise: Franchise):
        made = make(api, CALL)
        with franchise.admin() as session:
            row = session.query(ActivityOutcome).filter_by(org_id=franchise.org_id, result="NOT_HOME").first()
            row.cadence_id = uuid.UUID(made["id"])
        assert api.request("DELETE", f"/api/cadences/{made['id']}", franchise.owner).status_code == 204
        with franchise.admin() as session:
            assert session.query(ActivityOutcome).filter(ActivityOutcome.cadence_id.is_not(None)).count() == 0


BAD: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "body.name"),
    ({"name": "a\x00b"}, "body.name"),
    ({"name": None}, "body"),
    ({"target_stage": "WON"}, "open stage"),
    ({"target_stage": "WARM"}, "body.target_stage"),
    ({"steps": [{"channel": "SMS"}]}, "steps.0.template_id"),
    ({"steps": [{"channel": "FAX"}]}, "body.steps.0.channel"),
    ({"steps": [CALL | {"wait_minutes": -1}]}, "body.steps.0.wait_minutes"),
    ({"steps": [CALL | {"wait_minutes": 525_601}]}, "body.steps.0.wait_minutes"),
    ({"steps": [CALL | {"wait_minutes": 10**30}]}, "body.steps.0.wait_minutes"),
    ({"steps": [CALL | {"sla_minutes": 0}]}, "body.steps.0.sla_minutes"),
    ({"steps": [CALL | {"template_id": str(uuid.uuid4())}]}, "steps.0.template_id"),
    ({"steps": [CALL | {"metadata": []}]}, "body.steps.0.metadata"),
    ({"steps": [CALL | {"metadata": {"a": {"b": {"c": {"d": {"e": 1}}}}}}]}, "body.steps.0.metadata"),
    ({"steps": [CALL | {"metadata": {"a": "x" * 5000}}]}, "body.steps.0.metadata"),
    ({"steps": [CALL | {"metadata": {"a\x00": 1}}]}, "body.steps.0.metadata"),
    ({"steps": [CALL | {"metadata": {"a": 10**400}}]}, "body.steps.0.metadata"),
    ({"steps": [CALL] * 51}, "body.steps"),
    ({"surprise": 1}, "body.surprise"),
]


@pytest.mark.parametrize(("change", "words"), BAD)
def test_what_makes_no_sense_is_refused_by_name(api: Api, franchise: Franchise, change: dict[str, Any], words: str):
    body = {"name": "Warm", "target_stage": "COLD", "steps": []} | change
    assert_problem(api.post("/api/cadences", franchise.owner, body), 422, words)


@pytest.mark.parametrize("text", ['{"a": NaN}', '{"a": "\\ud800"}', '{"a": 1e999}', '{"\\ud800": 1}'])
def test_json_that_the_database_cannot_hold_is_refused(api: Api, franchise: Franchise, text: str):
    body = f'{{"name": "x", "target_stage": "COLD", "steps": [{{"channel": "CALL", "metadata": {text}}}]}}'
    answer = api.request(
        "POST",
        "/api/cadences",
        franchise.owner,
        content=body.encode(),
        headers={"content-type": "application/json"},
    )
    assert answer.status_code in (400, 422), answer.text
