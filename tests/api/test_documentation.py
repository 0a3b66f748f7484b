"""The documentation of the marts: whole, in one page, for managers and owners, and about no organisation."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from api.main import create_app
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.warehouse.dbt import PROJECT
from outbound.warehouse.marts import MARTS
from outbound.warehouse.pipeline import run_pipeline
from tests.api.conftest import Api
from tests.conftest import free_ports
from tests.dashboards.conftest import served
from tests.support.cast import Member
from tests.support.franchise import Franchise
from tests.support.marts import give_parsed_models, installation
from tests.support.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

PATH = "/docs/marts"


@dataclass
class Described:
    """An installation whose pipeline ran once, and ways to ask its API."""

    settings: Settings
    database: Database
    franchise: Franchise
    other: Franchise
    api: Api

    def get(self, member: Member | None = None, **headers: str) -> Response:
        return self.api.request("GET", PATH, member, headers=headers, follow_redirects=False)

    @property
    def page(self) -> str:
        answer = self.get(self.franchise.owner)
        assert answer.status_code == 200, answer.text[:300]
        return answer.text

    def data(self, name: str) -> Any:
        """The manifest or the catalog that stands in the page."""
        page = self.page
        return json.JSONDecoder().raw_decode(page, page.index(f'{name}:{{"') + len(name) + 1)[0]


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def described(
    request: pytest.FixtureRequest, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Described]:
    with installation(server, tmp_path_factory.mktemp("described"), histories=False, documented=False) as (
        database,
        made,
    ):
        settings = made.model_copy(update={"warehouse": request.param, "api_port": free_ports(1)[0]})
        give_parsed_models(settings)
        franchise, other = Franchise(database, "Green Acres"), Franchise(database, "Blue Meadows")
        run_pipeline(database, settings)
        with TestClient(create_app(settings, database), base_url=settings.api_url) as client:
            yield Described(settings, database, franchise, other, Api(client, franchise))


def test_a_manager_and_an_owner_read_what_every_mart_and_column_means(described: Described):
    for member in (described.franchise.owner, described.franchise.manager):
        answer = described.get(member)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    nodes, tables = described.data("manifest")["nodes"], described.data("catalog")["nodes"]
    for mart in MARTS:
        model, table = nodes[f"model.outbound.{mart}"], tables[f"model.outbound.{mart}"]
        assert model["description"].startswith("Grain: ")
        assert model["schema"] == "marts", "where analysts find it"
        assert set(model["columns"]) == set(table["columns"])
        assert all(column["description"] for column in model["columns"].values()), mart
        assert all(column["type"] for column in table["columns"].values()), mart


def test_nobody_else_reads_it(described: Described):
    for member in (described.franchise.rep, described.franchise.ops):
        answer = described.get(member)
        assert answer.status_code == 403
        assert "may not do this (models:read)" in answer.text
    answer = described.get()
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={PATH}")


def test_it_tells_of_no_organisation_and_not_of_the_machine(described: Described):
    page = described.page
    url = described.database.admin_url
    told = [
        *(str(each) for franchise in (described.franchise, described.other) for each in _names_of(franchise)),
        *(str(path) for path in (described.settings.home, PROJECT, Path.home(), Path.cwd())),
        *(each for each in (url.database, url.password, url.host) if each and each not in ("localhost", "outbound")),
    ]
    assert [each for each in told if each in page] == []
    for kind in ("nodes", "sources"):
        for table in described.data("catalog")[kind].values():
            assert (table["stats"], table["metadata"]["owner"]) == ({}, None)


def _names_of(franchise: Franchise) -> list[object]:
    people = [value for member in franchise.members for value in (member.id, member.email)]
    return [franchise.org_id, franchise.name, franchise.slug, *people, *franchise.all_leads]


def test_the_same_page_is_asked_for_once(described: Described):
    first = described.get(described.franchise.owner)
    again = described.get(described.franchise.owner, **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "private, no-cache"


def test_its_scripts_run_without_our_cookie_and_may_ask_for_nothing(described: Described):
    policy = dict(part.split(" ", 1) for part in described.get(described.franchise.owner).headers[
        "content-security-policy"
    ].split("; "))  # fmt: skip
    assert policy["sandbox"] == "allow-scripts"
    assert (policy["default-src"], policy["frame-ancestors"], policy["form-action"]) == ("'none'",) * 3
    assert "connect-src" not in policy
    assert described.data("manifest")["metadata"]["send_anonymous_usage_stats"] is False


@pytest.mark.parametrize("described", ["duckdb"], indirect=True)  # what decides it knows of no engine
def test_it_is_made_anew_when_a_description_changes_and_only_then(
    described: Described, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    owner = described.franchise.owner
    before, made = described.get(owner).headers["etag"], _made_at(described.settings)
    run_pipeline(described.database, described.settings)
    assert _made_at(described.settings) == made

    changed = tmp_path / "dbt_project"
    shutil.copytree(PROJECT, changed, ignore=shutil.ignore_patterns("target"))
    for file in changed.glob("models/marts/_*.yml"):
        file.write_text(file.read_text().replace("Grain: ", "Grain: </script><b>now</b>, "))
    monkeypatch.setattr("outbound.warehouse.dbt.PROJECT", changed)
    monkeypatch.setattr("outbound.warehouse.build.PROJECT", changed)
    run_pipeline(described.database, described.settings)
    assert described.get(owner).headers["etag"] != before
    description = described.data("manifest")["nodes"]["model.outbound.members"]["description"]
    assert description.startswith("Grain: </script><b>now</b>, ")
    assert "</script><b>now" not in described.page, "it would end the script that it stands in"


def _made_at(settings: Settings) -> tuple[str, int]:
    file = (settings.documentation_dir / "current").resolve(strict=True)
    return file.name, file.stat().st_mtime_ns


def test_before_the_first_build_it_says_what_to_do(api: Api, franchise: Franchise):
    answer = api.get(PATH, franchise.owner)
    assert answer.status_code == 409
    assert "outbound pipeline run" in answer.text


@pytest.mark.browser
def test_a_browser_shows_it_and_asks_for_nothing_else(described: Described, page: Page):
    token = described.api.token(described.franchise.manager)
    page.context.add_cookies([{"name": "outbound_session", "value": token, "url": described.settings.api_url}])
    answered: list[str] = []
    page.on("requestfinished", lambda request: answered.append(request.url))  # others the policy refused
    with served(create_app(described.settings, described.database), described.settings.api_port):
        page.goto(f"{described.settings.api_url}{PATH}")
        page.get_by_role("heading", name="The marts").wait_for()
        _look(page, "marts-overview")
        page.goto(f"{described.settings.api_url}{PATH}#!/model/model.outbound.outbound_stats")
        page.get_by_text("Grain: ").first.wait_for()
        page.get_by_text("gap_ratio").first.wait_for()
        _look(page, "marts-outbound-stats")
        page.locator("[ng-click^='onLauncherClick']").click()
        page.locator("canvas").first.wait_for()
        _look(page, "marts-lineage")
        documents = {url.partition("#")[0] for url in answered if not url.startswith("data:")}
        assert documents == {f"{described.settings.api_url}{PATH}"}
        assert page.evaluate("fetch('/api/me').then(() => 'answered', () => 'refused')") == "refused"


def _look(page: Page, name: str) -> None:
    """Keeps a picture where ``OUTBOUND_TEST_PICTURES`` names a folder."""
    folder = os.environ.get("OUTBOUND_TEST_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"))
