"""An organisation's own sign-in: set up by its owner, begun and ended in the browser."""

from __future__ import annotations

import html
from datetime import timedelta
from functools import cache
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.dependencies import (
    CallerDep,
    DatabaseDep,
    Now,
    OriginDep,
    SettingsDep,
    UnitOfWork,
    refuse_foreign_origin,
)
from api.etags import IfMatch, tag
from api.permissions import permits
from api.problems import told
from api.routes.auth import end_session_of, is_secure, present_session, set_cookie, welcome
from api.routes.pages import asking_page, message_page, ours
from api.routing import Router, takes_any_query
from api.schemas.providers import ConfirmedOut, ConfirmIn, ProviderIn, ProviderOut, StartedOut, StartIn
from api.turns import slow
from outbound.errors import OutboundError
from outbound.identity import providers, service, sessions
from outbound.identity.callers import Caller, Origin, SignedIn
from outbound.identity.models import SignInProvider
from outbound.identity.oidc import OidcClient
from outbound.identity.permissions import Operation
from outbound.settings import Settings
from outbound.storage.database import Database

router = Router(prefix="/api", tags=["identity"])
FLOW_COOKIE = "outbound_oidc"
Slug = Annotated[str, Path(min_length=1, max_length=200, pattern=r"^[a-z0-9-]+$")]
Word = Annotated[str | None, Query(max_length=4000, pattern=r"^[^\x00]*$")]
_NONE_SET_UP: dict[str, Any] = {"description": "The organisation has no sign-in of its own."}


@cache
def get_client() -> OidcClient:
    return OidcClient()


ClientDep = Annotated[OidcClient, Depends(get_client)]


@router.get(
    "/sign-in-provider", dependencies=[permits(Operation.SIGN_IN_PROVIDER_WRITE)], responses={404: _NONE_SET_UP}
)
def read_provider(session: UnitOfWork, response: Response, caller: CallerDep, settings: SettingsDep) -> ProviderOut:
    """The organisation's own sign-in, without its secret."""
    return _answer(session, providers.get(session), response, caller, settings)


@router.put("/sign-in-provider", dependencies=[permits(Operation.SIGN_IN_PROVIDER_WRITE)])
def put_provider(
    body: ProviderIn,
    session: UnitOfWork,
    response: Response,
    caller: CallerDep,
    settings: SettingsDep,
    if_match: IfMatch,
) -> ProviderOut:
    """Sets up signing in at the organisation's own OpenID Connect provider, or changes it."""
    draft = providers.ProviderDraft(**body.model_dump())
    found = providers.put(session, draft, expected=if_match, local_allowed=settings.is_loopback)
    return _answer(session, found, response, caller, settings)


@router.delete(
    "/sign-in-provider",
    status_code=204,
    dependencies=[permits(Operation.SIGN_IN_PROVIDER_WRITE)],
    responses={404: _NONE_SET_UP},
)
def remove_provider(session: UnitOfWork, if_match: IfMatch) -> None:
    """Takes it away again: people sign in with their passwords."""
    providers.remove(session, expected=if_match)


@router.get(
    "/auth/oidc/{slug}/start",
    dependencies=[slow("providers")],
    response_class=RedirectResponse,
    status_code=303,
    responses={303: {"description": "To the provider's page."}},
)
def start_oidc(
    slug: Slug,
    request: Request,
    database: DatabaseDep,
    settings: SettingsDep,
    client: ClientDep,
    now: Now,
    next: Word = None,
) -> Response:
    """Begins a sign-in at the provider of an organisation, named by its slug; ``next`` is the page of ours to come
    back to. A browser that follows a link here is asked before it is signed in."""
    try:
        started = _start(database, settings, client, slug, next, now, asked=_is_program(request))
    except OutboundError as error:
        return _failed(request, error)
    response = RedirectResponse(started.url, status_code=303)
    _keep_flow(response, request, started)
    return response


@router.post("/auth/oidc/{slug}/start")
def start_oidc_here(
    slug: Slug,
    body: StartIn,
    request: Request,
    response: Response,
    database: DatabaseDep,
    settings: SettingsDep,
    client: ClientDep,
    now: Now,
) -> StartedOut:
    """Begins it on a page of ours, which goes to the answer's ``url``: who chose it there is asked nothing more."""
    refuse_foreign_origin(request, settings)
    former = present_session(request, database)
    started = _start(database, settings, client, slug, body.next, now, asked=True, former=former)
    _keep_flow(response, request, started)
    return StartedOut(url=started.url)


