"""Addresses of ours are those of the settings, whatever host a request claims; behind a TLS proxy they are https."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.here import ours_instead
from api.main import create_app
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.api.conftest import Api
from tests.support.franchise import Franchise

PUBLIC = "https://outbound.example"
CLAIMED = {"host": "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http"}


@pytest.fixture
def public(settings: Settings, database: Database, franchise: Franchise, lead_id: uuid.UUID) -> Iterator[Api]:
    """The API as a proxy with TLS passes requests on to it, in plain HTTP."""
    # Bound beyond this machine, for otherwise a foreign name is refused before any address is made of it.
    app = create_app(settings.model_copy(update={"api_public_url": PUBLIC, "host": "0.0.0.0"}), database)  # noqa: S104
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        yield Api(client, franchise)


def test_upload_tickets_and_the_map(public: Api, lead_id: uuid.UUID):
    sha256 = hashlib.sha256(b"x").hexdigest()
    told = []
    for path, body in (
        ("/api/prospect-imports/uploads", {"sha256": sha256, "size": 1}),
        ("/api/attachments/uploads", {"lead_id": str(lead_id), "media_type": "image/png", "sha256": sha256, "size": 1}),
    ):
        answer = public.request("POST", path, public.franchise.owner, json=body, headers=CLAIMED)
        assert answer.status_code == 201, answer.text
        ticket = answer.json()
        told.append(ticket["url"] if "url" in ticket else ticket["upload"]["url"])
    told.append(public.request("GET", "/api/maps/style.json", headers=CLAIMED).json()["glyphs"])
    assert [each for each in told if not each.startswith(f"{PUBLIC}/api/")] == []


@pytest.mark.parametrize("path", ["/api/leads/", "/app", "//evil.example/app/..%2f", "/static"])
def test_no_redirect_leads_to_the_host_that_was_claimed(public: Api, path: str):
    answer = public.client.request("GET", f"http://127.0.0.1:8000{path}", headers=CLAIMED)
    location = answer.headers.get("location", PUBLIC)
    assert location.startswith((f"{PUBLIC}/", "/app/")) or location == PUBLIC
    assert not location.startswith("//")


def test_a_proxy_that_asks_by_number_gets_the_page_and_no_redirect_to_a_port_of_ours(public: Api):
    answer = public.client.get("/sign-in", headers={"accept": "text/html", "host": "127.0.0.1:8000"})
    assert answer.status_code == 200


def test_without_a_proxy_browsers_are_kept_on_the_one_host(client: TestClient, settings: Settings):
    answer = client.get(
        "/sign-in?next=/app/",
        headers={"accept": "text/html", "host": f"127.0.0.1:{settings.api_port}"},
        follow_redirects=False,
    )
    assert (answer.status_code, answer.headers["location"]) == (307, f"{settings.api_url}/sign-in?next=/app/")


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("http://evil.example/app/", f"{PUBLIC}/app/"),
        ("https://evil.example", PUBLIC),
        ("http://evil.example//other.example/", f"{PUBLIC}//other.example/"),
        ("/app/", "/app/"),
        ("https://idp.example/authorize", "https://idp.example/authorize"),
        ("http://evil.example.org/", "http://evil.example.org/"),
    ],
)
def test_only_what_was_made_of_the_claimed_host_is_changed(location: str, expected: str):
    assert ours_instead(location, "evil.example", Settings(api_public_url=PUBLIC)) == expected
