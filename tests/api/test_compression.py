"""Answers to reads come gzipped; whatever may carry a secret, a download or a stream does not."""

from __future__ import annotations

import re
from typing import Any

import anyio
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import JSONResponse, StreamingResponse
from starlette.types import Message

from api.compression import INLINE, Compression, may_be_compressed
from api.limits import Limits
from outbound.vocabulary import AssignmentRole, TerritoryType
from tests.api.conftest import Api
from tests.support import places
from tests.support.cast import PASSWORD
from tests.support.franchise import Franchise

GZIP = {"accept-encoding": "gzip"}
PLAIN = {"accept-encoding": "identity"}
LEADS = "/api/leads/outbound?limit=200"

TOLD = re.compile(
    r"token|secret|passw|proof|sealed|signature|otp|(?<!post)code$|(^|_)(key|keys|link|url|uri|headers|nonce)$"
)
"""Names that a field with a secret would have, or one with an address that carries it."""
NO_SECRETS = {
    "keys": "how many API keys a member made",
    "start_url": "where anybody begins to sign in",
    "redirect_uri": "what the provider is told in the open",
}
"""Such fields in answers that are compressed, each with the reason."""
SECRETS = {
    "POST /api/api-keys",
    "POST /api/auth/accept-invitation",
    "POST /api/auth/sign-in",
    "POST /api/auth/token",
    "POST /api/auth/token/refresh",
    "POST /api/invitations",
    "POST /api/attachments/uploads",
    "POST /api/members/{member_id}/reset-link",
    "POST /api/prospect-imports/uploads",
}
"""What answers a secret."""


@pytest.fixture
def many(franchise: Franchise) -> Franchise:
    """With a page of leads that is worth it."""
    with franchise.admin() as session:
        for _ in range(30):
            franchise.add_lead(franchise.north_west, owner=franchise.rep, session=session)
    return franchise


class TestReads:
    def test_a_page_of_leads_takes_a_fraction_of_its_bytes(self, api: Api, many: Franchise):
        small = api.request("GET", LEADS, many.owner, headers=GZIP)
        whole = api.request("GET", LEADS, many.owner, headers=PLAIN)
        assert small.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in whole.headers
        assert small.json() == whole.json()
        assert int(small.headers["content-length"]) < int(whole.headers["content-length"]) / 4
        for answer in (small, whole):
            assert "Accept-Encoding" in answer.headers["vary"]

    @pytest.mark.parametrize("asked", ["gzip;q=0", "identity, gzip;q=0.1", "br", "*;q=0"])
    def test_who_does_not_want_it_gets_it_as_it_is(self, api: Api, many: Franchise, asked: str):
        answer = api.request("GET", LEADS, many.owner, headers={"accept-encoding": asked})
        assert "content-encoding" not in answer.headers
        assert len(answer.json()["items"]) > 30

    def test_caches_of_other_origins_are_told_both(self, api: Api, many: Franchise):
        origin = api.client.app.state.settings.dashboards_url  # type: ignore[attr-defined]
        answer = api.request("GET", LEADS, many.owner, headers=GZIP | {"origin": origin})
        assert {each.strip() for each in answer.headers["vary"].split(",")} == {"Accept-Encoding", "Origin"}

    def test_a_phone_fetches_its_rows_and_sends_its_day_by_it(self, api: Api, many: Franchise):
        fetched = api.request("GET", "/api/sync?limit=200", many.rep, headers=GZIP)
        assert fetched.headers["content-encoding"] == "gzip"
        operations = [{"id": f"no id {n}", "kind": "none"} for n in range(50)]
        body = {"client_sent_at": "2026-05-04T17:12:00Z", "operations": operations}
        sent = api.request("POST", "/api/sync", many.rep, headers=GZIP, json=body)
        assert sent.headers["content-encoding"] == "gzip"
        assert len(sent.json()["results"]) == 50

    def test_a_knock_is_told_as_it_is(self, api: Api, franchise: Franchise):
        path = f"/api/leads/{franchise.leads_in(franchise.north_west)[0]}/activities"
        knock = {"type": "DOOR_KNOCK", "result": "NOT_HOME", "occurred_at": "2026-05-04T17:12:00Z"}
        answer = api.request("POST", path, franchise.owner, headers=GZIP, json=knock)
        assert answer.is_success, answer.text
        assert "content-encoding" not in answer.headers
        assert "Accept-Encoding" not in answer.headers["vary"]

    def test_the_version_of_a_lead_is_the_tag_it_was(self, api: Api, many: Franchise):
        path = f"/api/leads/{many.leads_in(many.north_west)[0]}"
        read = api.request("GET", path, many.owner, headers=GZIP)
        assert re.fullmatch(r'"\d+"', read.headers["etag"])
        edit = {"consent": {"sms": {"granted": True, "at": "2026-05-04T17:12:00Z"}}}
        told = {"if-match": read.headers["etag"]} | GZIP
        assert api.request("PATCH", path, many.owner, headers=told, json=edit).status_code == 200
        assert api.request("PATCH", path, many.owner, headers=told, json=edit).status_code == 412

    def test_tables_to_be_saved_are_sent_as_they_are(self, api: Api, many: Franchise):
        answer = api.request("GET", "/api/reports/leaderboard?format=csv", many.owner, headers=GZIP)
        assert "content-encoding" not in answer.headers

    def test_the_document_of_the_api_and_the_page_that_shows_it(self, api: Api):
        for path in ("/openapi.json", "/static/swagger/swagger-ui-bundle.js", "/static/swagger/swagger-ui.css"):
            small, whole = (api.request("GET", path, headers=asked) for asked in (GZIP, PLAIN))
            assert small.headers["content-encoding"] == "gzip"
            assert "content-encoding" not in whole.headers
            assert small.content == whole.content


