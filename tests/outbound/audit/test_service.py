"""The log tells who changed what, in the same transaction, and names nobody outside the organisation."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from outbound.activities import service as activities
from outbound.activities.service import ActivityDraft
from outbound.addresses.service import DoorDraft
from outbound.audit.service import record
from outbound.leads import service as leads
from outbound.leads.service import LeadDraft
from outbound.postal.rules import PostalParts
from outbound.storage.database import Database
from outbound.vocabulary import ActivityResult, ActivityType, Stage
from tests.support.franchise import Franchise

NOW = datetime(2026, 3, 8, 18, tzinfo=UTC)


def test_an_entry_tells_who_from_where_in_which_request(franchise: Franchise, database: Database):
    thing = uuid.uuid4()
    with database.as_member(franchise.org_id, franchise.rep.id, source="api", request_id="r-1") as session:
        record(session, "thing", thing, "changed", before={"a": 1}, after={"a": 2})
    (entry,) = franchise.audit_trail("thing changed")
    assert (entry.acted_by, entry.source, entry.request_id) == (franchise.rep.id, "api", "r-1")
    assert (entry.entity_id, entry.before, entry.after) == (thing, {"a": 1}, {"a": 2})


def test_the_system_acts_in_nobodys_name(franchise: Franchise):
    with franchise.as_job() as session:
        record(session, "thing", uuid.uuid4(), "changed")
    (entry,) = franchise.audit_trail("thing changed")
    assert (entry.acted_by, entry.source) == (None, "job")


def test_an_entry_goes_with_a_change_that_fails(franchise: Franchise):
    def change_and_stumble() -> None:
        with franchise.as_member(franchise.rep) as session:
            leads.change_stage(session, franchise.rep_elsewhere, Stage.CONTACTED, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_stumble()
    assert franchise.audit_trail() == []
    assert franchise.lead(franchise.rep_elsewhere).pipeline_stage == "COLD"


def test_a_days_work_is_logged_whole_and_without_a_personal_word(franchise: Franchise):
    lat, lon = franchise.north_west.box.point(31)
    with franchise.as_member(franchise.rep) as session:
        lead, _ = leads.create(
            session,
            LeadDraft(
                id=None,
                door=DoorDraft(PostalParts("31", "Private Lane", "", "Testville", "IA", "50309"), lat, lon),
                first_name="Ada",
                last_name="Lovelace",
                phone="+15155550123",
                email="ada@example.com",
            ),
            NOW,
        )
        for result in (ActivityResult.INTERESTED, ActivityResult.SCHEDULED, ActivityResult.DO_NOT_CONTACT):
            draft = ActivityDraft(None, ActivityType.DOOR_KNOCK, NOW, result, notes="Ada's dog bites", lat=lat, lon=lon)
            activities.log(session, lead.id, draft, NOW)
    told = [f"{entry.entity} {entry.action}" for entry in franchise.audit_trail()]
    assert sorted(told) == sorted(
        ["lead created", "address do_not_knock"] + ["activity logged", "lead stage_changed"] * 3
    )
    words = " ".join(f"{entry.before} {entry.after}" for entry in franchise.audit_trail())
    for private in ("Ada", "Lovelace", "5550123", "example.com", "Private", "dog", f"{lat:.3f}", f"{lon:.3f}"):
        assert private not in words
