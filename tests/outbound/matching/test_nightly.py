"""Duplicates over the whole base are proposed, once, and withdrawn when they are none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from outbound.ids import uuid7
from outbound.matching.nightly import Duplicates, find_duplicates
from tests.support.franchise import Franchise


def add(franchise: Franchise, line: str | None = None, **values: Any) -> UUID:
    """A lead, at a door of that line where one is given."""
    lead_id, door_id = uuid7(), None
    with franchise.as_job() as session:
        if line is not None:
            number, _, rest = line.partition(" ")
            street, _, postcode = rest.partition(", ")
            door_id = session.scalar(
                text(
                    "insert into outbound.addresses (org_id, id, house_number, street, postcode, canonical)"
                    " values (:org, :id, :number, :street, :postcode, :line)"
                    " on conflict (org_id, canonical) do update set updated_at = now() returning id"
                ),
                {
                    "org": franchise.org_id,
                    "id": uuid7(),
                    "number": number,
                    "street": street,
                    "postcode": postcode,
                    "line": line,
                },
            )
        given = {
            "first_name": "Ann",
            "last_name": "Lee",
            "phone": None,
            "lead_type": "inbound",
            "stage": "COLD",
        } | values
        session.execute(
            text(
                "insert into outbound.leads (org_id, id, lead_type, pipeline_stage, stage_entered_at, address_id,"
                " first_name, last_name, phone) values (:org, :id, :lead_type, :stage, now(), :door, :first_name,"
                " :last_name, :phone)"
            ),
            {"org": franchise.org_id, "id": lead_id, "door": door_id, **given},
        )
    return lead_id


def look(franchise: Franchise) -> Duplicates:
    with franchise.as_job() as session:
        return find_duplicates(session, datetime.now(UTC))


def proposed(franchise: Franchise) -> set[frozenset[UUID]]:
    with franchise.as_job() as session:
        rows = session.execute(text("select lead_id, other_lead_id from outbound.match_pairs where decision is null"))
        return {frozenset(row) for row in rows}


def test_leads_of_one_person_are_proposed_once(franchise: Franchise) -> None:
    here = add(franchise, "7 TEST ST, 11423", phone="+17185550123")
    caller = add(franchise, phone="+17185550123")
    typo = add(franchise, "7 TSET ST, 11423")
    add(franchise, "9 TEST ST, 11423")
    add(franchise, "7 TEST ST, 11423", first_name="Bob", lead_type="outbound")
    look(franchise)
    assert {frozenset((here, caller)), frozenset((here, typo))} <= proposed(franchise)
    before = proposed(franchise)
    again = look(franchise)
    assert proposed(franchise) == before
    assert again.withdrawn == 0


def test_the_history_of_a_door_is_no_duplicate_and_neither_are_two_closed_leads(franchise: Franchise) -> None:
    before = add(franchise, "7 TEST ST, 11423", stage="LOST")
    now = add(franchise, "7 TEST ST, 11423", lead_type="outbound")
    one = add(franchise, phone="+17185550199", stage="WON")
    other = add(franchise, phone="+17185550199", stage="LOST")
    look(franchise)
    assert not {frozenset((before, now)), frozenset((one, other))} & proposed(franchise)


def test_a_pair_is_withdrawn_when_it_is_none_any_more(franchise: Franchise) -> None:
    one = add(franchise, phone="+17185550123")
    other = add(franchise, phone="+17185550123")
    look(franchise)
    assert frozenset((one, other)) in proposed(franchise)
    with franchise.as_job() as session:
        session.execute(text("update outbound.leads set phone = '+17185550777' where id = :id"), {"id": other})
    assert look(franchise).withdrawn == 1
    assert frozenset((one, other)) not in proposed(franchise)
