"""Every kind of operation through POST /api/sync: applied as by the route of its own, once, in any order."""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from outbound.ids import uuid7
from outbound.storage.context import keys_of
from outbound.storage.database import Database
from outbound.sync.handlers import HANDLERS
from outbound.sync.models import SyncOperation
from tests.api.conftest import Api, Clock
from tests.support.everything import add_everything
from tests.support.franchise import Franchise
from tests.support.phone import Json, Phone


@pytest.fixture
def phone(api: Api, franchise: Franchise, clock: Clock) -> Phone:
    return Phone(api, franchise.rep, clock)


@pytest.fixture
def lead_id(franchise: Franchise) -> str:
    return str(franchise.add_lead(franchise.north_west, owner=franchise.rep))


def stored(franchise: Franchise, table: str, row_id: str) -> Any:
    with franchise.admin() as session:
        return session.execute(text(f"select * from outbound.{table} where id = :id"), {"id": row_id}).one()


def a_day(phone: Phone, franchise: Franchise, lead_id: str) -> list[Json]:
    """One operation of every kind, as a rep's day brings them."""
    cadence = a_cadence(franchise)
    lead = phone.lead(ago=100, phone="515-555-0123")
    knock = phone.knock(lead["id"], "INTERESTED", ago=90)
    slip = phone.knock(lead_id, "NOT_INTERESTED", ago=80)
    task = phone.operation("task.create", {"lead_id": lead["id"], "title": "Call back"}, ago=79)
    other = phone.operation("task.create", {"lead_id": lead_id, "title": "Send flyer"}, ago=78)
    stop_id = str(uuid7())
    trip = phone.operation("trip.create", {"stops": [{"id": stop_id, "lead_id": lead["id"]}]}, ago=120)
    shift = phone.operation("shift.start", {}, ago=130)
    where = {"lat": 41.6, "lon": -93.6}
    digest = hashlib.sha256(b"a photo").hexdigest()
    photo = {"lead_id": lead["id"], "activity_id": knock["id"], "media_type": "image/jpeg", "size": 7, "sha256": digest}
    spot = {"id": str(uuid7()), "occurred_at": (phone.time() - timedelta(minutes=60)).isoformat(), **where}
    return [
        lead,
        knock,
        slip,
        phone.operation("activity.undo", {"activity_id": slip["id"]}, ago=77),
        phone.operation("lead.update", {"lead_id": lead_id, "last_name": "Renamed", "tags": ["dog"]}, ago=70),
        phone.operation("stage", {"lead_id": lead["id"], "stage": "FOLLOW_UP"}, ago=65),
        phone.operation("address.update", {"lead_id": lead["id"], "curfew": "19:00", "position": where}, ago=69),
        phone.operation("consent", {"lead_id": lead["id"], "channel": "sms", "granted": True}, ago=64),
        phone.operation("enrolment", {"lead_id": lead["id"], "cadence_id": cadence}, ago=63),
        task,
        other,
        phone.operation("task.update", {"task_id": other["id"], "title": "Send two flyers"}, ago=50),
        phone.operation("task.complete", {"task_id": task["id"], "notes": "Done"}, ago=49),
        trip,
        phone.operation("trip.status", {"trip_id": trip["id"], "status": "in_progress"}, ago=110),
        phone.operation("stop", {"trip_id": trip["id"], "stop_id": stop_id, "status": "completed"}, ago=89),
        shift,
        phone.operation("position", where | {"shift_id": shift["id"]}, ago=125),
        phone.operation("positions", {"positions": [spot], "shift_id": shift["id"]}, ago=60),
        phone.operation("shift.end", {"shift_id": shift["id"]}, ago=5),
        phone.operation("photo", photo, ago=88),
    ]


