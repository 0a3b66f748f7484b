"""The real application on this test's database, and a voice for every member of the franchise."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from api.dependencies import get_now
from api.main import create_app
from api.routes.oidc import get_client
from outbound.identity.models import Session as SignInSession
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.conftest import free_ports
from tests.support.cast import Member
from tests.support.documented import assert_documented
from tests.support.franchise import Franchise
from tests.support.oidc import CLIENT_ID, CLIENT_SECRET, SETTING, OidcProvider, oidc_provider


class Clock:
    """The time that routes are told: that of the start of the test, until it is moved on."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **units: float) -> None:
        self.now += timedelta(**units)


class Api:
    """Requests as a member, with a Bearer token; as nobody, when none is named."""

    def __init__(self, client: TestClient, franchise: Franchise) -> None:
        self.client = client
        self.franchise = franchise
        self._tokens: dict[Member, str] = {}

    def token(self, member: Member, franchise: Franchise | None = None, secret: str | None = None) -> str:
        """A session of a member, opened without the slow check of a password."""
        if member not in self._tokens:
            token = secret or secrets.token_urlsafe(32)
            with (franchise or self.franchise).admin() as session:
                session.add(
                    SignInSession(
                        org_id=(franchise or self.franchise).org_id,
                        user_id=member.id,
                        token_hash=hashlib.sha256(token.encode()).digest(),
                        expires_at=datetime.now(UTC) + timedelta(days=1),
                    )
                )
            self._tokens[member] = token
        return self._tokens[member]

    def request(self, method: str, path: str, member: Member | None = None, **options: Any) -> Response:
        headers = dict(options.pop("headers", {}))
        if member is not None:
            headers["authorization"] = f"Bearer {self.token(member)}"
        return self.client.request(method, path, headers=headers, **options)

    def get(self, path: str, member: Member | None = None, **params: Any) -> Response:
        return self.request("GET", path, member, params=params)

    def post(self, path: str, member: Member | None, body: Any) -> Response:
        return self.request("POST", path, member, json=body)

    def patch(self, path: str, member: Member | None, body: Any) -> Response:
        return self.request("PATCH", path, member, json=body)


@cache
def _first_application() -> FastAPI:
    return create_app(Settings())


def application(settings: Settings, database: Database) -> FastAPI:
    """The application on its own settings and database, with the routes of the first one of this process: FastAPI
    takes a third of a second to put them together. One at a time, for what overrides a dependency is theirs too."""
    app, first = create_app(settings, database), _first_application()
    app.router.routes = first.router.routes
    app.dependency_overrides = first.dependency_overrides
    app.dependency_overrides.clear()
    return app


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(settings: Settings, database: Database, clock: Clock) -> Iterator[TestClient]:
    """The application as browsers reach it; unexpected errors answer, they do not raise."""
    app = application(settings, database)
    app.dependency_overrides[get_now] = clock
    with TestClient(app, base_url=settings.api_url, raise_server_exceptions=False) as client:
        client.event_hooks["response"].append(assert_documented)
        yield client


@pytest.fixture
def api(client: TestClient, franchise: Franchise) -> Api:
    return Api(client, franchise)


@pytest.fixture
def lead_id(franchise: Franchise) -> uuid.UUID:
    """A lead of the rep's."""
    return franchise.add_lead(franchise.north_west, owner=franchise.rep)


@pytest.fixture
def url(settings: Settings, database: Database) -> Iterator[str]:
    """The application on its port, as browsers reach it."""
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings, database), host="127.0.0.1", port=settings.api_port, log_level="warning")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    yield settings.api_url
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    (port,) = free_ports(1)
    with oidc_provider(port) as provider:
        get_client.cache_clear()
        yield provider


@pytest.fixture
def setting(api: Api, franchise: Franchise, provider: OidcProvider) -> dict[str, Any]:
    body = {
        "issuer": provider.issuer + "/",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "allowed_domain": "green-acres.test",
    }
    answer = api.request("PUT", SETTING, franchise.owner, json=body)
    assert answer.status_code == 200, answer.text
    provider.email = franchise.rep.email
    return body
