"""POST /api/sync: captures of a batch go all at once, and come to what they come to one by one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from outbound.ids import uuid7
from outbound.vocabulary import Stage
from tests.api.conftest import Api, Clock
from tests.support.franchise import Franchise
from tests.support.phone import Json, Phone


@pytest.fixture
def phone(api: Api, franchise: Franchise, clock: Clock) -> Phone:
    return Phone(api, franchise.rep, clock)


def at(franchise: Franchise, number: int, *, neighbour: bool = False, **more: Any) -> Json:
    lat, lon = (franchise.south_east if neighbour else franchise.north_west).box.point(number)
    return {"line": f"{500 + number} Oak St, Testville, IA 50309", "lat": lat, "lon": lon} | more


def mixed(phone: Phone, franchise: Franchise) -> list[Json]:
    """Plain captures and their knocks, and beside them all that is odd, in the order in which it happened."""
    plain = [phone.lead(ago=60 - each, address=at(franchise, each), last_name=f"O'Hara {each}") for each in range(3)]
    neighbour = phone.lead(ago=50, address=at(franchise, 10, neighbour=True))
    nowhere = phone.lead(ago=49, line="77 Oak St, Testville, IA 50309")
    pin = phone.lead(ago=48, address={"lat": at(franchise, 11)["lat"], "lon": at(franchise, 11)["lon"]})
    same_door = phone.lead(ago=47, address=at(franchise, 1, line="501 OAK STREET, Testville, IA 50309"))
    known_door = phone.lead(ago=46, line="900 Known St, Testville, IA 50309")
    somebodys = phone.lead(ago=45, address=at(franchise, 12), owner_id=str(franchise.helper.id))
    of_campaign = phone.lead(ago=44, address=at(franchise, 13), campaign_id=str(uuid7()))
    no_door = phone.operation("lead.create", {"phone": "515-555-0123", "last_name": "Caller"}, ago=43)
    before_its_door = phone.lead(ago=42, address=at(franchise, 14), owner_id=str(franchise.helper.id))
    behind = phone.lead(ago=41, address=at(franchise, 14))
    leads = [*plain, neighbour, nowhere, pin, same_door, known_door, somebodys, of_campaign, no_door]
    results = ["INTERESTED", "NOT_HOME", "NOT_INTERESTED", "SCHEDULED", "DO_NOT_CONTACT"]
    knocks = [
        phone.knock(each["id"], results[place % 5], ago=30 - place)
        for place, each in enumerate([*leads, before_its_door, behind])
    ]
    moved = phone.operation("stage", {"lead_id": plain[1]["id"], "stage": "CONTACTED"}, ago=5)
    return [*leads, before_its_door, behind, *knocks, moved]


def told(franchise: Franchise, results: list[Json]) -> list[Json]:
    """Answers without the ids that differ between two franchises, and without how leads stood meanwhile."""
    names = {str(franchise.rep.id): "rep", str(franchise.helper.id): "helper"}
    return [
        {"status": each["status"], "reason": named(each.get("reason"), names), "waits_for": each.get("waits_for")}
        for each in results
    ]


def named(said: Any, names: dict[str, str]) -> Any:
    for id_, name in names.items():
        said = said.replace(id_, name) if isinstance(said, str) else said
    return said


_STORED = (
    (
        "select l.id, l.last_name, l.pipeline_stage, l.stage_entered_at, l.due_at, l.next_action_at,"
        " l.last_activity_at, l.last_activity_id, l.version, l.cell, l.source, l.phone, l.owner_id = :rep, t.slug,"
        " d.canonical not like 'PIN%', d.cell, s.slug, d.do_not_knock, d.location_source, d.position is null"
        " from outbound.leads as l left join outbound.addresses as d on d.org_id = l.org_id and d.id = l.address_id"
        " left join outbound.territories as t on t.id = l.territory_id"
        " left join outbound.territories as s on s.id = d.territory_id where l.org_id = :org and l.created_by_id = :rep"
        " order by l.id"
    ),
    (
        "select lead_id, from_stage, to_stage, occurred_at, due_at, activity_id from outbound.lead_stage_changes"
        " where org_id = :org and user_id = :rep order by lead_id, occurred_at, activity_id nulls first"
    ),
    (
        "select id, lead_id, type, result, occurred_at, received_at, cell from outbound.activities"
        " where org_id = :org and user_id = :rep order by id"
    ),
    (
        "select entity, action, case when entity in ('lead', 'activity') then entity_id end, after ->> 'stage',"
        " acted_for is null, source from outbound.audit_entries where org_id = :org and acted_by = :rep"
        " order by 1, 2, 3, 4"
    ),
    "select id, kind from outbound.captures where org_id = :org order by id",
    "select id, kind, status, reason, waits_for_kind from outbound.sync_operations where org_id = :org order by id",
    "select lead_id, scheduled_at, status from outbound.onboarding_handoffs where org_id = :org order by 1, 2",
)


def stored(franchise: Franchise) -> list[list[Any]]:
    with franchise.admin() as session:
        values = {"org": franchise.org_id, "rep": franchise.rep.id}
        known = session.scalars(text("select id from outbound.leads where org_id = :org"), values).all()
        made = {str(each) for each in known} - {str(each) for each in franchise.all_leads}
        rows = [[tuple(row) for row in session.execute(text(query), values)] for query in _STORED]
    assert made
    return rows


def as_of(franchise: Franchise, batch: list[Json], first: Franchise) -> list[Json]:
    """The same operations, of the same people, in another franchise."""
    other = {str(first.helper.id): str(franchise.helper.id), str(first.rep.id): str(franchise.rep.id)}
    return [each | {"data": {key: named(value, other) for key, value in each["data"].items()}} for each in batch]


def test_a_batch_comes_to_what_its_operations_come_to_one_by_one(
    api: Api, clock: Clock, make_franchise: Callable[[str], Franchise]
):
    together, alone = make_franchise("Together"), make_franchise("Alone")
    phones = [Phone(Api(api.client, each), each.rep, clock) for each in (together, alone)]
    for each, phone in zip((together, alone), phones, strict=True):
        known = phone.lead(ago=100, line="900 Known St, Testville, IA 50309") | {"id": str(KNOWN)}
        assert phone.statuses(known) == ["applied"], each.name
    batch = mixed(phones[0], together)
    twice = [batch[0], batch[1] | {"data": batch[1]["data"] | {"last_name": "Somebody else"}}]
    answers = phones[0].send(*batch, *twice)
    singly = [phones[1].send(each)[0] for each in as_of(alone, [*batch, *twice], together)]
    statuses = [each["status"] for each in answers]
    assert statuses[-2:] == ["duplicate", "conflict"]
    assert {"applied", "deferred", "rejected", "conflict", "duplicate"} == set(statuses)
    assert [each["status"] for each in singly] == statuses
    assert told(together, answers[:-2]) == told(alone, singly[:-2])
    assert stored(together) == stored(alone)
    again = phones[0].send(*batch)
    assert [each["status"] for each in again] == [each if each != "applied" else "duplicate" for each in statuses[:-2]]


KNOWN = uuid7()


def test_a_lead_that_the_database_refuses_does_not_keep_others_from_being_stored(phone: Phone, franchise: Franchise):
    taken = uuid7()
    with franchise.admin() as session:
        session.execute(
            text(
                "insert into outbound.leads (org_id, id, pipeline_stage, stage_entered_at)"
                " values (:org, :id, 'COLD', now())"
            ),
            {"org": franchise.org_id, "id": taken},
        )
    batch = [phone.lead(ago=20 - each, address=at(franchise, each)) for each in range(3)]
    batch[1]["id"] = str(taken)
    knocks = [phone.knock(each["id"], "INTERESTED", ago=5) for each in (batch[0], batch[2])]
    assert phone.statuses(*batch, *knocks) == ["applied", "conflict", "applied", "applied", "applied"]
    assert {franchise.lead(each).pipeline_stage for each in map(id_of, (batch[0], batch[2]))} == {Stage.CONTACTED}


def test_a_lead_begins_when_it_was_captured_with_whom_and_where(phone: Phone, franchise: Franchise):
    lead = phone.lead(ago=90, address=at(franchise, 4))
    (answer,) = phone.send(lead)
    assert answer["state"]["lead"]["territory_id"] == str(franchise.north_west.id)
    found = franchise.lead(id_of(lead))
    assert (found.created_by_id, found.owner_id) == (franchise.rep.id, franchise.rep.id)
    assert found.stage_entered_at == phone.clock.now - timedelta(minutes=90)
    assert [each.to_stage for each in franchise.history(found.id)] == [Stage.COLD]


def id_of(operation: Json) -> uuid.UUID:
    return uuid.UUID(operation["id"])
