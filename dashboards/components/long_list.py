"""Lists that may be longer than a page."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboards import formats

MORE = 100
"""Rows that are unfolded at most: of thousands a browser makes no page that anybody reads."""


def show(found: pd.DataFrame, most: int, table: Callable[[pd.DataFrame], str]) -> None:
    """The first ``most`` rows as ``table`` writes them, more of them to unfold, and where the others are to be had."""
    st.html(table(found.head(most)))
    rest = found.iloc[most : most + MORE]
    left = len(found) - most - len(rest)
    if not rest.empty:
        with st.expander(f"Show the {'next' if left else 'other'} {len(rest)}"):
            st.html(table(rest))
            if left:
                st.markdown(f"{formats.count(left)} more are in the tables to download on the page Reports.")
