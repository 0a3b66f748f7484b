"""A rep knocks, the pipeline runs, and the manager's map changes colour: the one flow, end to end."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page

from dashboards.components import palette
from outbound.settings import Settings
from tests.support.cast import Member
from tests.support.command import outbound
from tests.support.franchise import Franchise

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE = 60_000
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


def test_a_knock_on_the_phone_recolours_the_managers_cell(browser: Browser, served: Settings, franchise: Franchise):
    assert outbound("pipeline", "run").status == 0
    phone, desk = browser.new_page(viewport=PHONE), browser.new_page(viewport=DESK)
    for page in (phone, desk):
        page.set_default_timeout(PATIENCE)
    before = coverage_map(desk, served, franchise.manager)

    sign_in_on_the_phone(phone, served, franchise.rep)
    phone.locator(".lead-row").first.click()
    phone.get_by_role("button", name="Interested", exact=True).click()
    with phone.expect_response(lambda answer: answer.request.method == "POST" and "/api/sync" in answer.url) as sent:
        phone.get_by_role("button", name="Save knock").click()
    [result] = sent.value.json()["results"]
    assert result["status"] == "applied"
    lead_id = result["state"]["lead"]["id"]
    [knock] = [each for lead in franchise.all_leads for each in franchise.activities(lead)]
    assert (str(knock.lead_id), knock.result, knock.user_id) == (lead_id, "INTERESTED", franchise.rep.id)

    assert outbound("pipeline", "run").status == 0
    desk.reload()
    after = picture(ready_map(desk))

    changed = np.abs(before.astype(int) - after.astype(int)).sum(axis=2) > 40
    assert changed.sum() > 200, "no cell changed on the map"
    covered, bare = (np.array(palette.rgba(color, 0)[:3]) for color in (palette.COVERAGE[-1], palette.COVERAGE[0]))
    turned = np.linalg.norm(after[changed] - covered, axis=1) < np.linalg.norm(after[changed] - bare, axis=1)
    was_bare = np.linalg.norm(before[changed] - bare, axis=1) < np.linalg.norm(before[changed] - covered, axis=1)
    assert (turned & was_bare).mean() > 0.8, "what changed did not turn from bare to covered"


def sign_in_on_the_phone(page: Page, settings: Settings, member: Member) -> None:
    page.goto(f"{settings.api_url}/app/")
    page.get_by_label("Email").fill(member.email)
    page.get_by_label("Password").fill(member.password)
    page.get_by_role("button", name="Sign in").click()
    page.locator(".lead-row").first.wait_for()


def coverage_map(page: Page, settings: Settings, member: Member) -> np.ndarray:
    """Signs in from the dashboards and looks at this week's coverage."""
    page.goto(f"{settings.dashboards_url}/coverage")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Email").fill(member.email)
    page.get_by_label("Password").fill(member.password)
    page.get_by_role("button", name="Sign in").click()
    return picture(ready_map(page))


def ready_map(page: Page) -> Locator:
    """The map, once it has stopped drawing: two looks in a row are the same."""
    chart = page.get_by_test_id("stDeckGlJsonChart")
    chart.locator("canvas").first.wait_for()
    page.locator(".ob-legend").wait_for()
    page.mouse.move(5, 5)
    seen = picture(chart)
    for _ in range(20):
        page.wait_for_timeout(500)
        now = picture(chart)
        if np.array_equal(seen, now):
            break
        seen = now
    return chart


def picture(part: Locator) -> np.ndarray:
    """What a part of the page looks like: (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(part.screenshot())).convert("RGB"))
