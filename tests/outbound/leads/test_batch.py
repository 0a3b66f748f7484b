"""Many captures at once come to the very same rows as one by one."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from outbound.addresses.service import DoorDraft
from outbound.errors import OutboundError
from outbound.ids import uuid7
from outbound.leads import service
from outbound.leads.batch import create_many
from outbound.leads.service import LeadDraft
from outbound.postal.rules import PostalParts
from outbound.storage.crypto import readable_position
from tests.support.cast import Member
from tests.support.examples import examples
from tests.support.franchise import Franchise

NOW = datetime(2026, 3, 8, 18, tzinfo=UTC)
NOWHERE = (10.0, 10.0)
_TABLES = {
    "leads": (),
    "addresses": ("id", "position"),
    "lead_stage_changes": ("id",),
    "audit_entries": ("id", "occurred_at"),
    "captures": ("digest",),
}
"""What is written, and what of it is another each time."""

captures: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    number=st.sampled_from(["1", "2", "3", "900", ""]),
    street=st.sampled_from(["Elm Avenue", "elm ave."]),
    place=st.sampled_from(["own", "neighbour", "nowhere", None]),
    name=st.sampled_from(["O'Hara", 'a "quoted\\ {name}', "NULL", "Ünï", None]),
    cents=st.sampled_from([None, 250_000, 250_000, -1]),
    owner=st.sampled_from([None, None, "self", "helper", "nobody"]),
    campaign=st.sampled_from([None, None, None, "unknown"]),
    doorless=st.sampled_from([False, False, False, True]),
    again=st.sampled_from([None, None, "same", "other"]),
    minutes_ago=st.integers(0, 10_000),
)


def door_of(franchise: Franchise, each: dict[str, Any]) -> DoorDraft:
    boxes = {"own": franchise.north_west.box, "neighbour": franchise.south_east.box}
    place = each["place"]
    lat, lon = boxes[place].point(3) if place in boxes else NOWHERE if place else (None, None)
    parts = PostalParts(each["number"], each["street"], "", "Testville", "IA", "50309")
    return DoorDraft(parts if each["number"] else PostalParts(), lat, lon)


def drafted(franchise: Franchise, member: Member, each: dict[str, Any], id_: uuid.UUID) -> tuple[LeadDraft, datetime]:
    owners = {"self": member.id, "helper": franchise.helper.id, "nobody": NOBODY}
    draft = LeadDraft(
        id=id_,
        door=None if each["doorless"] else door_of(franchise, each),
        last_name=each["name"],
        phone="+15155550123",
        source="at the door",
        yard_size_sqft=4_000,
        estimated_value_cents=each["cents"],
        owner_id=owners.get(each["owner"]),
        campaign_id=NOBODY if each["campaign"] else None,
    )
    return draft, NOW - timedelta(minutes=each["minutes_ago"])


NOBODY = uuid.UUID(int=7)


def alone(franchise: Franchise, member: Member, draft: LeadDraft, at: datetime) -> str:
    try:
        with franchise.as_member(member) as session:
            _, created = service.create(session, draft, at)
    except OutboundError as error:
        return f"{type(error).__name__}: {error.message}"
    except DBAPIError as error:
        return type(error.orig).__name__
    return "created" if created else "repeat"


def at_once(franchise: Franchise, member: Member, items: list[tuple[LeadDraft, datetime]]) -> list[str]:
    """All at once, and by themselves what is left."""
    try:
        with franchise.as_member(member) as session:
            made = create_many(session, items)
    except DBAPIError:
        made = set()
    return ["created" if draft.id in made else alone(franchise, member, draft, at) for draft, at in items]


def rows_of(franchise: Franchise) -> dict[str, list[str]]:
    """All that was written, without the ids that differ between two franchises."""
    people = {"rep": franchise.rep, "helper": franchise.helper, "manager": franchise.manager, "owner": franchise.owner}
    names = {str(person.id): name for name, person in people.items()}
    found: dict[str, list[Any]] = {}
    with franchise.admin() as session:
        of = {"org": franchise.org_id}
        for row in session.execute(text("select id, slug from outbound.territories where org_id = :org"), of):
            names[str(row.id)] = row.slug
        for row in session.execute(text("select id, canonical from outbound.addresses where org_id = :org"), of):
            spelled = row.canonical
            names |= {str(row.id): spelled} if not spelled.startswith("PIN") else {str(row.id): "PIN", spelled: "PIN"}
        for table, other in _TABLES.items():
            left_out = ["org_id", "created_at", "updated_at", "xact", "import_id", *other]
            query = text(f"select to_jsonb(t) - cast(:out as text[]) from outbound.{table} as t where org_id = :org")
            found[table] = list(session.scalars(query, of | {"out": left_out}))
        places = session.execute(
            text("select id, position, territory_id from outbound.addresses where org_id = :org"), of
        ).all()
    keys = franchise.database.keys
    found["places"] = [
        [str(row.id), readable_position(keys, franchise.org_id, row.id, row.position), str(row.territory_id)]
        for row in places
    ]
    return {
        table: sorted(_named(json.dumps(row, sort_keys=True), names) for row in rows) for table, rows in found.items()
    }


def _named(row: Any, names: dict[str, str]) -> str:
    line = json.dumps(row, sort_keys=True)
    for id_, name in names.items():
        line = line.replace(id_, name)
    return line


def written(franchise: Franchise, before: dict[str, list[str]]) -> dict[str, list[str]]:
    """What is there more than before."""
    after = rows_of(franchise)
    return {table: _more(rows, before[table]) for table, rows in after.items()}


def _more(rows: list[str], before: list[str]) -> list[str]:
    left = list(before)
    return [row for row in rows if row not in left or left.remove(row) is not None]


class TestTheSameAsOneByOne:
    @settings(max_examples=examples(60))
    @given(day=st.lists(captures, min_size=1, max_size=6), as_manager=st.booleans())
    def test_whatever_was_captured(
        self, make_franchise: Callable[[str], Franchise], day: list[dict[str, Any]], as_manager: bool
    ):
        stored, fresh = uuid7(), [uuid7() for _ in day]
        told, rows = [], []
        for way in (at_once, lambda f, m, items: [alone(f, m, *item) for item in items]):
            franchise = make_franchise(f"Captures {uuid7()}")
            member = franchise.manager if as_manager else franchise.rep
            plain = {"number": "900", "street": "Elm Avenue", "place": "own", "name": None, "cents": None}
            plain |= {"owner": None, "campaign": None, "doorless": False, "minutes_ago": 9}
            assert alone(franchise, member, *drafted(franchise, member, plain, stored)) == "created"
            before = rows_of(franchise)
            items = []
            for place, (each, id_) in enumerate(zip(day, fresh, strict=True)):
                again = each["again"] if place == 0 else None
                said = plain if again == "same" else each
                items.append(drafted(franchise, member, said, stored if again else id_))
            told.append(way(franchise, member, items))
            rows.append(written(franchise, before))
        assert told[0] == told[1]
        assert rows[0] == rows[1]

    def test_a_plain_day_needs_nothing_by_itself(self, franchise: Franchise):
        items = [_plain_capture(franchise, number) for number in range(20)]
        with franchise.as_member(franchise.rep) as session:
            made = create_many(session, items)
        assert made == {draft.id for draft, _ in items}
        assert franchise.lead(items[0][0].id or NOBODY).territory_id == franchise.north_west.id

    def test_sent_again_it_is_a_repeat_and_with_other_content_a_conflict(self, franchise: Franchise):
        draft, at = _plain_capture(franchise, 1)
        assert at_once(franchise, franchise.rep, [(draft, at)]) == ["created"]
        assert at_once(franchise, franchise.rep, [(draft, at)]) == ["repeat"]
        other, _ = _plain_capture(franchise, 2)
        (answer,) = at_once(franchise, franchise.rep, [(LeadDraft(draft.id, other.door), at)])
        assert answer.startswith("Conflict")

    def test_one_that_the_database_refuses_takes_none_with_it(self, franchise: Franchise):
        items = [_plain_capture(franchise, number) for number in range(3)]
        items.append((LeadDraft(uuid7(), items[0][0].door and _door(franchise, 9), estimated_value_cents=-1), NOW))
        answers = at_once(franchise, franchise.rep, items)
        assert answers[:3] == ["created"] * 3
        assert answers[3].startswith("Conflict")

    def test_nothing_is_left_of_a_day_that_is_refused_as_a_whole(self, franchise: Franchise):
        items = [_plain_capture(franchise, 1), (LeadDraft(uuid7(), _door(franchise, 2), estimated_value_cents=-1), NOW)]
        before = rows_of(franchise)
        with pytest.raises(DBAPIError), franchise.as_member(franchise.rep) as session:
            create_many(session, items)
        assert rows_of(franchise) == before


class TestTwoPhonesAtOnce:
    def test_at_the_same_new_doors_each_door_has_one_lead(self, franchise: Franchise):
        start = Barrier(2)

        def send(member: Member) -> list[str]:
            items = [_plain_capture(franchise, number) for number in range(8)]
            start.wait()
            return at_once(franchise, member, items if member is franchise.rep else items[::-1])

        with ThreadPoolExecutor(2) as pool:
            answers = [each for told in pool.map(send, [franchise.rep, franchise.manager]) for each in told]
        assert answers.count("created") == 8
        assert all(each == "created" or each.startswith("Conflict") for each in answers)


def _door(franchise: Franchise, number: int) -> DoorDraft:
    lat, lon = franchise.north_west.box.point(number)
    return DoorDraft(PostalParts(str(700 + number), "Elm Avenue", "", "Testville", "IA", "50309"), lat, lon)


def _plain_capture(franchise: Franchise, number: int) -> tuple[LeadDraft, datetime]:
    return LeadDraft(uuid7(), _door(franchise, number), last_name="Bulk"), NOW
