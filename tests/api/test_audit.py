"""The audit log over HTTP: found by what it tells of, within reach, and never changed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api
from tests.support.cast import Member
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

PATH = "/api/audit"


@pytest.fixture
def changes(api: Api, franchise: Franchise) -> list[str]:
    """A few changes in two parts of the map; their request ids."""
    done = []
    for member, turf in (
        (franchise.manager, franchise.north_west),
        (franchise.owner, franchise.south_east),
        (franchise.owner, franchise.north_west),
    ):
        lead = franchise.leads_in(turf)[0]
        body = {"lead_id": str(lead), "title": "Visit"}
        done.append(api.post("/api/tasks", member, body).headers["x-request-id"])
    return done


def entries(api: Api, member: Member, **filters: Any) -> list[dict[str, Any]]:
    answer = api.get(PATH, member, **filters)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def test_it_is_filtered_by_each_of_its_columns(api: Api, franchise: Franchise, changes: list[str]):
    owner = franchise.owner
    everything = entries(api, owner, entity="task")
    assert [each["acted_by_name"] for each in everything] == ["Owner", "Owner", "Manager"]
    first = everything[-1]
    for filters, count in (
        ({"entity": "task", "action": "created"}, 3),
        ({"entity": "task", "action": "deleted"}, 0),
        ({"entity_id": first["entity_id"]}, 1),
        ({"acted_by": str(franchise.manager.id)}, 1),
        ({"acted_for": str(franchise.manager.id)}, 0),
        ({"request_id": changes[1]}, 1),
        ({"source": "api", "entity": "task"}, 3),
        ({"source": "job"}, 0),
        ({"since": "2099-01-01T00:00:00Z"}, 0),
        ({"until": "2001-01-01T00:00:00Z"}, 0),
        ({"since": first["occurred_at"], "entity": "task"}, 3),
    ):
        assert len(entries(api, owner, **filters)) == count, filters


def test_an_override_names_whom_it_concerned(api: Api, franchise: Franchise):
    lead = franchise.leads_in(franchise.north_west)[0]
    api.post(
        "/api/tasks", franchise.manager, {"lead_id": str(lead), "title": "x", "assignee_id": str(franchise.rep.id)}
    )
    (entry,) = entries(api, franchise.owner, entity="task")
    assert (entry["acted_by_name"], entry["acted_for_name"]) == ("Manager", "Rep")


def test_pages_follow_each_other_without_a_gap(api: Api, franchise: Franchise, changes: list[str]):
    seen, cursor = [], {}
    while True:
        page = api.get(PATH, franchise.owner, limit=1, **cursor).json()
        seen += [each["id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == [each["id"] for each in entries(api, franchise.owner)]
    assert len(seen) == len(set(seen)) >= 3


def test_each_role_reads_what_concerns_it(
    api: Api, franchise: Franchise, other_franchise: Franchise, changes: list[str]
):
    api.patch(f"/api/territories/{franchise.north_west.id}", franchise.owner, {"name": "Here"})
    api.patch(f"/api/territories/{franchise.south_east.id}", franchise.owner, {"name": "There"})
    told = [(each["entity"], each["acted_by_name"]) for each in entries(api, franchise.manager)]
    assert told == [("territory", "Owner"), ("task", "Owner"), ("task", "Manager")]
    assert len(entries(api, franchise.head_manager)) == len(entries(api, franchise.owner)) == 5
    for member in (franchise.rep, franchise.helper, franchise.ops):
        assert_problem(api.get(PATH, member), 403)
    assert_problem(api.get(PATH), 401)


def test_what_cannot_be_asked_is_refused(api: Api, franchise: Franchise):
    for filters in (
        {"entity": "a b"}, {"entity": ""}, {"entity_id": "7"}, {"since": "0001-01-01T00:00:00+14:00"},
        {"action": "x" * 101}, {"cursor": "WyIx"}, {"limit": 0}, {"request_id": "\x00"},
    ):  # fmt: skip
        assert_problem(api.get(PATH, franchise.owner, **filters), 422)
