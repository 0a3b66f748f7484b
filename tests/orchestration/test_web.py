"""Dagster's pages, as a page of another site, a name pointed at this machine, and Dagster itself ask them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Page
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from cli import doctor, programs
from outbound.operations.standing import last_seen
from outbound.settings import Settings
from tests.conftest import free_ports

STATES = """{ repositoriesOrError { ... on RepositoryConnection { nodes {
    schedules { name scheduleState { id status } } sensors { name sensorState { id status } } } } } }"""
STOP = "mutation Stop($id: String) { stopRunningSchedule(id: $id) { __typename } }"
START = """mutation { startSchedule(scheduleSelector: {
    repositoryLocationName: "outbound", repositoryName: "__repository__", scheduleName: "watch"
}) { __typename } }"""


@pytest.fixture(scope="module")
def dagster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Its code server and its pages, as ``outbound up`` starts them."""
    (port,) = free_ports(1)
    settings = Settings(home=tmp_path_factory.mktemp("dagster"), dagster_port=port)
    programs.prepare_dagster(settings)
    with ExitStack() as ends, (settings.home / "log").open("wb") as log:
        for program in (programs.dagster_code(settings), programs.dagster_web(settings)):
            process = subprocess.Popen(
                program.command, env=os.environ | program.env, cwd=program.cwd, stdout=log, stderr=log
            )
            ends.callback(process.wait)
            ends.callback(process.kill)
        transport = httpx.HTTPTransport(retries=60)  # backs off by itself between refused connections
        with httpx.Client(transport=transport, timeout=60) as client:
            assert client.get(f"{settings.dagster_url}/server_info").is_success, Path(log.name).read_text()
        yield settings


def states(settings: Settings) -> dict[str, dict[str, str]]:
    answer = httpx.post(f"{settings.dagster_url}/graphql", json={"query": STATES}, timeout=60).raise_for_status()
    (repository,) = answer.json()["data"]["repositoriesOrError"]["nodes"]
    return {each["name"]: each["scheduleState"] for each in repository["schedules"]} | {
        each["name"]: each["sensorState"] for each in repository["sensors"]
    }


@pytest.fixture
def hourly(dagster: Settings) -> Iterator[str]:
    """The hourly schedule's id. Whatever a test does, everything still runs after it."""
    found = states(dagster)
    yield found["bring_up_to_date"]["id"]
    assert {each["status"] for each in states(dagster).values()} == {"RUNNING"}


JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "text/plain; application/json"}, 415),
        ({"content-type": "application/graphql"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({}, 415),
        (JSON | {"origin": "http://evil.example"}, 403),
        (JSON | {"origin": "http://localhost:8000"}, 403),
        (JSON | {"origin": "null"}, 403),
        (JSON | {"host": "evil.example"}, 421),
        (JSON | {"host": "evil.example:3000", "origin": "http://evil.example:3000"}, 421),
        (JSON | {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, 403),
    ],
)
@pytest.mark.slow
def test_no_other_page_stops_a_schedule(dagster: Settings, hourly: str, headers: dict[str, str], status: int):
    asked = {"query": STOP, "variables": {"id": hourly}}
    in_the_address = urlencode({"query": STOP, "variables": json.dumps(asked["variables"])})
    for address in ("/graphql", f"/graphql?{in_the_address}"):
        answer = httpx.post(f"{dagster.dagster_url}{address}", content=json.dumps(asked), headers=headers)
        assert answer.status_code == status
        assert answer.text.endswith(".\n"), "it says why in a sentence"
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.slow
def test_no_picture_stops_a_schedule(dagster: Settings, hourly: str):
    question = {"query": STOP, "variables": json.dumps({"id": hourly})}
    for headers in ({}, {"accept": "text/html"}, {"accept": "image/*"}):
        assert httpx.get(f"{dagster.dagster_url}/graphql", params=question, headers=headers).status_code == 405


@pytest.mark.parametrize(
    "path", ["/", "/server_info", "/graphql", "/logs/x.out", "/download_debug/x", "/runs", "/nope"]
)
@pytest.mark.slow
def test_no_path_answers_to_another_name_or_may_be_framed(dagster: Settings, path: str):
    foreign = httpx.get(f"{dagster.dagster_url}{path}", headers={"host": f"evil.example:{dagster.dagster_port}"})
    assert foreign.status_code == 421
    own = httpx.get(f"{dagster.dagster_url}{path}", headers={"accept": "text/html"})
    for answer in (foreign, own):
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/report_asset_materialization/published", "/report_asset_check/published"])
@pytest.mark.slow
def test_no_form_reports_an_asset(dagster: Settings, path: str):
    assert httpx.post(f"{dagster.dagster_url}{path}", data={"metadata": "{}"}).status_code == 415


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:8000", "null"])
@pytest.mark.slow
def test_no_other_page_opens_the_websocket(dagster: Settings, origin: str):
    address = f"{dagster.dagster_url.replace('http', 'ws')}/graphql"
    with pytest.raises(InvalidStatus) as refused, connect(address, origin=origin, subprotocols=["graphql-ws"]):  # type: ignore[arg-type, list-item]
        pass
    assert refused.value.response.status_code == 403
    with connect(address, origin=dagster.dagster_url, subprotocols=["graphql-ws"]) as own:  # type: ignore[arg-type, list-item]
        own.send(json.dumps({"type": "connection_init"}))
        assert json.loads(own.recv(timeout=30))["type"] == "connection_ack"


@pytest.mark.slow
@pytest.mark.browser
def test_its_own_pages_show_and_stop_a_schedule(dagster: Settings, page: Page):
    refused = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status in (403, 405, 415, 421) else None)
    page.goto(f"{dagster.dagster_url.replace('127.0.0.1', 'localhost')}/automation")
    page.get_by_text("bring_up_to_date").first.wait_for()
    assert refused == []
    ask = (
        "body => fetch('/graphql', {method: 'POST', headers: {'content-type': 'application/json'}, body})"
        ".then(answer => answer.status)"
    )
    stop = {"query": STOP, "variables": {"id": states(dagster)["watch"]["id"]}}
    assert page.evaluate(ask, json.dumps(stop)) == 200
    assert states(dagster)["watch"]["status"] == "STOPPED"
    assert ["watch was stopped" in finding.text for finding in doctor.schedules(dagster)] == [True]
    assert page.evaluate(ask, json.dumps({"query": START})) == 200
    assert states(dagster)["watch"]["status"] == "RUNNING"
    assert [finding.level for finding in doctor.schedules(dagster)] == ["good"]
    assert last_seen(dagster, datetime.now(UTC)) is not None, "the one that serves the pages looks after them"
