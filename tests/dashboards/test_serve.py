"""The dashboards' server: whom it answers, and in whose pages it may be shown."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Page
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from dashboards.built import BUILT
from tests.conftest import free_ports
from tests.dashboards.conftest import Site, served

PATHS = ("/", "/coverage", "/_stcore/health", "/static/nothing.js", "/_stcore/upload_file/a/b")


@pytest.mark.parametrize("path", PATHS)
def test_no_answer_may_be_framed(site: Site, path: str):
    answer = httpx.get(f"{site.url}{path}")
    assert answer.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "localhost.evil.example:8501"},
        {"origin": "http://evil.example"},
        {"origin": "http://localhost:1"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    ],
)
def test_other_hosts_and_origins_are_refused(site: Site, path: str, headers: dict[str, str]):
    answer = httpx.get(f"{site.url}{path}", headers=headers)
    assert answer.status_code in (403, 421)
    assert answer.headers["x-frame-options"] == "DENY"


def test_a_link_from_elsewhere_is_followed(site: Site):
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert httpx.get(f"{site.url}/coverage", headers=followed).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:1", "http://127.0.0.1:1", "null"])
def test_no_page_of_another_origin_opens_the_websocket(site: Site, origin: str):
    address = f"ws://localhost:{site.settings.dashboards_port}/_stcore/stream"
    with pytest.raises(InvalidStatus) as refused, connect(address, origin=origin):  # type: ignore[arg-type]
        pass
    assert refused.value.response.status_code == 403
    with connect(address, origin=site.url):  # type: ignore[arg-type]
        pass


@pytest.mark.browser
def test_a_page_of_another_origin_shows_nothing_of_the_dashboards(site: Site, page: Page):
    (port,) = free_ports(1)
    elsewhere = FastAPI()
    elsewhere.get("/", response_class=HTMLResponse)(lambda: f"<iframe src='{site.url}/'></iframe>")
    with served(elsewhere, port):
        shown = f"{site.url}/"
        with page.expect_event("requestfailed", lambda request: request.url == shown) as refused:
            page.goto(f"http://127.0.0.1:{port}/")
    assert "BLOCKED_BY_RESPONSE" in str(refused.value.failure)


def test_what_streamlit_brings_along_comes_gzipped(site: Site):
    name = max((BUILT / "static" / "js").glob("*.js"), key=lambda file: file.stat().st_size).name
    for path in ("/", f"/static/js/{name}"):
        small, whole = (
            httpx.get(f"{site.url}{path}", headers={"accept-encoding": each}) for each in ("gzip", "gzip;q=0")
        )
        assert small.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in whole.headers
        assert small.content == whole.content
        assert small.headers["etag"] == f"W/{whole.headers['etag']}"
        assert small.headers["cache-control"] == whole.headers["cache-control"]
        assert small.headers["vary"] == whole.headers["vary"] == "Accept-Encoding"
