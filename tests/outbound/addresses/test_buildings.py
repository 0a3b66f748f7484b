"""A door's building is its line without the unit: the database's rule and Python's agree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from outbound.postal.rules import PostalParts, canonical_line, line_of, normalise
from tests.support.franchise import Franchise

STREETS = ["Elm Avenue", "109th Ave", "North St", "Tower Road", "Pier Street", "Rear Lane", "Upper Mill Rd"]
UNITS = [
    "", "2B", "# 4", "Apt 12-C", "Unit 3", "2nd floor", "Fl 3", "Bldg A Apt 2", "Building 7", "Rear", "Basement",
    "Lot 9", "PH", "Alpha", "Flat 2", "Front Apt 2",
]  # fmt: skip


@pytest.mark.parametrize("postcode", ["50309", ""])
def test_the_two_rules_agree(franchise: Franchise, postcode: str):
    insert = (
        "insert into outbound.addresses (org_id, id, house_number, street, unit, canonical)"
        " values (:org, gen_random_uuid(), :number, :street, :unit, :canonical)"
        " on conflict (org_id, canonical) do nothing returning building, street_key"
    )
    wrong = []
    with franchise.admin() as session:
        for street in STREETS:
            for unit in UNITS:
                parts = PostalParts("1200", street, unit, "Testville", "IA", postcode)
                row = session.execute(
                    text(insert),
                    {
                        "org": franchise.org_id,
                        "number": parts.house_number,
                        "street": street,
                        "unit": unit,
                        "canonical": canonical_line(parts),
                    },
                ).one_or_none()
                expected = line_of(replace(normalise(parts), unit=""))
                if row is not None and row.building != expected:
                    wrong.append((street, unit, row.building, expected))
                if row is not None:
                    assert canonical_line(parts) == f"1200 {row.street_key}"
    # A street that is named like a unit, with a unit of that kind, is the one case that the database reads otherwise.
    assert [case for case in wrong if not case[0].startswith(("Tower", "Pier", "Rear", "Upper"))] == []