@router.get(
    "/auth/oidc/{slug}/callback",
    dependencies=[slow("providers")],
    response_class=HTMLResponse,
    responses={
        200: {"description": "Signed in, and the page leads on; or the page asks first."},
        401: {"description": "Not begun in this browser, too long ago, or broken off at the provider."},
        403: {"description": "The provider's answer proves nothing, or who it names is no active member."},
    },
)
@takes_any_query
def end_oidc(
    slug: Slug,
    request: Request,
    database: DatabaseDep,
    settings: SettingsDep,
    client: ClientDep,
    now: Now,
    origin: OriginDep,
    state: Word = None,
    code: Word = None,
    error: Word = None,
) -> Response:
    """Ends the sign-in that this browser began: for an active member, by an address that the provider verified. Where
    it was not begun on a page of ours, or another is signed in here, the page asks first."""
    try:
        proved = providers.finish(
            database,
            client,
            slug,
            sealed=request.cookies.get(FLOW_COOKIE),
            state=state,
            code=None if error else code,
            redirect_uri=_redirect_uri(settings, slug),
            now=now,
            local_allowed=settings.is_loopback,
        )
        present = present_session(request, database)
        if proved.needs_asking(present):
            return _asking(database, slug, proved, present)
        opened = _opened(database, settings, proved, now, origin)
    except OutboundError as problem:
        return _failed(request, problem)
    for former in (present, proved.former):
        end_session_of(former, request, database, now)
    # A page of ours leads on: a redirect would still count as the provider's navigation, without our strict cookie.
    target = html.escape(ours(proved.next, settings), quote=True)
    response = message_page("Signed in", "One moment …", head=f'<meta http-equiv="refresh" content="0;url={target}">')
    set_cookie(opened, request, response, now)
    _forget_flow(response)
    return response


@router.post("/auth/oidc/{slug}/confirm")
def confirm_oidc(
    slug: Slug,
    body: ConfirmIn,
    request: Request,
    response: Response,
    database: DatabaseDep,
    settings: SettingsDep,
    now: Now,
    origin: OriginDep,
) -> ConfirmedOut:
    """Signs in who was asked and said yes, in place of whoever was signed in here; the answer says where to go on."""
    refuse_foreign_origin(request, settings)
    proved = providers.confirm(
        database,
        slug,
        sealed=request.cookies.get(FLOW_COOKIE),
        proof=body.proof,
        now=now,
        local_allowed=settings.is_loopback,
    )
    opened = _opened(database, settings, proved, now, origin)
    welcome(opened, request, response, database, settings, now)
    _forget_flow(response)
    return ConfirmedOut(next=ours(proved.next, settings))


def _start(
    database: Database,
    settings: Settings,
    client: OidcClient,
    slug: str,
    next: str | None,
    now: Now,
    *,
    asked: bool,
    former: Caller | None = None,
) -> providers.Started:
    return providers.start(
        database,
        client,
        slug,
        next_page=ours(next or "/app/", settings),
        redirect_uri=_redirect_uri(settings, slug),
        now=now,
        local_allowed=settings.is_loopback,
        asked=asked,
        former=former,
    )


def _is_program(request: Request) -> bool:
    """Whether this comes from no browser, which any page may have sent here: those say what they fetch for, or ask for
    a page; or, fetching an image without TLS, say only what they are."""
    headers = request.headers
    is_browser = "sec-fetch-site" in headers or headers.get("user-agent", "").startswith("Mozilla/")
    return not is_browser and "text/html" not in headers.get("accept", "")


def _opened(database: Database, settings: Settings, proved: providers.Proved, now: Now, origin: Origin) -> SignedIn:
    return sessions.open_browser_session(
        database,
        proved.org_id,
        proved.user_id,
        now=now,
        lifetime=timedelta(days=settings.session_days),
        origin=origin,
        demo_allowed=settings.is_loopback,
        how="oidc",
    )


def _asking(database: Database, slug: str, proved: providers.Proved, present: Caller | None) -> Response:
    proof = providers.hold(database, proved)
    now_here = "Whoever is signed in to Outbound in this browser is signed out."
    if present is not None:
        with database.as_member(present.org_id, present.user_id) as session:
            profile = service.profile(session, present.user_id)
        now_here = f"You are signed in as {profile.user.name} of {profile.organisation.name}; that ends."
    return asking_page(
        f"Sign in to {proved.organisation}?",
        f"Its own sign-in says that you are {proved.email}. {now_here} If you did not begin this, stay as you are.",
        path=f"/api/auth/oidc/{slug}/confirm",
        proof=proof,
    )


def _keep_flow(response: Response, request: Request, started: providers.Started) -> None:
    # Lax, for it comes back with a navigation from the provider's page; sealed, for it holds the verifier.
    response.set_cookie(
        FLOW_COOKIE,
        started.sealed,
        max_age=providers.FLOW_SECONDS,
        path="/api/auth/oidc",
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )
    response.headers["cache-control"] = "no-store"


def _forget_flow(response: Response) -> None:
    response.delete_cookie(FLOW_COOKIE, path="/api/auth/oidc", httponly=True, samesite="lax")


def _failed(request: Request, error: OutboundError) -> Response:
    """A sentence and a way back for people; programs get the problem document."""
    if "text/html" not in request.headers.get("accept", ""):
        raise error
    response = message_page(error.title, told(request, error), link=("/sign-in", "Back to signing in"))
    response.status_code = error.status
    _forget_flow(response)
    return response


def _redirect_uri(settings: Settings, slug: str) -> str:
    return f"{settings.api_url}/api/auth/oidc/{slug}/callback"


def _answer(
    session: UnitOfWork, found: SignInProvider, response: Response, caller: CallerDep, settings: Settings
) -> ProviderOut:
    slug = service.profile(session, caller.user_id).organisation.slug
    tag(response, found.version)
    start_url = f"{settings.api_url}/api/auth/oidc/{slug}/start"
    return ProviderOut.of(found, start_url, _redirect_uri(settings, slug))
