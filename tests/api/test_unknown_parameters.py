"""A filter that is misspelled is refused by name: it must not answer with everything."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.catalogue import entries
from tests.api.conftest import Api
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

OTHERS_ADD_THEIR_OWN = {"GET /api/auth/oidc/{slug}/callback", "GET /healthz", "GET /readyz"}
"""A provider, to the address that it sends a browser back to; a monitor, so that nothing answers from a cache."""


def test_every_route_names_the_parameter_that_it_does_not_know(client: TestClient):
    wrong = []
    paths = client.get("/openapi.json").json()["paths"]
    for entry in entries(client.app):  # type: ignore[arg-type]
        if not entry.in_schema or str(entry) in OTHERS_ADD_THEIR_OWN:
            continue
        parameters = paths[entry.path][entry.method.lower()].get("parameters", [])
        if entry.path.endswith("}") and all(each["in"] != "query" for each in parameters):  # one thing by its id
            continue
        answer = client.request(entry.method, entry.path, params={"stgae": "COLD"})
        named = answer.status_code == 422 and [each["field"] for each in answer.json()["errors"]] == ["query.stgae"]
        if not named:
            wrong.append(f"{entry}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_reason_says_which_there_are(api: Api, franchise: Franchise):
    answer = api.get("/api/handoffs", franchise.owner, stauts="pending")
    assert_problem(answer, 422, "cursor, lead_id, limit, status")
    assert_problem(api.get("/api/rules/outcomes", franchise.owner, x="1"), 422, "no parameters")


def test_one_value_is_given_once_and_several_where_they_are_a_list(api: Api, franchise: Franchise):
    twice = [("status", "pending"), ("status", "quoted")]
    assert_problem(api.request("GET", "/api/handoffs", franchise.owner, params=twice), 422, "query.status")
    stages: list[tuple[str, Any]] = [("stage", "COLD"), ("stage", "CONTACTED")]
    answer = api.request("GET", "/api/leads/outbound", franchise.owner, params=stages)
    assert len(answer.json()["items"]) == 9


@pytest.mark.parametrize("name", ["x" * 5000, "\x00", "a[b]", "<script>"])
def test_a_strange_name_is_refused_and_not_repeated_at_length(api: Api, franchise: Franchise, name: str):
    answer = api.get("/api/handoffs", franchise.owner, **{name: "1"})
    assert_problem(answer, 422)
    assert len(answer.text) < 500


def test_a_provider_may_add_its_own(client: TestClient):
    answer = client.get("/api/auth/oidc/nobody/callback", params={"session_state": "x", "state": "y"})
    assert "session_state" not in answer.text
    assert answer.status_code != 422


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_monitor_may_add_its_own(client: TestClient, path: str):
    assert client.get(path, params={"_": "1764550000"}).status_code == 200
