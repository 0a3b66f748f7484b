"""Two leads that turn out to be one: their stories are read as one, and they part exactly as they were."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from outbound.activities import service as activities
from outbound.activities.service import ActivityDraft
from outbound.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from outbound.leads import merging, tags
from outbound.leads.editing import archive, edit
from outbound.leads.models import Lead
from outbound.leads.timeline import timeline
from outbound.vocabulary import ActivityResult, ActivityType, Stage
from tests.support.cast import Member
from tests.support.everything import add_everything
from tests.support.examples import examples
from tests.support.franchise import Franchise

NOW = datetime(2026, 3, 8, 18, tzinfo=UTC)
COUNTERS = ("version", "updated_at", "xact")


def stored(franchise: Franchise, *leads: uuid.UUID) -> list[dict[str, Any]]:
    """The leads as rows, without what counts their edits, with their tags and enrolments."""
    query = text(
        "select to_jsonb(l) as row, array(select tag from outbound.lead_tags t where t.lead_id = l.id order by 1) tags,"
        " array(select status from outbound.lead_cadence_enrollments e where e.lead_id = l.id) statuses"
        " from outbound.leads l where id = :id"
    )
    rows = []
    with franchise.admin() as session:
        for lead in leads:
            row, words, statuses = session.execute(query, {"id": lead}).one()
            rows.append({k: v for k, v in row.items() if k not in COUNTERS} | {"tags": words, "statuses": statuses})
    return rows


def merge(franchise: Franchise, member: Member, survivor: uuid.UUID, other: uuid.UUID, **more: Any) -> Lead:
    with franchise.as_member(member) as session:
        return merging.merge(session, survivor, other, NOW, **more)


def unmerge(franchise: Franchise, member: Member, survivor: uuid.UUID, **more: Any) -> tuple[Lead, Lead]:
    with franchise.as_member(member) as session:
        return merging.unmerge(session, survivor, NOW + timedelta(hours=1), **more)


@pytest.fixture
def pair(franchise: Franchise) -> tuple[uuid.UUID, uuid.UUID]:
    """One known by its phone in the north, one by its e-mail elsewhere in the west."""
    one = franchise.add_lead(franchise.north_west, owner=franchise.rep, email=None, due_at=NOW, consent={"sms": True})
    other = franchise.add_lead(
        franchise.south_west,
        owner=franchise.helper,
        phone=None,
        language="es",
        due_at=NOW - timedelta(days=1),
        consent={"email": False, "source": "list"},
    )
    activity = franchise.add_activity(other, by=franchise.helper, occurred_at=NOW - timedelta(days=2))
    with franchise.admin() as session:
        lead = session.get_one(Lead, (franchise.org_id, other))
        lead.last_activity_at, lead.last_activity_id = NOW - timedelta(days=2), activity
        tags.set_tags(session, lead, ["corner", "dog"])
        tags.set_tags(session, session.get_one(Lead, (franchise.org_id, one)), ["dog"])
    return one, other


def test_the_survivor_takes_what_it_lacks_and_the_other_is_put_away(franchise: Franchise, pair):
    one, other = pair
    merge(franchise, franchise.manager, one, other)
    survivor, merged = franchise.lead(one), franchise.lead(other)
    assert (survivor.phone, survivor.email, survivor.language) == ("+15155550100", "pat@example.com", "es")
    assert survivor.consent == {"sms": True, "email": False, "source": "list"}
    assert survivor.last_activity_id == franchise.activities(other)[0].id
    assert (merged.merged_into_id, merged.archived_at, merged.due_at) == (one, NOW, None)
    (row, _) = stored(franchise, one, other)
    assert row["tags"] == ["corner", "dog"]


def test_parting_restores_both_exactly(franchise: Franchise, pair):
    before = stored(franchise, *pair)
    merge(franchise, franchise.manager, *pair)
    assert stored(franchise, *pair) != before
    unmerge(franchise, franchise.manager, pair[0])
    assert stored(franchise, *pair) == before


def test_enrolments_rest_while_a_lead_is_merged(franchise: Franchise):
    added = add_everything(franchise)
    survivor = franchise.add_lead(franchise.north_west)
    before = stored(franchise, survivor, added.lead_id)
    merge(franchise, franchise.owner, survivor, added.lead_id)
    assert stored(franchise, added.lead_id)[0]["statuses"] == ["paused"]
    unmerge(franchise, franchise.owner, survivor)
    assert stored(franchise, survivor, added.lead_id) == before


def test_what_was_edited_since_stays_with_the_survivor(franchise: Franchise, pair):
    one, other = pair
    merge(franchise, franchise.manager, one, other)
    with franchise.as_member(franchise.rep) as session:
        edit(session, one, {"email": "new@example.com"}, NOW)
    unmerge(franchise, franchise.manager, one)
    assert franchise.lead(one).email == "new@example.com"
    assert franchise.lead(one).language is None
    assert franchise.lead(other).email == "pat@example.com"


def test_the_story_of_both_is_read_with_the_survivor_by_who_reads_it(franchise: Franchise, pair):
    """The merged one lay in a territory that is none of the rep's."""
    one, other = pair
    merge(franchise, franchise.manager, one, other)
    with franchise.as_member(franchise.rep) as session:
        entries = timeline(session, one, before=None, limit=50)
        assert {entry.row.lead_id for entry in entries} == {one, other}
        assert [entry.at for entry in entries] == sorted((entry.at for entry in entries), reverse=True)


