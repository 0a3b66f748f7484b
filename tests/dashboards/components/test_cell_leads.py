"""Who lives in a cell, as a table."""

from __future__ import annotations

from typing import Any

import pytest

from dashboards.components import cell_leads

LEAD: dict[str, Any] = {
    "first_name": "Theo",
    "last_name": "Rowe",
    "address": {"line": "447 Sun St", "unit": "Apt 3"},
    "stage": "COLD",
    "sla_state": "overdue",
    "owner_name": None,
    "phone": "+18125558323",
}


def test_a_row_says_who_where_and_whether_it_is_late() -> None:
    shown = cell_leads.table([LEAD])
    for words in ("Theo Rowe", "447 Sun St, Apt 3", "Cold, overdue", "Nobody", "(812) 555-8323"):
        assert f"<td>{words}</td>" in shown


@pytest.mark.parametrize(
    ("address", "door"),
    [({"line": "9 Elm St", "unit": ""}, "9 Elm St"), ({"line": "", "unit": ""}, "–"), (None, "–")],
)
def test_a_door_without_a_unit_or_a_lead_without_a_door_is_shown_too(address: Any, door: str) -> None:
    assert f"<td>{door}</td>" in cell_leads.table([LEAD | {"address": address}])


def test_names_are_text_and_never_markup() -> None:
    assert "<b>" not in cell_leads.table([LEAD | {"first_name": "<b>Theo"}])
