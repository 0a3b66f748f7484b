"""The dry run: what would become of each row, why, and where; nothing is written yet."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboards import formats, turf
from dashboards.client import Api, Person
from dashboards.components import hexmap, shell, wizard
from dashboards.lists import QUEUE, Lists, Matches
from outbound.errors import OutboundError
from outbound.settings import get_settings
from outbound.vocabulary import Stage

PAGE = 25
MAP_WIDTH, MAP_HEIGHT = 400, 430
"""Pixels on a screen of 1440."""


def show(lists: Lists, api: Api, job: dict[str, Any], person: Person) -> None:
    stats = job["stats"]
    _decide(lists, api, job)
    st.html(wizard.tiles(stats))
    to_decide(api, job)
    left, right = st.columns([1.55, 1], gap="large")
    with left:
        rows(lists, api, job, person)
    with right:
        places(lists, api, job, person)
        _why(stats)


def _decide(lists: Lists, api: Api, job: dict[str, Any]) -> None:
    """What is to happen now: written, looked at again with other columns, or thrown away."""
    stats = job["stats"]
    head, cadence_at, campaign_at, go, other = st.columns([2.5, 1.6, 1.6, 1.5, 1.2], vertical_alignment="bottom")
    with head:
        shell.heading("Nothing is written yet", "This is what becomes of the rows once you import them.")
    options = job.get("options") or {}
    with cadence_at:
        cadences = {each["id"]: each["name"] for each in api.cadences() if _takes_new_leads(each)}
        cadence = _pick("Enrol new leads in", "No cadence", cadences, options.get("cadence_id"))
    with campaign_at:
        campaigns = {each["id"]: each["name"] for each in api.campaigns() if each["active"]}
        campaign = _pick("Count them for", "No campaign", campaigns, options.get("campaign_id"))
    new, same = wizard.count_of(stats, "new"), wizard.count_of(stats, "same")
    words = f"Import {formats.count(new)} leads" if new else f"Fill in {formats.count(same)} known leads"
    with go:
        if st.button(words, type="primary", width="stretch", disabled=not (new or same or stats.get("unsure"))):
            wishes = {"cadence_id": cadence, "campaign_id": campaign}
            act(lambda: lists.commit(job["id"], wishes))
    with other, st.popover("More", width="stretch"):
        st.button("Change columns", on_click=_back_to_columns, args=[job], width="stretch")
        if wizard.count_of(stats, "rejected"):
            download(lists, job)
        if st.button("Throw the list away", width="stretch", help="Nothing of it was written; nothing of it stays."):
            act(lambda: lists.undo(job["id"]))


def download(lists: Lists, job: dict[str, Any]) -> None:
    """Gives the rows that could not be used as a file."""
    name = job["file_name"].rsplit(".", 1)[0]
    st.download_button(
        "Rejected rows",
        data=lambda: lists.rejects(job["id"]),
        file_name=f"rejected rows of {name}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
        help="Mend them and hand the file in again.",
    )


def columns_key(job: dict[str, Any]) -> str:
    """Under which it is remembered that somebody wants to settle the columns of a checked list again."""
    return f"columns/{job['id']}"


def _back_to_columns(job: dict[str, Any]) -> None:
    st.session_state[columns_key(job)] = True


def to_decide(api: Api, job: dict[str, Any]) -> None:
    """The way to the rows that wait for somebody, as long as some do."""
    if wizard.count_of(job["stats"], "unsure"):
        waiting = len(Matches(api).waiting(job["id"]))
        if waiting:
            # Of a full page nobody knows how many stand behind it; the tile tells how many there were.
            st.html(wizard.to_decide(job["id"], "Some" if waiting == QUEUE else str(waiting)))


def rows(lists: Lists, api: Api, job: dict[str, Any], person: Person) -> None:
    """Rows of one fate with their reasons, more of them when asked."""
    fates = [fate for fate in wizard.FATES if wizard.count_of(job["stats"], fate)]
    if not fates:
        return
    fate = st.segmented_control(
        "Rows",
        fates,
        default=fates[0],
        required=True,
        format_func=lambda each: f"{wizard.FATES[each][0]} {formats.count(wizard.count_of(job['stats'], each))}",
        key=f"fate/{job['id']}/{job['status']}",
        label_visibility="collapsed",
    )
    key = f"rows/{job['id']}/{job['status']}/{fate}"
    wanted = st.session_state.get(key, PAGE)
    found, more = _first(lists, job["id"], str(fate), wanted)
    st.html(wizard.rows_table(found, names_of(api, person), job["stats"].get("mapping") or {}))
    if more and st.button("Show more rows", key=f"more/{key}"):
        st.session_state[key] = wanted + 4 * PAGE
        st.rerun()


def _first(lists: Lists, import_id: str, fate: str, wanted: int) -> tuple[list[dict[str, Any]], bool]:
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while len(found) < wanted:
        page = lists.rows(import_id, fate, cursor)
        found += page["items"]
        cursor = page.get("next_cursor")
        if cursor is None:
            return found[:wanted], len(found) > wanted
    return found[:wanted], True


def places(lists: Lists, api: Api, job: dict[str, Any], person: Person) -> None:
    """Where the new leads lie, on the map and by territory."""
    cells = lists.cells(job["id"])
    ground = turf.load(api, person)
    shell.heading("Where they lie", _unplaced(job["stats"]))
    if cells:
        style = f"{get_settings().api_url}/api/maps/style.json"
        scale, deck = hexmap.leads(cells, ground.within(None), style, (MAP_WIDTH, MAP_HEIGHT))
        with st.container(key="map"):
            st.pydeck_chart(deck, height=MAP_HEIGHT, alt="Map of new leads by cell")
            st.html(hexmap.legend(scale))
    names = names_of(api, person)
    for title, tally in (("By territory", job["stats"].get("territories")), ("By owner", job["stats"].get("owners"))):
        if tally:
            shell.heading(title)
            st.html(wizard.shares(tally, names))


def _unplaced(stats: dict[str, Any]) -> str:
    parts = []
    if stats.get("without_position"):
        parts.append(f"{formats.count(stats['without_position'])} without a position yet")
    if stats.get("without_territory"):
        parts.append(f"{formats.count(stats['without_territory'])} in no territory")
    if unowned := wizard.without_owner(stats):
        parts.append(f"{formats.count(unowned)} without an owner")
    return ", ".join(parts)


def _why(stats: dict[str, Any]) -> None:
    if stats.get("reasons"):
        shell.heading("Why rows become no lead of their own")
        st.html(wizard.reasons(stats["reasons"], stats.get("examples") or {}))
    mended(stats)


def mended(stats: dict[str, Any]) -> None:
    """What was put right in rows that are used, or left out of them."""
    if stats.get("notes"):
        shell.heading("What was mended or left out")
        st.html(wizard.reasons(stats["notes"], stats.get("examples") or {}))


def names_of(api: Api, person: Person) -> dict[str, str]:
    """Names of territories and people by id."""
    ground = turf.load(api, person)
    people = {member["id"]: member["name"] for member in members(api, person.user_id)}
    return {territory_id: ground.name(territory_id) for territory_id in ground.listed} | people


@st.cache_data(ttl=60, scope="session", show_spinner=False)
def members(_api: Api, user_id: str) -> list[dict[str, Any]]:
    return _api.members()


def act(work: Any) -> None:
    """Does something at the API and shows what came of it."""
    try:
        work()
    except OutboundError as error:
        st.error(str(error))
        return
    st.rerun()


def _takes_new_leads(cadence: dict[str, Any]) -> bool:
    return bool(cadence["active"] and cadence["steps"] and cadence["target_stage"] == Stage.COLD)


def _pick(label: str, none: str, names: dict[str, str], chosen: str | None) -> str | None:
    shown = {"": none} | names
    at = list(shown).index(chosen) if chosen in shown else 0
    return st.selectbox(label, list(shown), index=at, format_func=shown.__getitem__) or None
