"""The pages, and who is shown which. What a page may show is decided by the API and by the marts' reader.

Not named ``pages``: Streamlit runs the files of such a folder by themselves when one is the first to be opened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from dashboards import auth
from dashboards.client import Person
from dashboards.components import states
from dashboards.views import coverage, imports, matches, overview, pipeline, reports
from outbound.errors import OutboundError, Unauthenticated
from outbound.reports import NothingPublished
from outbound.reports.documentation import PAGE_PATH
from outbound.settings import get_settings
from outbound.vocabulary import Role

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_PAGES: dict[str, tuple[str, str, Callable[[Person], None]]] = {
    "overview": ("Overview", ":material/monitoring:", overview.show),
    "coverage": ("Coverage", ":material/hexagon:", coverage.show),
    "reports": ("Reports", ":material/leaderboard:", reports.show),
    "pipeline": ("Pipeline", ":material/view_column:", pipeline.show),
    "imports": ("Imports", ":material/upload_file:", imports.show),
    "matches": ("Duplicates", ":material/join_inner:", matches.show),
}
_OF_A_REP = ("coverage",)
_OF_MANAGERS = ("imports", "matches")
_MANAGERS = (Role.SALES_MANAGER, Role.FRANCHISE_OWNER)


def pages_for(person: Person | None) -> Sequence[StreamlitPage]:
    """Pages of a person. A rep has the map of their own territories; lists are for managers and owners."""
    rep = person is not None and person.role == Role.SALES_REP
    manages = person is None or person.role in _MANAGERS
    return [
        st.Page(partial(run, show, person), title=title, icon=icon, url_path=path, default=number == 0)
        for number, (path, (title, icon, show)) in enumerate(_PAGES.items())
        if (not rep or path in _OF_A_REP) and (manages or path not in _OF_MANAGERS)
    ]


def documentation_for(person: Person) -> str | None:
    """Where the API shows a person what the marts mean; none: it does not show them."""
    return f"{get_settings().api_url}{PAGE_PATH}" if person.role in _MANAGERS else None


def run(show: Callable[[Person], None], person: Person | None) -> None:
    """Shows a page; what keeps it from being shown is said in its place."""
    if person is None:
        return
    try:
        show(person)
    except NothingPublished:
        states.nothing_built()
    except Unauthenticated:
        auth.ended()
    except OutboundError as error:
        states.problem(error.title, str(error))
