"""Signing in and out, by cookie or by tokens."""

from __future__ import annotations

from datetime import timedelta

from fastapi import Request, Response
from sqlalchemy.orm import Session

from api.dependencies import (
    COOKIE,
    CallerDep,
    DatabaseDep,
    Now,
    OriginDep,
    SettingsDep,
    TokenKeysDep,
    UnitOfWork,
    refuse_foreign_origin,
)
from api.permissions import permits
from api.routing import Router
from api.schemas.identity import (
    Me,
    OrganisationOut,
    PersonOut,
    RefreshIn,
    SignedInOut,
    SignedOutOut,
    SignIn,
    TokensOut,
)
from api.turns import slow
from outbound.errors import Forbidden, Unauthenticated
from outbound.identity import service, sessions, tokens
from outbound.identity.callers import Caller, SignedIn
from outbound.identity.permissions import Operation
from outbound.settings import Settings
from outbound.storage.context import context_of
from outbound.storage.database import Database

router = Router(prefix="/api", tags=["identity"])


@router.post("/auth/sign-in", dependencies=[slow("passwords")])
def sign_in(
    body: SignIn,
    request: Request,
    response: Response,
    database: DatabaseDep,
    settings: SettingsDep,
    now: Now,
    origin: OriginDep,
) -> SignedInOut:
    """Opens a session: an HttpOnly cookie for browsers, the same secret as ``token`` for clients."""
    if request.headers.get("origin") is not None:
        refuse_foreign_origin(request, settings)
    opened = service.sign_in(
        database,
        email=body.email,
        password=body.password,
        org_id=body.organisation_id,
        now=now,
        lifetime=timedelta(days=settings.session_days),
        demo_allowed=settings.is_loopback,
        origin=origin,
    )
    return welcome(opened, request, response, database, settings, now)


@router.post("/auth/token", dependencies=[slow("passwords")])
def issue_tokens(
    body: SignIn, database: DatabaseDep, settings: SettingsDep, keys: TokenKeysDep, now: Now, origin: OriginDep
) -> TokensOut:
    """Tokens for a client that keeps no cookie: a short access token, and a refresh token that is good once."""
    issued = tokens.issue(
        database,
        keys,
        email=body.email,
        password=body.password,
        org_id=body.organisation_id,
        now=now,
        lifetime=timedelta(days=settings.session_days),
        demo_allowed=settings.is_loopback,
        origin=origin,
    )
    return TokensOut.of(issued, now)


@router.post("/auth/token/refresh")
def refresh_tokens(
    body: RefreshIn, database: DatabaseDep, settings: SettingsDep, keys: TokenKeysDep, now: Now, origin: OriginDep
) -> TokensOut:
    """The next tokens for a refresh token. Sent again within 10 seconds it answers the same; later, the session ends:
    somebody else holds it too."""
    lifetime = timedelta(days=settings.session_days)
    found = tokens.refresh(database, keys, body.refresh_token, now=now, lifetime=lifetime, origin=origin)
    return TokensOut.of(found, now)


@router.post("/auth/sign-out", status_code=204, dependencies=[permits(Operation.PROFILE)])
def sign_out(caller: CallerDep, session: UnitOfWork, response: Response, now: Now) -> None:
    """Ends this session, wherever else its secret may lie; its tokens open nothing any more."""
    service.sign_out(session, caller.session_id, now)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


@router.post("/auth/sign-out-everywhere", dependencies=[permits(Operation.PROFILE)])
def sign_out_everywhere(session: UnitOfWork, response: Response) -> SignedOutOut:
    """Ends every session of the caller, this one too, in every organisation."""
    ended = sessions.sign_out_everywhere(session)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return SignedOutOut(sessions=ended)


def welcome(
    opened: SignedIn,
    request: Request,
    response: Response,
    database: Database,
    settings: Settings,
    now: Now,
) -> SignedInOut:
    """Puts a fresh session into the browser's cookie, in place of the one that was there, and says whose it is."""
    end_session_of(present_session(request, database), request, database, now)
    set_cookie(opened, request, response, now)
    with database.as_member(opened.caller.org_id, opened.caller.user_id) as session:
        return SignedInOut(token=opened.token, **me_of(session, opened.caller).model_dump())


def set_cookie(opened: SignedIn, request: Request, response: Response, now: Now) -> None:
    response.set_cookie(
        COOKIE,
        opened.token,
        max_age=int((opened.expires_at - now).total_seconds()),
        httponly=True,
        samesite="strict",
        secure=is_secure(request),
    )
    response.headers["cache-control"] = "no-store"


def is_secure(request: Request) -> bool:
    """Whether browsers come over TLS, also where a proxy ends it: then no cookie travels without."""
    return "https" in (request.url.scheme, request.app.state.settings.api_url.partition(":")[0])


def me_of(session: Session, caller: Caller) -> Me:
    profile = service.profile(session, caller.user_id)
    return Me(
        user=PersonOut.model_validate(profile.user, from_attributes=True),
        organisation=OrganisationOut.model_validate(profile.organisation, from_attributes=True),
        role=profile.role,
        territories=None if context_of(session).sees_whole_organisation else profile.territories,
        scopes=None if caller.scopes is None else sorted(caller.scopes),
    )


def present_session(request: Request, database: Database) -> Caller | None:
    """Whose session the browser has, where its cookie is sent and opens something."""
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return None
    try:
        return sessions.caller_of(database, cookie)
    except Unauthenticated:
        return None


def end_session_of(former: Caller | None, request: Request, database: Database, now: Now) -> None:
    """Signing in as somebody else in the same browser must not leave the first session alive."""
    if former is None:
        return
    try:
        with database.as_member(former.org_id, former.user_id, request_id=request.state.request_id) as session:
            service.sign_out(session, former.session_id, now)
    except Forbidden:
        return  # no member any more: it opens nothing
