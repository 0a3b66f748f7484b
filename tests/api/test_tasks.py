"""Tasks over HTTP: given, found, done once, called off."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from outbound.ids import uuid7
from tests.api.conftest import Api, Clock
from tests.support.cast import Member
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

PATH = "/api/tasks"


@pytest.fixture
def lead(franchise: Franchise) -> uuid.UUID:
    return franchise.leads_in(franchise.north_west)[0]


def draft(lead: uuid.UUID, **more: Any) -> dict[str, Any]:
    return {"id": str(uuid7()), "lead_id": str(lead), "title": "Call back"} | more


def given(api: Api, member: Member, lead: uuid.UUID, **more: Any) -> dict[str, Any]:
    answer = api.post(PATH, member, draft(lead, **more))
    assert answer.status_code == 201, answer.text
    return answer.json()


def titles(api: Api, member: Member, **filters: Any) -> list[str]:
    return [item["title"] for item in api.get(PATH, member, **filters).json()["items"]]


class TestGiving:
    def test_a_rep_gives_themselves_one_and_a_repeat_changes_nothing(
        self, api: Api, franchise: Franchise, lead: uuid.UUID
    ):
        body = draft(lead, due_at="2030-05-04T10:00:00-05:00")
        first, again = api.post(PATH, franchise.rep, body), api.post(PATH, franchise.rep, body)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        assert first.headers["etag"] == '"1"'
        assert first.json()["assignee_name"] == "Rep"
        assert first.json()["due_at"] == "2030-05-04T15:00:00Z"
        assert_problem(api.post(PATH, franchise.rep, body | {"title": "Other"}), 409)
        (entry,) = franchise.audit_trail("task created")
        assert "Call back" not in str(entry.after)

    def test_a_manager_gives_one_to_a_rep_who_is_told(self, api: Api, franchise: Franchise, lead: uuid.UUID):
        task = given(api, franchise.manager, lead, assignee_id=str(franchise.rep.id))
        (note,) = api.get("/api/notifications", franchise.rep).json()["items"]
        assert (note["kind"], note["task_id"]) == ("task_assigned", task["id"])
        (entry,) = franchise.audit_trail("task created")
        assert (entry.acted_by, entry.acted_for) == (franchise.manager.id, franchise.rep.id)

    def test_each_refusal_has_its_status(
        self, api: Api, franchise: Franchise, other_franchise: Franchise, lead: uuid.UUID
    ):
        far = franchise.leads_in(franchise.south_east)[0]
        foreign = other_franchise.leads_in(other_franchise.north_west)[0]
        viewed = franchise.leads_in(franchise.north_east)[0]
        for member, body, status in (
            (None, draft(lead), 401),
            (franchise.ops, draft(lead), 403),
            (franchise.rep, draft(far), 404),
            (franchise.rep, draft(foreign), 404),
            (franchise.rep, draft(uuid7()), 404),
            (franchise.helper, draft(viewed), 403),
            (franchise.rep, draft(lead, assignee_id=str(franchise.manager.id)), 403),
            (franchise.manager, draft(lead, assignee_id=str(franchise.helper.id)), 422),
            (franchise.manager, draft(lead, assignee_id=str(franchise.ops.id)), 422),
            (franchise.manager, draft(lead, assignee_id=str(other_franchise.rep.id)), 422),
            (franchise.rep, draft(lead, title=""), 422),
            (franchise.rep, draft(lead, title="a\x00"), 422),
            (franchise.rep, draft(lead, due_at="0001-01-01T00:00:00+14:00"), 422),
            (franchise.rep, draft(lead, due_at="tomorrow"), 422),
        ):
            assert_problem(api.post(PATH, member, body), status)
        assert franchise.audit_trail("task created") == []


class TestTheInbox:
    def test_it_is_filtered_sorted_and_paged(self, api: Api, franchise: Franchise, lead: uuid.UUID, clock: Clock):
        rep, other = franchise.rep, franchise.leads_in(franchise.north_west)[1]
        for title, hours in (("late", -1), ("soon", 1), ("later", 30), ("some day", None)):
            due = {"due_at": (clock.now + timedelta(hours=hours)).isoformat()} if hours is not None else {}
            given(api, rep, lead, title=title, **due)
        given(api, franchise.manager, other, title="the manager's")
        assert titles(api, rep, assignee="me") == ["late", "soon", "later", "some day"]
        assert titles(api, rep, assignee="me", sort="-due") == ["later", "soon", "late", "some day"]
        assert titles(api, rep, overdue=True) == ["late"]
        assert set(titles(api, rep, overdue=False)) == {"soon", "later", "some day", "the manager's"}
        assert titles(api, rep, lead_id=other) == ["the manager's"]
        assert titles(api, rep, assignee=franchise.manager.id) == ["the manager's"]
        window = {"due_from": clock.now.isoformat(), "due_until": (clock.now + timedelta(hours=2)).isoformat()}
        assert titles(api, rep, **window) == ["soon"]
        for sort in ("due", "-due", "-created"):
            paged, cursor = [], {}
            while True:
                page = api.get(PATH, rep, sort=sort, limit=2, **cursor).json()
                paged += [item["title"] for item in page["items"]]
                if page["next_cursor"] is None:
                    break
                cursor = {"cursor": page["next_cursor"]}
            assert paged == titles(api, rep, sort=sort)
            assert len(paged) == 5
        assert titles(api, franchise.helper) == []
        assert_problem(api.get(PATH, rep, assignee="you"), 422)
        assert_problem(api.get(PATH, rep, due_from="0001-01-01T00:00:00+14:00"), 422)


class TestWhatBecomesOfIt:
    def test_done_once_it_is_logged_once(self, api: Api, franchise: Franchise, lead: uuid.UUID, clock: Clock):
        task = given(api, franchise.rep, lead)
        how = {"id": str(uuid7()), "occurred_at": clock.now.isoformat(), "notes": "Wants a quote"}
        path = f"{PATH}/{task['id']}/complete"
        first, again = api.post(path, franchise.rep, how), api.post(path, franchise.rep, how)
        assert (first.status_code, again.status_code) == (200, 200), first.text
        assert first.json() == again.json()
        assert (first.json()["state"], first.json()["activity_id"]) == ("done", how["id"])
        (activity,) = franchise.activities(lead)
        assert (activity.type, activity.notes, activity.id) == ("TASK", "Wants a quote", uuid.UUID(how["id"]))
        # Another phone that did it too: the first completion stands.
        assert api.post(path, franchise.rep, {"id": str(uuid7())}).json() == first.json()
        assert len(franchise.activities(lead)) == 1
        assert len(franchise.audit_trail("task completed")) == 1

    def test_reopened_it_can_be_done_anew_and_what_was_logged_stays(
        self, api: Api, franchise: Franchise, lead: uuid.UUID
    ):
        task = given(api, franchise.rep, lead)
        path = f"{PATH}/{task['id']}"
        api.post(f"{path}/complete", franchise.rep, {})
        assert_problem(api.patch(path, franchise.rep, {"title": "x"}), 409)
        assert_problem(api.request("POST", f"{path}/cancel", franchise.rep), 409)
        assert_problem(api.request("DELETE", path, franchise.rep), 409)
        opened = api.request("POST", f"{path}/reopen", franchise.rep).json()
        assert (opened["state"], opened["completed_at"], opened["activity_id"]) == ("open", None, None)
        api.post(f"{path}/complete", franchise.rep, {})
        assert len(franchise.activities(lead)) == 2

    def test_called_off_while_a_phone_was_offline_it_was_done_nonetheless(
        self, api: Api, franchise: Franchise, lead: uuid.UUID
    ):
        path = f"{PATH}/{given(api, franchise.rep, lead)['id']}"
        for _ in range(2):
            assert api.request("POST", f"{path}/cancel", franchise.manager).json()["state"] == "cancelled"
        assert api.post(f"{path}/complete", franchise.rep, {}).json()["state"] == "done"

    def test_an_edit_names_the_version_it_was_made_on(self, api: Api, franchise: Franchise, lead: uuid.UUID):
        path = f"{PATH}/{given(api, franchise.rep, lead)['id']}"
        answer = api.request("PATCH", path, franchise.rep, json={"title": "Visit"}, headers={"if-match": '"1"'})
        assert (answer.json()["title"], answer.headers["etag"]) == ("Visit", '"2"')
        for method, where, sent in (
            ("PATCH", path, {"json": {"title": "x"}}),
            ("DELETE", path, {}),
            ("POST", f"{path}/cancel", {}),
            ("POST", f"{path}/complete", {"json": {}}),
        ):
            stale = api.request(method, where, franchise.rep, headers={"if-match": '"1"'}, **sent)
            assert_problem(stale, 412)
        assert api.request("DELETE", path, franchise.rep, headers={"if-match": '"2"'}).status_code == 204
        assert_problem(api.get(path, franchise.rep), 404)

    def test_it_is_handed_on_by_a_manager_and_by_nobody_else(self, api: Api, franchise: Franchise, lead: uuid.UUID):
        path = f"{PATH}/{given(api, franchise.rep, lead)['id']}"
        assert_problem(api.patch(path, franchise.rep, {"assignee_id": str(franchise.manager.id)}), 403)
        assert_problem(api.patch(path, franchise.rep, {"assignee_id": None}), 422)
        moved = api.patch(path, franchise.manager, {"assignee_id": str(franchise.manager.id)})
        assert moved.json()["assignee_name"] == "Manager"
        assert_problem(api.get(path, franchise.helper), 404)
