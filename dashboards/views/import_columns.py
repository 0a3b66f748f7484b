"""Which column of a list holds what: as it was guessed, with samples, to be put right."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from dashboards import formats
from dashboards.components import shell, states
from dashboards.lists import Lists
from outbound.errors import OutboundError

FIELDS = {
    "address": "Address (whole, or number and street)",
    "house_number": "House number",
    "house_number_suffix": "House number: suffix",
    "street_direction": "Street: direction",
    "street": "Street",
    "street_suffix": "Street: kind",
    "unit": "Unit",
    "city": "City",
    "state": "State",
    "postcode": "ZIP code",
    "lat": "Latitude",
    "lon": "Longitude",
    "position": "Latitude and longitude",
    "full_name": "Full name",
    "first_name": "First name",
    "last_name": "Last name",
    "phone": "Phone",
    "email": "Email",
    "language": "Language",
    "yard_size_sqft": "Yard size (sq ft)",
    "external_ref": "Reference of the source",
}
NOT_USED = ""
BECAUSE = {
    "name": "by its name",
    "content": "by what stands in it",
    "remembered": "as the last list of this source",
    "given": "as you said",
}
SHOWN = 60


def show(lists: Lists, job: dict[str, Any]) -> None:
    review = lists.mapping(job["id"])
    top, go = st.columns([4, 1.2], vertical_alignment="bottom")
    with top:
        shell.heading("What does each column hold?", _read_as(review))
    if review.get("remembered"):
        states.note("A list with these columns came before: they are taken as they were settled then.")
    columns = sorted(review["columns"], key=lambda column: (column["field"] is None, column["position"]))
    known = review["fields"]
    chosen = {column["position"]: _pick(job["id"], column, known) for column in columns[:SHOWN]}
    kept = {column["position"]: column["field"] or NOT_USED for column in columns[SHOWN:]}
    unseen = review["columns_total"] - min(len(columns), SHOWN)
    if unseen > 0:
        st.caption(f"{formats.count(unseen)} more columns are kept with each row and not used.")
    names = {column["position"]: column["name"] for column in columns}
    all_ = kept | chosen
    problem = _problem(all_)
    with go:
        if st.button("Check the rows", type="primary", width="stretch", disabled=problem is not None):
            _settle(lists, job["id"], {field: names[at] for at, field in all_.items() if field}, known)
    with top:
        if problem:
            st.html(f'<div class="ob-note ob-note-warn" role="status">{escape(problem)}</div>')


def _settle(lists: Lists, import_id: str, fields: dict[str, str], known: list[str]) -> None:
    try:
        lists.settle(import_id, {field: fields.get(field) for field in known})
        lists.start(import_id)
    except OutboundError as error:
        st.error(str(error))
        return
    st.session_state.pop(f"columns/{import_id}", None)
    st.rerun()


def _pick(import_id: str, column: dict[str, Any], known: list[str]) -> str:
    name, samples, field = st.columns([1.4, 2.6, 1.6], vertical_alignment="center")
    with name:
        st.html(f'<div class="ob-column-name"><b>{escape(column["name"] or "(no name)")}</b>{_sureness(column)}</div>')
    with samples:
        cells = "".join(f"<span>{escape(sample)}</span>" for sample in column["samples"][:4])
        st.html(f'<div class="ob-samples">{cells or "<em>empty</em>"}</div>')
    with field:
        options = [NOT_USED, *known]
        now = column["field"] or NOT_USED
        return st.selectbox(
            f"What {column['name'] or 'the column'} holds",
            options,
            index=options.index(now) if now in options else 0,
            format_func=lambda each: FIELDS.get(each, formats.words(each)) if each else "Not used",
            key=f"column/{import_id}/{column['position']}",
            label_visibility="collapsed",
        )


def _sureness(column: dict[str, Any]) -> str:
    if column["field"] is None:
        return ""
    sure = column["confidence"]
    word, tone = ("Sure", "good") if sure >= 0.85 else ("Likely", "") if sure >= 0.6 else ("A guess", "soon")
    why = BECAUSE.get(column.get("because") or "", "")
    return f'<span class="ob-chip {tone and "ob-chip-" + tone}" title="{escape(why)}">{word}</span>'


def _problem(chosen: dict[int, str]) -> str | None:
    """What keeps these choices from being used; the API has the last word."""
    used = [field for field in chosen.values() if field]
    twice = sorted({FIELDS.get(field, field) for field in used if used.count(field) > 1})
    if twice:
        return f"Two columns hold the same: {', '.join(twice)}. Set one of them to “Not used”."
    if "address" not in used and "street" not in used:
        return "No column holds an address yet. Choose the one that does."
    return None


def _read_as(review: dict[str, Any]) -> str:
    parts = [f"{formats.count(review['columns_total'])} columns"]
    if review.get("sheet"):
        parts.append(f"sheet {review['sheet']}")
    elif review.get("encoding"):
        parts.append(str(review["encoding"]).upper())
    if review.get("skipped_lines"):
        parts.append(f"{formats.count(review['skipped_lines'])} lines above the header left out")
    if not review.get("has_header", True):
        parts.append("without a header")
    return ", ".join(parts)