def a_cadence(franchise: Franchise) -> str:
    cadence_id = uuid7()
    with franchise.admin() as session:
        session.execute(
            text(
                "insert into outbound.cadences (org_id, id, name, target_stage) values (:org, :id, :name, 'FOLLOW_UP')"
            ),
            {"org": franchise.org_id, "id": cadence_id, "name": f"Follow {cadence_id}"},
        )
        session.execute(
            text(
                'insert into outbound.cadence_steps (org_id, id, cadence_id, "order", channel, wait_minutes)'
                " values (:org, gen_random_uuid(), :cadence, 1, 'CALL', 60)"
            ),
            {"org": franchise.org_id, "cadence": cadence_id},
        )
    return str(cadence_id)


def told(results: list[Json]) -> list[tuple[str, str, str | None]]:
    return [(each["kind"], each["status"], each["reason"]) for each in results if each["status"] != "applied"]


def test_a_whole_day_applies_and_its_repeat_changes_nothing(phone: Phone, franchise: Franchise, lead_id: str):
    day = a_day(phone, franchise, lead_id)
    assert {each["kind"] for each in day} == set(HANDLERS)
    assert told(phone.send(*day)) == []
    task, trip, shift = (next(each for each in day if each["kind"] == kind) for kind in KINDS)
    assert stored(franchise, "tasks", task["id"]).state == "done"
    assert stored(franchise, "trips", trip["id"]).started_at == phone.clock.now - timedelta(minutes=110)
    assert stored(franchise, "shifts", shift["id"]).ended_at == phone.clock.now - timedelta(minutes=5)
    assert stored(franchise, "leads", lead_id).last_name == "Renamed"
    before = everything(franchise)
    phone.clock.advance(minutes=30)
    assert {each["status"] for each in phone.send(*day)} == {"duplicate"}
    assert everything(franchise) == before


KINDS = ("task.create", "trip.create", "shift.start")


@pytest.mark.parametrize("seed", range(4))
def test_in_any_order_and_in_pieces_everything_arrives_once(
    phone: Phone, franchise: Franchise, lead_id: str, seed: int
):
    chaos = random.Random(seed)
    day = a_day(phone, franchise, lead_id)
    shuffled = chaos.sample(day, len(day))
    for start in range(0, len(shuffled), 3):
        phone.send(*shuffled[start : start + 3])
    assert {each["status"] for each in phone.send(*day)} <= {"duplicate", "conflict"}
    lead = next(each for each in day if each["kind"] == "lead.create")
    with franchise.admin() as session:
        waiting = session.scalar(text("select count(*) from outbound.sync_operations where status = 'deferred'"))
        activities = session.scalar(
            text("select count(*) from outbound.activities where lead_id in (:lead, :other)"),
            {"lead": lead["id"], "other": lead_id},
        )
        positions = session.scalar(text("select count(*) from outbound.rep_positions"))
    assert (waiting, activities, positions) == (0, 3, 2)
    before = everything(franchise)
    phone.send(*chaos.sample(day, len(day)))
    assert everything(franchise) == before


