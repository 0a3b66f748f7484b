"""Coverage: doors, touches and covered cells of a week on the town's own map."""

from __future__ import annotations

from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from dashboards import auth, formats, turf
from dashboards.client import Person
from dashboards.components import cell_leads, gaps, hexmap, outlines, shell, states, weeks
from dashboards.components.scales import Metric, scale_of
from dashboards.marts import gaps_of, mondays, warehouse_of
from outbound.settings import get_settings
from outbound.vocabulary import Role

LEVELS = {9: "Fine", 8: "Medium", 7: "Wide"}
LEVEL_HELP = (
    "Size of a cell (H3 resolution): fine is 9, about 0.04 square miles; medium is 8, about 0.3; wide is 7, about 2."
)
MAP_HEIGHT = 640
ROWS = 8
CELLS = 12
LEADS = 50


def show(person: Person) -> None:
    place = st.empty()
    with place:
        shell.title("Coverage", person.organisation)
    if person.role == Role.SALES_REP:
        states.note("Dashboards are for managers. You see the coverage of your own territories.")
    warehouse = warehouse_of(person)
    build = warehouse.build()
    with place:
        shell.title("Coverage", weeks.as_of(build, person.zone))
    weeks.warn_if_stale(build, warehouse.last_run(), person.zone)
    known = mondays(warehouse)
    ground = turf.load(auth.api(), person)
    if not known and (ground.listed or person.reach.is_whole):
        states.nothing_recorded("There is no week with doors or touches yet.")
        return
    if not ground.listed:
        states.no_territory()
        return
    picks = st.columns([3.7, 2.3, 2.5, 2.5])
    with picks[3]:
        chosen = turf.pick(ground)
    seen = ground.of(warehouse, chosen)
    with picks[0]:
        # In the address, so that a link of the page does not undo the choice.
        metric = Metric(
            st.segmented_control(
                "Show", list(Metric), default=Metric.COVERAGE, required=True, key="show", bind="query-params"
            )
        )
    with picks[1]:
        level = _size(hexmap.level_for(ground.within(chosen), list(LEVELS)))
    with picks[2]:
        week = weeks.pick(known, person.zone)
    cells = seen.coverage_cells(week, level)
    widest = gaps_of(seen, week).owned
    _map_beside_facts(cells, metric, level, ground, chosen, week, widest)
    kept = {"territory": chosen, "size": st.query_params.get("size")}
    query = {"week": week.isoformat(), "show": metric.value} | {name: value for name, value in kept.items() if value}
    _where_next(seen.passed_over(week, level, most=CELLS), query)


def _size(clear: int) -> int:
    """The size of cells that somebody chose, which the address keeps; until then the finest that is clear."""
    asked = next((level for level, name in LEVELS.items() if name == st.query_params.get("size")), None)
    key = f"size-{clear}"
    size = st.segmented_control(
        "Cell size", list(LEVELS), default=asked or clear, format_func=LEVELS.__getitem__, help=LEVEL_HELP,
        required=True, key=key, on_change=partial(_sized, key),
    )  # fmt: skip
    return size or clear


def _sized(key: str) -> None:
    st.query_params["size"] = LEVELS[st.session_state[key]]


def _map_beside_facts(
    cells: pd.DataFrame,
    metric: Metric,
    level: int,
    ground: turf.Turf,
    chosen: str | None,
    week: date,
    widest: pd.DataFrame,
) -> None:
    wide, narrow = st.columns([3.6, 1])
    territories = ground.within(chosen)
    scale = scale_of(metric, level, cells)
    style = f"{get_settings().api_url}/api/maps/style.json"
    with wide, st.container(key="map"):
        # A map of its own for each set of cells: what was clicked is known by its place among them.
        key = f"cells-{level}-{week}-{chosen}"
        st.pydeck_chart(
            hexmap.deck(cells, metric, scale, territories, style, st.query_params.get("cell")),
            height=MAP_HEIGHT,
            on_select=partial(_clicked, key),
            key=key,
            alt=f"Map of {metric.value.lower()} by cell",
        )
        st.html(hexmap.legend(scale))
    if left_out := len(territories) - len(outlines.drawn(territories)):
        with wide:
            st.caption(f"{formats.count(left_out)} smaller territories are outlined once you choose one above them.")
    with narrow:
        shell.heading(ground.name(chosen), formats.week(week))
        if cells.empty:
            st.markdown("No doors that may be knocked lie here in this week.")
        else:
            st.html(_facts(cells))
        if len(widest) > 1:
            shell.heading("Widest gaps")
            st.html(gaps.short_table(widest.head(ROWS), week.isoformat()))


def _clicked(key: str) -> None:
    """Puts the clicked cell into the address, or takes it out: the page then shows its leads."""
    cell = hexmap.picked_in(st.session_state[key].selection.objects)
    if cell is not None:
        st.query_params["cell"] = cell
    else:
        st.query_params.pop("cell", None)


def _where_next(missed: pd.DataFrame, query: dict[str, str]) -> None:
    """Cells that were passed over, and who lives in the one that was picked."""
    left, right = st.columns([1, 2])
    with left, st.container(border=True, height="stretch"):
        shell.heading("Where to knock next", "Doors that were passed over in the week, most first")
        if missed.empty:
            st.markdown("None: every cell was knocked.")
        else:
            st.html(cell_leads.cells(missed, query))
    with right, st.container(border=True, height="stretch"):
        _leads(st.query_params.get("cell"))


def _leads(cell: str | None) -> None:
    """Who lives in a cell: asked of the API, so no further than the one who looks may see."""
    if cell is None:
        shell.heading("Leads in a cell", "Click a cell on the map, or pick one from the list, to see who lives there.")
        return
    found, more = auth.api().leads_in(cell, LEADS)
    shell.heading(f"Leads in {cell}", f"The {len(found)} most urgent" if more else f"{len(found)} in all")
    if found:
        st.html(cell_leads.table(found))
    else:
        st.markdown("No lead of yours lies in this cell.")


def _facts(cells: pd.DataFrame) -> str:
    """Cells as gaps count them, so that these figures and the gaps beside them agree."""
    workable, covered = int(cells.workable_parts.sum()), int(cells.covered_parts.sum())
    rows: list[tuple[str, str]] = [
        ("Covered", formats.percent(covered / workable if workable else None)),
        ("Cells with doors", formats.count(workable)),
        ("Cells covered", formats.count(covered)),
        ("Doors", formats.count(cells.doors.sum())),
        ("Door touches", formats.count(cells.door_touches.sum())),
        ("All touches", formats.count(cells.touches.sum())),
    ]
    shared = workable > int(cells.workable_cells.sum())
    below = "<p class='ob-facts-note'>A cell on a border counts for each territory with doors in it.</p>"
    facts = "".join(f"<dt>{k}</dt><dd>{v}</dd>" for k, v in rows)
    return f'<dl class="ob-facts">{facts}</dl>{below if shared else ""}'