def test_it_follows_the_survivor_to_another_owner(franchise: Franchise, pair):
    one, other = pair
    merge(franchise, franchise.manager, one, other)
    with franchise.as_member(franchise.manager) as session:
        edit(session, one, {"owner_id": franchise.head_manager.id}, NOW)
    assert franchise.lead(other).owner_id == franchise.head_manager.id
    unmerge(franchise, franchise.manager, one)
    assert franchise.lead(other).owner_id == franchise.helper.id


def test_a_knock_on_the_merged_one_moves_the_survivor(franchise: Franchise, pair):
    one, other = pair
    merge(franchise, franchise.manager, one, other)
    draft = ActivityDraft(None, ActivityType.DOOR_KNOCK, NOW, ActivityResult.INTERESTED)
    with franchise.as_member(franchise.rep) as session:
        activity, lead, _ = activities.log(session, other, draft, NOW)
    assert lead is not None
    assert (activity.lead_id, lead.id) == (other, one)
    assert franchise.lead(one).pipeline_stage == Stage.CONTACTED
    assert franchise.lead(other).pipeline_stage == Stage.COLD


def test_merging_is_logged_for_both_without_a_personal_value(franchise: Franchise, pair):
    merge(franchise, franchise.manager, *pair)
    unmerge(franchise, franchise.manager, pair[0])
    entries = franchise.audit_trail("lead merged", "lead unmerged")
    assert [entry.entity_id for entry in entries] == [*pair, *pair]
    assert {entry.acted_by for entry in entries} == {franchise.manager.id}
    assert "pat@example.com" not in str([entry.after for entry in entries])


def test_leads_are_merged_in_a_row_and_parted_in_any_order(franchise: Franchise):
    a, b, c = (franchise.add_lead(franchise.north_west, language=None, source=None) for _ in range(3))
    with franchise.admin() as session:
        session.get_one(Lead, (franchise.org_id, c)).language = "pl"
    before = stored(franchise, a, b, c)
    merge(franchise, franchise.owner, b, c)
    merge(franchise, franchise.owner, a, b)
    with franchise.as_member(franchise.owner) as session:
        assert {entry.row.lead_id for entry in timeline(session, a, before=None, limit=50)} == {a, b, c}
    with pytest.raises(Conflict, match="was merged into"):
        unmerge(franchise, franchise.owner, b)
    unmerge(franchise, franchise.owner, a)
    unmerge(franchise, franchise.owner, b, merged_id=c)
    assert stored(franchise, a, b, c) == before


