"""Columns and cards of the pipeline board."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from dashboards import formats
from dashboards.components import palette

SLA = {"overdue": "Overdue", "due_soon": "Due soon", "ok": "On time"}


def totals(columns: dict[str, dict[str, Any]], stages: Iterable[str]) -> str:
    cells = "".join(
        f'<div style="--dot:{palette.STAGES[stage]}"><i></i>{formats.words(stage)}'
        f"<b>{formats.count(columns.get(stage, {}).get('count', 0))}</b></div>"
        for stage in stages
    )
    return f'<div class="ob-totals">{cells}</div>'


def column_head(stage: str, column: dict[str, Any]) -> str:
    overdue = column.get("overdue") or 0
    late = f"<em>{formats.count(overdue)} overdue</em>" if overdue else ""
    return (
        f'<div class="ob-column-head" style="--dot:{palette.STAGES[stage]}"><b>{formats.words(stage)}</b>'
        f"<span>{formats.count(column.get('count', 0))}</span>{late}</div>"
    )


def cards(leads: list[dict[str, Any]], zone: str) -> str:
    if not leads:
        return '<p class="ob-empty">No leads here with these filters.</p>'
    return f'<div class="ob-cards">{"".join(_card(lead, zone) for lead in leads)}</div>'


def _card(lead: dict[str, Any], zone: str) -> str:
    address = lead["address"] or {}
    parts = (address.get("line"), address.get("unit"), address.get("city"))
    line = ", ".join(part for part in parts if part) or "No address"
    name = " ".join(part for part in (lead.get("first_name"), lead.get("last_name")) if part)
    owner = lead.get("owner_name") or "No owner"
    touched = formats.instant(lead.get("last_activity_at"))
    last = f"Last touch {formats.moment(touched, zone)}" if touched else "Never touched"
    return (
        f'<article class="ob-card"><header><b>{escape(name or "Name not known")}</b>{_badge(lead, zone)}</header>'
        f"<p>{escape(line)}</p><footer><span>{escape(owner)}</span><span>{last}</span></footer></article>"
    )


def _badge(lead: dict[str, Any], zone: str) -> str:
    state = lead.get("sla_state")
    if state not in SLA:
        return ""
    due = formats.instant(lead.get("due_at"))
    when = f' title="Due {formats.moment(due, zone)}"' if due else ""
    return f'<span class="ob-sla ob-sla-{state}"{when}>{SLA[state]}</span>'