class TestSecrets:
    def test_what_is_compressed_has_no_field_for_one(self, api: Api):
        document = api.client.app.openapi()  # type: ignore[attr-defined]
        found = {
            f"{operation}: {name}"
            for operation, names in _answered(document).items()
            for name in names
            if may_be_compressed(*operation.split(" ", 1)) and TOLD.search(name) and name not in NO_SECRETS
        }
        assert found == set(), (
            "an answer that is compressed must carry no secret (BREACH): keep its operation out of "
            "api.compression.may_be_compressed, or say in NO_SECRETS why it is none"
        )

    def test_whatever_answers_one_is_not_compressed(self, api: Api):
        document = api.client.app.openapi()  # type: ignore[attr-defined]
        known = _answered(document)
        for operation in SECRETS:
            assert any(TOLD.search(name) for name in known[operation]), f"{operation} answers none any more"
            assert not may_be_compressed(*operation.split(" ", 1))

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"])
    def test_what_is_not_named_is_not_compressed(self, method: str):
        assert not may_be_compressed(method, "/api/whatever/comes")
        for path in ("/", "/sign-in", "/metrics", "/api/auth/anything", "/docs", "/api", "/healthz"):
            assert not may_be_compressed("GET", path)
            assert not may_be_compressed(method, path)

    def test_a_sign_in_however_long_is_told_as_it_is(self, api: Api, franchise: Franchise):
        for number in range(40):
            turf = franchise.add_territory(f"Street {number}", TerritoryType.MICRO, places.NORTH_WEST)
            franchise.assign(franchise.manager, turf, AssignmentRole.OWNER)
        body = {"email": franchise.manager.email, "password": PASSWORD, "organisation_id": str(franchise.org_id)}
        answer = api.request("POST", "/api/auth/sign-in", headers=GZIP, json=body)
        assert answer.json()["token"]
        assert len(answer.content) > 1024
        assert "content-encoding" not in answer.headers
        assert api.request("GET", "/api/me", franchise.manager, headers=GZIP).headers["content-encoding"] == "gzip"

    def test_an_answer_that_sets_a_cookie_is_sent_as_it_is(self):
        answer = JSONResponse({"rows": ["x"] * 1000})
        answer.set_cookie("outbound_session", "secret")
        sent = anyio.run(_answer, Compression(answer), "/api/leads")
        assert b"content-encoding" not in dict(sent[0]["headers"])


class TestStreams:
    @pytest.mark.parametrize(
        ("kind", "headers"),
        [
            ("text/event-stream", {}),
            ("application/json", {}),
            ("application/json", {"content-disposition": "attachment"}),
            ("text/csv", {}),
            ("application/zip", {}),
        ],
    )
    def test_what_is_sent_in_pieces_goes_out_piece_by_piece(self, kind: str, headers: dict[str, str]):
        pieces = [b"a" * 3000, b"b" * 3000]

        async def application(scope: Any, receive: Any, send: Any) -> None:
            await StreamingResponse(_each(pieces), media_type=kind, headers=headers)(scope, receive, send)

        sent = anyio.run(_answer, Compression(application), "/api/stream")
        assert [each["body"] for each in sent[1:] if each.get("body")] == pieces
        assert b"content-encoding" not in dict(sent[0]["headers"])

    def test_the_head_of_an_event_stream_does_not_wait_for_its_first_event(self):
        seen: list[str] = []

        async def application(scope: Any, receive: Any, send: Any) -> None:
            headers = [(b"content-type", b"text/event-stream")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            seen.append("begun")
            assert len(sent) == 1
            await send({"type": "http.response.body", "body": b""})

        sent: list[Message] = []
        anyio.run(_answer, Compression(application), "/api/stream", sent)
        assert seen == ["begun"]

    def test_a_large_answer_is_whole_and_one_that_fails_is_an_error(self):
        app = FastAPI()
        rows = [{"id": n, "name": f"Row {n}"} for n in range(INLINE // 10)]
        app.get("/api/rows")(lambda: rows)

        @app.get("/api/fails")
        def fails() -> None:
            raise RuntimeError

        app.add_middleware(Compression)
        app.add_middleware(Limits, seconds=30)
        with TestClient(app, raise_server_exceptions=False) as client:
            answer = client.get("/api/rows", headers=GZIP)
            assert answer.headers["content-encoding"] == "gzip"
            assert answer.json() == rows
            assert client.get("/api/fails", headers=GZIP).status_code == 500
            assert "content-encoding" not in client.get("/api/nowhere", headers=GZIP).headers


async def _each(pieces: list[bytes]) -> Any:
    for piece in pieces:
        yield piece


async def _answer(app: Compression, path: str, sent: list[Message] | None = None) -> list[Message]:
    sent = [] if sent is None else sent

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        await anyio.sleep_forever()
        raise AssertionError

    headers = [(b"accept-encoding", b"gzip")]
    await app({"type": "http", "method": "GET", "path": path, "headers": headers}, receive, send)
    return sent


def _answered(document: dict[str, Any]) -> dict[str, set[str]]:
    """Names of the fields in the good answers of each operation, however deep."""
    schemas = document["components"]["schemas"]

    def fields(node: Any, seen: frozenset[str]) -> set[str]:
        if isinstance(node, list):
            return set().union(*(fields(each, seen) for each in node))
        if not isinstance(node, dict):
            return set()
        name = node.get("$ref", "").rpartition("/")[2]
        if name:
            return set() if name in seen else fields(schemas[name], seen | {name})
        own = set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
        return own.union(*(fields(each, seen) for each in node.values()))

    return {
        f"{method.upper()} {path}": {
            name
            for status, answer in operation["responses"].items()
            if status.startswith("2")
            for name in fields(answer.get("content", {}), frozenset())
        }
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }
