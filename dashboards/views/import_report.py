"""An import while it works, when it was stopped, and what it did; from there it is taken back."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from dashboards import formats
from dashboards.client import Api, Person
from dashboards.components import shell, wizard
from dashboards.lists import Lists
from dashboards.views import import_check
from outbound.errors import OutboundError
from outbound.vocabulary import ImportStatus

EVERY_SECONDS = 1.0


def watch(lists: Lists, job: dict[str, Any]) -> None:
    """Progress, asked for again and again until the import needs somebody or is done."""

    @st.fragment(run_every=EVERY_SECONDS)
    def look() -> None:
        try:
            now, told = lists.one(job["id"]), lists.progress(job["id"])
        except OutboundError as error:
            st.warning(f"{error} Looking again.")
            return
        if now["status"] != ImportStatus.PROCESSING:
            st.rerun(scope="app")
        _progress(now, told)

    look()


def _progress(job: dict[str, Any], told: dict[str, Any]) -> None:
    phase = job.get("phase") or "reading"
    if told.get("phase") != phase:
        told = {}  # of the phase before
    left, _ = st.columns([2, 1])
    with left, st.container(border=True):
        said = job.get("waits") or (wizard.told(told) if told else "Waiting for its turn")
        shell.heading(wizard.PHASES.get(phase, "Working"), said)
        st.progress(min(1.0, max(0.0, told.get("share") or 0.0)))
        if phase != "undoing":
            writes = phase == "writing" or not (job.get("options") or {}).get("review")
            st.html(wizard.phases(job["stats"].get("phases") or {}, phase, writes=writes))
        st.caption("You may leave this page; the work goes on.")


def stopped(lists: Lists, job: dict[str, Any]) -> None:
    """Why it was paused or failed, and the ways on."""
    paused = job["status"] == ImportStatus.PAUSED
    tone = "" if paused else "ob-panel-problem"
    title = "Paused: what was done so far is kept" if paused else "The import failed: what was done so far is kept"
    st.html(f'<div class="ob-panel {tone}" role="status"><h2>{title}</h2><p>{escape(job["error"] or "")}</p></div>')
    _, go, back, _ = st.columns([1, 1, 1, 1])
    with go:
        if st.button("Go on" if paused else "Try again", type="primary", width="stretch"):
            import_check.act(lambda: lists.resume(job["id"]))
    with back:
        if st.button("Throw the list away", width="stretch"):
            import_check.act(lambda: lists.undo(job["id"]))


def show(lists: Lists, api: Api, job: dict[str, Any], person: Person) -> None:
    """What the import did, or what taking it back left."""
    stats = job["stats"]
    undone = job["status"] == ImportStatus.UNDONE
    words, get, back = st.columns([3, 1.3, 1.3], vertical_alignment="bottom")
    with words:
        if undone:
            shell.heading("Taken back", _removed(stats))
        else:
            shell.heading(f"{formats.count(stats.get('new'))} leads imported", _took(job, stats))
    if undone:
        _kept(stats)
        return
    with get:
        if wizard.count_of(stats, "rejected"):
            import_check.download(lists, job)
    with back, st.popover("Take back", width="stretch", icon=":material/undo:"):
        st.write(
            "Leads and doors of this list go, unless somebody has worked on them since; what it filled is emptied."
        )
        if st.button("Take this list back", type="primary", width="stretch"):
            import_check.act(lambda: lists.undo(job["id"]))
    st.html(wizard.tiles(stats))
    import_check.to_decide(api, job)
    left, right = st.columns([1.55, 1], gap="large")
    with left:
        import_check.rows(lists, api, job, person)
    with right:
        shell.heading("What was done")
        st.html(wizard.facts(_done(stats)))
        if stats.get("reasons"):
            shell.heading("Rows that became no lead of their own")
            st.html(wizard.reasons(stats["reasons"], stats.get("examples") or {}))
        import_check.mended(stats)


def _done(stats: dict[str, Any]) -> list[tuple[str, object]]:
    located = stats.get("locations") or {}
    return [
        ("Rows read", stats.get("rows")),
        ("New leads", stats.get("new")),
        ("New doors", stats.get("new_doors")),
        ("Known leads with something filled in", stats.get("filled")),
        ("Doors that were given a position", stats.get("positions_added")),
        ("Leads with an owner", stats.get("with_owner")),
        ("Leads without an owner", wizard.without_owner(stats)),
        ("Leads enrolled in the cadence", stats.get("enrolled")),
        ("Leads without a position yet", stats.get("without_position")),
        ("Leads in no territory", stats.get("without_territory")),
        *((f"Placed by: {words[:1].lower()}{words[1:]}", located.get(key)) for key, words in wizard.LOCATIONS.items()),
    ]


def _took(job: dict[str, Any], stats: dict[str, Any]) -> str:
    seconds = stats.get("seconds") or 0
    rate = f", {formats.count(stats['rows'] / seconds)} rows a second" if seconds and stats.get("rows") else ""
    return f"{formats.count(stats.get('rows'))} rows in {wizard.duration(seconds)}{rate}"


def _removed(stats: dict[str, Any]) -> str:
    return f"{formats.count(stats.get('removed') or 0)} leads of this list are gone"


def _kept(stats: dict[str, Any]) -> None:
    kept = stats.get("kept") or {}
    if not kept:
        st.html('<p class="ob-empty">Nothing of it is left.</p>')
        return
    left, _ = st.columns([1.2, 1])
    with left:
        shell.heading("What was kept, and why")
        st.html(wizard.reasons(kept, {}))
