"""The dashboards on the real API: its own sign-in page, its own scopes."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from api.main import create_app
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.dashboards.conftest import served, streamlit
from tests.support.cast import Member
from tests.support.franchise import Franchise

pytestmark = pytest.mark.browser


def board_of(member: Member, settings: Settings) -> dict[str, int]:
    """What the API counts for a member, by stage."""
    with httpx.Client(base_url=settings.api_url) as client:
        session = client.post("/api/auth/sign-in", json={"email": member.email, "password": member.password}).json()
        client.cookies.clear()
        answer = client.get("/api/board", headers={"Authorization": f"Bearer {session['token']}"})
    return {column["stage"]: column["count"] for column in answer.json()["columns"]}


def test_a_manager_signs_in_at_the_api_and_sees_the_board_of_their_scope(
    page: Page, settings: Settings, database: Database, franchise: Franchise
) -> None:
    page.set_default_timeout(60_000)
    with served(create_app(settings, database), settings.api_port), streamlit(settings):
        page.goto(f"{settings.dashboards_url}/pipeline")
        page.get_by_role("link", name="Sign in").click()
        page.locator("input[type=email]").fill(franchise.manager.email)
        page.locator("input[type=password]").fill(franchise.manager.password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("heading", name="Pipeline", exact=True).wait_for()

        cold = board_of(franchise.manager, settings)["COLD"]
        assert 0 < cold < board_of(franchise.owner, settings)["COLD"]
        expect(page.locator(".ob-column-head").first).to_have_text(re.compile(rf"^Cold{cold}"))

        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("link", name="Sign in").wait_for()
        page.reload()
        page.get_by_role("link", name="Sign in").wait_for()
