"""Inviting people, and links to set a password: offered, taken up, taken back."""

from __future__ import annotations

import uuid
from datetime import timedelta

from fastapi import BackgroundTasks, Request, Response

from api import letters
from api.dependencies import (
    CallerDep,
    DatabaseDep,
    Now,
    OriginDep,
    SettingsDep,
    UnitOfWork,
    finish,
    refuse_foreign_origin,
)
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.repeats import told_made
from api.routes.auth import welcome
from api.routing import Router
from api.schemas.identity import AcceptIn, LinkIn, OfferOut, RequestedOut, RequestResetIn, ResetIn, SignedInOut
from api.schemas.invitations import InvitationIn, InvitationOut, InvitedOut, ResetLinkOut
from api.turns import slow
from outbound.identity import invitations, resets, service, sessions
from outbound.identity.callers import Origin
from outbound.identity.permissions import Operation
from outbound.settings import Settings
from outbound.storage.database import Database

router = Router(prefix="/api", tags=["identity"])


@router.get("/invitations", dependencies=[permits(Operation.MEMBERS_WRITE)])
def list_invitations(session: UnitOfWork, now: Now, paging: Paging, pending: bool | None = None) -> Page[InvitationOut]:
    """Invitations of the organisation, newest first."""
    found = invitations.find(session, now, pending=pending, after=paging.after, limit=paging.fetched)
    return paging.page(found, lambda each: InvitationOut.of(each, now), lambda each: Place(each.id))


@router.post("/invitations", status_code=201, dependencies=[permits(Operation.MEMBERS_WRITE)])
def invite(
    body: InvitationIn,
    session: UnitOfWork,
    database: DatabaseDep,
    caller: CallerDep,
    response: Response,
    settings: SettingsDep,
    now: Now,
) -> InvitedOut:
    """Offers a place by a link that works once, within 7 days: mailed where a mail server is set, answered otherwise.
    The same ``id`` again returns the first result with 200, without the link."""
    draft = invitations.InvitationDraft(body.id, body.email, body.role)
    invitation, secret = invitations.invite(session, draft, now)
    out = InvitationOut.of(invitation, now).model_dump()
    told_made(response, secret)
    if secret is None:
        return InvitedOut(**out, sent=False, link=None)
    inviter = service.profile(session, caller.user_id)
    email, organisation, name = invitation.email, inviter.organisation.name, inviter.user.name
    finish(session)  # a mail server may be slow
    sent = letters.send_invitation(settings, email, organisation, name, secret)
    if sent:
        with database.as_member(caller.org_id, caller.user_id, source="api") as later:
            invitations.note_mailed(later, invitation.id)
    return InvitedOut(**out, sent=sent, link=None if sent else letters.invitation_link(settings, secret))


@router.delete("/invitations/{invitation_id}", status_code=204, dependencies=[permits(Operation.MEMBERS_WRITE)])
def revoke_invitation(invitation_id: uuid.UUID, session: UnitOfWork, now: Now) -> None:
    """Takes an invitation back; its link opens nothing any more."""
    invitations.revoke(session, invitation_id, now)


@router.post("/auth/look-at-invitation")
def look_at_invitation(body: LinkIn, database: DatabaseDep, now: Now, origin: OriginDep) -> OfferOut:
    """What the link of an invitation offers, for the page that accepts it. Changes nothing."""
    offer = invitations.look(database, body.token, now, origin)
    return OfferOut(email=offer.email, organisation=offer.organisation, known=offer.known)


@router.post("/auth/accept-invitation", dependencies=[slow("passwords")])
def accept_invitation(
    body: AcceptIn,
    request: Request,
    response: Response,
    database: DatabaseDep,
    settings: SettingsDep,
    now: Now,
    origin: OriginDep,
) -> SignedInOut:
    """Takes up an invitation and signs in. A new person chooses a name and a password; one who has a sign-in from
    another organisation proves it with the password they have."""
    if request.headers.get("origin") is not None:
        refuse_foreign_origin(request, settings)
    accepted = invitations.accept(database, body.token, name=body.name, password=body.password, now=now, origin=origin)
    opened = sessions.open_browser_session(
        database,
        accepted.org_id,
        accepted.user_id,
        now=now,
        lifetime=timedelta(days=settings.session_days),
        origin=origin,
        demo_allowed=settings.is_loopback,
        how="invitation",
    )
    return welcome(opened, request, response, database, settings, now)


@router.post("/auth/request-reset", status_code=202)
def request_reset(
    body: RequestResetIn,
    work: BackgroundTasks,
    database: DatabaseDep,
    settings: SettingsDep,
    now: Now,
    origin: OriginDep,
) -> RequestedOut:
    """Mails a link to set a new password, if there is such a person. The answer is the same either way, and as fast:
    the looking up comes after it."""
    if settings.smtp_url:
        work.add_task(_mail_reset, database, settings, body.email, now, origin)
    return RequestedOut()


@router.post("/auth/reset", status_code=204, dependencies=[slow("passwords")])
def reset_password(body: ResetIn, database: DatabaseDep, now: Now, origin: OriginDep) -> None:
    """Sets a new password by a link and ends every session of the person."""
    resets.reset(database, body.token, body.password, now=now, origin=origin)


@router.post("/members/{member_id}/reset-link", dependencies=[permits(Operation.MEMBERS_WRITE)])
def make_reset_link(member_id: uuid.UUID, session: UnitOfWork, settings: SettingsDep, now: Now) -> ResetLinkOut:
    """A link for a member who cannot sign in, to hand over: good once, for a day. Not for who works elsewhere too."""
    secret, expires_at = resets.make_link(session, member_id, now)
    return ResetLinkOut(link=letters.reset_link(settings, secret), expires_at=expires_at)


def _mail_reset(database: Database, settings: Settings, email: str, now: Now, origin: Origin) -> None:
    letter = resets.request(database, email, now, origin)
    if letter is not None:
        letters.send_reset(settings, letter.email, letter.secret)
