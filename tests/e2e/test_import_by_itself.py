"""A manager hands a list in; Dagster's own sensor and runs do the work, and the page tells how far it is."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from orchestration.sensors import IMPORT_TAG
from outbound.leads.models import Lead
from outbound.settings import Settings
from tests.support.franchise import Franchise
from tests.support.served import up

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE = 90_000
ROWS = 30
_RUNS = """
query { runsOrError(filter: {pipelineName: "import_list"}) { ... on Runs { results { status tags { key value } } } } }
"""


def test_a_list_that_is_handed_in_is_judged_and_written_by_runs_that_dagster_starts(
    browser: Browser, settings: Settings, franchise: Franchise, tmp_path: Path
):
    before = leads(franchise)
    with up(settings):
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE)
        sign_in(page, settings, franchise)
        page.get_by_role("heading", name="Hand in a list").wait_for()
        page.locator("input[type=file]").set_input_files(a_list(franchise, tmp_path / "oak street.csv"))
        press(page, "Look at this list")
        page.get_by_role("heading", name="What does each column hold?").wait_for()
        import_id = page.url.partition("list=")[2]

        press(page, "Check the rows")
        page.get_by_text("Waiting for its turn").wait_for()
        page.get_by_role("heading", name="Nothing is written yet").wait_for()
        assert leads(franchise) == before
        assert list(runs(settings)) == [f"{import_id}/turn 2"]  # its columns were looked at in the first

        press(page, f"Import {ROWS} leads")
        page.get_by_role("heading", name=f"{ROWS} leads imported").wait_for()
        assert leads(franchise) == before + ROWS
        assert sorted(runs(settings)) == [f"{import_id}/turn 2", f"{import_id}/turn 3"]
        assert all(len(statuses) == 1 for statuses in runs(settings).values()), "one run a turn"


def a_list(franchise: Franchise, path: Path) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Address", "City", "Zip", "Lat", "Lon", "Name"])
        for number in range(ROWS):
            lat, lon = franchise.north_west.box.point(number)
            writer.writerow([f"{100 + number} Oak Street", "Testville", "50309", lat, lon, f"Kim Lee{number}"])
    return path


def sign_in(page: Page, settings: Settings, franchise: Franchise) -> None:
    page.goto(f"{settings.dashboards_url}/imports")
    page.get_by_role("link", name="Sign in").click()
    page.locator("input[type=email]").fill(franchise.owner.email)
    page.locator("input[type=password]").fill(franchise.owner.password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def press(page: Page, name: str) -> None:
    """A button, once the page is drawn to its end: what is pressed before is lost with the former buttons."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.get_by_role("button", name=name).click()


def leads(franchise: Franchise) -> int:
    with franchise.admin() as session:
        return session.scalar(select(func.count()).select_from(Lead).where(Lead.org_id == franchise.org_id)) or 0


def runs(settings: Settings) -> dict[str, list[str]]:
    """The states of Dagster's runs of imports, by the turn that they are of."""
    answer = httpx.post(f"{settings.dagster_url}/graphql", json={"query": _RUNS}, timeout=30).raise_for_status().json()
    found: dict[str, list[str]] = {}
    results: list[dict[str, Any]] = answer["data"]["runsOrError"]["results"]
    for run in results:
        turn = next(tag["value"] for tag in run["tags"] if tag["key"] == IMPORT_TAG)
        found.setdefault(turn, []).append(run["status"])
    return found
