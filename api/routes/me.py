"""Who is signed in, and what they may change about themselves."""

from __future__ import annotations

import uuid

from api.dependencies import CallerDep, DatabaseDep, Now, OriginDep, UnitOfWork
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.routes.auth import me_of
from api.routing import Router
from api.schemas.identity import Me, ProfileEdit, SessionOut
from api.turns import slow
from outbound.identity import profiles, sessions
from outbound.identity.permissions import Operation

router = Router(prefix="/api/me", tags=["identity"])


@router.get("", dependencies=[permits(Operation.PROFILE)])
def me(caller: CallerDep, session: UnitOfWork) -> Me:
    """Who is signed in, with their role and the territories in their reach."""
    return me_of(session, caller)


@router.patch("", dependencies=[slow("passwords"), permits(Operation.PROFILE)])
def edit_me(
    body: ProfileEdit, caller: CallerDep, session: UnitOfWork, database: DatabaseDep, now: Now, origin: OriginDep
) -> Me:
    """Changes the caller's name or password. A new password needs the old one, and ends every other session."""
    password = None
    if body.password is not None:
        password = profiles.check_new_password(
            database, caller, body.old_password, body.password, now=now, origin=origin
        )
    profiles.edit(session, caller, name=body.name, password=password)
    return me_of(session, caller)


@router.get("/sessions", dependencies=[permits(Operation.PROFILE)])
def my_sessions(caller: CallerDep, session: UnitOfWork, now: Now, paging: Paging) -> Page[SessionOut]:
    """The caller's living sessions in this organisation, newest first."""
    found = sessions.own_sessions(session, now, after=paging.after, limit=paging.fetched)
    return paging.page(found, lambda each: SessionOut.of(each, caller.session_id), lambda each: Place(each.id))


@router.delete("/sessions/{session_id}", status_code=204, dependencies=[permits(Operation.PROFILE)])
def end_my_session(session_id: uuid.UUID, session: UnitOfWork, now: Now) -> None:
    """Ends one of the caller's sessions, such as that of a lost phone."""
    sessions.end_session(session, session_id, now)
