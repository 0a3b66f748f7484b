"""An organisation's own sign-in: set up by its owner, used by members alone."""

from __future__ import annotations

import hmac
import json
import re
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session as DbSession

from outbound.audit.service import record
from outbound.errors import Forbidden, Invalid, NotFound, Unauthenticated, Unavailable
from outbound.identity.callers import Caller, new_secret
from outbound.identity.models import Membership, Organisation, SignInProvider, User
from outbound.identity.oidc import Flow, OidcClient, Provider
from outbound.identity.rules import normal_issuer
from outbound.ids import uuid7
from outbound.storage.context import context_of, keys_of
from outbound.storage.crypto import Unreadable
from outbound.storage.database import Database
from outbound.storage.versions import begin_edit

FLOW_SECONDS = 600
"""How long a sign-in at the provider may take."""
_FLOW, _PROOF = uuid.UUID(int=1), uuid.UUID(int=2)
_NOT_HERE = "This sign-in was not begun in this browser, or too long ago; begin again."
_NONE = "There is no such organisation, or it has no sign-in of its own."


@dataclass(frozen=True)
class ProviderDraft:
    """``client_secret`` none keeps the one that is stored."""

    issuer: str
    client_id: str
    client_secret: str | None
    allowed_domain: str
    enabled: bool


@dataclass(frozen=True)
class Started:
    """Where to send the browser, and what it has to bring back, sealed."""

    url: str
    sealed: str


@dataclass(frozen=True)
class Proved:
    """A member who proved who they are, and the page they wanted."""

    org_id: uuid.UUID
    user_id: uuid.UUID
    next: str
    organisation: str
    email: str
    flow: Flow

    @property
    def former(self) -> Caller | None:
        """Whose session it takes the place of: that of the browser when it was begun."""
        if self.flow.former is None:
            return None
        org_id, user_id, session_id = map(uuid.UUID, self.flow.former)
        return Caller(org_id, user_id, session_id)

    def needs_asking(self, present: Caller | None) -> bool:
        """Whether to ask before this session takes its place: begun elsewhere than on a page of ours, or another is
        signed in here than was then. Else any page could sign somebody in as another, who would not notice."""
        if not self.flow.asked:
            return True
        return (
            present is not None
            and (present.org_id, present.user_id) != (self.org_id, self.user_id)
            and present != self.former
        )


def get(session: DbSession, *, lock: bool = False) -> SignInProvider:
    """Raises :class:`NotFound`."""
    found = _find(session, lock=lock)
    if found is None:
        raise NotFound("Your organisation has no sign-in of its own.")
    return found


def put(session: DbSession, draft: ProviderDraft, *, expected: int | None, local_allowed: bool) -> SignInProvider:
    """Sets up the organisation's sign-in, or changes it; another provider, or one that is switched off, ends what this
    one opened. The secret is sealed with the key ring and never told again.

    Raises :class:`Invalid` for an issuer, domain or missing secret.
    """
    issuer = normal_issuer(draft.issuer, local_allowed=local_allowed)
    domain = draft.allowed_domain.lower().lstrip("@")
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+", domain):
        reason = "it must be the domain of your people's addresses, such as example.com"
        raise Invalid(f"allowed_domain: {reason}.", errors=[{"field": "allowed_domain", "reason": reason}])
    org_id = context_of(session).org_id
    found = _find(session, lock=True)
    if found is None:
        if draft.client_secret is None:
            raise Invalid("client_secret is needed to set up a sign-in.")
        found = SignInProvider(org_id=org_id, id=uuid7(), version=0)
        session.add(found)
        action, before = "created", None
    else:
        before = {"enabled": found.enabled, "version": found.version}
        begin_edit(found, expected)
        if draft.client_secret is None and issuer != found.issuer:
            raise Invalid("client_secret is needed with another issuer: the one that is stored stays with its issuer.")
        action = "changed"
    if action == "created":
        found.version = 1
    elif not draft.enabled or (issuer, draft.client_id, domain) != (
        found.issuer,
        found.client_id,
        found.allowed_domain,
    ):
        _end_sign_ins(session)  # they were opened on another one's word
    found.issuer, found.client_id, found.allowed_domain = issuer, draft.client_id, domain
    found.enabled = draft.enabled
    if draft.client_secret is not None:
        found.client_secret = keys_of(session).seal(org_id, found.id, draft.client_secret.encode())
    session.flush()
    after = {"enabled": draft.enabled, "version": found.version, "secret_changed": draft.client_secret is not None}
    record(session, "sign_in_provider", found.id, action, before=before, after=after)
    return found


def remove(session: DbSession, *, expected: int | None) -> None:
    """Takes the organisation's sign-in away, and ends what it opened; people sign in with their passwords.

    Raises :class:`NotFound`.
    """
    found = get(session, lock=True)
    begin_edit(found, expected)
    before = {"enabled": found.enabled}
    session.delete(found)
    session.flush()
    _end_sign_ins(session)
    record(session, "sign_in_provider", found.id, "removed", before=before)


