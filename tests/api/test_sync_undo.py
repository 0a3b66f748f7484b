"""A knock that was a slip of the finger is taken back by sync, and its lead stands as before."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import text

from outbound.vocabulary import ActivityResult, Stage
from tests.api.conftest import Api, Clock
from tests.support.franchise import Franchise
from tests.support.phone import Json, Phone


@pytest.fixture
def phone(api: Api, franchise: Franchise, clock: Clock) -> Phone:
    return Phone(api, franchise.rep, clock)


class TestTakingBack:
    def undo(self, phone: Phone, knock: Json, *, ago: float = 5) -> Json:
        return phone.operation("activity.undo", {"activity_id": knock["id"]}, ago=ago)

    @pytest.mark.parametrize("result", [each.value for each in ActivityResult])
    def test_the_lead_is_as_it_was_before(self, phone: Phone, franchise: Franchise, lead_id: uuid.UUID, result: str):
        phone.send(phone.knock(lead_id, "INTERESTED", ago=60))
        before = state_of(franchise, lead_id)
        slip = phone.knock(lead_id, result, ago=10)
        assert phone.statuses(slip) == ["applied"]
        (undone,) = phone.send(self.undo(phone, slip))
        assert undone["status"] == "applied", undone
        assert (undone["status"], undone["state"]["lead"]["stage"]) == ("applied", "CONTACTED")
        assert state_of(franchise, lead_id) == before
        kept = {str(each.id): each.undone_at is not None for each in franchise.activities(lead_id)}
        assert (len(kept), kept[slip["id"]]) == (2, True)

    def test_twice_is_once(self, phone: Phone, franchise: Franchise, lead_id: uuid.UUID):
        slip = phone.knock(lead_id, "NOT_INTERESTED")
        undo = self.undo(phone, slip)
        assert phone.statuses(slip, undo) == ["applied", "applied"]
        assert phone.statuses(undo, slip) == ["duplicate", "duplicate"]
        assert franchise.lead(lead_id).pipeline_stage == Stage.COLD

    def test_the_story_of_the_lead_shows_it_as_taken_back(
        self, phone: Phone, api: Api, franchise: Franchise, lead_id: uuid.UUID
    ):
        slip = phone.knock(lead_id, "NOT_INTERESTED")
        phone.send(slip, self.undo(phone, slip))
        (shown,) = api.get(f"/api/leads/{lead_id}/activities", franchise.rep).json()["items"]
        assert (shown["id"], shown["undone_at"] is not None) == (slip["id"], True)

    def test_an_undo_waits_for_its_activity(self, phone: Phone, franchise: Franchise, lead_id: uuid.UUID):
        slip = phone.knock(lead_id, "NOT_INTERESTED")
        undo = self.undo(phone, slip)
        assert phone.statuses(undo) == ["deferred"]
        answer = phone.exchange(slip)
        assert answer["settled"][0]["status"] == "applied"
        assert franchise.lead(lead_id).pipeline_stage == Stage.COLD

    def test_a_stage_that_came_since_stands(
        self, phone: Phone, api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock
    ):
        slip = phone.knock(lead_id, "INTERESTED", ago=30)
        phone.send(slip)
        manager = Phone(api, franchise.manager, clock)
        manager.send(manager.operation("stage", {"lead_id": str(lead_id), "stage": "FOLLOW_UP"}, ago=10))
        assert phone.statuses(self.undo(phone, slip)) == ["applied"]
        assert franchise.lead(lead_id).pipeline_stage == Stage.FOLLOW_UP

    def test_only_its_author_and_only_within_a_day(
        self, phone: Phone, api: Api, franchise: Franchise, lead_id: uuid.UUID, clock: Clock
    ):
        slip = phone.knock(lead_id)
        phone.send(slip)
        manager = Phone(api, franchise.manager, clock)
        assert manager.statuses(self.undo(manager, slip)) == ["rejected"]
        clock.advance(hours=25)
        assert phone.statuses(self.undo(phone, slip)) == ["conflict"]


def state_of(franchise: Franchise, lead_id: uuid.UUID) -> tuple[Any, ...]:
    lead = franchise.lead(lead_id)
    with franchise.admin() as session:
        door: bool = session.execute(
            text("select do_not_knock from outbound.addresses where id = :id"), {"id": lead.address_id}
        ).scalar_one()
        handoffs: int = session.execute(
            text("select count(*) from outbound.onboarding_handoffs where lead_id = :id and status = 'pending'"),
            {"id": lead_id},
        ).scalar_one()
    owed = (lead.due_at, lead.next_action_at, lead.last_activity_at, lead.last_activity_id)
    return (lead.pipeline_stage, lead.stage_entered_at, *owed, door, handoffs)
