# ruff: noqa: N999
"""The dashboards' entry: `streamlit run dashboards/Home.py`."""

from __future__ import annotations

import streamlit as st

from dashboards import auth
from dashboards.components import shell
from dashboards.views import documentation_for, pages_for


def main() -> None:
    st.set_page_config(page_title="Outbound", page_icon=shell.MARK, layout="wide", menu_items={})
    shell.style()
    person = auth.person()
    pages = pages_for(person)
    page = st.navigation(pages, position="hidden")
    if person is not None:
        shell.sidebar(person, pages, documentation_for(person), auth.sign_out)
    page.run()


main()
