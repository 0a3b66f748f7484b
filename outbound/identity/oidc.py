"""OpenID Connect, as far as signing in needs it: authorization code with PKCE, state and nonce.

The provider's answers are believed by signature, issuer, audience, time and nonce alone. Its addresses come from an
owner, so nothing on a private network is asked on their word, unless this server serves its own machine only.
"""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from outbound.errors import Forbidden, Invalid, OutboundError, Unavailable
from outbound.identity.rules import folded_email, is_private, normal_issuer
from outbound.texts import is_storable

_ALGORITHMS = ["RS256", "ES256", "PS256"]
_TIMEOUT = httpx.Timeout(5.0)
_LARGEST = 256 * 1024
_LEEWAY = 60
"""Seconds by which clocks may differ."""
_KEPT_SECONDS = 600


class BadAnswer(Forbidden):
    """The provider's answer does not prove who signs in."""


@dataclass(frozen=True)
class Provider:
    """Where an organisation signs in."""

    issuer: str
    client_id: str
    client_secret: str
    local_allowed: bool


@dataclass(frozen=True)
class Flow:
    """One sign-in under way, kept in the browser that began it, sealed."""

    state: str
    nonce: str
    verifier: str
    next: str
    begun_at: float
    asked: bool
    """Whether it was begun on a page of ours. A link may stand anywhere: who followed one is asked at the end."""
    former: tuple[str, str, str] | None = None
    """Whose session the browser had then: organisation, person, session."""


@dataclass(frozen=True)
class Identity:
    """Who the provider says has signed in; the address is verified by it."""

    subject: str
    email: str


