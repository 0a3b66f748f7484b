"""What routes are given: who calls, one transaction, the time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import anyio
from fastapi import Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from outbound import deadline
from outbound.errors import Forbidden, Invalid, Unauthenticated
from outbound.identity.api_keys import caller_of_key, is_meant_as_key
from outbound.identity.callers import Caller, Origin
from outbound.identity.sessions import caller_of
from outbound.identity.token_keys import TokenKeys
from outbound.identity.tokens import caller_of_access_token
from outbound.settings import Settings
from outbound.storage.database import CONNECTIONS, Database

COOKIE = "outbound_session"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


async def get_database(request: Request) -> Database:
    return request.app.state.database


async def get_app_settings(request: Request) -> Settings:
    return request.app.state.settings


async def get_now() -> datetime:
    """The time of this request; tests put another in its place."""
    return datetime.now(UTC)


DatabaseDep = Annotated[Database, Depends(get_database)]
SettingsDep = Annotated[Settings, Depends(get_app_settings)]
Now = Annotated[datetime, Depends(get_now)]


def origin_of(request: Request) -> Origin:
    """Where the request comes from. Behind a proxy the server is told whom to believe (``FORWARDED_ALLOW_IPS``)."""
    return Origin(
        client=request.client.host if request.client else "",
        request_id=request.state.request_id,
        agent=request.headers.get("user-agent"),
    )


async def get_origin(request: Request) -> Origin:
    return origin_of(request)


async def get_token_keys(settings: SettingsDep) -> TokenKeys:
    return _token_keys(settings.keys_dir)


@lru_cache
def _token_keys(folder: Path) -> TokenKeys:
    return TokenKeys(folder)


OriginDep = Annotated[Origin, Depends(get_origin)]
TokenKeysDep = Annotated[TokenKeys, Depends(get_token_keys)]


# Every request to /api walks through the next ones: they look up what they need themselves, for FastAPI solves a
# dependency anew at each place that names it.
def caller_of_request(request: Request, now: datetime) -> Caller:
    """Who is signed in: by a Bearer token (a session's, an access token or an API key), or the browser's cookie.

    A cookie travels by itself, so a write that carries one must come from one of our own pages.
    Raises :class:`Unauthenticated`.
    """
    database: Database = request.app.state.database
    settings: Settings = request.app.state.settings
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        token = token.strip()
        if is_meant_as_key(token):
            return caller_of_key(database, token, now, origin_of(request))
        if token.count(".") == 2:
            return caller_of_access_token(database, _token_keys(settings.keys_dir), token, now)
        return caller_of(database, token, now)
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        raise Unauthenticated("You are not signed in; sign in and try again.")
    if request.method not in _SAFE:
        refuse_foreign_origin(request, settings)
    return caller_of(database, cookie, now)


def refuse_foreign_origin(request: Request, settings: Settings) -> None:
    """Raises :class:`Forbidden` for a browser's write from a page that is not ours."""
    origin = request.headers.get("origin")
    if origin not in (settings.api_url, settings.dashboards_url):
        raise Forbidden(f"This request must come from {settings.api_url}; open Outbound there.")


async def get_caller(request: Request, now: Now) -> Caller:
    """As :func:`caller_of_request`, asked once a request."""
    if not hasattr(request.state, "caller"):
        request.state.caller = await run_in_threadpool(caller_of_request, request, now)
    return request.state.caller


CallerDep = Annotated[Caller, Depends(get_caller)]


UNITS_AT_ONCE = CONNECTIONS // 5
"""In a process. Few, for threads that compute hand the interpreter to one another all the time."""


async def get_unit_of_work(request: Request, now: Now) -> AsyncIterator[Session]:
    """One transaction with the caller's rights, committed before the answer, so that what is acknowledged is stored.

    Waits without a thread until fewer than ``UNITS_AT_ONCE`` are open: a unit of work holds its connection while it
    waits for its next thread. Were every connection held so, threads that wait for one would never be given back: the
    rest of the connections is for those, who hold theirs briefly.
    """
    async with _turn(request.app.state.turns) as give_back:
        unit = _unit_of_work(request, now)
        session = await run_in_threadpool(unit.__enter__)
        session.info["give_back"] = give_back
        try:
            yield session
            if session.in_transaction():
                deadline.settle()
        except BaseException as error:
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(unit.__exit__, type(error), error, error.__traceback__)
            raise
        if session.in_transaction():
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(unit.__exit__, None, None, None)
        else:  # its route has committed it: nothing is left to wait for
            unit.__exit__(None, None, None)


def finish(session: Session) -> None:
    """Commits, and gives the turn back, before something slow that needs no database: a letter, say. In its thread."""
    deadline.settle()
    session.commit()
    give_back = session.info.get("give_back")
    if give_back is not None:
        give_back()


@asynccontextmanager
async def _turn(turns: asyncio.Semaphore) -> AsyncIterator[Callable[[], None]]:
    """A turn that may be given back early, from any thread."""
    loop = asyncio.get_running_loop()
    held = True

    def release() -> None:
        nonlocal held
        if held:
            held = False
            turns.release()

    def give_back() -> None:
        loop.call_soon_threadsafe(release)

    await turns.acquire()
    try:
        yield give_back
    finally:
        release()


@contextmanager
def _unit_of_work(request: Request, now: datetime) -> Iterator[Session]:
    database: Database = request.app.state.database
    settings: Settings = request.app.state.settings
    caller = caller_of_request(request, now)
    request.state.caller = caller  # also for the line in the log
    with database.as_member(
        caller.org_id,
        caller.user_id,
        source="api",
        request_id=request.state.request_id,
        statement_seconds=settings.request_seconds,
    ) as session:
        yield session


UnitOfWork = Annotated[Session, Depends(get_unit_of_work, scope="function")]


async def get_bbox(
    bbox: Annotated[str | None, Query(max_length=200)] = None,
) -> tuple[float, float, float, float] | None:
    """``minlon,minlat,maxlon,maxlat`` in degrees."""
    if bbox is None:
        return None
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
    except ValueError:
        raise Invalid("bbox must be four numbers: minlon,minlat,maxlon,maxlat.") from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Invalid("bbox must lie in the world, west before east and south before north.")
    return west, south, east, north


BoxDep = Annotated[tuple[float, float, float, float] | None, Depends(get_bbox)]