def test_a_lead_without_a_door_takes_the_others_and_gives_it_back(franchise: Franchise):
    door = franchise.add_address(franchise.south_west)
    other = franchise.add_lead(franchise.south_west, door=door)
    one = franchise.add_lead(franchise.north_west)
    with franchise.admin() as session:
        lead = session.get_one(Lead, (franchise.org_id, one))
        lead.address_id = lead.cell = None
    before = stored(franchise, one, other)
    merge(franchise, franchise.owner, one, other)
    assert franchise.lead(one).address_id == door.id
    assert franchise.lead(one).territory_id == franchise.south_west.id
    unmerge(franchise, franchise.owner, one)
    assert stored(franchise, one, other) == before


def test_it_does_not_part_into_a_door_that_has_another_open_lead(franchise: Franchise, pair):
    one, other = pair
    merge(franchise, franchise.manager, one, other)
    with franchise.admin() as session:
        address = session.get_one(Lead, (franchise.org_id, other)).address_id
        session.execute(
            text(
                "insert into outbound.leads (org_id, id, lead_type, stage_entered_at, address_id)"
                " values (:org, gen_random_uuid(), 'outbound', now(), :address)"
            ),
            {"org": franchise.org_id, "address": address},
        )
    with pytest.raises(Conflict, match="already has an open"):
        unmerge(franchise, franchise.manager, one)


class TestWhatIsRefused:
    def test_a_rep_merges_nothing(self, franchise: Franchise, pair):
        with pytest.raises(Forbidden):
            merge(franchise, franchise.rep, *pair)

    def test_a_lead_out_of_reach(self, franchise: Franchise, other_franchise: Franchise, pair):
        for stranger in (franchise.leads_in(franchise.south_east)[0], other_franchise.scheduled, uuid.uuid4()):
            with pytest.raises(NotFound):
                merge(franchise, franchise.manager, pair[0], stranger)

    def test_itself_one_put_away_and_an_old_version(self, franchise: Franchise, pair):
        one, other = pair
        with pytest.raises(Invalid):
            merge(franchise, franchise.manager, one, one)
        with pytest.raises(PreconditionFailed):
            merge(franchise, franchise.manager, one, other, expected=7)
        with franchise.as_member(franchise.manager) as session:
            archive(session, other, NOW)
        with pytest.raises(Conflict, match="put away"):
            merge(franchise, franchise.manager, one, other)

    def test_parting_what_was_never_merged(self, franchise: Franchise, pair):
        with pytest.raises(NotFound):
            unmerge(franchise, franchise.manager, pair[0])

    def test_the_same_again_changes_nothing(self, franchise: Franchise, pair):
        merge(franchise, franchise.manager, *pair)
        version = franchise.lead(pair[0]).version
        merge(franchise, franchise.manager, *pair)
        assert franchise.lead(pair[0]).version == version


_VALUES = st.fixed_dictionaries(
    {
        "first_name": st.sampled_from([None, "Ada"]),
        "phone": st.sampled_from([None, "+15155550100"]),
        "yard_size_sqft": st.sampled_from([None, 1, 5000]),
        "consent": st.sampled_from([None, {}, {"sms": True}, {"sms": False, "said": {"sms": {"at": None}}}]),
    }
)


@settings(max_examples=examples(25))
@given(ours=_VALUES, theirs=_VALUES)
def test_whatever_two_leads_hold_they_part_as_they_were(franchise: Franchise, ours: Any, theirs: Any):
    def made(values: dict[str, Any]) -> uuid.UUID:
        given = {name: value for name, value in values.items() if value is not None or name != "consent"}
        return franchise.add_lead(franchise.north_west, **given)

    pair = made(ours), made(theirs)
    before = stored(franchise, *pair)
    merge(franchise, franchise.owner, *pair)
    unmerge(franchise, franchise.owner, pair[0])
    assert stored(franchise, *pair) == before
