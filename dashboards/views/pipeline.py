"""Pipeline: the outbound board by stage, to read. Every lead comes from the API, as the viewer may see it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboards import auth, formats, turf
from dashboards.client import Api, Person
from dashboards.components import board, shell
from outbound.vocabulary import BOARD_STAGES, Stage

PAGE = 25
BEYOND_BOARD = (Stage.SCHEDULED, Stage.WON, Stage.LOST)
NO_COLUMN: dict[str, Any] = {"count": 0, "overdue": 0, "leads": []}
Filters = dict[str, str | None]


def show(person: Person) -> None:
    api = auth.api()
    left, middle, right = st.columns([3, 1.5, 1.5], vertical_alignment="bottom")
    with left:
        shell.title("Pipeline", f"Leads of {person.organisation} as they are now")
    ground = turf.load(api, person)
    with middle:
        territory = turf.pick(ground)
    with right:
        owner = _pick_owner(api)
    filters: Filters = {"territory_id": territory, "owner_id": owner}
    wanted = {stage: st.session_state.get(_key(stage, filters), PAGE) for stage in BOARD_STAGES}
    columns = api.board(max(wanted.values()), **filters)
    st.html(board.totals(columns, BEYOND_BOARD))
    for place, stage in zip(st.columns(len(BOARD_STAGES), gap="medium"), BOARD_STAGES, strict=True):
        with place:
            _column(api, stage, columns.get(stage, NO_COLUMN), wanted[stage], filters, person.zone)


def _column(api: Api, stage: Stage, column: dict[str, Any], wanted: int, filters: Filters, zone: str) -> None:
    st.html(board.column_head(stage, column))
    leads = column["leads"][:wanted]
    if wanted > len(leads) and column["count"] > len(leads):
        # The board has its most urgent cards only; the rest follow, newest first.
        seen = {lead["id"] for lead in leads}
        leads += [lead for lead in api.leads(stage, wanted, **filters) if lead["id"] not in seen]
        leads = leads[:wanted]
    st.html(board.cards(leads, zone))
    rest = column["count"] - len(leads)
    if rest > 0 and st.button(f"Show more ({formats.count(rest)} left)", key=f"more/{stage}", width="stretch"):
        st.session_state[_key(stage, filters)] = wanted + PAGE
        st.rerun()


def _key(stage: Stage, filters: Filters) -> str:
    return f"shown/{stage}/{filters['territory_id']}/{filters['owner_id']}"


def _pick_owner(api: Api) -> str | None:
    names = {"": "All owners"} | {member["id"]: member["name"] for member in api.members()}
    return st.selectbox("Owner", list(names), format_func=names.__getitem__, key="owner") or None
