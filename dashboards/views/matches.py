"""Duplicates: pairs that may be one lead, side by side; one key decides, another takes it back."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from dashboards import auth, formats
from dashboards.client import Person
from dashboards.components import pair, shell
from dashboards.lists import QUEUE, Lists, Matches, id_of
from dashboards.views.import_check import names_of
from outbound.errors import OutboundError
from outbound.vocabulary import MatchDecision

_LATER, _LAST, _SAID = "matches/later", "matches/last", "matches/said"
DECIDED_SHOWN = 8


def show(person: Person) -> None:
    api = auth.api()
    matches, of_list = Matches(api), id_of(st.query_params.get("list"))
    waiting = matches.waiting(of_list)
    later: list[str] = st.session_state.setdefault(_LATER, [])
    # Those put off come again once the others are decided.
    queue = sorted(waiting, key=lambda match: later.index(match["id"]) if match["id"] in later else -1)
    head, narrowed = st.columns([4, 1.2], vertical_alignment="bottom")
    with head:
        count = f"{QUEUE}+" if len(waiting) == QUEUE else formats.count(len(waiting))
        pairs = "1 pair" if len(waiting) == 1 else f"{count} pairs"
        shell.title("Duplicates", f"{pairs} may be one lead" if waiting else "Nothing waits to be decided")
    lists = Lists(api)
    of_lists = [lists.one(of_list)] if of_list else lists.recent()
    names = names_of(api, person) | {job["id"]: job["file_name"] for job in of_lists}
    if of_list:
        with narrowed:
            st.button("Of all lists", on_click=st.query_params.clear, width="stretch")
    if said := st.session_state.pop(_SAID, None):
        st.error(said)
    if queue:
        _decide(matches, queue, names, person)
    elif st.session_state.get(_LAST):
        _undo_last(matches)
    _decided(matches, of_list, names)


def _decide(matches: Matches, queue: list[dict[str, Any]], names: dict[str, str], person: Person) -> None:
    match = queue[0]
    with st.container(border=True):
        why = f": {match['because']}" if match["because"] else ""
        head, together = st.columns([4, 1.2], vertical_alignment="bottom")
        with head:
            shell.heading("Are these one lead?", f"{formats.percent(match['score'], 0)} likely{why}")
        with together:
            _decide_alike(matches, match, queue)
        st.html(pair.table(match, names, person.zone))
        same, new, later, back = st.columns(4)
        with same:
            st.button(
                "Same lead", type="primary", shortcut="S", width="stretch", key="same",
                help="What one of them lacks is filled from the other; nothing the team entered is overwritten.",
                on_click=_say, args=[matches, [match], MatchDecision.SAME],
            )  # fmt: skip
        with new:
            st.button(
                "Different leads", shortcut="D", width="stretch", key="new",
                help="Both stay, and are not asked about again.",
                on_click=_say, args=[matches, [match], MatchDecision.NEW],
            )  # fmt: skip
        with later:
            st.button("Later", shortcut="L", width="stretch", key="later", on_click=_put_off, args=[match])
        with back:
            _undo_last(matches)


def _decide_alike(matches: Matches, match: dict[str, Any], queue: list[dict[str, Any]]) -> None:
    """One decision for all rows of a list that wait for the same reason: flats of houses known without them, say."""
    alike = [each for each in queue if (each["import_id"], each["because"]) == (match["import_id"], match["because"])]
    if match["import_id"] is None or len(alike) < 2:  # leads that are merged were worked on: each is looked at
        return
    with st.popover(f"All {len(alike)} like this", width="stretch"):
        st.write(f"{len(alike)} rows of this list wait for the same reason. “Undo the last” takes all of them back.")
        for words, decision in (("All the same lead", MatchDecision.SAME), ("All different leads", MatchDecision.NEW)):
            st.button(words, width="stretch", key=f"all/{decision}", on_click=_say, args=[matches, alike, decision])


def _undo_last(matches: Matches) -> None:
    last: list[dict[str, Any]] = st.session_state.get(_LAST) or []
    more = f" and {formats.counted(len(last) - 1, 'pair')} more" if len(last) > 1 else ""
    st.button(
        "Undo the last", shortcut="U", width="stretch", key="undo", disabled=not last,
        help=f"{pair.line(last[0])}{more}" if last else None, on_click=_take_back, args=[matches, last],
    )  # fmt: skip


def _say(matches: Matches, pairs: list[dict[str, Any]], decision: MatchDecision) -> None:
    decided = []
    for match in pairs:
        try:
            matches.decide(match["id"], str(decision))
        except OutboundError as error:
            _put_off(match)
            st.session_state[_SAID] = str(error)
        else:
            decided.append(match)
    st.session_state[_LAST] = decided or st.session_state.get(_LAST)


def _put_off(match: dict[str, Any]) -> None:
    later: list[str] = st.session_state[_LATER]
    if match["id"] in later:
        later.remove(match["id"])
    later.append(match["id"])


def _take_back(matches: Matches, pairs: list[dict[str, Any]]) -> None:
    st.session_state[_LAST] = None
    for match in pairs:
        try:
            matches.take_back(match["id"])
        except OutboundError as error:
            st.session_state[_SAID] = str(error)


def _decided(matches: Matches, of_list: str | None, names: dict[str, str]) -> None:
    """What was decided lately, each to be taken back."""
    if not st.toggle("Show what was decided lately", key="matches/show"):
        return
    decided = sorted(matches.decided(of_list), key=lambda match: match["decided_at"], reverse=True)[:DECIDED_SHOWN]
    for match in decided:
        text, button = st.columns([5, 1], vertical_alignment="center")
        words = "the same lead" if match["decision"] == MatchDecision.SAME else "different leads"
        who = names.get(match["decided_by"] or "", "")
        with text:
            st.html(
                f'<div class="ob-said">{escape(pair.line(match))}: <b>{words}</b><small>{escape(who)}</small></div>'
            )
        with button:
            st.button(
                "Take back", key=f"back/{match['id']}", width="stretch", on_click=_take_back, args=[matches, [match]]
            )
