"""An organisation's own sign-in: set up by its owner, begun and ended in the browser."""

from __future__ import annotations

import html
from datetime import timedelta
from functools import cache
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.dependencies import CallerDep, DatabaseDep, Now, OriginDep, SettingsDep, UnitOfWork
from api.etags import IfMatch, tag
from api.permissions import permits
from api.routes.auth import end_former_session, is_secure, set_cookie
from api.routes.pages import message_page, ours
from api.routing import Router
from api.schemas.providers import ProviderIn, ProviderOut
from api.turns import slow
from outbound.errors import OutboundError
from outbound.identity import providers, service, sessions
from outbound.identity.models import SignInProvider
from outbound.identity.oidc import OidcClient
from outbound.identity.permissions import Operation
from outbound.settings import Settings

router = Router(prefix="/api", tags=["identity"])
FLOW_COOKIE = "outbound_oidc"
Slug = Annotated[str, Path(min_length=1, max_length=200, pattern=r"^[a-z0-9-]+$")]
Word = Annotated[str | None, Query(max_length=4000, pattern=r"^[^\x00]*$")]
_NONE_SET_UP: dict[str, Any] = {"description": "The organisation has no sign-in of its own."}


@cache
def get_client() -> OidcClient:
    return OidcClient()


ClientDep = Annotated[OidcClient, Depends(get_client)]


@router.get("/sign-in-provider", dependencies=[permits(Operation.RULES_WRITE)], responses={404: _NONE_SET_UP})
def read_provider(session: UnitOfWork, response: Response, caller: CallerDep, settings: SettingsDep) -> ProviderOut:
    """The organisation's own sign-in, without its secret."""
    return _answer(session, providers.get(session), response, caller, settings)


@router.put("/sign-in-provider", dependencies=[permits(Operation.RULES_WRITE)])
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
    dependencies=[permits(Operation.RULES_WRITE)],
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
    back to."""
    try:
        started = providers.start(
            database,
            client,
            slug,
            next_page=ours(next or "/app/", settings),
            redirect_uri=_redirect_uri(settings, slug),
            now=now,
            local_allowed=settings.is_loopback,
        )
    except OutboundError as error:
        return _failed(request, error)
    response = RedirectResponse(started.url, status_code=303)
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
    return response


@router.get(
    "/auth/oidc/{slug}/callback",
    dependencies=[slow("providers")],
    response_class=HTMLResponse,
    responses={
        200: {"description": "Signed in; the page leads on."},
        401: {"description": "Not begun in this browser, too long ago, or broken off at the provider."},
        403: {"description": "The provider's answer proves nothing, or who it names is no active member."},
    },
)
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
    """Ends the sign-in that this browser began: for an active member, by an address that the provider verified."""
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
        opened = sessions.open_browser_session(
            database,
            proved.org_id,
            proved.user_id,
            now=now,
            lifetime=timedelta(days=settings.session_days),
            origin=origin,
            demo_allowed=settings.is_loopback,
            how="oidc",
        )
    except OutboundError as problem:
        return _failed(request, problem)
    end_former_session(request, database, now)
    # A page of ours leads on: a redirect would still count as the provider's navigation, without our strict cookie.
    target = html.escape(ours(proved.next, settings), quote=True)
    response = message_page("Signed in", "One moment …", head=f'<meta http-equiv="refresh" content="0;url={target}">')
    set_cookie(opened, request, response, now)
    response.delete_cookie(FLOW_COOKIE, path="/api/auth/oidc", httponly=True, samesite="lax")
    return response


def _failed(request: Request, error: OutboundError) -> Response:
    """A sentence and a way back for people; programs get the problem document."""
    if "text/html" not in request.headers.get("accept", ""):
        raise error
    response = message_page(error.title, error.message, link=("/sign-in", "Back to signing in"))
    response.status_code = error.status
    response.delete_cookie(FLOW_COOKIE, path="/api/auth/oidc", httponly=True, samesite="lax")
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
