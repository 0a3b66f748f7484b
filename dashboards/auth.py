"""Who is looking: the API's session cookie, checked with the API at every rerun."""

from __future__ import annotations

import time
from contextlib import suppress
from urllib.parse import quote

import streamlit as st

from dashboards.client import Api, Person
from dashboards.components import states
from outbound.errors import OutboundError, Unauthenticated
from outbound.settings import get_settings

COOKIE = "outbound_session"
TRUSTED_SECONDS = 3.0
"""How long an answer of /api/me is believed, so that one rerun of a page asks once."""

_KEY = "_session"


def api() -> Api:
    """The API with the session of the one who looks."""
    return Api(get_settings().api_own_url, _token())


def person() -> Person | None:
    """The signed-in person; none where the page now shows the way in, or that the API is down."""
    token = _token()
    if not token:
        states.sign_in("Sign in to see how your territories are doing.", sign_in_url())
        return None
    seen = st.session_state.get(_KEY)
    if seen and seen[0] == token and time.monotonic() - seen[1] < TRUSTED_SECONDS:
        return seen[2]
    try:
        found = api().me()
    except Unauthenticated:
        ended()
        return None
    except OutboundError as error:
        states.problem(error.title, str(error))
        return None
    st.session_state[_KEY] = (token, time.monotonic(), found)
    return found


def ended() -> None:
    """Shows the way in again: the session was ended, here or elsewhere."""
    st.session_state.clear()
    states.sign_in("Your session has ended. Sign in again to go on.", sign_in_url())


def sign_out() -> None:
    """End the session at the API; the next rerun finds it ended."""
    with suppress(Unauthenticated):  # it had ended already
        api().sign_out()
    st.session_state.clear()


def sign_in_url() -> str:
    """The API's sign-in page, which leads back to the page that was asked for."""
    settings = get_settings()
    here = st.context.url or ""
    back = here if here.startswith(f"{settings.dashboards_url}/") else settings.dashboards_url
    return f"{settings.api_url}/sign-in?next={quote(back, safe='')}"


def _token() -> str:
    return st.context.cookies.get(COOKIE, "")
