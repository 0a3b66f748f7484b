"""What surrounds every request: its id and log line, its limits, health and figures."""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import Iterator
from io import StringIO

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.dependencies import get_now
from api.logs import JsonLines
from api.main import create_app
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.api.conftest import Api, Clock, application
from tests.support.problems import assert_problem

MB = 1 << 20


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Everything that the program logs meanwhile, as it would reach the file."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("outbound")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield written
    logger.removeHandler(handler)
    logger.setLevel(level)


def lines(log: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


class TestTheName:
    """A page whose name was pointed at this machine asks as if it stood on it."""

    @pytest.mark.parametrize("path", ["/healthz", "/readyz", "/api/me", "/sign-in", "/openapi.json", "/nothing"])
    def test_nothing_answers_to_a_foreign_one(self, api: Api, path: str):
        assert_problem(api.client.get(path, headers={"host": "evil.example:8000"}), 421)

    def test_where_others_may_connect_the_names_are_theirs(self, settings: Settings, database: Database):
        settings = settings.model_copy(update={"host": "0.0.0.0"})  # noqa: S104
        with TestClient(application(settings, database), base_url="http://outbound.internal") as client:
            assert client.get("/healthz").status_code == 200


class TestTheLog:
    def test_a_request_is_one_line_with_its_route_and_caller(self, api: Api, log: StringIO):
        rep, lead = api.franchise.rep, api.franchise.leads_in(api.franchise.north_west)[0]
        answer = api.get(f"/api/leads/{lead}", rep, secret="in-the-query")
        [line] = lines(log)
        assert line["method"] == "GET"
        assert line["route"] == "/api/leads/{lead_id}"
        assert line["status"] == 200
        assert line["request_id"] == answer.headers["x-request-id"]
        assert line["org_id"] == str(api.franchise.org_id)
        assert line["user_id"] == str(rep.id)
        assert float(str(line["ms"])) > 0

    def test_nothing_that_was_sent_is_in_it(self, api: Api, log: StringIO):
        rep = api.franchise.rep
        address = {"house_number": "77", "street": "Quiet Lane", "city": "Springfield", "postcode": "62701"}
        person = {"first_name": "Zebedee", "last_name": "Quux", "phone": "+12175550134", "email": "zeb@quux.example"}
        api.post("/api/leads/outbound", rep, {**person, "address": address})
        api.post("/api/leads/outbound", rep, {**person, "shoe_size": "Zebedee"})
        api.get("/api/leads/outbound", rep, q="Zebedee")
        api.post("/api/auth/sign-in", None, {"email": "zeb@quux.example", "password": "Zebedee-secret"})
        api.get("/Zebedee/zeb@quux.example")
        assert len(lines(log)) == 5
        for word in ("Zebedee", "Quux", "5550134", "quux.example", "Quiet", "secret"):
            assert word not in log.getvalue()

    def test_an_unexpected_error_says_where_it_arose_and_not_what_it_was_about(
        self, settings: Settings, database: Database, log: StringIO
    ):
        app = create_app(settings, database)

        @app.get("/broken")
        def broken() -> None:
            raise ValueError("Zebedee Quux lives at 77 Quiet Lane")

        with TestClient(app, base_url=settings.api_url) as client:
            answer = client.get("/broken", headers={"x-request-id": "from-the-proxy"})
        assert_problem(answer, 500)
        assert answer.headers["x-request-id"] == "from-the-proxy"
        error, request = lines(log)
        assert error["error"] == "ValueError"
        assert "broken" in str(error["trace"])
        assert error["request_id"] == request["request_id"] == "from-the-proxy"
        assert request["status"] == 500
        assert "Zebedee" not in log.getvalue()

    @pytest.mark.parametrize("given", ["short", "x" * 65, "with space", "ünsäuberlich", "a\tb\tc\td\te"])
    def test_a_request_id_that_is_none_is_replaced(self, api: Api, given: str):
        answer = api.request("GET", "/healthz", headers={"x-request-id": given.encode()})
        assert uuid.UUID(answer.headers["x-request-id"])


class TestLimits:
    def test_a_body_that_announces_too_much_is_refused_before_it_is_read(self, api: Api):
        answer = api.request(
            "POST", "/api/leads/outbound", api.franchise.rep, content=b"x", headers={"content-length": str(10**9)}
        )
        assert_problem(answer, 413, "2 MB")

    def test_a_body_without_a_length_is_cut_off(self, api: Api):
        sent = 0

        def endless() -> Iterator[bytes]:
            nonlocal sent
            while sent < 64 * MB:
                sent += 65536
                yield b" " * 65536

        headers = {"content-type": "application/json"}
        answer = api.request("POST", "/api/leads/outbound", api.franchise.rep, content=endless(), headers=headers)
        assert_problem(answer, 413, "2 MB")

    @pytest.mark.parametrize(
        "bomb",
        [b"[" * 500_000, b'{"a":' * 200_000, b'{"first_name": ' + b"9" * 100_000 + b"}", b'{"n": "\\ud800"}'],
        ids=["lists", "objects", "number", "surrogate"],
    )
    def test_a_json_bomb_is_a_problem_like_any_other(self, api: Api, bomb: bytes):
        headers = {"content-type": "application/json"}
        answer = api.request("POST", "/api/leads/outbound", api.franchise.rep, content=bomb, headers=headers)
        assert_problem(answer, 422)

    def test_a_request_that_takes_too_long_is_answered_and_its_work_stopped(
        self, settings: Settings, database: Database, api: Api, clock: Clock
    ):
        app = create_app(settings.model_copy(update={"request_seconds": 0.5}), database)
        app.dependency_overrides[get_now] = clock
        lead = api.franchise.leads_in(api.franchise.north_west)[0]
        token = {"authorization": f"Bearer {api.token(api.franchise.rep)}"}
        with TestClient(app, base_url=settings.api_url) as client, database.admin_engine.begin() as other:
            other.execute(text("select from outbound.leads where id = :id for update"), {"id": lead})
            answer = client.post(
                f"/api/leads/{lead}/activities",
                json={"id": str(uuid.uuid4()), "type": "CALL", "occurred_at": clock.now.isoformat()},
                headers=token,
            )
            assert_problem(answer, 504, "longer than 0.5 seconds")
        assert api.get(f"/api/leads/{lead}/activities", api.franchise.rep).json()["items"] == []


class TestHealth:
    def test_the_process_lives(self, api: Api):
        assert api.get("/healthz").json() == {"status": "ok"}

    def test_it_can_serve(self, api: Api, settings: Settings):
        answer = api.get("/readyz")
        assert answer.json()["status"] == "ready"
        assert set(answer.json()["checks"]) == {"database", "keys", "disk"}

    def test_a_lost_key_ring_is_told_in_words(self, api: Api, settings: Settings):
        (settings.keys_dir / "ring.json").unlink()
        problem = assert_problem(api.get("/readyz"), 503, "key ring", "restore it from its backup")
        assert problem["checks"]["database"].startswith("The database answers")

    def test_another_schema_is_told_in_words(self, api: Api, database: Database):
        with database.admin_engine.begin() as connection:
            connection.execute(text("update public.alembic_version set version_num = '2026_11_22_01'"))
        assert_problem(api.get("/readyz"), 503, "outbound migrate")


class TestFigures:
    @pytest.fixture
    def page(self, settings: Settings, database: Database, api: Api) -> str:
        settings = settings.model_copy(update={"metrics_token": "a token of enough length"})
        with TestClient(create_app(settings, database), base_url=settings.api_url) as client:
            token = {"authorization": f"Bearer {api.token(api.franchise.rep)}"}
            client.get(f"/api/leads/{uuid.uuid4()}", headers=token)
            client.get(f"/nothing/{uuid.uuid4()}")
            answer = client.get("/metrics", headers={"authorization": "Bearer a token of enough length"})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        return answer.text

    def test_requests_are_counted_by_template_and_status(self, page: str):
        assert 'request_seconds_count{method="GET",route="/api/leads/{lead_id}",status="404"} 1.0' in page
        assert 'request_seconds_count{method="any",route="unmatched",status="404"} 1.0' in page
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", page), "an id has become a label"

    def test_the_pool_and_what_waits_are_told(self, page: str):
        for name in ("database_connections_in_use", "lake_age_seconds", "imports_waiting", "sync_deferred"):
            assert re.search(rf"^outbound_{name} -?\d", page, flags=re.M), name
        for name in ("imports_waiting", "enrollments_due", "sync_deferred"):
            assert f"outbound_{name} 0.0" in page

    def test_they_are_not_for_everybody(self, api: Api):
        assert_problem(api.get("/metrics"), 403)

    def test_this_machine_may_ask_where_no_token_is_set_unless_a_proxy_asks_for_somebody(
        self, settings: Settings, database: Database
    ):
        app = create_app(settings, database)
        with TestClient(app, base_url=settings.api_url, client=("127.0.0.1", 1)) as client:
            assert client.get("/metrics").status_code == 200
            assert_problem(client.get("/metrics", headers={"x-forwarded-for": "8.8.8.8"}), 403)

    @pytest.mark.parametrize(
        "headers",
        [
            {"host": "evil.example:8000"},
            {"host": "localhost.evil.example"},
            {"origin": "http://evil.example"},
            {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"},
        ],
    )
    @pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104
    def test_no_page_asks_from_this_machine_for_another(
        self, settings: Settings, database: Database, headers: dict[str, str], host: str
    ):
        settings = settings.model_copy(update={"host": host})
        with TestClient(application(settings, database), base_url=settings.api_url, client=("127.0.0.1", 1)) as client:
            assert client.get("/metrics").status_code == 200
            misdirected = "host" in headers and settings.is_loopback
            assert_problem(client.get("/metrics", headers=headers), 421 if misdirected else 403)

    def test_the_token_is_enough_whatever_the_name(self, settings: Settings, database: Database):
        settings = settings.model_copy(update={"metrics_token": "a token of enough length", "host": "0.0.0.0"})  # noqa: S104
        with TestClient(application(settings, database), base_url="http://outbound:8000") as client:
            bearing = {"authorization": "Bearer a token of enough length"}
            assert client.get("/metrics", headers=bearing).status_code == 200

    def test_a_wrong_token_is_refused(self, settings: Settings, database: Database):
        settings = settings.model_copy(update={"metrics_token": "a token of enough length"})
        app = create_app(settings, database)
        with TestClient(app, base_url=settings.api_url, client=("127.0.0.1", 1)) as client:
            assert_problem(client.get("/metrics"), 403)
            assert_problem(client.get("/metrics", headers={"authorization": "Bearer wrong"}), 403)
