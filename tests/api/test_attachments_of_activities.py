"""Photos of a knock: in whatever order the two arrive, and whoever the lead belongs to by then."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from httpx import Response

from outbound.ids import uuid7
from outbound.leads.models import Lead
from tests.api.conftest import Api, Clock
from tests.api.test_attachments import send
from tests.support.franchise import Franchise
from tests.support.photos import photo
from tests.support.problems import assert_problem


@pytest.fixture
def lead_id(franchise: Franchise) -> uuid.UUID:
    return franchise.add_lead(franchise.south_east, owner=franchise.rep)


def knock(api: Api, franchise: Franchise, clock: Clock, lead_id: uuid.UUID, **more: Any) -> Response:
    body = {
        "id": str(uuid7()),
        "type": "DOOR_KNOCK",
        "result": "NOT_HOME",
        "occurred_at": (clock.now - timedelta(minutes=3)).isoformat(),
    } | more
    return api.post(f"/api/leads/{lead_id}/activities", franchise.rep, body)


def test_a_photo_that_came_first_is_linked_by_the_knock_that_names_it(
    api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock
):
    attachment = send(api, franchise.rep, lead_id, photo()).json()
    answer = knock(api, franchise, clock, lead_id, attachments=[attachment["id"]])
    assert answer.status_code == 201, answer.text
    activity = answer.json()["activity"]
    assert activity["attachments"] == [attachment["id"]]
    assert api.get(f"/api/attachments/{attachment['id']}", franchise.rep).json()["activity_id"] == activity["id"]


def test_a_photo_that_comes_later_names_its_knock(api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock):
    attachment_id = str(uuid7())
    activity = knock(api, franchise, clock, lead_id, attachments=[attachment_id]).json()["activity"]
    assert activity["attachments"] == [attachment_id]
    sent = send(api, franchise.rep, lead_id, photo(), id=attachment_id, activity_id=activity["id"])
    assert sent.json()["activity_id"] == activity["id"]
    (shown,) = api.get(f"/api/leads/{lead_id}/activities", franchise.rep).json()["items"]
    assert shown["attachments"] == [attachment_id]


def test_the_same_knock_again_is_the_same_and_with_other_photos_a_conflict(
    api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock
):
    activity_id, photo_id = str(uuid7()), str(uuid7())
    answers = [
        knock(api, franchise, clock, lead_id, id=activity_id, attachments=each).status_code
        for each in ([photo_id], [photo_id], [], [str(uuid7())])
    ]
    assert answers == [201, 200, 409, 409]


def test_no_knock_is_lost_over_a_photo_of_another_lead(
    api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock
):
    other = franchise.add_lead(franchise.north_west, owner=franchise.rep)
    attachment = send(api, franchise.rep, other, photo()).json()
    assert knock(api, franchise, clock, lead_id, attachments=[attachment["id"]]).status_code == 201
    assert api.get(f"/api/attachments/{attachment['id']}", franchise.rep).json()["activity_id"] is None


@pytest.mark.parametrize("attachments", [["x"], [str(uuid7())] * 21, "x", None])
def test_names_that_are_none_are_refused(
    api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock, attachments: Any
):
    assert_problem(knock(api, franchise, clock, lead_id, attachments=attachments), 422, "attachments")


def test_a_photo_of_a_knock_still_arrives_when_the_lead_was_given_to_somebody_else(
    api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock
):
    activity = knock(api, franchise, clock, lead_id).json()["activity"]
    with franchise.admin() as session:
        session.get_one(Lead, (franchise.org_id, lead_id)).owner_id = franchise.owner.id
    assert_problem(api.get(f"/api/leads/{lead_id}", franchise.rep), 404)
    assert_problem(send(api, franchise.rep, lead_id, photo()), 404)
    sent = send(api, franchise.rep, lead_id, photo(), activity_id=activity["id"])
    assert sent.status_code == 201, sent.text
    assert_problem(api.get(f"/api/leads/{lead_id}/attachments", franchise.rep), 404)
    (found,) = api.get(f"/api/leads/{lead_id}/attachments", franchise.owner).json()["items"]
    assert found["activity_id"] == activity["id"]
    assert_problem(send(api, franchise.helper, lead_id, photo(), activity_id=activity["id"]), 404)
