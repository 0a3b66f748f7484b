"""Imports: a list is handed in, its columns settled, its rows looked at, written, and taken back if it has to be."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboards import auth, formats
from dashboards.client import Api, Person
from dashboards.components import shell, wizard
from dashboards.lists import Lists, id_of
from dashboards.views import import_check, import_columns, import_report
from outbound.errors import OutboundError
from outbound.settings import get_settings
from outbound.vocabulary import ImportSource, ImportStatus

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

KINDS = ["csv", "tsv", "txt", "gz", "zip", "xlsx", "xlsm", "xls", "xlsb", "ods"]
"""What may be chosen; the last three are not read, and the API says in a sentence what to do."""
MOST_BYTES = 100_000_000
"""Of a list in the browser, which Streamlit holds in memory for as long as its page is open."""
SOURCES = {ImportSource.PURCHASE: "Bought", ImportSource.CSV: "Our own", ImportSource.MANUAL: "Collected by hand"}


def show(person: Person) -> None:
    api = auth.api()
    chosen = id_of(st.query_params.get("list"))
    if chosen is None:
        _overview(api, person)
        return
    lists = Lists(api)
    job = lists.one(chosen)
    head, back = st.columns([5, 1], vertical_alignment="bottom")
    with head:
        shell.title(job["file_name"], _handed_in(job, person, import_check.names_of(api, person)))
    with back:
        st.button("All lists", icon=":material/arrow_back:", on_click=st.query_params.clear, width="stretch")
    st.html(wizard.steps(wizard.step_of(job)))
    _step(lists, api, job, person)


def _step(lists: Lists, api: Api, job: dict[str, Any], person: Person) -> None:
    match ImportStatus(job["status"]):
        case ImportStatus.UPLOADED:
            import_columns.show(lists, job)
        case ImportStatus.PROCESSING:
            import_report.watch(lists, job)
        case ImportStatus.READY if st.session_state.get(import_check.columns_key(job)):
            import_columns.show(lists, job)
        case ImportStatus.READY:
            import_check.show(lists, api, job, person)
        case ImportStatus.PAUSED | ImportStatus.FAILED:
            import_report.stopped(lists, job)
        case ImportStatus.COMPLETED | ImportStatus.UNDONE:
            import_report.show(lists, api, job, person)


def _overview(api: Api, person: Person) -> None:
    shell.title("Imports", "Lists of prospects, from a file to doors on the map")
    left, right = st.columns([1, 1.9], gap="large")
    with left, st.container(border=True):
        shell.heading("Hand in a list", "Nothing is written before you have seen what becomes of each row.")
        _hand_in(api)
    with right:
        shell.heading("Lists so far")
        recent = Lists(api).recent()
        if recent:
            st.html(_table(recent, person, import_check.names_of(api, person)))
        else:
            st.html('<p class="ob-empty">No list was handed in yet.</p>')


def _hand_in(api: Api) -> None:
    most = max(1, min(MOST_BYTES, get_settings().import_max_bytes) // 1_000_000)
    file = st.file_uploader(
        "A file of rows with addresses",
        type=KINDS,
        max_upload_size=most,
        help=f"CSV of any kind, Excel (XLSX), or either packed as gzip or ZIP, up to {most} MB. Pack a larger list, or "
        "have it taken in by `outbound import FILE`.",
    )
    source = st.selectbox("Where it comes from", list(SOURCES), format_func=SOURCES.__getitem__)
    if st.button("Look at this list", type="primary", width="stretch", disabled=file is None) and file is not None:
        bar = st.progress(0.0, "Handing the list in")
        try:
            job = Lists(api).hand_in(file.name, file, _moving(bar), source=str(source))
        except OutboundError as error:
            bar.empty()
            st.error(str(error))
            return
        st.query_params["list"] = job["id"]
        st.rerun()


def _moving(bar: DeltaGenerator) -> Callable[[float], None]:
    def tell(share: float) -> None:
        bar.progress(share, "Handing the list in" if share < 1 else "Looking at its columns")

    return tell


def _handed_in(job: dict[str, Any], person: Person, names: dict[str, str]) -> str:
    when, by = formats.instant(job["created_at"]), names.get(job["uploaded_by"], "")
    at = formats.moment(when, person.zone, weekday=True) if when else ""
    return f"Handed in {at}{f' by {by}' if by else ''}"


def _table(jobs: list[dict[str, Any]], person: Person, names: dict[str, str]) -> str:
    rows = "".join(_line(job, person, names) for job in jobs)
    heads = "<th>List</th><th></th><th class='ob-right'>Rows</th><th class='ob-right'>New leads</th>"
    return f'<table class="ob-table"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _line(job: dict[str, Any], person: Person, names: dict[str, str]) -> str:
    stats = job["stats"]
    # What was taken back added nothing that is there.
    new = None if job["status"] == ImportStatus.UNDONE else stats.get("new")
    return (
        f'<tr><td><a href="?list={escape(job["id"])}" target="_self">{escape(job["file_name"])}</a>'
        f"<small>{escape(_handed_in(job, person, names))}</small></td><td>{wizard.chip(job['status'])}</td>"
        f'<td class="ob-right">{formats.count(stats.get("rows"))}</td>'
        f'<td class="ob-right">{formats.count(new)}</td></tr>'
    )
