"""Templates are written, tried on a lead, and kept while a step sends them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from outbound.ids import uuid7
from outbound.messaging.models import Message
from tests.api.conftest import Api
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

HELLO = {"name": "Hello", "channel": "SMS", "body": "Hi {{ first_name }}, {{ rep_first_name }} of {{ company }}."}


@pytest.fixture
def hello(api: Api) -> dict[str, Any]:
    return api.post("/api/templates", api.franchise.manager, HELLO).json()


def test_a_manager_writes_one_and_everybody_reads_it(api: Api, franchise: Franchise, hello: dict[str, Any]):
    path = f"/api/templates/{hello['id']}"
    for member in franchise.members:
        answer = api.get(path, member)
        assert (answer.json(), answer.headers["etag"]) == (hello, '"1"')
    assert api.get("/api/templates", franchise.rep, channel="EMAIL").json()["items"] == []
    for member in (franchise.rep, franchise.ops):
        assert_problem(api.post("/api/templates", member, HELLO), 403)
        assert_problem(api.patch(path, member, {"name": "x"}), 403)
        assert_problem(api.request("DELETE", path, member), 403)


def test_repeats_names_and_versions(api: Api, franchise: Franchise, hello: dict[str, Any]):
    assert_problem(api.post("/api/templates", franchise.owner, HELLO), 409, "Hello")
    body = HELLO | {"id": str(uuid7()), "name": "Other"}
    assert [api.post("/api/templates", franchise.owner, body).status_code for _ in range(2)] == [201, 200]
    path = f"/api/templates/{hello['id']}"
    assert_problem(api.patch(path, franchise.owner, {"name": "Other"}), 409, "Other")
    first = {"if-match": '"1"'}
    changed = api.request("PATCH", path, franchise.owner, json={"body": "Bye"}, headers=first)
    assert (changed.json()["body"], changed.headers["etag"]) == ("Bye", '"2"')
    assert_problem(api.request("PATCH", path, franchise.owner, json={"body": "Hi"}, headers=first), 412)
    assert_problem(api.request("DELETE", path, franchise.owner, headers=first), 412)


def test_one_that_a_step_sends_stays(api: Api, franchise: Franchise, hello: dict[str, Any]):
    body = {"name": "C", "target_stage": "COLD", "steps": [{"channel": "SMS", "template_id": hello["id"]}]}
    cadence = api.post("/api/cadences", franchise.owner, body).json()
    path = f"/api/templates/{hello['id']}"
    assert_problem(api.request("DELETE", path, franchise.owner), 409, "“C”")
    api.patch(f"/api/cadences/{cadence['id']}", franchise.owner, {"steps": []})
    assert api.request("DELETE", path, franchise.owner).status_code == 204
    assert_problem(api.get(path, franchise.owner), 404)
    assert api.post("/api/templates", franchise.owner, HELLO).status_code == 201
    refused = api.patch(f"/api/cadences/{cadence['id']}", franchise.owner, {"steps": body["steps"]})
    assert_problem(refused, 422, "steps.0.template_id")


def test_a_preview_says_what_this_lead_would_read(api: Api, franchise: Franchise, hello: dict[str, Any]):
    lead = str(franchise.add_lead(franchise.north_west, owner=franchise.rep, first_name="Żaneta"))
    path = f"/api/templates/{hello['id']}/preview"
    said = api.post(path, franchise.rep, {"lead_id": lead}).json()
    assert said == {"subject": None, "body": "Hi Żaneta, Rep of Green Acres.", "missing": [], "unknown": []}
    nobody = str(franchise.leads_in(franchise.north_west)[0])
    assert api.post(path, franchise.rep, {"lead_id": nobody}).json()["missing"] == ["rep_first_name"]
    far = str(franchise.leads_in(franchise.south_east)[0])
    assert_problem(api.post(path, franchise.rep, {"lead_id": far}), 404)
    assert_problem(api.post(f"/api/templates/{uuid.uuid4()}/preview", franchise.rep, {"lead_id": lead}), 404)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"body": "Hi {{ shoe_size }}"}, "shoe_size"),
        ({"body": "{% for a in b %}{% endfor %}"}, "not allowed"),
        ({"body": "{{ first_name"}, "cannot be read"),
        ({"body": ""}, "body.body"),
        ({"body": "x" * 20_001}, "body.body"),
        ({"body": "a\x00b"}, "body.body"),
        ({"subject": "Hi"}, "subject"),
        ({"channel": "EMAIL"}, "subject"),
        ({"channel": "FAX"}, "body.channel"),
        ({"name": None}, "body.name"),
    ],
)
def test_what_makes_no_sense_is_refused(api: Api, franchise: Franchise, change: dict[str, Any], words: str):
    assert_problem(api.post("/api/templates", franchise.owner, HELLO | change), 422, words)


def test_the_messages_of_a_lead_newest_first(api: Api, franchise: Franchise, other_franchise: Franchise):
    lead = franchise.leads_in(franchise.north_west)[0]
    rows = [
        Message(org_id=franchise.org_id, id=uuid7(), lead_id=lead, channel="SMS", status=status, reason=reason)
        for status, reason in (("queued", None), ("suppressed", "no_consent"))
    ]
    for row in rows:
        row.territory_id = franchise.north_west.id
    with franchise.admin() as session:
        session.add_all(rows)
    found = api.get("/api/messages", franchise.rep, lead_id=lead).json()["items"]
    assert [(each["id"], each["reason"]) for each in found] == [
        (str(rows[1].id), "no_consent"),
        (str(rows[0].id), None),
    ]
    assert len(api.get("/api/messages", franchise.rep, lead_id=lead, status="queued").json()["items"]) == 1
    page = api.get("/api/messages", franchise.rep, lead_id=lead, limit=1).json()
    rest = api.get("/api/messages", franchise.rep, lead_id=lead, limit=1, cursor=page["next_cursor"]).json()
    assert (rest["items"][0]["id"], rest["next_cursor"]) == (str(rows[0].id), None)
    assert_problem(api.get("/api/messages", franchise.rep), 422, "lead_id")
    assert_problem(api.get("/api/messages", franchise.ops, lead_id=lead), 403)
    assert_problem(api.get("/api/messages", franchise.rep, lead_id=other_franchise.scheduled), 404)