class TestEachForItself:
    def test_an_edit_of_an_old_version_is_a_conflict_and_without_one_overwrites(
        self, phone: Phone, franchise: Franchise, lead_id: str
    ):
        first = phone.operation("lead.update", {"lead_id": lead_id, "version": 1, "first_name": "Ada"})
        second = phone.operation("lead.update", {"lead_id": lead_id, "version": 1, "first_name": "Bea"})
        third = phone.operation("lead.update", {"lead_id": lead_id, "first_name": "Cleo"})
        assert phone.statuses(first) == ["applied"]
        (result,) = phone.send(second)
        assert (result["status"], result["state"]["lead"]["version"]) == ("conflict", 2)
        assert phone.statuses(third) == ["applied"]
        assert stored(franchise, "leads", lead_id).first_name == "Cleo"

    def test_a_change_of_a_lead_that_has_not_arrived_waits_whole(self, phone: Phone, franchise: Franchise):
        lead = phone.lead()
        data = {
            "lead_id": lead["id"],
            "next_action_at": "2026-05-04T15:00:00Z",
            "consent": {"sms": {"granted": True, "source": "at the door"}},
            "address": {"line": "77 Other St, Testville, IA 50309", "lat": 41.61, "lon": -93.61},
            "tags": ["dog"],
        }
        assert phone.statuses(phone.operation("lead.update", data, ago=1)) == ["deferred"]
        answer = phone.exchange(lead)
        assert [each["status"] for each in answer["settled"]] == ["applied"]
        row = stored(franchise, "leads", lead["id"])
        assert row.next_action_at.isoformat() == "2026-05-04T15:00:00+00:00"
        assert row.consent["sms"] is True

    def test_a_rep_may_not_give_a_lead_away(self, phone: Phone, franchise: Franchise, lead_id: str):
        data = {"lead_id": lead_id, "owner_id": str(franchise.helper.id)}
        assert phone.statuses(phone.operation("lead.update", data)) == ["rejected"]

    def test_positions_outside_a_shift_are_rejected(self, phone: Phone):
        assert phone.statuses(phone.operation("position", {"lat": 41.6, "lon": -93.6})) == ["rejected"]

    def test_a_task_that_is_done_is_done_once(self, phone: Phone, franchise: Franchise):
        task = str(add_everything(franchise).task_id)
        done = [phone.operation("task.complete", {"task_id": task}, ago=ago) for ago in (20, 10)]
        assert phone.statuses(*done) == ["applied", "duplicate"]

    def test_an_illegal_move_of_a_trip_is_a_conflict(self, phone: Phone, franchise: Franchise):
        trip = phone.operation("trip.create", {})
        ended = phone.operation("trip.status", {"trip_id": trip["id"], "status": "cancelled"}, ago=5)
        again = phone.operation("trip.status", {"trip_id": trip["id"], "status": "in_progress"}, ago=4)
        assert phone.statuses(trip, ended, again) == ["applied", "applied", "conflict"]


def everything(franchise: Franchise) -> dict[str, list[str]]:
    """Every row of every table of the organisation, but who was looked up in doing so."""
    with franchise.admin() as session:
        tables = session.scalars(
            text(
                "select table_name from information_schema.columns where table_schema = 'outbound'"
                " and column_name = 'org_id' and table_name not in ('sessions')"
            )
        ).all()
        return {
            table: sorted(map(repr, session.execute(text(f"select * from outbound.{table}")).all())) for table in tables
        }


def test_what_is_named_by_nobody_elses_id_is_never_applied_twice_for_another(
    phone: Phone, api: Api, franchise: Franchise, clock: Clock, lead_id: str
):
    move = phone.operation("stage", {"lead_id": lead_id, "stage": "CONTACTED"})
    assert phone.statuses(move) == ["applied"]
    manager = Phone(api, franchise.manager, clock)
    assert manager.statuses(move) == ["applied"]
    assert franchise.lead(uuid.UUID(lead_id)).version == 2


def test_what_a_former_release_kept_waiting_applies_and_stays_known(
    phone: Phone, database: Database, franchise: Franchise
):
    lead = phone.lead(ago=20)
    knock = phone.knock(lead["id"], "INTERESTED", ago=19)
    assert [each["status"] for each in phone.send(knock)] == ["deferred"]
    keep_as_before(database, franchise, knock)
    answer = phone.exchange(lead)
    assert [(each["id"], each["status"]) for each in answer["settled"]] == [(knock["id"], "applied")]
    assert stored(franchise, "activities", knock["id"]).result == "INTERESTED"
    assert [each["status"] for each in phone.send(knock)] == ["duplicate"]


def keep_as_before(database: Database, franchise: Franchise, knock: Json) -> None:
    """Seals a knock that waits anew, as the draft of the service, under a digest of that."""
    told = {"id": knock["id"], "occurred_at": knock["occurred_at"], "type": "DOOR_KNOCK", "result": "INTERESTED"}
    draft = {"lead_id": knock["data"]["lead_id"], "activity": told}
    with database.as_member(franchise.org_id, franchise.rep.id, source="test") as session:
        row = session.scalars(select(SyncOperation)).one()
        keys = keys_of(session)
        plain = json.loads(keys.open_sealed(row.org_id, row.id, row.payload or b""))
        del plain["data"]
        row.payload = keys.seal(row.org_id, row.id, json.dumps(plain | {"draft": draft}).encode())
        row.digest = "of the draft"
