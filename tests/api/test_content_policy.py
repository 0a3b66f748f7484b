"""No page loads or runs what is not ours: told by a policy on every answer, and held to in Chromium."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from outbound.demo.basemap import write_basemap
from outbound.demo.town import build_town
from outbound.settings import PWA_DIST, Settings
from tests.api.test_pages_in_a_browser import look
from tests.support.franchise import Franchise

pytestmark = pytest.mark.any_server("about headers and what a browser makes of them")

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGES = ("/sign-in", "/accept-invitation", "/reset-password", "/docs")


def policy_of(answer) -> dict[str, list[str]]:
    parts = (part.split() for part in answer.headers["content-security-policy"].split(";"))
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize("path", ["/healthz", "/openapi.json", "/api/me", "/nothing", "/metrics", "/static/forms.js"])
def test_data_may_do_nothing_at_all(client: TestClient, path: str):
    policy = policy_of(client.get(path))
    assert policy == {
        "default-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
    }


@pytest.mark.parametrize("path", [*PAGES, "/app/"])
def test_a_page_runs_no_script_but_our_own_files(client: TestClient, path: str):
    answer = client.get(path, headers={"accept": "text/html"})
    policy = policy_of(answer)
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert not re.findall(r"<script(?![^>]*\bsrc=)", answer.text), "an inline script would not run"
    assert not [each for each in re.findall(r'(?:src|href)="([^"]+)"', answer.text) if each.startswith("http")]


def test_no_other_reference_is_served_with_somebody_elses_scripts(client: TestClient):
    assert client.get("/redoc").status_code == 404
    assert client.get("/docs/oauth2-redirect").status_code == 404


@pytest.mark.browser
class TestInABrowser:
    @pytest.fixture
    def wrong(self, page: Page, settings: Settings) -> list[str]:
        """What a page asked of anybody else, and what its policy forbade."""
        found: list[str] = []
        ours = urlsplit(settings.api_url).netloc

        def asked(request) -> None:
            if request.url.startswith("http") and urlsplit(request.url).netloc != ours:
                found.append(f"asked {request.url}")

        page.on("request", asked)
        page.on("console", lambda said: found.append(said.text) if "Content Security Policy" in said.text else None)
        page.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error("
            "'Content Security Policy: ' + e.violatedDirective + ' ' + e.blockedURI))"
        )
        return found

    def test_the_reference_is_drawn_of_our_own_files(self, url: str, page: Page, wrong: list[str]):
        page.goto(f"{url}/docs")
        page.get_by_role("heading", name="Outbound").first.wait_for()
        page.locator("#operations-tag-leads").click()
        page.locator("#operations-leads-list_leads button").first.click()
        page.get_by_role("button", name="Try it out").wait_for()
        look(page, "docs")
        assert wrong == []

    @pytest.mark.parametrize("path", ["/sign-in", "/accept-invitation#x", "/reset-password"])
    def test_our_own_pages(self, url: str, page: Page, wrong: list[str], path: str):
        page.goto(f"{url}{path}", wait_until="networkidle")
        assert page.evaluate("document.styleSheets.length") == 1
        assert wrong == []

    @pytest.mark.skipif(not PWA_DIST.is_dir(), reason="the rep app is not built")
    def test_signing_in_and_the_rep_app_with_its_map(
        self,
        url: str,
        page: Page,
        settings: Settings,
        franchise: Franchise,
        wrong: list[str],
    ):
        write_basemap([build_town(200, seed=3)], settings.maps_dir)
        page.goto(f"{url}/sign-in")
        page.get_by_label("Email").fill(franchise.rep.email)
        page.get_by_label("Password").fill(franchise.rep.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{url}/app/**")
        with page.expect_response(re.compile("/api/maps/tiles/")):
            page.get_by_role("link", name="Map").click()
        page.locator("canvas.maplibregl-canvas").wait_for()
        page.wait_for_load_state("networkidle")
        look(page, "app-map")
        assert wrong == []
