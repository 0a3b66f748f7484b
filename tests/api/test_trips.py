"""Runs are planned over doors, gone, and told of stop by stop, by whoever goes or sends."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from outbound.ids import uuid7
from outbound.trips.models import Trip
from tests.api.conftest import Api, Clock
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem


def iso(moment: Any) -> str:
    return moment.isoformat().replace("+00:00", "Z")


@pytest.fixture
def doors(franchise: Franchise) -> list[str]:
    """Four leads along a street, their order mixed up."""
    box = franchise.north_west.box
    lat, lon = box.point(1)
    found = []
    for step in (3, 1, 2, 0):
        door = franchise.add_address(franchise.north_west, at=(lat + step / 5000, lon))
        found.append(str(franchise.add_lead(franchise.north_west, door=door)))
    return found


def plan(api: Api, member: Any, doors: list[str], **more: Any) -> Any:
    return api.post("/api/trips", member, {"stops": [{"lead_id": lead} for lead in doors], **more})


@pytest.fixture
def trip(api: Api, doors: list[str]) -> dict[str, Any]:
    answer = plan(api, api.franchise.rep, doors, keep_order=True)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_rep_plans_a_run_in_a_short_order_with_an_estimate(api: Api, franchise: Franchise, doors: list[str]):
    lat, lon = franchise.north_west.box.point(1)
    body = {"name": "Elm", "start": {"lat": lat, "lon": lon}, "end": {"lat": lat, "lon": lon}}
    answer = plan(api, franchise.rep, doors, territory_id=str(franchise.north_west.id), **body)
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    made = answer.json()
    order = [stop["lead_id"] for stop in made["stops"]]
    assert order in ([doors[at] for at in (3, 1, 2, 0)], [doors[at] for at in (0, 2, 1, 3)])
    assert [stop["order"] for stop in made["stops"]] == [1, 2, 3, 4]
    assert (made["distance_basis"], made["status"], made["stop_count"]) == ("straight_line", "planned", 4)
    assert made["distance_meters"] > 100
    assert made["duration_minutes"] >= 12
    assert made["start"] == pytest.approx({"lat": lat, "lon": lon})
    assert made["stops"][0]["position"]["lon"] == pytest.approx(lon)
    with franchise.admin() as session:
        row = session.get_one(Trip, (franchise.org_id, uuid.UUID(made["id"])))
        assert row.start_position is not None
        assert str(lat).encode() not in row.start_position
        assert row.start_cell is not None
    assert api.get(f"/api/trips/{made['id']}", franchise.rep).json() == made
    assert franchise.audit_trail("trip created")[0].after["stops"] == 4


def test_the_order_stays_as_it_was_sent_when_asked(doors: list[str], trip: dict[str, Any]):
    assert [stop["lead_id"] for stop in trip["stops"]] == doors


def test_a_stop_may_be_an_address(api: Api, franchise: Franchise):
    door = franchise.add_address(franchise.north_west)
    made = api.post("/api/trips", franchise.rep, {"stops": [{"address_id": str(door.id)}]}).json()
    assert (made["stops"][0]["line"], made["stops"][0]["lead_id"]) == (door.line, None)


def test_the_same_request_again_answers_with_the_first_result(api: Api, franchise: Franchise, doors: list[str]):
    made = {"id": str(uuid7())}
    first, again = plan(api, franchise.rep, doors, **made), plan(api, franchise.rep, doors, **made)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert_problem(plan(api, franchise.rep, doors[:1], **made), 409, "new id")


class TestWhoGoes:
    def test_reps_go_themselves(self, api: Api, franchise: Franchise):
        body = {"owner_id": str(franchise.helper.id)}
        assert_problem(plan(api, franchise.rep, [], **body), 403, "manager")
        assert plan(api, franchise.rep, [], owner_id=str(franchise.rep.id)).status_code == 201
        assert_problem(plan(api, franchise.ops, []), 403)
        assert_problem(api.get("/api/trips", franchise.ops), 403)

    def test_managers_send_others_within_their_territories(self, api: Api, franchise: Franchise):
        rep = str(franchise.rep.id)
        mine = plan(api, franchise.manager, [], owner_id=rep, territory_id=str(franchise.north_west.id))
        assert (mine.status_code, mine.json()["owner_id"]) == (201, rep)
        assert franchise.audit_trail("trip created")[0].acted_for == franchise.rep.id
        assert_problem(plan(api, franchise.manager, [], owner_id=rep), 403, "territory_id")
        theirs = plan(api, franchise.manager, [], owner_id=rep, territory_id=str(franchise.south_east.id))
        assert_problem(theirs, 422, "territory_id")
        assert plan(api, franchise.owner, [], owner_id=rep).status_code == 201

    @pytest.mark.parametrize("who", ["ops", "stranger", "theirs"])
    def test_nobody_is_sent_who_does_not_go(self, api: Api, franchise: Franchise, other_franchise: Franchise, who: str):
        wanted = {"ops": franchise.ops.id, "stranger": uuid.uuid4(), "theirs": other_franchise.rep.id}[who]
        assert_problem(plan(api, franchise.owner, [], owner_id=str(wanted)), 422, "owner_id")


def test_doors_out_of_reach_are_named(api: Api, franchise: Franchise, other_franchise: Franchise, doors: list[str]):
    far = str(franchise.leads_in(franchise.south_east)[0])
    assert_problem(plan(api, franchise.rep, [doors[0], far]), 422, "stops.1.lead_id")
    assert_problem(plan(api, franchise.owner, [str(other_franchise.scheduled)]), 422, "stops.0.lead_id")
    address = {"stops": [{"address_id": str(uuid.uuid4())}]}
    assert_problem(api.post("/api/trips", franchise.owner, address), 422, "stops.0.address_id")
    territory = {"territory_id": str(other_franchise.west.id)}
    assert_problem(plan(api, franchise.owner, [], **territory), 422, "territory_id")


def test_trips_out_of_reach_are_not_there(
    api: Api, franchise: Franchise, other_franchise: Franchise, client: Any, trip: dict[str, Any]
):
    path, stop = f"/api/trips/{trip['id']}", f"/api/trips/{trip['id']}/stops/{trip['stops'][0]['id']}"
    theirs = Api(client, other_franchise)
    for voice, member in ((api, franchise.helper), (theirs, other_franchise.owner)):
        assert_problem(voice.get(path, member), 404)
        assert_problem(voice.patch(path, member, {"name": "x"}), 404)
        assert_problem(voice.patch(f"{path}/status", member, {"status": "in_progress"}), 404)
        assert_problem(voice.patch(stop, member, {"arrived": True}), 404)
        assert_problem(voice.request("DELETE", path, member), 404)
        assert voice.get("/api/trips", member).json()["items"] == []


def test_a_viewer_reads_a_trip_of_the_territory_and_changes_nothing(api: Api, franchise: Franchise):
    lead = str(franchise.leads_in(franchise.north_east)[0])
    made = plan(api, franchise.owner, [lead], territory_id=str(franchise.north_east.id)).json()
    path = f"/api/trips/{made['id']}"
    assert api.get(path, franchise.helper).status_code == 200
    assert_problem(api.patch(path, franchise.helper, {"name": "x"}), 403)
    assert_problem(api.patch(f"{path}/status", franchise.helper, {"status": "in_progress"}), 403)
    assert_problem(api.patch(f"{path}/stops/{made['stops'][0]['id']}", franchise.helper, {"arrived": True}), 403)
    assert_problem(api.request("DELETE", path, franchise.helper), 403)


class TestThePlan:
    def test_an_edit_names_the_version_it_was_made_on(self, api: Api, franchise: Franchise, trip: dict[str, Any]):
        path, first = f"/api/trips/{trip['id']}", {"if-match": '"1"'}
        changed = api.request("PATCH", path, franchise.rep, json={"name": "Oak"}, headers=first)
        assert (changed.json()["name"], changed.headers["etag"]) == ("Oak", '"2"')
        assert_problem(api.request("PATCH", path, franchise.rep, json={"name": "Fir"}, headers=first), 412)
        assert_problem(api.request("DELETE", path, franchise.rep, headers=first), 412)

    def test_stops_change_places_come_and_go(
        self, api: Api, franchise: Franchise, doors: list[str], trip: dict[str, Any]
    ):
        one, two, three, _ = trip["stops"]
        new = str(franchise.leads_in(franchise.north_west)[0])
        stops = [{"id": each["id"], "lead_id": each["lead_id"]} for each in (three, one, two)] + [{"lead_id": new}]
        changed = api.patch(f"/api/trips/{trip['id']}", franchise.rep, {"stops": stops}).json()
        assert [stop["id"] for stop in changed["stops"]][:3] == [three["id"], one["id"], two["id"]]
        assert changed["stops"][3]["lead_id"] == new
        assert changed["distance_meters"] != trip["distance_meters"]
        short = api.patch(f"/api/trips/{trip['id']}", franchise.rep, {"stops": stops, "keep_order": False}).json()
        assert short["distance_meters"] <= changed["distance_meters"]

    def test_a_visited_stop_stays_in_the_plan(self, api: Api, franchise: Franchise, trip: dict[str, Any]):
        path = f"/api/trips/{trip['id']}"
        api.patch(f"{path}/stops/{trip['stops'][0]['id']}", franchise.rep, {"status": "completed"})
        assert_problem(api.patch(path, franchise.rep, {"stops": []}), 409, "visited")

    def test_a_stop_of_another_trip_is_not_taken(
        self, api: Api, franchise: Franchise, doors: list[str], trip: dict[str, Any]
    ):
        other = plan(api, franchise.rep, []).json()
        stops = [{"id": trip["stops"][0]["id"], "lead_id": doors[0]}]
        assert_problem(api.patch(f"/api/trips/{other['id']}", franchise.rep, {"stops": stops}), 409)

    def test_a_trip_that_never_began_is_removed_and_another_is_not(
        self, api: Api, franchise: Franchise, trip: dict[str, Any]
    ):
        begun = plan(api, franchise.rep, []).json()
        api.patch(f"/api/trips/{begun['id']}/status", franchise.rep, {"status": "in_progress"})
        assert_problem(api.request("DELETE", f"/api/trips/{begun['id']}", franchise.rep), 409, "cancel it")
        assert api.request("DELETE", f"/api/trips/{trip['id']}", franchise.rep).status_code == 204
        assert_problem(api.get(f"/api/trips/{trip['id']}", franchise.rep), 404)
        assert franchise.audit_trail("trip deleted")[0].entity_id == uuid.UUID(trip["id"])


class TestTheRun:
    def test_it_starts_and_ends_by_the_phones_times(
        self, api: Api, franchise: Franchise, clock: Clock, trip: dict[str, Any]
    ):
        path = f"/api/trips/{trip['id']}/status"
        began, ended = clock.now - timedelta(hours=3), clock.now - timedelta(hours=1)
        body = {"status": "in_progress", "occurred_at": iso(began)}
        assert api.patch(path, franchise.rep, body).json()["started_at"] == iso(began)
        body = {"status": "completed", "occurred_at": iso(ended), "actual_distance_meters": 4200}
        done = api.patch(path, franchise.rep, body).json()
        assert (done["completed_at"], done["actual_distance_meters"], done["actual_duration_minutes"]) == (
            iso(ended),
            4200,
            120,
        )
        again = api.patch(path, franchise.rep, body | {"actual_distance_meters": 4300}).json()
        assert (again["completed_at"], again["actual_distance_meters"]) == (iso(ended), 4300)
        assert_problem(api.patch(path, franchise.rep, {"status": "in_progress"}), 409, "completed")
        assert_problem(api.patch(f"/api/trips/{trip['id']}", franchise.rep, {"name": "x"}), 409)

    def test_a_phone_that_runs_ahead_does_not_date_it_into_the_future(
        self, api: Api, franchise: Franchise, clock: Clock, trip: dict[str, Any]
    ):
        body = {"status": "in_progress", "occurred_at": iso(clock.now + timedelta(hours=5))}
        answer = api.patch(f"/api/trips/{trip['id']}/status", franchise.rep, body)
        assert answer.json()["started_at"] == iso(clock.now)

    @pytest.mark.parametrize("status", ["completed", "planned"])
    def test_moves_that_there_are_not(self, api: Api, franchise: Franchise, trip: dict[str, Any], status: str):
        path = f"/api/trips/{trip['id']}/status"
        if status == "completed":
            assert_problem(api.patch(path, franchise.rep, {"status": status}), 409, "planned")
        api.patch(path, franchise.rep, {"status": "cancelled"})
        assert_problem(api.patch(path, franchise.rep, {"status": status}), 409, "over")

    def test_stops_are_told_of_late_and_in_any_order(
        self, api: Api, franchise: Franchise, clock: Clock, trip: dict[str, Any]
    ):
        path = f"/api/trips/{trip['id']}/stops/{trip['stops'][0]['id']}"
        came, left = clock.now - timedelta(minutes=20), clock.now - timedelta(minutes=10)
        api.patch(path, franchise.rep, {"status": "completed", "occurred_at": iso(left), "notes": "Spoke to her"})
        late = {"arrived": True, "status": "pending", "occurred_at": iso(came), "notes": "Here"}
        told = api.patch(path, franchise.rep, late).json()
        assert (told["status"], told["arrival_at"], told["completed_at"]) == ("completed", iso(came), iso(left))
        assert told["notes"] == "Spoke to her"
        skipped = api.patch(path, franchise.rep, {"status": "skipped", "skip_reason": "A dog"}).json()
        assert (skipped["status"], skipped["skip_reason"], skipped["completed_at"]) == ("skipped", "A dog", None)
        found = api.get(f"/api/trips/{trip['id']}", franchise.rep).json()
        assert (found["stops_completed"], found["stops_skipped"], found["stop_count"]) == (0, 1, 4)
        assert found["version"] == 1  # a phone's news do not spoil an edit of the plan

    def test_a_skip_says_why(self, api: Api, franchise: Franchise, trip: dict[str, Any]):
        path = f"/api/trips/{trip['id']}/stops/{trip['stops'][0]['id']}"
        assert_problem(api.patch(path, franchise.rep, {"status": "skipped"}), 422, "skip_reason")
        assert_problem(api.patch(path, franchise.rep, {}), 422)
        assert_problem(
            api.patch(f"/api/trips/{trip['id']}/stops/{uuid.uuid4()}", franchise.rep, {"arrived": True}), 404
        )


def test_trips_are_found_by_whose_where_what_and_when(api: Api, franchise: Franchise):
    west, rep = str(franchise.west.id), str(franchise.rep.id)
    made = [
        plan(api, franchise.owner, [], **body).json()["id"]
        for body in (
            # 2 July by UTC, the evening of 1 July in Chicago.
            {"owner_id": rep, "planned_start": "2026-07-02T04:30:00Z", "territory_id": str(franchise.north_west.id)},
            {"owner_id": rep, "planned_start": "2026-07-02T05:30:00Z", "territory_id": str(franchise.south_east.id)},
            {"planned_start": "2026-07-01T04:30:00Z"},
        )
    ]

    def found(**params: Any) -> list[str]:
        return [each["id"] for each in api.get("/api/trips", franchise.owner, **params).json()["items"]]

    assert found() == made[::-1]
    assert found(owner_id=rep) == [made[1], made[0]]
    assert found(territory_id=west) == [made[0]]
    assert found(day="2026-07-01") == [made[0]]
    assert found(day="2026-07-02") == [made[1]]
    assert found(status="completed") == []
    first = api.get("/api/trips", franchise.owner, limit=2).json()
    assert [each["id"] for each in first["items"]] == made[:0:-1]
    assert found(limit=2, cursor=first["next_cursor"]) == made[:1]
    for day in ("0001-01-01", "9999-12-31", "tomorrow"):
        assert_problem(api.get("/api/trips", franchise.owner, day=day), 422)


@pytest.mark.parametrize(
    "body",
    [
        {"stops": [{}]},
        {"stops": [{"lead_id": "x"}]},
        {"start": {"lat": 91, "lon": 0}},
        {"start": {"lat": 41}},
        {"optimization": "FLYING"},
        {"planned_start": "0001-01-01T00:00:00Z"},
        {"planned_start": "2026-07-01T00:00:00"},
        {"name": "a\x00b"},
        {"stops": [{"lead_id": str(uuid.uuid4())}] * 201},
        {"distance_meters": 1},
    ],
)
def test_what_makes_no_sense_is_refused(api: Api, franchise: Franchise, body: dict[str, Any]):
    assert_problem(api.post("/api/trips", franchise.rep, body), 422)