class OidcClient:
    """Speaks to providers, and keeps what they publish about themselves for some minutes."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}

    def authorization_url(self, provider: Provider, flow: Flow, redirect_uri: str) -> str:
        """Where the browser is sent to sign in. Raises :class:`Unavailable` when the provider does not answer."""
        endpoint = self._endpoint(provider, "authorization_endpoint")
        _refuse_no_web_address(endpoint, local_allowed=provider.local_allowed)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(flow.verifier.encode()).digest()).decode().rstrip("=")
        query = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid email",
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    def identify(self, provider: Provider, flow: Flow, code: str, redirect_uri: str, now: datetime) -> Identity:
        """Exchanges a code and checks what comes back.

        Raises :class:`BadAnswer` for a code or token that is not good, :class:`Unavailable` when nobody answers.
        """
        answer = self._send(
            provider,
            "POST",
            self._endpoint(provider, "token_endpoint"),
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": redirect_uri,
                "client_id": provider.client_id,
                "client_secret": provider.client_secret,
                "code_verifier": flow.verifier,
            },
        )
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise BadAnswer("The sign-in provider did not accept this sign-in; try again.")
        claims = self._claims(provider, token)
        _refuse_claims(provider, claims, flow, now)
        email = claims.get("email")
        if not isinstance(email, str) or not is_storable(email) or claims.get("email_verified") is not True:
            raise BadAnswer("The sign-in provider does not vouch for your e-mail address; ask its administrator.")
        return Identity(str(claims["sub"]), folded_email(email))

    def _claims(self, provider: Provider, token: str) -> dict[str, Any]:
        address = self._endpoint(provider, "jwks_uri")
        for fresh in (False, True):  # a key that is not among those kept may be newer than they are
            try:
                published = self._published(provider, address, fresh=fresh)["keys"]
                signing = [key for key in published if key["kty"] in ("RSA", "EC") and key.get("use", "sig") == "sig"]
                keys = KeySet.import_key_set({"keys": signing})
                found = jwt.decode(token, keys, algorithms=_ALGORITHMS)
                return dict(found.claims)
            except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
                continue
        raise BadAnswer("The sign-in provider's answer is not signed with a key of its own; try again.")

    def _endpoint(self, provider: Provider, name: str) -> str:
        address = f"{provider.issuer}/.well-known/openid-configuration"
        published = self._published(provider, address)
        endpoint = published.get(name)
        if str(published.get("issuer")).rstrip("/") != provider.issuer or not isinstance(endpoint, str):
            raise _unavailable("The sign-in provider describes another one than was set up; ask your owner.")
        return endpoint

    def _published(self, provider: Provider, address: str, *, fresh: bool = False) -> dict[str, Any]:
        kept = self._kept.get(address)
        if kept and not fresh and time.monotonic() - kept[0] < _KEPT_SECONDS:
            return kept[1]
        found = self._send(provider, "GET", address)
        if len(self._kept) > 200:
            self._kept.clear()
        self._kept[address] = (time.monotonic(), found)
        return found

    def _send(self, provider: Provider, method: str, address: str, **more: Any) -> dict[str, Any]:
        _refuse_address(address, local_allowed=provider.local_allowed)
        problem = _unavailable("Your organisation's sign-in provider does not answer; try again, or sign in otherwise.")
        try:
            with (
                httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False) as client,
                client.stream(method, address, headers={"accept": "application/json"}, **more) as answer,
            ):
                body = b""
                for chunk in answer.iter_bytes():
                    body += chunk
                    if len(body) > _LARGEST:
                        raise problem
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            raise problem from None
        if method == "POST" and 400 <= status < 500:
            return {}  # the provider refuses the code
        if status != 200:
            raise problem
        return _json(body, problem)


def _json(body: bytes, problem: OutboundError) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise problem from None
    if not isinstance(found, dict):
        raise problem
    return found


def _refuse_claims(provider: Provider, claims: dict[str, Any], flow: Flow, now: datetime) -> None:
    def good(name: str, wanted: bool) -> None:
        if not wanted:
            raise BadAnswer(f"The sign-in provider's answer is not meant for this sign-in ({name}); try again.")

    audience = claims.get("aud")
    listed = audience if isinstance(audience, list) else [audience]
    good("issuer", str(claims.get("iss", "")).rstrip("/") == provider.issuer)
    good("audience", provider.client_id in listed)
    good("party", (len(listed) == 1 and "azp" not in claims) or claims.get("azp") == provider.client_id)
    good("nonce", claims.get("nonce") == flow.nonce)
    good("subject", isinstance(claims.get("sub"), str) and bool(claims["sub"]))
    expires, issued = claims.get("exp"), claims.get("iat")
    good("time", isinstance(expires, int | float) and isinstance(issued, int | float))
    moment = now.timestamp()
    good("time", moment < expires + _LEEWAY and issued - _LEEWAY <= moment)  # type: ignore[operator]


def _refuse_address(address: str, *, local_allowed: bool) -> None:
    """Raises :class:`Unavailable` for an address that is not https, and :class:`Invalid` for one that lies on a private
    network."""
    parts = _refuse_no_web_address(address, local_allowed=local_allowed)
    if local_allowed:
        return
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _unavailable("Your organisation's sign-in provider is not found; try again, or ask your owner.") from None
    if any(is_private(str(each[4][0])) for each in found):
        raise Invalid("The sign-in provider lies on a private network; use its public address.")


def _refuse_no_web_address(address: str, *, local_allowed: bool) -> SplitResult:
    """What a provider names as an address of its own is one: our page and the browser go where it says, so it must not
    be a script. Raises :class:`Unavailable`."""
    try:
        parts = urlsplit(address)
        normal_issuer(f"{parts.scheme}://{parts.netloc}", local_allowed=local_allowed)
    except (ValueError, Invalid):
        parts = None
    if parts is None or not address.isprintable() or " " in address:
        raise _unavailable("The sign-in provider names an address that is no https address; ask your owner.")
    return parts


def _unavailable(sentence: str) -> Unavailable:
    """Said to who is not signed in yet: it names nobody's server."""
    return Unavailable(sentence, outside=sentence)
