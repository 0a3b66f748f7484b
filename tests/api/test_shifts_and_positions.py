"""Shifts and positions over HTTP: kept in any order, refused outside a shift, and no look unseen."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from outbound.ids import uuid7
from outbound.positions.models import RepPosition
from outbound.positions.service import purge_positions
from tests.api.conftest import Api, Clock
from tests.support.cast import Member
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

SHIFTS, POSITIONS = "/api/shifts", "/api/positions"


class Phone:
    """A member's phone, whose clock may be wrong."""

    def __init__(self, api: Api, clock: Clock, member: Member, *, wrong: timedelta = timedelta()) -> None:
        self.api, self.clock, self.member, self.wrong = api, clock, member, wrong

    def time(self, hours: float = 0) -> str:
        return (self.clock.now + self.wrong + timedelta(hours=hours)).isoformat()

    def start(self, hours: float = 0, **more: Any) -> dict[str, Any]:
        body = {"id": str(uuid7()), "started_at": self.time(hours), "client_sent_at": self.time()} | more
        answer = self.api.post(SHIFTS, self.member, body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def end(self, shift: dict[str, Any], hours: float = 0) -> dict[str, Any]:
        body = {"ended_at": self.time(hours), "client_sent_at": self.time()}
        answer = self.api.post(f"{SHIFTS}/{shift['id']}/end", self.member, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def report(self, *hours: float, **more: Any) -> list[dict[str, Any]]:
        sent = [
            {"id": str(uuid7()), "lat": 41.6, "lon": -93.62, "occurred_at": self.time(each)} | more for each in hours
        ]
        answer = self.api.post(POSITIONS, self.member, {"positions": sent, "client_sent_at": self.time()})
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]


@pytest.fixture
def phone(api: Api, clock: Clock, franchise: Franchise) -> Phone:
    return Phone(api, clock, franchise.rep)


def at(clock: Clock, hours: float) -> str:
    return (clock.now + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


def spans(api: Api, member: Member, **filters: Any) -> list[tuple[str, str | None]]:
    found = api.get(SHIFTS, member, **filters).json()["items"]
    return [(each["started_at"], each["ended_at"]) for each in reversed(found)]


class TestShifts:
    def test_one_is_started_and_ended_once(self, api: Api, franchise: Franchise, clock: Clock):
        body = {"id": str(uuid7()), "started_at": at(clock, -3)}
        first, again = (api.post(SHIFTS, franchise.rep, body) for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        assert_problem(api.post(SHIFTS, franchise.rep, body | {"started_at": at(clock, -2)}), 409)
        path = f"{SHIFTS}/{body['id']}"
        ended = api.post(f"{path}/end", franchise.rep, {"ended_at": at(clock, -1)})
        assert (ended.json()["ended_at"], ended.headers["etag"]) == (at(clock, -1), '"2"')
        # What was said first stands; a correction says that it is one.
        assert api.post(f"{path}/end", franchise.rep, {"ended_at": at(clock, 0)}).json() == ended.json()
        edited = api.request(
            "PATCH", path, franchise.rep, json={"ended_at": at(clock, -2)}, headers={"if-match": '"2"'}
        )
        assert edited.json()["ended_at"] == at(clock, -2)
        for action in ("started", "ended", "edited"):
            assert len(franchise.audit_trail(f"shift {action}")) == 1

    def test_a_clock_that_is_hours_wrong_is_corrected(self, api: Api, franchise: Franchise, clock: Clock):
        phone = Phone(api, clock, franchise.rep, wrong=timedelta(hours=-7))
        shift = phone.end(phone.start(-3), -1)
        assert (shift["started_at"], shift["ended_at"]) == (at(clock, -3), at(clock, -1))

    def test_an_end_that_seems_to_come_before_the_start_is_kept_and_flagged(self, phone: Phone, clock: Clock):
        shift = phone.end(phone.start(-1), -5)
        assert (shift["started_at"], shift["ended_at"], shift["clock_suspect"]) == (at(clock, -1), at(clock, -1), True)

    def test_one_that_nobody_ended_ends_where_the_next_begins_until_its_end_arrives(
        self, api: Api, phone: Phone, clock: Clock
    ):
        forgotten = phone.start(-30)
        phone.start(-6)
        assert spans(api, phone.member) == [(at(clock, -30), at(clock, -6)), (at(clock, -6), None)]
        assert spans(api, phone.member, running=True) == [(at(clock, -6), None)]
        late = phone.end(forgotten, -22)
        assert (late["ended_at"], late["end_inferred"]) == (at(clock, -22), False)

    @pytest.mark.parametrize("seed", range(4))
    def test_starts_and_ends_of_a_week_offline_may_arrive_in_any_order(
        self, api: Api, phone: Phone, clock: Clock, seed: int
    ):
        days = [(-hours, -hours + 8) for hours in (24, 48, 72, 96)]
        order = list(range(len(days)))
        random.Random(seed).shuffle(order)
        started = [(i, phone.start(days[i][0])) for i in order]
        random.Random(seed + 100).shuffle(started)
        for i, shift in started:
            phone.end(shift, days[i][1])
        assert spans(api, phone.member) == [(at(clock, a), at(clock, b)) for a, b in sorted(days)]

    def test_a_shift_is_ones_own_and_seen_by_the_manager_of_ones_turf(
        self, api: Api, franchise: Franchise, phone: Phone, other_franchise: Franchise
    ):
        shift = phone.start(-1)
        path = f"{SHIFTS}/{shift['id']}"
        for member in (franchise.manager, franchise.head_manager, franchise.owner):
            assert api.get(path, member).json()["user_name"] == "Rep"
            assert_problem(api.post(f"{path}/end", member, {"ended_at": phone.time()}), 403)
            assert_problem(api.patch(path, member, {"ended_at": phone.time()}), 403)
        assert_problem(api.get(path, franchise.helper), 404)
        assert_problem(api.post(f"{path}/end", franchise.helper, {"ended_at": phone.time()}), 404)
        assert_problem(api.get(SHIFTS, franchise.ops), 403)
        assert_problem(api.post(SHIFTS, franchise.ops, {"started_at": phone.time()}), 403)
        stranger = franchise.add_member(franchise.rep.role)
        theirs = Phone(api, phone.clock, stranger).start(-1)
        assert_problem(api.get(f"{SHIFTS}/{theirs['id']}", franchise.manager), 404)
        assert {each["user_name"] for each in api.get(SHIFTS, franchise.manager).json()["items"]} == {"Rep"}

    def test_what_cannot_be_is_refused(self, api: Api, phone: Phone, clock: Clock):
        shift = phone.start(-3)
        path, member = f"{SHIFTS}/{shift['id']}", phone.member
        for method, where, body, status in (
            ("POST", SHIFTS, {}, 422),
            ("POST", SHIFTS, {"started_at": "0001-01-01T00:00:00+14:00"}, 422),
            ("POST", SHIFTS, {"started_at": at(clock, 0), "user_id": str(uuid7())}, 422),
            ("PATCH", path, {"ended_at": at(clock, -4)}, 422),
            ("PATCH", path, {"ended_at": at(clock, 4)}, 422),
            ("PATCH", path, {"ended_at": None}, 422),
            ("POST", f"{SHIFTS}/{uuid7()}/end", {"ended_at": at(clock, 0)}, 404),
            ("GET", f"{SHIFTS}?cursor=nonsense", None, 422),
        ):
            assert_problem(api.request(method, where, member, json=body), status)
        stale = api.request("PATCH", path, member, json={"ended_at": at(clock, -1)}, headers={"if-match": '"9"'})
        assert_problem(stale, 412)


class TestReporting:
    def test_each_position_has_its_own_result(self, api: Api, phone: Phone, franchise: Franchise):
        phone.end(phone.start(-4), -2)
        results = phone.report(-5, -3, -1, -24 * 40)
        assert [each["result"] for each in results] == ["outside_shift", "applied", "outside_shift", "too_old"]
        assert "shift" in results[0]["reason"]
        (entry,) = franchise.audit_trail("positions reported")
        assert entry.after == {"count": 1, "refused": 3}
        assert "41.6" not in str(entry.after)

    def test_sent_twice_it_is_stored_once_and_another_under_its_id_is_refused(self, phone: Phone, franchise: Franchise):
        phone.start(-4)
        same = str(uuid7())
        assert [each["result"] for each in phone.report(-3, -3, id=same)] == ["applied", "duplicate"]
        assert [each["result"] for each in phone.report(-3, id=same)] == ["duplicate"]
        assert [each["result"] for each in phone.report(-3, id=same, lat=41.7)] == ["conflict"]
        other = Phone(phone.api, phone.clock, franchise.helper)
        other.start(-4)
        assert [each["result"] for each in other.report(-3, id=same)] == ["conflict"]

    def test_it_is_sealed_with_its_cell_beside_it(self, phone: Phone, franchise: Franchise):
        phone.start(-1)
        phone.report(-0.5)
        with franchise.admin() as session:
            row = session.scalars(select(RepPosition)).one()
        assert row.cell > 0
        assert b"41.6" not in row.position
        assert len(row.position) > 40

    def test_a_shift_cut_short_keeps_no_position_beyond_it(self, api: Api, phone: Phone, franchise: Franchise):
        shift = phone.start(-4)
        phone.report(-3, -2, -1)
        phone.end(shift, -2.5)
        trail = [each["occurred_at"] for each in self.trail(api, franchise.rep, phone)]
        assert trail == [at(phone.clock, -3)] or len(trail) <= 1
        (entry,) = franchise.audit_trail("shift ended")
        assert entry.after["positions_dropped"] == 2

    def trail(self, api: Api, member: Member, phone: Phone) -> list[dict[str, Any]]:
        return api.get(f"{POSITIONS}/{member.id}", member).json()["items"]

    def test_what_is_no_position_is_refused_with_its_field(self, api: Api, phone: Phone, franchise: Franchise):
        good = {"id": str(uuid7()), "lat": 41.6, "lon": -93.6, "occurred_at": phone.time()}
        for bad in (
            {"lat": 91}, {"lon": "x"}, {"accuracy": -1}, {"id": "1"}, {"occurred_at": "0001-01-01T00:00:00Z"},
            {"lat": None}, {"more": 1},
        ):  # fmt: skip
            body = assert_problem(api.post(POSITIONS, phone.member, {"positions": [good | bad]}), 422)
            assert body["errors"][0]["field"].startswith("body.positions.0")
        for raw in ('{"positions": [{"lat": NaN}]}', '{"positions": []}', "[]", '{"positions": 1e400}'):
            answer = api.request(
                "POST", POSITIONS, phone.member, content=raw, headers={"content-type": "application/json"}
            )
            assert_problem(answer, 422)
        assert_problem(api.post(POSITIONS, phone.member, {"positions": [good] * 1001}), 422)
        assert_problem(api.post(POSITIONS, franchise.ops, {"positions": [good]}), 403)


class TestLooking:
    def test_the_live_map_shows_who_is_on_a_shift_in_reach_and_each_is_told(
        self, api: Api, franchise: Franchise, phone: Phone, clock: Clock
    ):
        phone.start(-2)
        phone.report(-1, -0.5)
        far = Phone(api, clock, franchise.add_member(franchise.rep.role, "far"))
        far.end(far.start(-2), -1)
        far.report(-1.5)
        shown = {}
        for member in (franchise.owner, franchise.head_manager, franchise.manager, franchise.rep, franchise.helper):
            shown[member.name] = [each["user_name"] for each in api.get(POSITIONS, member).json()]
        everybody = ["Rep"]
        assert shown == {
            "Owner": everybody, "Head Manager": everybody, "Manager": everybody, "Rep": everybody, "Helper": []
        }  # fmt: skip
        ended = api.get(POSITIONS, franchise.owner, include_ended=True).json()
        assert [(each["user_name"], each["on_shift"]) for each in ended] == [("Far", False), ("Rep", True)]
        (mine, *_) = api.get(POSITIONS, franchise.rep).json()
        assert (mine["lat"], mine["lon"], mine["occurred_at"]) == (41.6, -93.62, at(clock, -0.5))
        looks = api.get("/api/me/location-looks", franchise.rep).json()["items"]
        # One's own looks are none.
        assert sorted(each["looked_by_name"] for each in looks) == ["Head Manager", "Manager", "Owner", "Owner"]
        assert {each["kind"] for each in looks} == {"latest"}
        assert api.get("/api/me/location-looks", franchise.helper).json()["items"] == []
        assert_problem(api.get(POSITIONS, franchise.ops), 403)

    def test_a_trail_is_paged_and_every_page_of_it_is_a_look(
        self, api: Api, franchise: Franchise, phone: Phone, clock: Clock
    ):
        clock.now = datetime.fromisoformat("2026-05-04T20:00:00+00:00")
        phone.start(-5)
        phone.report(-4, -3, -2)
        path = f"{POSITIONS}/{franchise.rep.id}"
        first = api.get(path, franchise.manager, limit=2).json()
        rest = api.get(path, franchise.manager, limit=2, cursor=first["next_cursor"]).json()
        times = [each["occurred_at"] for each in first["items"] + rest["items"]]
        assert times == [at(clock, hours) for hours in (-4, -3, -2)]
        assert api.get(path, franchise.manager, day="2026-05-03").json()["items"] == []
        looks = api.get("/api/me/location-looks", franchise.rep, limit=2).json()
        assert looks["next_cursor"]
        assert looks["items"][-1]["window_from"] in ("2026-05-03T05:00:00Z", "2026-05-04T05:00:00Z")  # Chicago's day
        more = api.get("/api/me/location-looks", franchise.rep, cursor=looks["next_cursor"]).json()["items"]
        assert len(looks["items"] + more) == 3

    def test_nobody_looks_beyond_their_reach(
        self, api: Api, franchise: Franchise, other_franchise: Franchise, phone: Phone
    ):
        stranger = franchise.add_member(franchise.rep.role)
        for member, whose, status in (
            (franchise.helper, franchise.rep.id, 404),
            (franchise.ops, franchise.rep.id, 403),
            (franchise.manager, stranger.id, 404),
            (franchise.owner, other_franchise.rep.id, 404),
            (franchise.owner, uuid.uuid4(), 404),
            (franchise.rep, franchise.rep.id, 200),
            (franchise.owner, stranger.id, 200),
        ):
            assert api.get(f"{POSITIONS}/{whose}", member).status_code == status, (member.name, status)
        for day in ("0001-01-01", "9999-12-31", "soon"):
            assert_problem(api.get(f"{POSITIONS}/{franchise.rep.id}", franchise.rep, day=day), 422)

    def test_a_look_cannot_be_taken_back_or_signed_with_another_name(self, franchise: Franchise):
        from tests.support.roles import INSUFFICIENT_PRIVILEGE, sqlstate_of

        forged = (
            "insert into outbound.location_looks (org_id, id, user_id, looked_by, looked_at, kind, window_from,"
            " window_until) values (:org, gen_random_uuid(), :rep, :by, now(), 'trail', now(), now())"
        )
        with franchise.as_member(franchise.manager) as session:
            where = {"org": franchise.org_id, "rep": franchise.rep.id}
            for statement, values in (
                ("delete from outbound.location_looks", {}),
                ("update outbound.location_looks set looked_at = now()", {}),
                (forged, where | {"by": franchise.owner.id}),
            ):
                assert sqlstate_of(session.connection(), statement, **values) == INSUFFICIENT_PRIVILEGE


class TestForgetting:
    def test_a_rep_deletes_their_own_and_nobody_elses(self, api: Api, franchise: Franchise, phone: Phone):
        other = Phone(api, phone.clock, franchise.helper)
        for each in (phone, other):
            each.start(-2)
            each.report(-1)
        assert api.request("DELETE", "/api/me/positions", franchise.rep).json() == {"deleted": 1}
        with franchise.admin() as session:
            assert session.scalars(select(RepPosition.user_id)).all() == [franchise.helper.id]
        assert len(franchise.audit_trail("positions deleted")) == 1

    def test_old_ones_are_purged_organisation_by_organisation(
        self, franchise: Franchise, other_franchise: Franchise, phone: Phone, clock: Clock
    ):
        phone.start(-24 * 20)
        phone.report(-24 * 19, -1)
        with other_franchise.as_job() as session:
            assert purge_positions(session, clock.now, 10) == 0
        with franchise.as_job() as session:
            assert purge_positions(session, clock.now, 10) == 1
            assert purge_positions(session, clock.now, 10) == 0
            assert session.scalar(text("select count(*) from outbound.rep_positions")) == 1
