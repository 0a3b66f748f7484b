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
from outbound.identity.callers import new_secret
from outbound.identity.models import Membership, SignInProvider, User
from outbound.identity.oidc import Flow, OidcClient, Provider
from outbound.identity.rules import normal_issuer
from outbound.ids import uuid7
from outbound.storage.context import context_of, keys_of
from outbound.storage.crypto import Unreadable
from outbound.storage.database import Database
from outbound.storage.versions import begin_edit

FLOW_SECONDS = 600
"""How long a sign-in at the provider may take."""
_FLOW = uuid.UUID(int=1)
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


def get(session: DbSession, *, lock: bool = False) -> SignInProvider:
    """Raises :class:`NotFound`."""
    found = _find(session, lock=lock)
    if found is None:
        raise NotFound("Your organisation has no sign-in of its own.")
    return found


def put(session: DbSession, draft: ProviderDraft, *, expected: int | None, local_allowed: bool) -> SignInProvider:
    """Sets up the organisation's sign-in, or changes it. The secret is sealed with the key ring and never told again.

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
    found.issuer, found.client_id, found.allowed_domain = issuer, draft.client_id, domain
    found.enabled = draft.enabled
    if draft.client_secret is not None:
        found.client_secret = keys_of(session).seal(org_id, found.id, draft.client_secret.encode())
    session.flush()
    after = {"enabled": draft.enabled, "version": found.version, "secret_changed": draft.client_secret is not None}
    record(session, "sign_in_provider", found.id, action, before=before, after=after)
    return found


def remove(session: DbSession, *, expected: int | None) -> None:
    """Takes the organisation's sign-in away; people sign in with their passwords. Raises :class:`NotFound`."""
    found = get(session, lock=True)
    begin_edit(found, expected)
    before = {"enabled": found.enabled}
    session.delete(found)
    session.flush()
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
) -> Started:
    """Begins a sign-in at an organisation's provider.

    Raises :class:`NotFound` for an organisation without one, :class:`Unavailable` when the provider does not answer.
    """
    org_id, provider, _ = _provider(database, slug, local_allowed=local_allowed)
    flow = Flow(new_secret(), new_secret(), new_secret() + new_secret(), next_page, now.timestamp())
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
        raise Unauthenticated("This sign-in was not begun in this browser, or too long ago; begin again.")
    if not code:
        raise Unauthenticated("The sign-in was broken off at the provider; begin again.")
    identity = client.identify(provider, flow, code, redirect_uri, now)
    if identity.email.rpartition("@")[2] != allowed_domain:
        raise Forbidden(f"Only addresses of {allowed_domain} sign in here; ask the organisation's owner.")
    with database.as_job(org_id, source="api") as session:
        user_id = session.scalar(
            select(User.id)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.org_id == org_id,
                Membership.active,
                User.email == identity.email,
                User.disabled_at.is_(None),
            )
        )
    if user_id is None:
        raise Forbidden("You are not an active member of this organisation; ask its owner for an invitation.")
    return Proved(org_id, user_id, flow.next)


def _find(session: DbSession, *, lock: bool) -> SignInProvider | None:
    query = select(SignInProvider).where(SignInProvider.org_id == context_of(session).org_id)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


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
    return flow if now.timestamp() - flow.begun_at <= FLOW_SECONDS else None
