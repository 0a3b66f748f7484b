"""How the installation is made is nobody's business outside: hosts, databases, buckets and files stand in the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.main import create_app
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.warehouse.outcomes import held_back, write_outcome
from tests.api.conftest import Api, Clock
from tests.conftest import free_ports
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem
from tests.support.s3 import CREDENTIALS


@pytest.fixture
def away(settings: Settings, database: Database) -> Iterator[tuple[TestClient, Database]]:
    """An API whose database does not answer."""
    gone = Database(database.admin_url.set(host="127.0.0.1", port=1, query={}, database="prod_secret"), database.keys)
    with TestClient(create_app(settings, gone), base_url=settings.api_url, raise_server_exceptions=False) as client:
        yield client, gone
    gone.dispose()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/readyz"),
        ("GET", "/api/me"),
        ("POST", "/api/auth/sign-in"),
        ("GET", "/api/auth/oidc/green-acres/start"),
        ("GET", "/docs/marts"),
        ("GET", "/metrics"),
    ],
)
def test_a_database_that_is_away_is_not_named(away: tuple[TestClient, Database], method: str, path: str):
    client, _ = away
    body = {"email": "a@b.test", "password": "x" * 12} if method == "POST" else None
    for accept in ("application/json", "text/html"):
        answer = client.request(
            method, path, json=body, headers={"accept": accept, "authorization": "Bearer x"}, follow_redirects=False
        )
        for word in ("127.0.0.1:1", "prod_secret", "DATABASE_URL", "socket", "refused"):
            assert word not in answer.text, (path, answer.text)


def test_the_log_has_the_whole_sentence(away: tuple[TestClient, Database], caplog: pytest.LogCaptureFixture):
    client, _ = away
    with caplog.at_level(logging.ERROR, "outbound.api"):
        assert_problem(client.get("/api/me", headers={"authorization": "Bearer x"}), 503, "does not answer")
    assert "prod_secret" in caplog.text


class TestReadiness:
    def test_a_lost_ring_names_no_folder(self, api: Api, settings: Settings):
        (settings.keys_dir / "ring.json").unlink()
        problem = assert_problem(api.get("/readyz"), 503, "key ring")
        assert str(settings.home) not in str(problem)

    def test_another_ring_is_told(self, api: Api, settings: Settings):
        ring = settings.keys_dir / "ring.json"
        ring.write_text('{"1": "' + "A" * 43 + '="}')
        problem = assert_problem(api.get("/readyz"), 503, "not this database's")
        assert str(settings.home) not in str(problem)

    def test_figures_that_are_held_back_degrade_it(
        self, api: Api, settings: Settings, franchise: Franchise, clock: Clock
    ):
        assert api.get("/readyz").json()["warnings"] == {}
        write_outcome(settings.published_dir / str(franchise.org_id), held_back(clock.now, ["not_null_doors"]))
        del api.client.app.state.watch  # type: ignore[attr-defined]
        told = api.get("/readyz").json()
        assert (told["status"], set(told["warnings"])) == ("degraded", {"figures"})
        assert franchise.name not in str(told)

    def test_a_bucket_that_is_away_degrades_it(
        self, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
    ):
        for name, value in CREDENTIALS.items():
            monkeypatch.setenv(name, value)
        there = settings.model_copy(
            update={
                "s3_url": "s3://secret-bucket/x",
                "s3_endpoint": f"http://127.0.0.1:{free_ports(1)[0]}",
                "s3_region": "us-east-1",
            }
        )
        with TestClient(create_app(there, database), base_url=settings.api_url) as client:
            told = client.get("/readyz").json()
        assert (told["status"], set(told["warnings"])) == ("degraded", {"files"})
        assert "secret-bucket" not in str(told)
