"""What a page shows instead of figures: signed out, API down, nothing built yet, figures too old."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboards.components import shell

PIPELINE = "outbound pipeline run"
_NEXT = (
    f"Figures are made every hour; whoever looks after the server has them at once with <code>{PIPELINE}</code>."
    " Then reload this page."
)


def sign_in(why: str, url: str) -> None:
    """The way in: the API's own sign-in page, which comes back here."""
    st.html(
        f"""<div class="ob-gate"><div class="ob-gate-mark">{shell.mark(56)}</div>
        <h1>Outbound dashboards</h1><p>{escape(why)}</p>
        <a class="ob-button" href="{escape(url)}" target="_self">Sign in</a></div>"""
    )


def problem(title: str, sentence: str) -> None:
    """What went wrong and what to do, in the words of the one who found it."""
    _panel(escape(title), escape(sentence), "problem")


def nothing_built() -> None:
    """No warehouse of this organisation has been published."""
    _panel(
        "No figures yet",
        f"The warehouse of your organisation has not been built. {_NEXT}",
    )


def nothing_recorded(what: str) -> None:
    """Built, but there is nothing in it."""
    _panel(
        "Nothing to show yet",
        f"{escape(what)} Import a list, or log the first knocks in the rep app. {_NEXT}",
    )


def no_territory() -> None:
    """There may be figures, but no ground to show them on."""
    _panel(
        "No territory yet",
        f"No territory has been drawn, or none of them is yours. Once there is one: {_NEXT[0].lower()}{_NEXT[1:]}",
    )


def stale(age: str) -> None:
    """Figures are shown, but old: says since when and what to do."""
    st.html(
        f"""<div class="ob-note ob-note-warn" role="status">These figures are {escape(age)} old, though new ones are
        made every hour while Dagster runs. <code>{PIPELINE}</code> brings them up to date.</div>"""
    )


def held_back(reason: str, since: str) -> None:
    """Figures are shown, but newer ones could not be published: says why and since when."""
    st.html(
        f"""<div class="ob-note ob-note-warn" role="status">{escape(reason)} No newer figures since {escape(since)}.
        Run <code>{PIPELINE}</code> once it is mended.</div>"""
    )


def note(sentence: str) -> None:
    st.html(f'<div class="ob-note" role="status">{escape(sentence)}</div>')


def _panel(title: str, body: str, kind: str = "") -> None:
    st.html(
        f'<div class="ob-panel {kind and "ob-panel-" + kind}" role="status"><h2>{escape(title)}</h2><p>{body}</p></div>'
    )
