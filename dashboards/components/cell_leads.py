"""Cells as a list to pick from, and the leads of one: who, where, how they stand, whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from dashboards import formats


def cells(missed: pd.DataFrame, territory: str | None, week: str) -> str:
    """Cells in the order given, each a link to its leads."""
    rows = []
    for row in missed.itertuples():
        query = {"week": week, "cell": str(row.cell)} | ({"territory": territory} if territory else {})
        link = escape("/coverage?" + urlencode(query))
        rows.append(
            f"<tr><td><a href='{link}' target='_self'>{escape(str(row.cell))}</a></td>"
            f"<td class='ob-right'>{formats.count(row.doors)}</td></tr>"
        )
    return (
        "<table class='ob-table ob-table-tight'><thead><tr><th>Cell</th><th class='ob-right'>Doors</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def table(leads: Sequence[dict[str, Any]]) -> str:
    """Rows in the order given."""
    heads = ("Lead", "Door", "Stage", "Owner", "Phone")
    rows = "".join("<tr>" + "".join(f"<td>{escape(each)}</td>" for each in _cells(lead)) + "</tr>" for lead in leads)
    head = "".join(f"<th>{name}</th>" for name in heads)
    return f"<table class='ob-table'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cells(lead: dict[str, Any]) -> tuple[str, ...]:
    name = " ".join(filter(None, (lead["first_name"], lead["last_name"]))) or "Resident"
    address = lead["address"] or {}
    return (
        name,
        address.get("line") or formats.NONE,
        formats.words(lead["stage"]) + (", overdue" if lead["sla_state"] == "overdue" else ""),
        lead["owner_name"] or "Nobody",
        formats.phone(lead["phone"]) or formats.NONE,
    )
