"""POST /api/sync: what was done offline is applied once, whatever arrives, in whatever order, however often."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from outbound.ids import uuid7
from outbound.storage.database import Database
from outbound.sync.operations import Arrival
from outbound.sync.sweep import sweep
from outbound.vocabulary import ActivityResult, Stage
from tests.api.conftest import Api, Clock
from tests.support.examples import examples
from tests.support.franchise import Franchise
from tests.support.phone import Json, Phone
from tests.support.problems import assert_problem
from tests.support.wrong_keys import seal_strangely


@pytest.fixture
def phone(api: Api, franchise: Franchise, clock: Clock) -> Phone:
    return Phone(api, franchise.rep, clock)


class TestABatch:
    def test_a_lead_and_its_knock_captured_offline_arrive_together(self, phone: Phone, franchise: Franchise):
        lead = phone.lead(ago=20)
        knock = phone.knock(lead["id"], "INTERESTED", ago=19)
        created, logged = phone.send(lead, knock)
        assert (created["status"], logged["status"]) == ("applied", "applied")
        assert (logged["state"]["lead"]["stage"], logged["state"]["lead"]["version"]) == ("CONTACTED", 2)
        stored = franchise.lead(uuid.UUID(lead["id"]))
        assert stored.stage_entered_at == phone.clock.now - timedelta(minutes=19)
        assert [each.result for each in franchise.activities(stored.id)] == ["INTERESTED"]

    def test_in_whatever_order_they_stand_in_it(self, phone: Phone, lead_id: uuid.UUID, franchise: Franchise):
        first = phone.knock(lead_id, "INTERESTED", ago=30)
        second = phone.knock(lead_id, "INTERESTED", ago=20)
        assert phone.statuses(second, first) == ["applied", "applied"]
        assert franchise.lead(lead_id).pipeline_stage == Stage.FOLLOW_UP

    def test_the_same_again_is_a_duplicate_and_changes_nothing(
        self, phone: Phone, lead_id: uuid.UUID, franchise: Franchise
    ):
        batch = [
            phone.knock(lead_id, "INTERESTED", ago=30),
            phone.operation("stage", {"lead_id": str(lead_id), "stage": "FOLLOW_UP"}, ago=20),
            phone.lead(),
        ]
        assert phone.statuses(*batch) == ["applied"] * 3
        before = everything(franchise)
        phone.clock.advance(hours=3)
        assert phone.statuses(*batch) == ["duplicate"] * 3
        assert everything(franchise) == before

    def test_twice_in_one_batch_is_applied_once(self, phone: Phone, lead_id: uuid.UUID, franchise: Franchise):
        knock = phone.knock(lead_id)
        assert phone.statuses(knock, knock) == ["applied", "duplicate"]
        assert len(franchise.activities(lead_id)) == 1

    def test_an_id_with_other_content_is_a_conflict(self, phone: Phone, lead_id: uuid.UUID, franchise: Franchise):
        knock = phone.knock(lead_id, "NOT_HOME")
        other = knock | {"data": knock["data"] | {"result": "INTERESTED"}}
        assert phone.statuses(knock, other) == ["applied", "conflict"]
        assert phone.statuses(other) == ["conflict"]
        move = phone.operation("stage", {"lead_id": str(lead_id), "stage": "CONTACTED"})
        assert phone.statuses(move) == ["applied"]
        assert phone.statuses(move | {"data": {"lead_id": str(lead_id), "stage": "LOST"}}) == ["conflict"]
        assert franchise.lead(lead_id).pipeline_stage == Stage.CONTACTED

    def test_one_bad_item_never_holds_back_the_rest(self, phone: Phone, lead_id: uuid.UUID, franchise: Franchise):
        bad: list[Any] = [
            phone.knock(lead_id, "MAYBE"),
            phone.operation("activity", {"lead_id": str(lead_id), "type": "DOOR_KNOCK"}),
            phone.operation("dance", {}),
            phone.operation("stage", {"lead_id": str(lead_id), "stage": "WON"}),
            "no object",
            {"id": 7},
            phone.knock(lead_id, lat=200, lon=0),
            phone.knock(lead_id) | {"occurred_at": "0001-01-01T00:00:00Z"},
            phone.knock(lead_id, notes="a\x00b"),
        ]
        good = phone.knock(lead_id, "INTERESTED")
        statuses = phone.statuses(*bad, good)
        assert statuses == ["rejected", "rejected", "rejected", "conflict", *["rejected"] * 5, "applied"]
        assert len(franchise.activities(lead_id)) == 1

    def test_a_lead_that_cannot_reopen_never_holds_back_the_rest(
        self, phone: Phone, lead_id: uuid.UUID, franchise: Franchise
    ):
        door = franchise.add_address(franchise.north_west)
        lost = franchise.add_lead(franchise.north_west, owner=franchise.rep, door=door, stage=Stage.LOST)
        taken_by = franchise.add_lead(franchise.north_west, owner=franchise.helper, door=door)
        free = franchise.add_lead(franchise.north_west, owner=franchise.rep, stage=Stage.LOST)
        batch = [phone.knock(each, "INTERESTED", ago=9) for each in (lost, free, lead_id)]
        assert phone.statuses(*batch) == ["applied"] * 3
        stages = [franchise.lead(each).pipeline_stage for each in (lost, free, lead_id, taken_by)]
        assert stages == ["LOST", "COLD", "CONTACTED", "COLD"]
        assert [each.result for each in franchise.activities(lost)] == ["INTERESTED"]

    def test_a_malformed_item_is_told_by_field(self, phone: Phone, lead_id: uuid.UUID):
        (result,) = phone.send(phone.knock(lead_id, "MAYBE"))
        assert result["errors"][0]["field"] == "data.result"
        assert "MAYBE" not in result["reason"]

    def test_too_many_operations_are_a_problem(self, phone: Phone, lead_id: uuid.UUID):
        body = {"client_sent_at": phone.time().isoformat(), "operations": [phone.knock(lead_id) for _ in range(501)]}
        assert_problem(phone.api.post("/api/sync", phone.member, body), 422)

    def test_operations_do_not_sync(self, api: Api, franchise: Franchise, clock: Clock):
        body = {"client_sent_at": clock.now.isoformat(), "operations": []}
        assert_problem(api.post("/api/sync", franchise.ops, body), 403)
        assert_problem(api.post("/api/sync", None, body), 401)

    def test_each_leaves_its_entry_in_the_audit(self, phone: Phone, lead_id: uuid.UUID, franchise: Franchise):
        phone.send(phone.knock(lead_id, "INTERESTED"), phone.knock(uuid7()))
        trail = {f"{each.entity} {each.action}" for each in franchise.audit_trail()}
        assert trail >= {"activity logged", "lead stage_changed", "sync_operation deferred"}


class TestClocks:
    @pytest.mark.parametrize("behind", [timedelta(hours=5), timedelta(hours=-11), timedelta(minutes=7)])
    def test_a_phone_that_is_wrong_about_the_time_is_corrected(
        self, api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock, behind: timedelta
    ):
        phone = Phone(api, franchise.rep, clock, behind=behind)
        move = phone.operation("stage", {"lead_id": str(lead_id), "stage": "FOLLOW_UP"}, ago=5)
        assert phone.statuses(phone.knock(lead_id, "INTERESTED", ago=10), move) == ["applied", "applied"]
        (activity,) = franchise.activities(lead_id)
        assert activity.occurred_at == clock.now - timedelta(minutes=10)
        assert activity.clock_offset_ms == behind / timedelta(milliseconds=1)
        assert franchise.lead(lead_id).stage_entered_at == clock.now - timedelta(minutes=5)

    def test_a_broken_clock_is_flagged_never_refused(
        self, api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock
    ):
        phone = Phone(api, franchise.rep, clock, behind=timedelta(days=400))
        assert phone.statuses(phone.knock(lead_id)) == ["applied"]
        assert franchise.activities(lead_id)[0].clock_suspect


class TestWhatHasNotArrived:
    def test_a_knock_waits_for_its_lead_and_is_settled_with_it(self, phone: Phone, franchise: Franchise):
        lead = phone.lead(ago=20)
        knock = phone.knock(lead["id"], "INTERESTED", ago=19)
        (result,) = phone.send(knock)
        assert (result["status"], result["waits_for"]) == ("deferred", {"kind": "lead", "id": lead["id"]})
        assert phone.statuses(knock) == ["deferred"]
        phone.clock.advance(hours=2)
        answer = phone.exchange(lead)
        assert [each["status"] for each in answer["results"]] == ["applied"]
        assert [(each["id"], each["status"]) for each in answer["settled"]] == [(knock["id"], "applied")]
        (activity,) = franchise.activities(uuid.UUID(lead["id"]))
        assert activity.occurred_at == phone.clock.now - timedelta(hours=2, minutes=19)
        assert phone.statuses(knock, lead) == ["duplicate", "duplicate"]

    def test_it_keeps_the_error_of_its_clock_however_long_it_waits(self, api: Api, franchise: Franchise, clock: Clock):
        phone = Phone(api, franchise.rep, clock, behind=timedelta(hours=5))
        lead = phone.lead(ago=20)
        knock, began = phone.knock(lead["id"], ago=10), clock.now
        assert phone.statuses(knock) == ["deferred"]
        clock.advance(days=3)
        phone.send(lead)
        (activity,) = franchise.activities(uuid.UUID(lead["id"]))
        assert activity.occurred_at == began - timedelta(minutes=10)
        assert not activity.clock_suspect

    def test_it_applies_when_the_lead_comes_by_another_route(self, phone: Phone, api: Api, franchise: Franchise):
        lead = phone.lead()
        knock = phone.knock(lead["id"], "INTERESTED")
        assert phone.statuses(knock) == ["deferred"]
        answer = api.post("/api/leads/outbound", franchise.rep, lead["data"] | {"id": lead["id"]})
        assert answer.status_code == 201
        assert phone.exchange()["settled"][0]["status"] == "applied"
        assert franchise.lead(uuid.UUID(lead["id"])).pipeline_stage == Stage.CONTACTED

    @pytest.mark.parametrize("by", ["fetching", "the night"])
    def test_or_without_anything_being_sent(
        self, phone: Phone, api: Api, franchise: Franchise, database: Database, by: str
    ):
        lead = phone.lead()
        assert phone.statuses(phone.knock(lead["id"], "INTERESTED")) == ["deferred"]
        api.post("/api/leads/outbound", franchise.rep, lead["data"] | {"id": lead["id"]})
        if by == "fetching":
            assert api.get("/api/sync", franchise.rep).status_code == 200
        else:
            assert sweep(database, Arrival(phone.clock.now)).settled == 1
        assert franchise.lead(uuid.UUID(lead["id"])).pipeline_stage == Stage.CONTACTED

    def test_the_night_forgets_what_is_long_settled(self, phone: Phone, lead_id: uuid.UUID, database: Database):
        phone.send(phone.operation("stage", {"lead_id": str(lead_id), "stage": "CONTACTED"}))
        assert sweep(database, Arrival(phone.clock.now + timedelta(days=80))).forgotten == 0
        assert sweep(database, Arrival(phone.clock.now + timedelta(days=91))).forgotten == 1

    def test_it_is_given_up_after_thirty_days(self, phone: Phone, franchise: Franchise):
        lead = phone.lead()
        knock = phone.knock(lead["id"])
        assert phone.statuses(knock) == ["deferred"]
        phone.clock.advance(days=31)
        assert phone.statuses(lead) == ["applied"]
        assert phone.statuses(knock) == ["rejected"]
        assert franchise.activities(uuid.UUID(lead["id"])) == []

    def test_what_waits_is_sealed_and_only_its_authors(self, phone: Phone, franchise: Franchise, api: Api):
        phone.send(phone.knock(uuid7(), notes="Ada Lovelace"))
        with franchise.admin() as session:
            payload: bytes = session.execute(text("select payload from outbound.sync_operations")).scalar_one()
        assert b"Ada" not in bytes(payload)
        with franchise.as_member(franchise.owner) as session:
            assert session.execute(text("select count(*) from outbound.sync_operations")).scalar_one() == 0

    def test_what_waited_and_is_not_readable_any_more_is_rejected_and_holds_nothing_back(
        self, phone: Phone, database: Database
    ):
        lead = phone.lead()
        lost, kept = phone.knock(lead["id"]), phone.knock(lead["id"])
        assert phone.statuses(lost, kept) == ["deferred", "deferred"]
        seal_strangely(database, only=(("sync_operations", "payload", uuid.UUID(lost["id"])),))
        answer = phone.exchange(lead)
        assert [each["status"] for each in answer["results"]] == ["applied"]
        settled = {each["id"]: each for each in answer["settled"]}
        assert (settled[lost["id"]]["status"], settled[kept["id"]]["status"]) == ("rejected", "applied")
        assert "not readable" in settled[lost["id"]]["reason"]
        assert phone.statuses(lost) == ["rejected"]

    def test_a_lead_of_another_organisation_is_one_that_never_comes(self, phone: Phone, other_franchise: Franchise):
        foreign = other_franchise.leads_in(other_franchise.north_west)[0]
        move = phone.operation("stage", {"lead_id": str(foreign), "stage": "LOST"})
        assert phone.statuses(phone.knock(foreign), move) == ["deferred", "deferred"]
        assert other_franchise.lead(foreign).pipeline_stage == Stage.COLD

    def test_a_lead_that_may_only_be_read_rejects(self, api: Api, franchise: Franchise, clock: Clock):
        phone = Phone(api, franchise.helper, clock)
        read_only = franchise.leads_in(franchise.north_east)[0]
        move = phone.operation("stage", {"lead_id": str(read_only), "stage": "LOST"})
        assert phone.statuses(phone.knock(read_only), move) == ["rejected", "rejected"]


class TestStages:
    def move(self, phone: Phone, lead_id: uuid.UUID, stage: str, **more: Any) -> Json:
        ago = more.pop("ago", 10)
        return phone.operation("stage", {"lead_id": str(lead_id), "stage": stage, **more}, ago=ago)

    def test_a_move_from_an_old_version_applies_where_it_is_still_legal(
        self, phone: Phone, api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock
    ):
        manager = Phone(api, franchise.manager, clock)
        assert manager.statuses(self.move(manager, lead_id, "CONTACTED", ago=60)) == ["applied"]
        (result,) = phone.send(self.move(phone, lead_id, "SCHEDULED", version=1, ago=5))
        assert (result["status"], result["state"]["lead"]["stage"]) == ("applied", "SCHEDULED")

    def test_and_comes_back_with_the_servers_state_where_it_is_not(
        self, phone: Phone, api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock
    ):
        manager = Phone(api, franchise.manager, clock)
        manager.send(self.move(manager, lead_id, "NOT_QUALIFIED", ago=60))
        late = self.move(phone, lead_id, "FOLLOW_UP", version=1, ago=5)
        (result,) = phone.send(late)
        assert (result["status"], result["state"]["lead"]["stage"]) == ("conflict", "NOT_QUALIFIED")
        assert result["state"]["lead"]["version"] == 2
        assert "NOT_QUALIFIED" in result["reason"]

    def test_a_conflict_stays_one_when_it_is_sent_again(
        self, phone: Phone, franchise: Franchise, lead_id: uuid.UUID, api: Api, clock: Clock
    ):
        phone.send(self.move(phone, lead_id, "LOST", ago=60))
        late = self.move(phone, lead_id, "FOLLOW_UP", ago=5)
        assert phone.statuses(late) == ["conflict"]
        phone.send(self.move(phone, lead_id, "COLD", ago=1))
        assert phone.statuses(late) == ["conflict"]
        assert franchise.lead(lead_id).pipeline_stage == Stage.COLD

    def test_ones_own_moves_arriving_backwards_end_where_they_were_meant_to(
        self, phone: Phone, franchise: Franchise, lead_id: uuid.UUID
    ):
        first, second = self.move(phone, lead_id, "FOLLOW_UP", ago=20), self.move(phone, lead_id, "CONTACTED", ago=10)
        assert phone.statuses(second) == ["applied"]
        assert phone.statuses(first) == ["conflict"]
        assert franchise.lead(lead_id).pipeline_stage == Stage.CONTACTED


steps = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["knock", "call", "stage", "undo", "again"]), st.integers(0, 6)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=examples(15))
@given(plan=steps, chaos=st.randoms(use_true_random=False))
def test_whatever_is_sent_again_in_whatever_pieces_changes_nothing_more(
    phone: Phone, franchise: Franchise, plan: list[tuple[int, str, int]], chaos: Any
):
    leads = [phone.lead(ago=300) for _ in range(3)]
    batch = list(leads)
    results = [each.value for each in ActivityResult]
    for place, (lead, what, choice) in enumerate(plan):
        ago = 200 - place
        about = {"lead_id": leads[lead]["id"]}
        knocks = [each for each in batch if each["kind"] == "activity"]
        match what:
            case "stage":
                stage = list(Stage)[choice % len(Stage)].value
                batch.append(phone.operation("stage", about | {"stage": stage}, ago=ago))
            case "undo" if knocks:
                undone = knocks[choice % len(knocks)]["id"]
                batch.append(phone.operation("activity.undo", {"activity_id": undone}, ago=ago))
            case "again" if knocks:
                batch.append(knocks[choice % len(knocks)])
            case "call":
                batch.append(phone.operation("activity", about | {"type": "CALL"}, ago=ago))
            case _:
                batch.append(phone.knock(leads[lead]["id"], results[choice % len(results)], ago=ago))
    first = {each["id"]: each["status"] for each in reversed(phone.send(*batch))}
    before = everything(franchise)
    shuffled = chaos.sample(batch, len(batch)) + chaos.choices(batch, k=3)
    cut = chaos.randrange(len(shuffled) + 1)
    for piece in (shuffled[:cut], shuffled[cut:]):
        for operation, result in zip(piece, phone.send(*piece), strict=True):
            was = first[operation["id"]]
            assert result["status"] == ("duplicate" if was == "applied" else was)
    assert everything(franchise) == before


def everything(franchise: Franchise) -> dict[str, list[Any]]:
    """Every row that a batch may write."""
    tables = (
        "leads",
        "addresses",
        "activities",
        "lead_stage_changes",
        "audit_entries",
        "sync_operations",
        "onboarding_handoffs",
        "captures",
    )
    with franchise.admin() as session:
        return {
            table: sorted(map(repr, session.execute(text(f"select * from outbound.{table} order by id")).all()))
            for table in tables
        }
