"""Changing many leads at once: what the preview says is what happens, and what can be undone is."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from outbound.bulk import service
from outbound.bulk.models import BulkChange
from outbound.bulk.rules import Change
from outbound.bulk.targets import Target
from outbound.campaigns.models import Campaign
from outbound.errors import Conflict, Forbidden, Invalid, NotFound
from outbound.ids import uuid7
from outbound.leads import service as leads
from outbound.leads.editing import archive, edit
from outbound.leads.filters import LeadFilter
from outbound.leads.rules import DEFAULT_SLA_MINUTES
from outbound.vocabulary import AssignmentRole, BulkAction, SkipReason, Stage
from tests.support.cast import Member
from tests.support.franchise import Franchise

NOW = datetime(2026, 3, 8, 18, tzinfo=UTC)


def do(
    franchise: Franchise,
    member: Member,
    action: BulkAction,
    value: Any,
    ids: list[uuid.UUID] | None = None,
    **more: Any,
) -> BulkChange:
    target = Target(ids=tuple(ids)) if ids is not None else Target(filter=more.pop("filter"))
    with franchise.as_member(member) as session:
        change = Change(action, value)
        looked = service.preview(session, target, change, NOW)
        bulk, _ = service.execute(session, target, change, NOW, **more)
        if not more:
            assert bulk.matched == looked.matched
            assert (bulk.changed, bulk.skipped) == (len(looked.verdict.changes), looked.verdict.counts)
        return bulk


def undo(franchise: Franchise, member: Member, bulk: BulkChange) -> dict[str, Any]:
    with franchise.as_member(member) as session:
        return service.undo(session, bulk.id, NOW + timedelta(hours=1)).undone or {}


def rows(franchise: Franchise, ids: list[uuid.UUID]) -> list[dict[str, Any]]:
    query = text(
        "select to_jsonb(l) - 'version' - 'updated_at' - 'xact' as row,"
        " array(select tag from outbound.lead_tags t where t.lead_id = l.id order by 1) as tags"
        " from outbound.leads l where id = any(:ids) order by id"
    )
    with franchise.admin() as session:
        return [row | {"tags": tags} for row, tags in session.execute(query, {"ids": ids})]


@pytest.fixture
def west(franchise: Franchise) -> list[uuid.UUID]:
    """The manager's leads, with one of the rep's."""
    own = franchise.add_lead(franchise.north_west, owner=franchise.rep, stage=Stage.CONTACTED, due_at=NOW)
    return sorted([*franchise.leads_in(franchise.south_west), *franchise.leads_in(franchise.north_west)[:2], own])


@pytest.fixture
def spring(franchise: Franchise) -> uuid.UUID:
    with franchise.admin() as session:
        campaign = Campaign(org_id=franchise.org_id, id=uuid7(), name="Spring")
        session.add(campaign)
    return campaign.id


@pytest.mark.parametrize("action", BulkAction)
def test_every_change_is_undone_exactly(franchise: Franchise, west, spring: uuid.UUID, action: BulkAction):
    do(franchise, franchise.manager, BulkAction.TAG, "old", west[:2])
    value = {
        BulkAction.REASSIGN: franchise.helper.id,
        BulkAction.STAGE: Stage.FOLLOW_UP,
        BulkAction.TAG: "Corner Lot",
        BulkAction.UNTAG: "old",
        BulkAction.CAMPAIGN: spring,
    }[action]
    before = rows(franchise, west)
    bulk = do(franchise, franchise.manager, action, value, west)
    assert bulk.changed == (2 if action is BulkAction.UNTAG else 5)
    assert rows(franchise, west) != before
    assert undo(franchise, franchise.manager, bulk) == {"restored": bulk.changed, "kept": {}}
    assert rows(franchise, west) == before
    assert undo(franchise, franchise.manager, bulk) == {"restored": bulk.changed, "kept": {}}


def test_a_filter_changes_what_the_list_shows(franchise: Franchise, west):
    wanted = LeadFilter(territory_id=franchise.west.id, stages=(Stage.COLD,))
    bulk = do(franchise, franchise.manager, BulkAction.TAG, "x", filter=wanted)
    assert (bulk.matched, bulk.changed) == (4, 4)


class TestReassigning:
    def test_it_is_remembered_of_each_lead_with_whom_it_was_taken_from(self, franchise: Franchise, west):
        do(franchise, franchise.manager, BulkAction.REASSIGN, franchise.helper.id, west)
        entries = franchise.audit_trail("lead bulk_reassign")
        assert {entry.entity_id for entry in entries} == set(west)
        assert {entry.acted_for for entry in entries} == {None, franchise.rep.id}
        assert {entry.acted_by for entry in entries} == {franchise.manager.id}
        last = franchise.history(west[-1])[-1]
        assert (last.owner_id, last.to_stage, last.acted_by) == (franchise.helper.id, "CONTACTED", franchise.manager.id)

    def test_a_cold_lead_starts_its_clock_with_its_first_owner(self, franchise: Franchise, west):
        do(franchise, franchise.manager, BulkAction.REASSIGN, franchise.helper.id, west)
        due = NOW + timedelta(minutes=DEFAULT_SLA_MINUTES[Stage.COLD] or 0)
        cold = franchise.leads_in(franchise.south_west)[0]
        assert franchise.lead(cold).due_at == franchise.history(cold)[-1].due_at == due
        assert franchise.lead(west[-1]).due_at == NOW  # what was owed stays owed

    def test_the_new_owner_is_told_once(self, franchise: Franchise, west):
        do(franchise, franchise.manager, BulkAction.REASSIGN, franchise.helper.id, west)
        with franchise.admin() as session:
            told = session.execute(text("select user_id, payload ->> 'leads' from outbound.notifications")).all()
        assert told == [(franchise.helper.id, "5")]

    def test_nobody_may_be_the_owner(self, franchise: Franchise, west):
        bulk = do(franchise, franchise.manager, BulkAction.REASSIGN, None, west)
        assert (bulk.changed, bulk.skipped) == (1, {"unchanged": 4})
        assert franchise.lead(west[-1]).owner_id is None

    def test_a_stranger_is_refused(self, franchise: Franchise, other_franchise: Franchise, west):
        with pytest.raises(Conflict, match="not an active member"):
            do(franchise, franchise.manager, BulkAction.REASSIGN, other_franchise.rep.id, west)


class TestMoving:
    def test_what_cannot_move_says_why(self, franchise: Franchise, west):
        won = franchise.add_lead(franchise.north_west, stage=Stage.WON)
        bulk = do(franchise, franchise.manager, BulkAction.STAGE, Stage.CONTACTED, [*west, won, franchise.scheduled])
        assert bulk.skipped == {"unchanged": 1, "illegal_move": 2}
        bulk = do(franchise, franchise.manager, BulkAction.STAGE, Stage.LOST, [*west, won, franchise.scheduled])
        assert bulk.skipped == {"illegal_move": 1, "handed_over": 1}

    def test_history_and_clock_follow(self, franchise: Franchise, west):
        do(franchise, franchise.manager, BulkAction.STAGE, Stage.CONTACTED, west)
        due = NOW + timedelta(minutes=DEFAULT_SLA_MINUTES[Stage.CONTACTED] or 0)
        lead, last = franchise.lead(west[0]), franchise.history(west[0])[-1]
        assert (lead.stage_entered_at, lead.due_at) == (NOW, due)
        assert (last.from_stage, last.to_stage, last.due_at, last.occurred_at) == ("COLD", "CONTACTED", due, NOW)

    @pytest.mark.parametrize("stage", [Stage.SCHEDULED, Stage.WON])
    def test_nothing_is_handed_over_in_bulk(self, franchise: Franchise, west, stage: Stage):
        with pytest.raises(Invalid, match="one at a time"):
            do(franchise, franchise.manager, BulkAction.STAGE, stage, west)

    def test_a_lost_lead_does_not_reopen_where_another_is_open(self, franchise: Franchise):
        door = franchise.add_address(franchise.north_west)
        lost = [franchise.add_lead(franchise.north_west, door=door, stage=Stage.LOST) for _ in range(2)]
        with pytest.raises(Conflict, match="already has an open"):
            do(franchise, franchise.manager, BulkAction.STAGE, Stage.COLD, lost)
        franchise.add_lead(franchise.north_west, door=door)
        assert do(franchise, franchise.manager, BulkAction.STAGE, Stage.COLD, lost).skipped == {"address_taken": 2}


class TestUndoing:
    def test_what_somebody_changed_since_is_kept(self, franchise: Franchise, west):
        bulk = do(franchise, franchise.manager, BulkAction.REASSIGN, franchise.helper.id, west)
        with franchise.as_member(franchise.manager) as session:
            edit(session, west[0], {"owner_id": franchise.manager.id}, NOW)
            archive(session, west[1], NOW)
        kept = {SkipReason.CHANGED_SINCE: 1, SkipReason.ARCHIVED: 1}
        assert undo(franchise, franchise.manager, bulk) == {"restored": 3, "kept": kept}
        assert franchise.lead(west[0]).owner_id == franchise.manager.id

    def test_a_stage_left_and_entered_again_is_a_change(self, franchise: Franchise, west):
        bulk = do(franchise, franchise.manager, BulkAction.STAGE, Stage.CONTACTED, west[:1])
        with franchise.as_member(franchise.owner) as session:
            leads.change_stage(session, west[0], Stage.FOLLOW_UP, NOW + timedelta(minutes=1))
            leads.change_stage(session, west[0], Stage.CONTACTED, NOW + timedelta(minutes=2))
        assert undo(franchise, franchise.manager, bulk) == {"restored": 0, "kept": {"changed_since": 1}}

    def test_a_colleagues_change_is_not_seen_by_a_manager_with_territories(self, franchise: Franchise, west):
        bulk = do(franchise, franchise.owner, BulkAction.TAG, "x", west)
        with pytest.raises(NotFound):
            undo(franchise, franchise.manager, bulk)
        other = do(franchise, franchise.manager, BulkAction.TAG, "y", west)
        assert undo(franchise, franchise.owner, other)["restored"] == 5
        (entry,) = franchise.audit_trail("bulk_change undone")
        assert (entry.acted_by, entry.acted_for) == (franchise.owner.id, franchise.manager.id)


class TestReach:
    def test_leads_out_of_reach_or_only_read_are_left(self, franchise: Franchise, west):
        franchise.assign(franchise.manager, franchise.north_east, AssignmentRole.VIEWER)
        outside, read = franchise.leads_in(franchise.south_east)[0], franchise.leads_in(franchise.north_east)[0]
        bulk = do(franchise, franchise.manager, BulkAction.TAG, "x", [west[0], outside, read, uuid.uuid4()])
        assert (bulk.changed, bulk.skipped) == (1, {"not_found": 2, "read_only": 1})

    def test_a_rep_changes_nothing_in_bulk(self, franchise: Franchise, west):
        for member in (franchise.rep, franchise.ops):
            with pytest.raises(Forbidden):
                do(franchise, member, BulkAction.TAG, "x", west)


def test_the_same_request_again_is_made_once(franchise: Franchise, west):
    bulk_id = uuid7()
    for created in (True, False):
        with franchise.as_member(franchise.manager) as session:
            target, change = Target(ids=tuple(west)), Change(BulkAction.TAG, "x")
            assert service.execute(session, target, change, NOW, id=bulk_id)[1] is created
    with franchise.as_member(franchise.manager) as session, pytest.raises(Conflict):
        service.execute(session, target, Change(BulkAction.TAG, "y"), NOW, id=bulk_id)
    assert len(franchise.audit_trail("bulk_change made")) == 1


def test_thousands_at_once(franchise: Franchise):
    with franchise.admin() as session:
        session.execute(
            text(
                "insert into outbound.leads (org_id, id, lead_type, stage_entered_at, territory_id)"
                " select :org, gen_random_uuid(), 'outbound', now(), :turf from generate_series(1, 3000)"
            ),
            {"org": franchise.org_id, "turf": franchise.north_west.id},
        )
    wanted = LeadFilter(territory_id=franchise.west.id)
    bulk = do(franchise, franchise.manager, BulkAction.REASSIGN, franchise.helper.id, filter=wanted)
    assert bulk.changed == 3005
    assert undo(franchise, franchise.manager, bulk)["restored"] == 3005
