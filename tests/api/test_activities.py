"""Activities over HTTP: logging from a phone that may be offline, late, or wrong about the time."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from outbound.ids import uuid7
from tests.api.conftest import Api, Clock
from tests.support.franchise import Franchise
from tests.support.phone import Phone
from tests.support.problems import assert_problem


def knock(clock: Clock, **more: Any) -> dict[str, Any]:
    return {
        "id": str(uuid7()),
        "type": "DOOR_KNOCK",
        "result": "NOT_HOME",
        "occurred_at": (clock.now - timedelta(minutes=3)).isoformat(),
        "client_sent_at": clock.now.isoformat(),
    } | more


def moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


def test_a_knock_answers_with_itself_and_what_became_of_the_lead(
    api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock
):
    body = knock(clock, result="INTERESTED", notes="Likes stripes", lat=41.6, lon=-93.62)
    answer = api.post(f"/api/leads/{lead_id}/activities", franchise.rep, body)
    assert answer.status_code == 201
    activity, lead = answer.json()["activity"], answer.json()["lead"]
    assert (activity["id"], activity["lead_id"], activity["user_id"]) == (
        body["id"],
        str(lead_id),
        str(franchise.rep.id),
    )
    assert moment(activity["occurred_at"]) == clock.now - timedelta(minutes=3)
    assert moment(activity["received_at"]) == clock.now
    assert activity["occurred_at"].endswith("Z")
    assert (lead["stage"], lead["version"], lead["sla_state"]) == ("CONTACTED", 2, "ok")
    assert lead["last_activity_at"] == activity["occurred_at"]


def test_a_repeat_answers_the_same_and_stores_nothing(api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock):
    path, body = f"/api/leads/{lead_id}/activities", knock(clock, result="INTERESTED")
    first = api.post(path, franchise.rep, body)
    clock.advance(hours=5)
    again = api.post(path, franchise.rep, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["activity"] == first.json()["activity"]
    assert again.json()["lead"]["version"] == first.json()["lead"]["version"]
    assert len(api.get(path, franchise.rep).json()["items"]) == 1


def test_knocks_of_a_day_without_signal_arrive_in_any_order(
    api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock
):
    path = f"/api/leads/{lead_id}/activities"
    day = [
        knock(clock, occurred_at=(clock.now - timedelta(hours=hours)).isoformat(), result=result)
        for hours, result in ((8, "NOT_HOME"), (5, "LEFT_MATERIAL"), (2, "FOLLOW_UP"))
    ]
    for body in (day[2], day[0], day[1]):
        assert api.post(path, franchise.rep, body).status_code == 201
    found = [item["id"] for item in api.get(path, franchise.rep).json()["items"]]
    assert found == [body["id"] for body in reversed(day)]
    assert api.get(f"/api/leads/{lead_id}", franchise.rep).json()["stage"] == "FOLLOW_UP"


def test_a_phone_an_hour_ahead_is_corrected(api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock):
    body = knock(
        clock,
        occurred_at=(clock.now + timedelta(minutes=50)).isoformat(),
        client_sent_at=(clock.now + timedelta(hours=1)).isoformat(),
    )
    activity = api.post(f"/api/leads/{lead_id}/activities", franchise.rep, body).json()["activity"]
    assert moment(activity["occurred_at"]) == clock.now - timedelta(minutes=10)
    assert not activity["clock_suspect"]


@pytest.mark.parametrize("step", [timedelta(days=2), timedelta(hours=20)])
def test_where_our_own_clock_is_set_back_a_visit_keeps_its_day(
    api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock, step: timedelta
):
    right = clock.now
    api.token(franchise.rep)  # signed in before
    clock.now -= step
    body = knock(clock, occurred_at=(right - timedelta(minutes=3)).isoformat(), client_sent_at=right.isoformat())
    activity = api.post(f"/api/leads/{lead_id}/activities", franchise.rep, body).json()["activity"]
    assert moment(activity["occurred_at"]) == right - timedelta(minutes=3)
    assert activity["clock_suspect"]
    phone = Phone(api, franchise.rep, clock, behind=-step)
    lead = phone.lead(ago=20)
    assert phone.statuses(lead, phone.knock(lead["id"], ago=19)) == ["applied", "applied"]
    (made,) = franchise.activities(uuid.UUID(lead["id"]))
    assert made.occurred_at == right - timedelta(minutes=19)
    assert franchise.lead(uuid.UUID(lead["id"])).stage_entered_at == right - timedelta(minutes=20)
    shift = {"id": str(uuid7()), "started_at": right.isoformat(), "client_sent_at": right.isoformat()}
    assert moment(api.post("/api/shifts", franchise.rep, shift).json()["started_at"]) == right


def test_a_time_told_in_local_time_with_its_zone_is_understood(
    api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock
):
    body = knock(clock, occurred_at="2026-03-08T03:10:00-05:00", client_sent_at=None)
    activity = api.post(f"/api/leads/{lead_id}/activities", franchise.rep, body).json()["activity"]
    assert activity["occurred_at"] == "2026-03-08T08:10:00Z"


def test_each_refusal_has_its_status(
    api: Api, franchise: Franchise, other_franchise: Franchise, lead_id: uuid.UUID, clock: Clock
):
    viewed = franchise.leads_in(franchise.north_east)[0]
    taken = franchise.add_activity(franchise.leads_in(franchise.south_west)[0], by=franchise.helper)
    for member, where, body, status in (
        (None, lead_id, knock(clock), 401),
        (franchise.helper, viewed, knock(clock), 403),
        (franchise.ops, franchise.scheduled, knock(clock), 403),
        (franchise.helper, lead_id, knock(clock), 404),
        (franchise.rep, other_franchise.scheduled, knock(clock), 404),
        (franchise.rep, lead_id, knock(clock, id=str(taken)), 409),
        (franchise.rep, lead_id, knock(clock, trip_stop_id=str(uuid7())), 409),
        (franchise.rep, lead_id, knock(clock, result=None), 422),
        (franchise.rep, lead_id, knock(clock, result="SHRUG"), 422),
        (franchise.rep, lead_id, knock(clock, type="WAVE"), 422),
        (franchise.rep, lead_id, knock(clock, occurred_at="2026-03-08T03:10:00"), 422),
        (franchise.rep, lead_id, knock(clock, occurred_at="1026-03-08T03:10:00Z"), 422),
        (franchise.rep, lead_id, knock(clock, occurred_at=None), 422),
        (franchise.rep, lead_id, knock(clock, lat=41.6), 422),
        (franchise.rep, lead_id, knock(clock, duration_secs=-1), 422),
        (franchise.rep, lead_id, knock(clock, user_id=str(franchise.owner.id)), 422),
    ):
        assert_problem(api.post(f"/api/leads/{where}/activities", member, body), status)
    assert franchise.audit_trail("activity logged") == []


def test_operations_read_the_timeline_of_a_scheduled_lead(api: Api, franchise: Franchise):
    franchise.add_activity(franchise.scheduled, by=franchise.rep)
    (item,) = api.get(f"/api/leads/{franchise.scheduled}/activities", franchise.ops).json()["items"]
    assert item["type"] == "DOOR_KNOCK"
    assert not {"lat", "lon", "position", "cell"} & set(item)
