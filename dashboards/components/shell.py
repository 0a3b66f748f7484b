"""The frame of every page: style, sidebar, page title."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from dashboards import formats
from dashboards.client import Person

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

ASSETS = Path(__file__).parent.parent / "assets"
MARK = str(ASSETS / "mark.svg")


def style() -> None:
    st.html(f"<style>{(ASSETS / 'style.css').read_text()}</style>")


def sidebar(
    person: Person, pages: Sequence[StreamlitPage], documentation: str | None, sign_out: Callable[[], None]
) -> None:
    """Whose figures these are, the pages, where the marts are documented, and who is signed in."""
    with st.sidebar:
        st.html(
            f'<div class="ob-brand">{mark(34)}<div><b>Outbound</b>'
            f"<span>{escape(person.organisation)}</span></div></div>"
        )
        with st.container(key="pages"):
            for page in pages:
                st.page_link(page)
            if documentation:
                st.page_link(documentation, label="About the marts", icon=":material/menu_book:")
        with st.container(key="account"):
            role = escape(formats.words(person.role))
            st.html(f'<div class="ob-who"><b>{escape(person.name)}</b>{role}</div>')
            st.button("Sign out", on_click=sign_out, width="stretch")


def title(text: str, below: str) -> None:
    st.html(f'<div class="ob-title"><h1>{escape(text)}</h1><p>{escape(below)}</p></div>')


def heading(text: str, below: str = "") -> None:
    """Title of a part of a page."""
    under = f"<p>{escape(below)}</p>" if below else ""
    st.html(f'<div class="ob-heading"><h2>{escape(text)}</h2>{under}</div>')


def mark(size: int) -> str:
    """The product's mark as an image inside the page: Streamlit's HTML drops inline SVG."""
    return picture((ASSETS / "mark.svg").read_text(), size, size)


def picture(svg: str, width: int, height: int) -> str:
    data = b64encode(svg.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{data}" width="{width}" height="{height}" alt="">'
