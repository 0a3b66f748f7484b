"""Cells as a list to pick from, and the leads of one: who, where, how they stand, whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from dashboards import formats


def cells(missed: pd.DataFrame, query: Mapping[str, str]) -> str:
    """Cells (cell, name of the territory, doors, last knock) in the order given, each a link to its leads; ``query``:
    what else the page is to go on showing."""
    rows = []
    for row in missed.itertuples():
        link = escape("/coverage?" + urlencode({**query, "cell": str(row.cell)}))
        place = row.name if isinstance(row.name, str) else "Outside every territory"
        rows.append(
            f"<tr><td><a href='{link}' target='_self'>{escape(place)}</a><small>{escape(str(row.cell))}</small></td>"
            f"<td>{formats.last_knocked(row.last_knocked)}</td>"
            f"<td class='ob-right'>{formats.count(row.doors)}</td></tr>"
        )
    return (
        "<table class='ob-table ob-table-tight'><thead><tr><th>Cell</th><th>Last knocked</th>"
        f"<th class='ob-right'>Doors</th></tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def table(leads: Sequence[dict[str, Any]]) -> str:
    """Rows in the order given."""
    heads = ("Lead", "Door", "Stage", "Owner", "Phone")
    rows = "".join("<tr>" + "".join(f"<td>{escape(each)}</td>" for each in _cells(lead)) + "</tr>" for lead in leads)
    head = "".join(f"<th>{name}</th>" for name in heads)
    return f"<table class='ob-table'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _door(address: dict[str, Any]) -> str:
    line = ", ".join(filter(None, (address.get("line"), address.get("unit")))) or formats.NONE
    return f"{line} (place not readable)" if address.get("position_unreadable") else line


def _cells(lead: dict[str, Any]) -> tuple[str, ...]:
    name = " ".join(filter(None, (lead["first_name"], lead["last_name"]))) or "Resident"
    address = lead["address"] or {}
    return (
        name,
        _door(address),
        formats.words(lead["stage"]) + (", overdue" if lead["sla_state"] == "overdue" else ""),
        lead["owner_name"] or "Nobody",
        formats.phone(lead["phone"]) or formats.NONE,
    )
