"""What a rep captured while a lead was theirs is kept, though the lead has left their reach before it arrives."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from outbound.activities import service
from outbound.activities.service import ActivityDraft
from outbound.addresses.models import Address
from outbound.errors import Forbidden, NotFound
from outbound.ids import uuid7
from outbound.leads.models import Lead, LeadStageChange
from outbound.vocabulary import ActivityResult, ActivityType, AssignmentRole
from tests.support.cast import Member
from tests.support.franchise import FOUNDED, Franchise

NOW = datetime(2026, 3, 8, 18, tzinfo=UTC)
MOVED = NOW - timedelta(hours=2)
BEFORE = MOVED - timedelta(hours=1)


def log(franchise: Franchise, member: Member, lead_id: uuid.UUID, **values: Any):
    draft = {"id": uuid7(), "type": ActivityType.DOOR_KNOCK, "result": ActivityResult.INTERESTED} | values
    with franchise.as_member(member) as session:
        return service.log(session, lead_id, ActivityDraft(**draft), NOW)


def give_away(franchise: Franchise, lead_id: uuid.UUID) -> None:
    """From ``MOVED`` on the lead is the helper's, in their territory."""
    turf = franchise.south_west.id
    with franchise.admin() as session:
        lead = session.get_one(Lead, (franchise.org_id, lead_id))
        lead.owner_id, lead.territory_id = franchise.helper.id, turf
        session.add(
            LeadStageChange(
                org_id=franchise.org_id,
                lead_id=lead_id,
                from_stage="COLD",
                to_stage="COLD",
                occurred_at=MOVED,
                owner_id=franchise.helper.id,
                territory_id=turf,
            )
        )


@pytest.fixture
def lead_id(franchise: Franchise) -> uuid.UUID:
    """A lead that was the rep's until ``MOVED``."""
    lead_id = franchise.add_lead(franchise.south_east, owner=franchise.rep)
    give_away(franchise, lead_id)
    return lead_id


def test_a_knock_from_before_is_kept_as_it_was_and_moves_nothing(franchise: Franchise, lead_id: uuid.UUID):
    before = franchise.lead(lead_id)
    _, lead, created = log(franchise, franchise.rep, lead_id, occurred_at=BEFORE)
    (kept,), after = franchise.activities(lead_id), franchise.lead(lead_id)
    assert (lead, created) == (None, True)
    assert (kept.user_id, kept.owner_id, kept.territory_id) == (
        franchise.rep.id,
        franchise.rep.id,
        franchise.south_east.id,
    )
    assert (kept.address_id, kept.cell) == (before.address_id, before.cell)
    assert (after.pipeline_stage, after.due_at, after.version) == (before.pipeline_stage, before.due_at, before.version)
    assert (after.last_activity_at, after.last_activity_id) == (BEFORE, kept.id)
    (entry,) = franchise.audit_trail("activity logged")
    assert entry.acted_by == franchise.rep.id


def test_sent_again_it_is_the_same(franchise: Franchise, lead_id: uuid.UUID):
    draft = {"id": uuid7(), "occurred_at": BEFORE}
    log(franchise, franchise.rep, lead_id, **draft)
    _, _, created = log(franchise, franchise.rep, lead_id, **draft)
    assert not created
    assert len(franchise.activities(lead_id)) == 1


def test_the_new_owner_reads_it_in_the_timeline(franchise: Franchise, lead_id: uuid.UUID):
    log(franchise, franchise.rep, lead_id, occurred_at=BEFORE)
    with franchise.as_member(franchise.helper) as session:
        assert len(service.timeline(session, lead_id, before=None, limit=10)) == 1


def test_a_wish_to_be_left_alone_closes_the_door(franchise: Franchise, lead_id: uuid.UUID):
    log(franchise, franchise.rep, lead_id, occurred_at=BEFORE, result=ActivityResult.DO_NOT_CONTACT)
    with franchise.admin() as session:
        assert session.get_one(Address, (franchise.org_id, franchise.lead(lead_id).address_id)).do_not_knock


