"""GET /api/sync: what changed in one's reach, what left it, and never a commit missed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from outbound.ids import uuid7
from tests.api.conftest import Api, Clock
from tests.support.cast import Member
from tests.support.everything import add_everything
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

KINDS = ("territories", "assignments", "leads", "tasks", "enrollments", "trips", "stops", "activities")


class Puller:
    """A phone that fetches and keeps what it was told, as the contract says: replace by id, forget what is gone."""

    def __init__(self, api: Api, member: Member) -> None:
        self.api = api
        self.member = member
        self.cursor: str | None = None
        self.rows: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
        self.rules: dict[str, Any] = {}

    def page(self, **params: Any) -> dict[str, Any]:
        if self.cursor is not None:
            params["cursor"] = self.cursor
        answer = self.api.get("/api/sync", self.member, **params)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        self.cursor = body["cursor"]
        if body["reset"]:
            self.rows = {kind: {} for kind in KINDS}
        for kind in KINDS:
            self.rows[kind] |= {each["id"]: each for each in body[kind]}
        for each in body["gone"]:
            for rows in self.rows.values():
                rows.pop(each["id"], None)
        self.rules = body["rules"] or self.rules
        return body

    def pull(self, **params: Any) -> list[dict[str, Any]]:
        """All pages to the end."""
        pages = [self.page(**params)]
        while pages[-1]["more"]:
            pages.append(self.page(**params))
        return pages

    @property
    def leads(self) -> set[str]:
        return set(self.rows["leads"])


@pytest.fixture
def rep(api: Api, franchise: Franchise) -> Puller:
    return Puller(api, franchise.rep)


@contextmanager
def edit(franchise: Franchise, statement: str, **values: Any) -> Iterator[Session]:
    with franchise.admin() as session:
        session.execute(text(statement), values)
        yield session


def change(franchise: Franchise, statement: str, **values: Any) -> None:
    with edit(franchise, statement, **values):
        pass


def visible(franchise: Franchise, member: Member) -> set[str]:
    with franchise.as_member(member) as session:
        return {str(each) for each in session.scalars(text("select id from outbound.leads where archived_at is null"))}


class TestTheFirstFetch:
    @pytest.mark.parametrize("limit", [1, 3, 500])
    def test_it_brings_all_in_reach_and_nothing_else(
        self, api: Api, franchise: Franchise, other_franchise: Franchise, limit: int
    ):
        add_everything(franchise)
        add_everything(other_franchise)
        for member in (franchise.rep, franchise.manager, franchise.owner):
            puller = Puller(api, member)
            pages = puller.pull(limit=limit)
            assert puller.leads == visible(franchise, member)
            assert pages[0]["reset"]
            assert not any(each["reset"] for each in pages[1:])
            assert puller.rows["tasks"]
            assert puller.rows["trips"]
            assert puller.rows["stops"]
            assert puller.rows["territories"]
            assert puller.rules["stage_policies"]
            assert puller.rules["members"]
            assert puller.rules["templates"] is not None

    def test_a_lead_comes_with_its_door_and_where_that_is(self, rep: Puller, franchise: Franchise):
        rep.pull()
        lead = rep.rows["leads"][str(franchise.leads_in(franchise.north_west)[0])]
        assert lead["address"]["line"].endswith("Sample Street")
        assert (round(lead["address"]["lat"]), round(lead["address"]["lon"])) == (42, -94)

    def test_what_changes_between_two_pages_comes_after_the_last(self, rep: Puller, franchise: Franchise):
        first = rep.page(limit=1)
        assert first["more"]
        added = franchise.add_lead(franchise.north_west)
        early = franchise.leads_in(franchise.north_west)[0]
        change(franchise, "update outbound.leads set last_name = 'Changed' where id = :id", id=early)
        rep.pull()
        rep.pull()
        assert str(added) in rep.leads
        assert rep.rows["leads"][str(early)]["last_name"] == "Changed"

    def test_operations_do_not_sync(self, api: Api, franchise: Franchise):
        assert_problem(api.get("/api/sync", franchise.ops), 403)


class TestWhatChanged:
    def test_nothing_is_nothing(self, rep: Puller):
        rep.pull()
        (page,) = rep.pull()
        assert not page["reset"]
        assert not page["more"]
        assert page["rules"] is None
        assert all(page[kind] == [] for kind in (*KINDS, "gone"))

    def test_one_lead_alone(self, rep: Puller, franchise: Franchise):
        rep.pull()
        lead_id = franchise.leads_in(franchise.north_west)[0]
        change(franchise, "update outbound.leads set version = version + 1 where id = :id", id=lead_id)
        (page,) = rep.pull()
        assert [each["id"] for each in page["leads"]] == [str(lead_id)]
        assert rep.pull()[0]["leads"] == []

    def test_a_change_of_the_door_is_one_of_its_lead(self, rep: Puller, franchise: Franchise):
        rep.pull()
        lead_id = franchise.leads_in(franchise.north_west)[0]
        door = franchise.lead(lead_id).address_id
        change(franchise, "update outbound.addresses set do_not_knock = true where id = :id", id=door)
        (page,) = rep.pull()
        assert [(each["id"], each["address"]["do_not_knock"]) for each in page["leads"]] == [(str(lead_id), True)]

    def test_rules_are_sent_when_one_of_them_differs(self, rep: Puller, franchise: Franchise):
        rep.pull()
        change(franchise, "update outbound.stage_policies set sla_minutes = 77 where stage = 'COLD'")
        (page,) = rep.pull()
        assert {"stage": "COLD", "sla_minutes": 77} in page["rules"]["stage_policies"]

    def test_strangers_changes_are_not_told(self, rep: Puller, franchise: Franchise, other_franchise: Franchise):
        rep.pull()
        franchise.add_lead(franchise.south_east)
        other_franchise.add_lead(other_franchise.north_west)
        (page,) = rep.pull()
        assert page["leads"] == []
        assert page["gone"] == []


class TestWhatLeft:
    def test_a_lead_that_was_handed_over(self, rep: Puller, franchise: Franchise):
        lead_id = franchise.add_lead(franchise.south_east, owner=franchise.rep)
        rep.pull()
        assert str(lead_id) in rep.leads
        change(franchise, "update outbound.leads set owner_id = :to where id = :id", id=lead_id, to=franchise.helper.id)
        (page,) = rep.pull()
        assert page["gone"] == [{"kind": "lead", "id": str(lead_id)}]
        assert rep.leads == visible(franchise, franchise.rep)

    def test_and_one_that_stays_in_reach_by_its_territory_stays(self, rep: Puller, franchise: Franchise):
        lead_id = franchise.add_lead(franchise.north_west, owner=franchise.rep)
        rep.pull()
        change(franchise, "update outbound.leads set owner_id = :to where id = :id", id=lead_id, to=franchise.helper.id)
        (page,) = rep.pull()
        assert page["gone"] == []
        assert [each["owner_id"] for each in page["leads"]] == [str(franchise.helper.id)]

    def test_a_lead_that_was_moved_to_another_territory(self, rep: Puller, franchise: Franchise):
        lead_id = franchise.leads_in(franchise.north_west)[0]
        rep.pull()
        turf = franchise.south_east.id
        change(franchise, "update outbound.leads set territory_id = :to where id = :id", id=lead_id, to=turf)
        (page,) = rep.pull()
        assert page["gone"] == [{"kind": "lead", "id": str(lead_id)}]

    def test_one_that_came_and_went_between_two_fetches(self, rep: Puller, franchise: Franchise):
        rep.pull()
        lead_id = franchise.add_lead(franchise.south_east, owner=franchise.rep)
        change(franchise, "update outbound.leads set owner_id = null where id = :id", id=lead_id)
        rep.pull()
        assert str(lead_id) not in rep.leads

    def test_what_was_deleted_or_put_away(self, rep: Puller, franchise: Franchise):
        added = add_everything(franchise)
        deleted, away = franchise.add_lead(franchise.north_west), franchise.add_lead(franchise.north_west)
        rep.pull()
        assert str(added.task_id) in rep.rows["tasks"]
        change(franchise, "delete from outbound.tasks where id = :id", id=added.task_id)
        change(franchise, "delete from outbound.leads where id = :id", id=deleted)
        change(franchise, "update outbound.leads set archived_at = now() where id = :id", id=away)
        rep.pull()
        assert rep.leads == visible(franchise, franchise.rep)
        assert str(added.task_id) not in rep.rows["tasks"]

    def test_a_trip_that_was_handed_over(self, rep: Puller, franchise: Franchise):
        trip = add_everything(franchise).trip_id
        change(franchise, "update outbound.trips set territory_id = null where id = :id", id=trip)
        rep.pull()
        assert str(trip) in rep.rows["trips"]
        change(franchise, "update outbound.trips set owner_id = :to where id = :id", id=trip, to=franchise.helper.id)
        (page,) = rep.pull()
        assert {"kind": "trip", "id": str(trip)} in page["gone"]


class TestAnotherReach:
    def test_a_territory_that_is_no_longer_assigned_starts_anew(self, rep: Puller, franchise: Franchise):
        rep.pull()
        change(
            franchise,
            "update outbound.territory_assignments set unassigned_at = now() where user_id = :id",
            id=franchise.rep.id,
        )
        pages = rep.pull()
        assert pages[0]["reset"]
        assert "what you may see has changed" in pages[0]["reason"].lower()
        assert rep.leads == visible(franchise, franchise.rep) == {str(franchise.rep_elsewhere)}

    def test_another_role_starts_anew(self, rep: Puller, franchise: Franchise):
        rep.pull()
        change(
            franchise, "update outbound.memberships set role = 'FRANCHISE_OWNER' where user_id = :id", id=rep.member.id
        )
        assert rep.pull()[0]["reset"]
        assert rep.leads == visible(franchise, franchise.owner)

    @pytest.mark.parametrize("text_", ["", "x", "AAAA", "é€", "a" * 3000, "bm9wZQ"])
    def test_a_cursor_of_nobody_starts_anew_in_words(self, rep: Puller, text_: str):
        rep.cursor = text_
        page = rep.page()
        assert page["reset"]
        assert "everything is sent anew" in page["reason"]

    def test_a_colleagues_or_another_organisations_cursor_starts_anew(
        self, api: Api, rep: Puller, franchise: Franchise
    ):
        manager = Puller(api, franchise.manager)
        manager.pull()
        rep.cursor = manager.cursor
        assert rep.pull()[0]["reset"]
        assert rep.leads == visible(franchise, franchise.rep)

    def test_a_cursor_of_last_quarter_starts_anew(self, rep: Puller, clock: Clock):
        rep.pull()
        clock.advance(days=61)
        assert "older than 60 days" in rep.page()["reason"]


class TestLateCommits:
    def test_a_transaction_that_began_before_and_ends_after_is_not_missed(self, rep: Puller, franchise: Franchise):
        early, late = franchise.leads_in(franchise.north_west)[:2]
        rep.pull()
        rename = "update outbound.leads set last_name = :name where id = :id"
        with edit(franchise, rename, id=late, name="Late"):
            # Written first, committed last; another one overtakes it and is fetched.
            change(franchise, rename, id=early, name="Early")
            (page,) = rep.pull()
            assert [each["last_name"] for each in page["leads"]] == ["Early"]
            assert rep.pull()[0]["leads"] == []
        (page,) = rep.pull()
        assert [each["last_name"] for each in page["leads"]] == ["Late"]

    def test_nor_one_whose_departure_commits_late(self, rep: Puller, franchise: Franchise):
        lead_id = franchise.leads_in(franchise.north_west)[0]
        rep.pull()
        with edit(franchise, "update outbound.leads set territory_id = null where id = :id", id=lead_id):
            franchise.add_lead(franchise.north_west)
            rep.pull()
            assert str(lead_id) in rep.leads
        rep.pull()
        assert rep.leads == visible(franchise, franchise.rep)

    def test_nor_one_that_runs_through_the_pages_of_a_first_fetch(self, rep: Puller, franchise: Franchise):
        lead_id = uuid7()
        with edit(
            franchise,
            "insert into outbound.leads (org_id, id, lead_type, stage_entered_at, territory_id)"
            " values (:org, :id, 'outbound', now(), :turf)",
            org=franchise.org_id,
            id=lead_id,
            turf=franchise.north_west.id,
        ):
            rep.pull(limit=2)
        rep.pull()
        assert rep.leads == visible(franchise, franchise.rep)
        assert str(lead_id) in rep.leads

    def test_whatever_happens_in_between_the_phone_ends_with_what_is_there(
        self, rep: Puller, franchise: Franchise, clock: Clock
    ):
        """Many writers, some of them rolled back, fetched in between: in the end the phone has exactly its reach."""
        people = [franchise.rep.id, franchise.helper.id, None]
        turfs = [franchise.north_west.id, franchise.south_east.id, None]
        leads = sorted(franchise.all_leads)
        for step in range(24):
            values = {"id": leads[step % len(leads)], "owner": people[step % 3], "turf": turfs[step % 2]}
            statement = "update outbound.leads set owner_id = :owner, territory_id = :turf where id = :id"
            with franchise.admin() as session:
                session.execute(text(statement), values)
                if step % 4 == 0:
                    rep.pull(limit=3)
                if step % 5 == 0:
                    session.rollback()
            if step % 3 == 0:
                rep.pull(limit=3)
        rep.pull()
        assert rep.leads == visible(franchise, franchise.rep)
