"""Notes over HTTP: unread first, one's own only, told by what others do."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from outbound.ids import uuid7
from outbound.notifications.service import notify
from outbound.vocabulary import NotificationKind
from tests.api.conftest import Api
from tests.support.cast import Member
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

PATH = "/api/notifications"


@pytest.fixture
def notes(franchise: Franchise) -> list[str]:
    """Five notes of the rep, oldest first."""
    for number in range(5):
        with franchise.as_member(franchise.manager) as session:
            notify(session, franchise.rep.id, NotificationKind.LEAD_ASSIGNED, payload={"leads": number})
    return []


def listed(api: Api, member: Member, **query: Any) -> list[int]:
    return [item["payload"]["leads"] for item in api.get(PATH, member, **query).json()["items"]]


def ids(api: Api, member: Member) -> dict[int, str]:
    return {item["payload"]["leads"]: item["id"] for item in api.get(PATH, member).json()["items"]}


@pytest.mark.usefixtures("notes")
def test_unread_ones_come_first_whatever_their_age(api: Api, franchise: Franchise):
    rep = franchise.rep
    known = ids(api, rep)
    answer = api.post(f"{PATH}/read", rep, {"ids": [known[4], known[1], known[1]]})
    assert answer.json() == {"marked": 2, "unread": 3}
    assert listed(api, rep) == [3, 2, 0, 4, 1]
    assert listed(api, rep, unread=True) == [3, 2, 0]
    paged, cursor = [], {}
    while True:
        page = api.get(PATH, rep, limit=2, **cursor).json()
        paged += [item["payload"]["leads"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert paged == [3, 2, 0, 4, 1]
    assert api.post(f"{PATH}/read", rep, {"all": True}).json() == {"marked": 3, "unread": 0}
    assert api.post(f"{PATH}/read", rep, {"all": True}).json() == {"marked": 0, "unread": 0}


@pytest.mark.usefixtures("notes")
def test_they_are_read_and_marked_by_nobody_else(api: Api, franchise: Franchise, other_franchise: Franchise):
    known = ids(api, franchise.rep)
    for member in (franchise.manager, franchise.owner, franchise.helper, franchise.ops):
        assert listed(api, member) == []
        assert api.post(f"{PATH}/read", member, {"ids": list(known.values())}).json()["marked"] == 0
    assert api.get(PATH, franchise.rep).json()["unread"] == 5
    assert_problem(api.get(PATH), 401)


def test_nobody_is_told_of_their_own_acts(api: Api, franchise: Franchise):
    with franchise.as_member(franchise.rep) as session:
        notify(session, franchise.rep.id, NotificationKind.LEAD_ASSIGNED)
        notify(session, None, NotificationKind.LEAD_ASSIGNED)
    assert api.get(PATH, franchise.rep).json() == {"items": [], "next_cursor": None, "unread": 0}


def test_each_is_told_what_is_given_to_them(api: Api, franchise: Franchise):
    owner, rep, lead = franchise.owner, franchise.rep, franchise.leads_in(franchise.north_west)[0]
    body = {"user_id": str(rep.id), "role": "CONTRIBUTOR"}
    api.post(f"/api/territories/{franchise.north_east.id}/assignments", owner, body)
    api.post("/api/tasks", owner, {"lead_id": str(lead), "title": "Call", "assignee_id": str(rep.id)})
    api.patch(f"/api/leads/{lead}", owner, {"owner_id": str(rep.id)})
    told = api.get(PATH, rep).json()["items"]
    assert [each["kind"] for each in told] == ["lead_assigned", "task_assigned", "territory_assigned"]
    assert [each["lead_id"] for each in told] == [str(lead), str(lead), None]
    assert told[2]["territory_id"] == str(franchise.north_east.id)
    assert {each["caused_by"] for each in told} == {str(owner.id)}


def test_who_takes_over_from_a_leaver_is_told_how_much(api: Api, franchise: Franchise):
    rep, lead = franchise.rep, franchise.leads_in(franchise.north_west)[0]
    api.post("/api/tasks", rep, {"lead_id": str(lead), "title": "Call"})
    answer = api.post(f"/api/members/{rep.id}/deactivate", franchise.owner, {"to": str(franchise.manager.id)})
    assert answer.status_code == 200, answer.text
    told = {each["kind"]: each["payload"] for each in api.get(PATH, franchise.manager).json()["items"]}
    assert told["lead_assigned"]["leads"] == 1
    assert told["task_assigned"]["tasks"] == 1


@pytest.mark.parametrize(
    "body",
    [{}, {"all": False}, {"ids": []}, {"ids": ["x"]}, {"ids": [str(uuid.uuid4())] * 501},
     {"all": True, "ids": [str(uuid7())]}]
)  # fmt: skip
def test_what_cannot_be_marked_is_refused(api: Api, franchise: Franchise, body: dict[str, Any]):
    assert_problem(api.post(f"{PATH}/read", franchise.rep, body), 422)
