"""An OpenID Connect provider on this machine: authorization code with PKCE, RS256, keys that rotate, and faults."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import httpx
import uvicorn
from fastapi import FastAPI, Form, HTTPException
from fastapi.responses import RedirectResponse
from fastapi.testclient import TestClient
from httpx import Response
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "outbound", "a secret & more"


class OidcProvider:
    """Signs in whoever ``email`` says. ``claims`` overrides what its tokens say; ``forged`` signs with a key that is
    not published."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.email: str = "nobody@example.com"
        self.claims: dict[str, Any] = {}
        self.published: dict[str, Any] = {}
        self.forged = False
        self.unsigned = False
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.rotate()

    def rotate(self) -> None:
        """A new key signs; the former is published no more."""
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"})

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def configuration() -> dict[str, Any]:
            self.asked.append("configuration")
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
            } | self.published

        @app.get("/jwks")
        def jwks() -> dict[str, Any]:
            self.asked.append("jwks")
            return {"keys": [self.key.as_dict(private=False), {"kty": "XYZ", "kid": "of a kind we do not know"}]}

        @app.get("/authorize")
        def authorize(
            response_type: str,
            client_id: str,
            redirect_uri: str,
            scope: str,
            state: str,
            nonce: str,
            code_challenge: str,
            code_challenge_method: str,
        ) -> RedirectResponse:
            assert (response_type, client_id, code_challenge_method) == ("code", CLIENT_ID, "S256")
            assert set(scope.split()) == {"openid", "email"}
            code = secrets.token_urlsafe(16)
            self.codes[code] = {"challenge": code_challenge, "nonce": nonce, "redirect_uri": redirect_uri}
            return RedirectResponse(f"{redirect_uri}?{urlencode({'code': code, 'state': state})}", status_code=302)

        @app.post("/token")
        def token(
            grant_type: str = Form(),
            code: str = Form(),
            redirect_uri: str = Form(),
            client_id: str = Form(),
            client_secret: str = Form(),
            code_verifier: str = Form(),
        ) -> dict[str, Any]:
            flow = self.codes.pop(code, None)
            challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).decode().rstrip("=")
            if (
                flow is None
                or (grant_type, client_id, client_secret) != ("authorization_code", CLIENT_ID, CLIENT_SECRET)
                or (flow["challenge"], flow["redirect_uri"]) != (challenge, redirect_uri)
            ):
                raise HTTPException(400, "invalid_grant")
            return {"token_type": "Bearer", "access_token": "x", "id_token": self.id_token(flow["nonce"])}

        return app

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "1234",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "email": self.email,
            "email_verified": True,
        } | self.claims
        claims = {name: value for name, value in claims.items() if value is not ...}
        if self.unsigned:
            return jwt.encode({"alg": "none"}, claims, self.key, algorithms=["none"])
        key = RSAKey.generate_key(2048, {"kid": self.key.kid}) if self.forged else self.key
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, key)


@contextmanager
def oidc_provider(port: int) -> Iterator[OidcProvider]:
    """Serves on a free port of this machine until left."""
    provider = OidcProvider(port)
    server = uvicorn.Server(uvicorn.Config(provider.app(), host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the provider did not start")
        time.sleep(0.01)
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join(10)


SETTING = "/api/sign-in-provider"
START = "/api/auth/oidc/green-acres/start"
CALLBACK = "/api/auth/oidc/green-acres/callback"


def begin(client: TestClient, **query: str) -> str:
    """Starts, goes to the provider as a browser does, and returns the address it is sent back to."""
    answer = client.get(START, params=query, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    back = httpx.get(answer.headers["location"], follow_redirects=False)
    assert back.status_code == 302, back.text
    return back.headers["location"]


def signed_in(client: TestClient, **query: str) -> Response:
    return client.get(begin(client, **query), follow_redirects=False)
