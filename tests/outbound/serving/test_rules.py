"""Whom a server answers, as a rule."""

from __future__ import annotations

import pytest

from outbound.serving.rules import House, Question, api_site, dagster_site, dashboards_site, refuse
from outbound.settings import Settings

SETTINGS = Settings(dagster_port=3000, dashboards_port=8501, api_port=8000)
DAGSTER = House(
    dagster_site(SETTINGS),
    frozenset({"GET", "HEAD", "POST", "WEBSOCKET"}),
    json_only=True,
    asked_by_post=frozenset({"/graphql"}),
)
OWN = {"hosts": ("localhost:3000",), "content_types": ("application/json",)}


def status(method: str = "POST", path: str = "/graphql", **given) -> int | None:
    refusal = refuse(DAGSTER, Question(method, path, **{**OWN, **given}))
    return refusal and refusal.status


@pytest.mark.parametrize("host", ["localhost:3000", "127.0.0.1:3000", "LocalHost:3000"])
def test_its_own_hosts_are_answered(host: str):
    assert status(hosts=(host,)) is None
    assert status(hosts=(host,), origins=(f"http://{host}".lower(),)) is None


@pytest.mark.parametrize(
    "hosts",
    [
        (),
        ("",),
        ("localhost",),
        ("localhost:3001",),
        ("127.0.0.1:3001",),
        ("evil.example:3000",),
        ("localhost.evil.example:3000",),
        ("localhost.:3000",),
        ("127.0.0.1.nip.io:3000",),
        ("evil@localhost:3000",),
        ("localhost:3000@evil",),
        ("localhost:3000:3000",),
        ("[::1]:3000",),
        ("0.0.0.0:3000",),
        ("2130706433:3000",),
        ("localhost:3000", "evil.example"),
        ("localhost:3000", "localhost:3000"),
    ],
)
def test_other_hosts_are_not(hosts: tuple[str, ...]):
    assert status(hosts=hosts, local="127.0.0.1") == 421
    assert status("GET", "/", hosts=hosts) == 421
    assert status("WEBSOCKET", hosts=hosts) == 421


@pytest.mark.parametrize(
    "origins",
    [
        ("null",),
        ("",),
        ("http://evil.example",),
        ("https://localhost:3000",),
        ("http://localhost:8000",),
        ("http://localhost",),
        ("http://127.0.0.1:3000",),
        ("http://localhost:3000.evil.example",),
        ("http://localhost:3000", "http://evil.example"),
    ],
)
def test_nor_are_other_origins(origins: tuple[str, ...]):
    assert status(origins=origins) == 403
    assert status("WEBSOCKET", origins=origins) == 403
    assert status("GET", "/server_info", origins=origins) == 403


@pytest.mark.parametrize(
    "content_types",
    [
        (),
        ("",),
        ("text/plain",),
        ("application/x-www-form-urlencoded",),
        ("multipart/form-data; boundary=application/json",),
        ("text/plain; application/json",),
        ("application/graphql",),
        ("application/json, text/plain",),
        ("application/json", "text/plain"),
        ("application/jsonp",),
    ],
)
def test_a_body_is_json_and_says_so(content_types: tuple[str, ...]):
    assert status(content_types=content_types) == 415
    assert status(path="/report_asset_materialization/published", content_types=content_types) == 415


def test_the_character_set_may_be_told():
    assert status(content_types=("Application/JSON; charset=utf-8",)) is None


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "QUERY"])
def test_other_methods_are_not_answered(method: str):
    assert status(method) == 405


def test_no_question_stands_in_an_address_where_any_picture_could_ask_it():
    assert status("GET", query=True) == 405
    assert status("HEAD", query=True) == 405
    assert status("GET") is None
    assert status("GET", "/runs", query=True) is None


def test_what_a_browser_sends_for_another_site_is_refused_but_for_a_link_that_is_followed():
    for site in ("cross-site", "same-site"):
        assert status("GET", "/", fetch_site=site, fetch_mode="no-cors", fetch_dest="image") == 403
        assert status("GET", "/", fetch_site=site, fetch_mode="navigate", fetch_dest="iframe") == 403
        assert status("POST", fetch_site=site, fetch_mode="navigate", fetch_dest="document") == 403
        assert status("WEBSOCKET", fetch_site=site, fetch_mode="websocket") == 403
        assert status("GET", "/", fetch_site=site, fetch_mode="navigate", fetch_dest="document") is None
    assert status(fetch_site="same-origin", fetch_mode="cors") is None


def test_behind_a_proxy_the_dashboards_answer_to_its_name_too():
    site = dashboards_site(
        SETTINGS.model_copy(update={"dashboards_public_url": "https://outbound.example", "host": "0.0.0.0"})  # noqa: S104
    )
    for host in ("outbound.example", "localhost:8501", "127.0.0.1:8501", "[::1]:8501"):
        assert site.refuse_host([host]) is None
        assert site.refuse_origin(["https://outbound.example"], host) is None
    assert site.refuse_host(["evil.example:8501"]) is not None
    assert site.refuse_origin(["http://localhost:9999"], "localhost:8501") is not None


def test_an_address_is_a_name_only_where_the_request_came_to_it():
    site = dashboards_site(SETTINGS)
    assert site.refuse_host(["10.1.2.3:8501"], "10.1.2.3") is None
    assert site.refuse_host(["10.1.2.3:8501"], "10.1.2.4") is not None
    assert site.refuse_host(["[fd00::1]:8501"], "fd00::1") is None


def test_the_api_answers_at_any_port_to_its_names():
    site = api_site(SETTINGS.model_copy(update={"api_public_url": "https://outbound.example"}))
    for host in ("localhost:9000", "127.0.0.1:8000", "[::1]:8000", "[::1]", "outbound.example", "outbound.example:443"):
        assert site.refuse_host([host]) is None, host
    for host in ("evil.example", "localhost.evil.example:8000", "localhost:80:evil", "[::1]evil", ""):
        refusal = site.refuse_host([host])
        assert refusal is not None, host
        assert "OUTBOUND_API_PUBLIC_URL" in refusal.sentence
