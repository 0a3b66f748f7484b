# ruff: noqa: N999
"""The dashboards' entry: `streamlit run dashboards/Home.py`."""

from __future__ import annotations

import streamlit as st

from dashboards import auth
from dashboards.components import shell
from dashboards.views import documentation_for, pages_for
from outbound.collector import spare_what_stays


def main() -> None:
    st.set_page_config(page_title="Outbound", page_icon=shell.MARK, layout="wide", menu_items={})
    _settle()
    shell.style()
    person = auth.person()
    pages = pages_for(person)
    page = st.navigation(pages, position="hidden")
    if person is not None:
        shell.sidebar(person, pages, documentation_for(person), auth.sign_out)
    page.run()


@st.cache_resource(show_spinner=False)
def _settle() -> None:
    """Once a process, not once a visit."""
    spare_what_stays()


main()