def start(
    database: Database,
    client: OidcClient,
    slug: str,
    *,
    next_page: str,
    redirect_uri: str,
    now: datetime,
    local_allowed: bool,
    asked: bool,
    former: Caller | None = None,
) -> Started:
    """Begins a sign-in at an organisation's provider; ``asked`` and ``former`` as :class:`outbound.identity.oidc.Flow`
    has them.

    Raises :class:`NotFound` for an organisation without one, :class:`Unavailable` when the provider does not answer.
    """
    org_id, provider, _ = _provider(database, slug, local_allowed=local_allowed)
    was = None if former is None else (str(former.org_id), str(former.user_id), str(former.session_id))
    flow = Flow(new_secret(), new_secret(), new_secret() + new_secret(), next_page, now.timestamp(), asked, was)
    url = client.authorization_url(provider, flow, redirect_uri)
    sealed = database.keys.seal(org_id, _FLOW, json.dumps(asdict(flow)).encode())
    return Started(url, sealed.hex())


def finish(
    database: Database,
    client: OidcClient,
    slug: str,
    *,
    sealed: str | None,
    state: str | None,
    code: str | None,
    redirect_uri: str,
    now: datetime,
    local_allowed: bool,
) -> Proved:
    """Ends a sign-in: an active member of the organisation, by the address that the provider verified.

    Raises :class:`Unauthenticated` for one that this browser did not begin, :class:`Forbidden` for a stranger.
    """
    org_id, provider, allowed_domain = _provider(database, slug, local_allowed=local_allowed)
    flow = _flow(database, org_id, sealed, now)
    if flow is None or not state or not hmac.compare_digest(flow.state.encode(), state.encode("utf-8", "replace")):
        raise Unauthenticated(_NOT_HERE)
    if not code:
        raise Unauthenticated("The sign-in was broken off at the provider; begin again.")
    identity = client.identify(provider, flow, code, redirect_uri, now)
    if identity.email.rpartition("@")[2] != allowed_domain:
        raise Forbidden(f"Only addresses of {allowed_domain} sign in here; ask the organisation's owner.")
    return _member(database, org_id, flow, identity.email)


def hold(database: Database, proved: Proved) -> str:
    """What a browser brings back with the answer of who is asked, sealed."""
    plain = json.dumps([proved.flow.state, proved.email]).encode()
    return database.keys.seal(proved.org_id, _PROOF, plain).hex()


def confirm(
    database: Database, slug: str, *, sealed: str | None, proof: str, now: datetime, local_allowed: bool
) -> Proved:
    """Ends a sign-in that was asked about, in the browser that began it.

    Raises :class:`Unauthenticated`, and :class:`Forbidden` for who is no active member any more.
    """
    org_id, _, _ = _provider(database, slug, local_allowed=local_allowed)
    flow = _flow(database, org_id, sealed, now)
    try:
        state, email = json.loads(database.keys.open_sealed(org_id, _PROOF, bytes.fromhex(proof)))
    except (ValueError, TypeError, Unreadable):
        state, email = "", ""
    if flow is None or not hmac.compare_digest(flow.state, state):
        raise Unauthenticated(_NOT_HERE)
    return _member(database, org_id, flow, email)


def _member(database: Database, org_id: uuid.UUID, flow: Flow, email: str) -> Proved:
    with database.as_job(org_id, source="api") as session:
        user_id = session.scalar(
            select(User.id)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.org_id == org_id,
                Membership.active,
                User.email == email,
                User.disabled_at.is_(None),
            )
        )
        name = session.scalars(select(Organisation.name).where(Organisation.id == org_id)).one()
    if user_id is None:
        raise Forbidden("You are not an active member of this organisation; ask its owner for an invitation.")
    return Proved(org_id, user_id, flow.next, name, email, flow)


def _find(session: DbSession, *, lock: bool) -> SignInProvider | None:
    query = select(SignInProvider).where(SignInProvider.org_id == context_of(session).org_id)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def _end_sign_ins(session: DbSession) -> None:
    session.execute(text("select outbound.end_provider_sign_ins()"))


def _provider(database: Database, slug: str, *, local_allowed: bool) -> tuple[uuid.UUID, Provider, str]:
    with database.as_nobody() as nobody:
        org_id = nobody.scalar(text("select outbound.provider_of(:slug)"), {"slug": slug})
    if org_id is None:
        raise NotFound(_NONE)
    with database.as_job(org_id, source="api") as session:
        row = get(session)
        try:
            secret = keys_of(session).open_sealed(org_id, row.id, row.client_secret).decode()
        except Unreadable:
            sentence = (
                "The secret of your company's sign-in is not readable; sign in with a password, and have the owner set "
                "it again."
            )
            raise Unavailable(sentence, outside=sentence) from None
        return org_id, Provider(row.issuer, row.client_id, secret, local_allowed), row.allowed_domain


def _flow(database: Database, org_id: uuid.UUID, sealed: str | None, now: datetime) -> Flow | None:
    try:
        plain = database.keys.open_sealed(org_id, _FLOW, bytes.fromhex(sealed or ""))
        flow = Flow(**json.loads(plain))
    except (ValueError, TypeError, Unreadable):
        return None
    return flow if abs(now.timestamp() - flow.begun_at) <= FLOW_SECONDS else None