def test_a_later_knock_than_the_last_one_only_is_the_last(franchise: Franchise, lead_id: uuid.UUID):
    latest = franchise.add_activity(lead_id, by=franchise.helper, occurred_at=NOW)
    with franchise.admin() as session:
        lead = session.get_one(Lead, (franchise.org_id, lead_id))
        lead.last_activity_at, lead.last_activity_id = NOW, latest
    log(franchise, franchise.rep, lead_id, occurred_at=BEFORE)
    assert franchise.lead(lead_id).last_activity_id == latest


def test_what_happened_after_it_left_is_not_theirs(franchise: Franchise, lead_id: uuid.UUID):
    with pytest.raises(NotFound):
        log(franchise, franchise.rep, lead_id, occurred_at=MOVED + timedelta(minutes=1))
    assert franchise.activities(lead_id) == []


def test_a_lead_that_never_was_theirs_is_not_found(franchise: Franchise):
    for stranger in (franchise.leads_in(franchise.south_east)[0], uuid.uuid4()):
        with pytest.raises(NotFound):
            log(franchise, franchise.rep, stranger, occurred_at=BEFORE)


def test_a_lead_of_another_organisation_is_not_found(franchise: Franchise, other_franchise: Franchise):
    theirs = other_franchise.leads_in(other_franchise.north_west)[0]
    for member in (franchise.rep, franchise.owner):
        with pytest.raises(NotFound):
            log(franchise, member, theirs, occurred_at=BEFORE)


def test_who_worked_its_territory_then_counts_too(franchise: Franchise):
    """The territory was the rep's, with what lies below it; the lead was nobody's."""
    former = franchise.add_member(franchise.rep.role)
    franchise.assign(former, franchise.east, AssignmentRole.CONTRIBUTOR, ended=True)  # for a month from the founding
    lead_id = franchise.leads_in(franchise.south_east)[0]
    _, lead, created = log(franchise, former, lead_id, occurred_at=FOUNDED + timedelta(days=20))
    assert (lead, created) == (None, True)
    with pytest.raises(NotFound):
        log(franchise, former, lead_id, occurred_at=FOUNDED + timedelta(days=40))


def test_a_viewer_never_had_it(franchise: Franchise):
    former = franchise.add_member(franchise.rep.role)
    franchise.assign(former, franchise.east, AssignmentRole.VIEWER, ended=True)
    with pytest.raises(NotFound):
        log(franchise, former, franchise.leads_in(franchise.south_east)[0], occurred_at=FOUNDED + timedelta(days=20))
    with pytest.raises(Forbidden):
        log(franchise, franchise.helper, franchise.leads_in(franchise.north_east)[0], occurred_at=BEFORE)


def test_the_rule_is_the_databases_too(franchise: Franchise, lead_id: uuid.UUID):
    """A rep writes an activity of a lead out of reach only for a moment when it was theirs, and signs it."""
    from tests.support.roles import INSUFFICIENT_PRIVILEGE, sqlstate_of

    insert = (
        "insert into outbound.activities (org_id, id, lead_id, user_id, type, occurred_at)"
        " values (:org, gen_random_uuid(), :lead, :by, 'NOTE', :at)"
    )
    with franchise.as_member(franchise.rep) as session:
        answers = [
            sqlstate_of(session.connection(), insert, org=franchise.org_id, lead=lead_id, by=by.id, at=at)
            for by, at in ((franchise.rep, BEFORE), (franchise.rep, NOW), (franchise.helper, BEFORE))
        ]
        assert session.scalar(text("select count(*) from outbound.leads where id = :id"), {"id": lead_id}) == 0
    assert answers == [None, INSUFFICIENT_PRIVILEGE, INSUFFICIENT_PRIVILEGE]
