"""The list of territories with the widest gaps."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from dashboards import formats
from dashboards.components.shell import picture

WIDTH, HEIGHT = 96, 24


def table(gaps: pd.DataFrame, history: dict[str, list[float]], week: str) -> str:
    """Rows of ``gaps`` as given (territory_id, name, path, gap_ratio, …), each a link to its map."""
    rows = []
    for row in gaps.itertuples():
        above = " / ".join(str(row.path).split(" / ")[1:-1])
        rows.append(
            f"<tr><td>{link(row, week)}<small>{escape(above)}</small></td><td>{_bar(row.gap_ratio)}</td>"
            f'<td class="ob-right">{formats.count(row.covered_cells)} of {formats.count(row.workable_cells)}</td>'
            f'<td class="ob-right">{formats.count(row.door_touches)}</td>'
            f"<td>{_spark(history.get(str(row.territory_id), []))}</td></tr>"
        )
    return (
        '<table class="ob-table"><thead><tr><th>Territory</th><th>Gap</th>'
        '<th class="ob-right">Cells covered</th><th class="ob-right">Door touches</th>'
        f"<th>Gap by week</th></tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def short_table(gaps: pd.DataFrame, week: str) -> str:
    """Names and gaps only, for beside the map."""
    rows = (f"<tr><td>{link(row, week)}</td><td>{_bar(row.gap_ratio)}</td></tr>" for row in gaps.itertuples())
    return f'<table class="ob-table ob-table-tight"><tbody>{"".join(rows)}</tbody></table>'


def link(row: Any, week: str) -> str:
    """A territory's name (``territory_id``, ``name``) that leads to its map in a week."""
    address = escape("/coverage?" + urlencode({"territory": row.territory_id, "week": week}))
    return f'<a href="{address}" target="_self">{escape(str(row.name))}</a>'


def _bar(ratio: float) -> str:
    share = f"{min(ratio, 1) * 100:.1f}%"
    return f'<div class="ob-bar"><b>{formats.percent(ratio)}</b><i style="--share:{share}"></i></div>'


def _spark(values: list[float]) -> str:
    """A line of ratios on a scale from 0 to 1; nothing for less than two."""
    if len(values) < 2:
        return ""
    step = (WIDTH - 6) / (len(values) - 1)
    dots = [(3 + i * step, 3 + (1 - min(v, 1)) * (HEIGHT - 6)) for i, v in enumerate(values)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
    x, y = dots[-1]
    return picture(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">'
        f'<polyline points="{line}" fill="none" stroke="#7b8086" stroke-width="1.5"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="#16202b"/></svg>',
        WIDTH,
        HEIGHT,
    )
