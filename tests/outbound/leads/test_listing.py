"""Lists of leads: filters, orders and their pages, and search by words."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from outbound.ids import uuid7
from outbound.leads.listing import LeadFilter, Mark, find, mark_of
from outbound.leads.models import Lead, LeadTag
from outbound.vocabulary import LeadSort, LeadType, SlaState, Stage
from tests.support.cast import Member
from tests.support.franchise import Franchise

NOW = datetime(2026, 3, 8, 18, tzinfo=UTC)


def ids(franchise: Franchise, member: Member, *, sort: LeadSort = LeadSort.NEWEST, **wanted: Any) -> list[uuid.UUID]:
    with franchise.as_member(member) as session:
        return [row.lead.id for row in find(session, LeadFilter(**wanted), NOW, limit=100, sort=sort)]


def pages(franchise: Franchise, member: Member, sort: LeadSort, size: int) -> list[uuid.UUID]:
    found: list[uuid.UUID] = []
    mark: Mark | None = None
    while True:
        with franchise.as_member(member) as session:
            rows = find(session, LeadFilter(), NOW, after=mark, limit=size, sort=sort)
        found += [row.lead.id for row in rows]
        if len(rows) < size:
            return found
        mark = mark_of(rows[-1].lead, sort)


@pytest.fixture
def dated(franchise: Franchise) -> Franchise:
    """Leads with times that repeat, and some with none."""
    for n in range(12):
        turf = franchise.micros[n % 4]
        moment = NOW + timedelta(hours=n % 3)
        franchise.add_lead(
            turf,
            owner=franchise.rep if n % 5 == 0 else None,
            due_at=moment if n % 4 else None,
            last_activity_at=moment if n % 3 else None,
            entered_at=moment,
        )
    return franchise


@pytest.mark.parametrize("sort", LeadSort)
@pytest.mark.parametrize("who", ["rep", "helper", "manager", "owner"])
def test_pages_of_any_size_are_the_whole_list_in_order(dated: Franchise, sort: LeadSort, who: str):
    member = getattr(dated, who)
    whole = ids(dated, member, sort=sort)
    assert len(whole) == len(set(whole)) > 5
    for size in (1, 2, 5):
        assert pages(dated, member, sort, size) == whole


@pytest.mark.parametrize("who", ["rep", "helper", "manager"])
def test_every_order_lists_what_the_policies_let_through(dated: Franchise, who: str):
    member = getattr(dated, who)
    with dated.as_member(member) as session:
        visible = set(session.scalars(text("select id from outbound.leads")))
    for sort in LeadSort:
        assert set(ids(dated, member, sort=sort)) == visible


def test_the_most_overdue_come_first_and_those_that_owe_nothing_last(dated: Franchise):
    due = [dated.lead(each).due_at for each in ids(dated, dated.owner, sort=LeadSort.DUE)]
    known = [each for each in due if each]
    assert known == sorted(known)
    assert due[len(known) :] == [None] * (len(due) - len(known))


def test_a_territory_stands_for_all_below_it(franchise: Franchise):
    below = {*franchise.leads_in(franchise.south_west), *franchise.leads_in(franchise.north_west)}
    for member in (franchise.owner, franchise.manager):
        assert set(ids(franchise, member, territory_id=franchise.west.id)) == below
    assert set(ids(franchise, franchise.rep, territory_id=franchise.west.id)) == set()
    assert set(ids(franchise, franchise.rep, territory_id=franchise.north_west.id)) == set(
        franchise.leads_in(franchise.north_west)
    )


def test_filters_are_joined_by_and(franchise: Franchise):
    wanted = franchise.add_lead(
        franchise.north_west, owner=franchise.rep, stage=Stage.CONTACTED, due_at=NOW - timedelta(hours=1)
    )
    franchise.add_lead(franchise.north_west, owner=franchise.rep, stage=Stage.CONTACTED)
    found = ids(
        franchise,
        franchise.owner,
        stages=(Stage.CONTACTED, Stage.FOLLOW_UP),
        owner_id=franchise.rep.id,
        sla=SlaState.OVERDUE,
    )
    assert found == [wanted]


def test_leads_that_nobody_owns_are_found(franchise: Franchise):
    found = ids(franchise, franchise.owner, unowned=True)
    assert franchise.rep_elsewhere not in found
    assert len(found) == 9


def test_other_lead_types_are_listed_when_asked_for(franchise: Franchise):
    inbound = franchise.add_lead(franchise.north_west, lead_type=LeadType.INBOUND)
    assert inbound not in ids(franchise, franchise.rep)
    assert ids(franchise, franchise.rep, lead_type=LeadType.INBOUND) == [inbound]
    assert inbound in ids(franchise, franchise.rep, lead_type=None)


def test_what_is_put_away_is_listed_only_when_asked_for(franchise: Franchise):
    away = franchise.add_lead(franchise.north_west, archived_at=NOW)
    assert away not in ids(franchise, franchise.rep)
    assert ids(franchise, franchise.rep, archived=True) == [away]


def test_a_tag_finds_its_leads_within_reach(franchise: Franchise):
    mine, other = franchise.leads_in(franchise.north_west)[0], franchise.leads_in(franchise.south_east)[0]
    with franchise.admin() as session:
        session.add_all([LeadTag(org_id=franchise.org_id, lead_id=each, tag="corner") for each in (mine, other)])
    assert ids(franchise, franchise.rep, tag="corner") == [mine]
    assert set(ids(franchise, franchise.owner, tag="corner")) == {mine, other}


class TestSearch:
    @pytest.fixture
    def ada(self, franchise: Franchise) -> uuid.UUID:
        door = franchise.add_address(
            franchise.north_west,
            house_number="203-06",
            street="Ünion Avenue",
            canonical="203-06 UNION AVE # 2B, 50309",
            unit="2B",
        )
        return franchise.add_lead(
            franchise.north_west,
            door=door,
            first_name="Ada María",
            last_name="O'Lovelace-King",
            phone="+15158880177",
            email="ada.king@example.com",
        )

    @pytest.mark.parametrize(
        "q",
        [
            "lovelace", "LOVEL", "ada love", "King Ada", "maria", "María", "o'lovelace", "5158880177",
            "+1 (515) 888-0177", "888-0177", "0177", "515888", "ada.king@example.com", "ADA.KING@",
            "203-06 union", "203-06 Union Avenue",
            "union av", "Union Ave", "203-06 union avenue #2b",
        ],
    )  # fmt: skip
    def test_it_finds_by_whatever_people_type(self, franchise: Franchise, ada: uuid.UUID, q: str):
        for member in (franchise.rep, franchise.manager, franchise.owner):
            assert ids(franchise, member, q=q) == [ada], member.name

    @pytest.mark.parametrize(
        "q", ["lovelace smith", "%", "_", "'", "99999", "nion", "\\", "-", "a'); drop table", "é" * 90]
    )
    def test_it_finds_nothing_where_nothing_begins_so(self, franchise: Franchise, ada: uuid.UUID, q: str):
        assert ids(franchise, franchise.rep, q=q) == []

    def test_it_shows_nothing_out_of_reach(self, franchise: Franchise, ada: uuid.UUID):
        assert ids(franchise, franchise.helper, q="lovelace") == []
        assert ids(franchise, franchise.helper, q="union") == []

    def test_the_words_follow_an_edit(self, franchise: Franchise, ada: uuid.UUID):
        with franchise.admin() as session:
            lead = session.get_one(Lead, (franchise.org_id, ada))
            lead.last_name, lead.phone = "Byron", None
        assert ids(franchise, franchise.rep, q="byron") == [ada]
        assert ids(franchise, franchise.rep, q="ada") == [ada]
        assert ids(franchise, franchise.rep, q="lovelace") == []
        assert ids(franchise, franchise.rep, q="0177") == []

    def test_a_removed_lead_leaves_no_word(self, franchise: Franchise):
        with franchise.admin() as session:
            lead_id = uuid7()
            session.execute(
                text(
                    "insert into outbound.leads (org_id, id, stage_entered_at, first_name)"
                    " values (:org, :id, now(), 'Gone')"
                ),
                {"org": franchise.org_id, "id": lead_id},
            )
            count = text("select count(*) from outbound.lead_tokens where lead_id = :id")
            assert session.scalar(count, {"id": lead_id}) == 1
            session.execute(text("delete from outbound.leads where id = :id"), {"id": lead_id})
            assert session.scalar(count, {"id": lead_id}) == 0
