"""Rows of a list against each other and against the base, through a whole import."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ingest.service import import_file
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.support.franchise import Franchise

HEADER = "house number,street,unit,zip,first name,last name,phone,email\n"
Take = Callable[[str], list[Any]]


@pytest.fixture
def take(database: Database, settings: Settings, franchise: Franchise, tmp_path: Path) -> Take:
    """Imports rows and returns what became of each, by line."""

    def take_in(rows: str) -> list[Any]:
        path = tmp_path / "list.csv"
        path.write_text(HEADER + rows, encoding="utf-8")
        report = import_file(database, settings, franchise.org_id, franchise.owner.id, path)
        with franchise.as_job() as session:
            return list(
                session.execute(
                    text("select * from outbound.import_rows where import_id = :id order by line"),
                    {"id": report.import_id},
                )
            )

    return take_in


def leads(franchise: Franchise) -> list[Any]:
    with franchise.as_job() as session:
        return list(
            session.execute(
                text(
                    "select l.*, a.canonical from outbound.leads l join outbound.addresses a"
                    " on a.org_id = l.org_id and a.id = l.address_id where l.import_id is not null order by a.canonical"
                )
            )
        )


def pairs(franchise: Franchise) -> list[Any]:
    with franchise.as_job() as session:
        return list(session.execute(text("select * from outbound.match_pairs order by line")))


def test_the_first_row_of_a_door_takes_what_the_others_of_the_same_person_know(
    take: Take, franchise: Franchise
) -> None:
    rows = take("12,Main St,,11423,Ann,Lee,,\n12,Main Street,,11423,Ann,Lee,718-555-0123,ann@example.com\n")
    assert [(r.fate, r.matched_line) for r in rows] == [("new", None), ("duplicate", 2)]
    [lead] = leads(franchise)
    assert (lead.first_name, lead.phone, lead.email) == ("Ann", "+17185550123", "ann@example.com")


def test_members_of_a_household_are_one_door_and_share_nothing(take: Take, franchise: Franchise) -> None:
    rows = take("12,Main St,,11423,Ann,Lee,,\n12,Main St,,11423,Bob,Lee,718-555-0123,\n")
    assert [r.fate for r in rows] == ["new", "duplicate"]
    assert rows[1].reason == "duplicate: another member of the household stands in line 2"
    [lead] = leads(franchise)
    assert (lead.first_name, lead.phone) == ("Ann", None)
    again = take("12,Main St,,11423,Cat,Lee,718-555-0199,\n")
    assert (again[0].fate, again[0].reason) == ("duplicate", "another member of the household is a lead already")
    assert leads(franchise)[0].phone is None


def test_units_of_a_building_are_leads_of_their_own(take: Take, franchise: Franchise) -> None:
    rows = take("12,Main St,2A,11423,Ann,Lee,718-555-0123,\n12,Main St,2B,11423,Ann,Lee,718-555-0123,\n")
    assert [r.fate for r in rows] == ["new", "new"]
    assert [r.fate for r in take("12,Main St,2C,11423,Ann,Lee,718-555-0123,\n")] == ["new"]


def test_a_row_that_is_a_lead_fills_what_is_empty_and_nothing_else(take: Take, franchise: Franchise) -> None:
    take("12,Main St,,11423,Ann,Lee,718-555-0123,\n")
    rows = take("12,Main Street,,11423,Annie,Lee,718-555-9999,ann@example.com\n")
    assert rows[0].fate == "same"
    assert rows[0].match_evidence["first"] == "variant"
    [lead] = leads(franchise)
    assert (lead.first_name, lead.phone, lead.email) == ("Ann", "+17185550123", "ann@example.com")


def test_a_street_that_is_written_in_another_way_is_found_by_number_and_name(take: Take) -> None:
    take("12,Hillside Ave,,11423,Ann,Lee,,\n")
    assert [r.fate for r in take("12,Hilside Ave,,11423,Ann,Lee,,\n")] == ["same"]


def test_an_inbound_lead_is_found_by_its_number(take: Take, franchise: Franchise) -> None:
    with franchise.as_job() as session:
        session.execute(
            text(
                "insert into outbound.leads (org_id, id, lead_type, stage_entered_at, first_name, last_name, phone)"
                " values (:org, gen_random_uuid(), 'inbound', now(), 'Ann', 'Lee', '+17185550123')"
            ),
            {"org": franchise.org_id},
        )
    rows = take("12,Main St,,11423,Ann,Lee,718-555-0123,\n13,Main St,,11423,Zoe,Poe,718-555-0124,\n")
    assert [r.fate for r in rows] == ["same", "new"]


def test_somebody_else_at_a_door_with_an_open_lead_waits_for_a_person(take: Take, franchise: Franchise) -> None:
    take("12,Main St,,11423,Ann,Lee,,\n")
    rows = take("12,Main St,,11423,Zoe,Poe,,\n99,Main St,,11423,Yan,Qi,,\n")
    assert [r.fate for r in rows] == ["unsure", "new"]
    [pair] = pairs(franchise)
    assert (pair.line, pair.lead_id, pair.decision) == (2, leads(franchise)[0].id, None)
    assert pair.evidence["last"] == "different"
    assert 0 < pair.score < 1


def test_the_evidence_and_the_reason_tell_no_value(take: Take, franchise: Franchise) -> None:
    take("12,Main St,,11423,Ann,Lee,718-555-0123,ann@example.com\n")
    rows = take("12,Main St,,11423,Zoe,Lee,718-555-0123,ann@example.com\n12,Main St,,11423,Moe,Poe,,\n")
    told = " ".join(f"{r.reason} {r.match_evidence}" for r in rows)
    assert not any(word in told for word in ("Zoe", "zoe", "5550123", "example", "MAIN"))


def test_a_thousand_rows_of_one_number_end_in_time(take: Take) -> None:
    rows = take("".join(f"{n},Main St,,11423,,Big Realty LLC,718-555-0123,\n" for n in range(1, 1001)))
    assert {r.fate for r in rows} == {"new"}
