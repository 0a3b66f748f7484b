"""The dashboards in a real browser, as a manager uses them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect

from tests.dashboards.conftest import Site
from tests.dashboards.town import MAPLE

pytestmark = pytest.mark.browser
FIRST_RUN = 60_000
"""Milliseconds: the first page of a process also loads the libraries."""


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens a page of the dashboards as somebody, at the size they are made for."""
    contexts = []

    def opened(path: str = "", who: str | None = "olivia") -> Page:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        contexts.append(context)
        if who:
            context.add_cookies([site.cookie(who)])
        page = context.new_page()
        page.set_default_timeout(FIRST_RUN)
        page.requests_seen = []  # type: ignore[attr-defined]
        page.on("request", lambda request: page.requests_seen.append(request.url))  # type: ignore[attr-defined]
        page.goto(f"{site.url}/{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


def test_who_is_signed_out_sees_the_way_in_and_comes_back_signed_in(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page("coverage", who=None)
    link = page.get_by_role("link", name="Sign in")
    link.wait_for()
    target = urlsplit(link.get_attribute("href") or "")
    assert f"{target.scheme}://{target.netloc}" == site.settings.api_url
    assert parse_qs(target.query)["next"] == [f"{site.url}/coverage"]
    expect(page.get_by_role("link", name="Pipeline")).to_have_count(0)

    link.click()
    page.get_by_role("link", name="token-olivia").click()
    page.get_by_role("heading", name="Coverage", exact=True).wait_for()
    expect(page.locator(".ob-brand")).to_contain_text(MAPLE.name)


def test_signing_out_ends_the_session_at_the_api(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page("pipeline", who="marcus")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").wait_for()
    assert "token-marcus" not in site.api.state.sessions


def test_no_request_goes_to_a_foreign_host(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page("coverage")
    page.wait_for_function("document.querySelector('.ob-legend')")
    with page.expect_response(lambda answer: answer.url.endswith("/api/maps/style.json")) as style:
        page.reload()
    assert style.value.ok
    hover_the_middle(page)
    for name in ("Overview", "Reports", "Pipeline"):
        page.get_by_role("link", name=name).click()
        page.get_by_role("heading", name=name, exact=True).wait_for()
    ours = {urlsplit(site.url).netloc, urlsplit(site.settings.api_url).netloc}
    seen: list[str] = page.requests_seen  # type: ignore[attr-defined]
    foreign = [url for url in seen if urlsplit(url).scheme in ("http", "https") and urlsplit(url).netloc not in ours]
    assert foreign == []


def test_the_map_has_a_legend_and_tells_numbers_on_hover(open_page: Callable[..., Page]) -> None:
    page = open_page("coverage")
    legend = page.get_by_role("img", name="Legend: Doors knocked in the week")
    expect(legend).to_contain_text("Covered")
    tooltip = hover_the_middle(page)
    expect(tooltip).to_contain_text(re.compile(r"(Covered|Not covered)Doors\d+Door touches\d+All touches\d+"))

    page.get_by_text("Medium", exact=True).click()
    expect(page.get_by_role("img", name="Legend: Cells covered")).to_contain_text("Over 95%")


def test_a_cell_that_was_passed_over_leads_to_who_lives_there(open_page: Callable[..., Page]) -> None:
    page = open_page("coverage")
    first = page.locator("table", has_text="Cell").locator("tbody a").first
    first.wait_for()
    cell = parse_qs(urlsplit(first.get_attribute("href") or "").query)["cell"][0]
    assert re.fullmatch(r"89[0-9a-f]{13}", cell)
    first.click()
    page.get_by_role("heading", name=f"Leads in {cell}").wait_for()
    names = page.locator("table", has_text="Phone").locator("tbody tr td:first-child")
    expect(names).to_have_count(3)
    assert all(name.endswith(cell) for name in names.all_inner_texts())


def test_a_click_on_the_map_tells_who_lives_in_the_cell(open_page: Callable[..., Page]) -> None:
    page = open_page("coverage")
    heading = page.get_by_role("heading", name=re.compile(r"^Leads in 89[0-9a-f]{13}$"))
    click_the_middle(page, heading)
    cell = heading.inner_text().removeprefix("Leads in ")
    assert parse_qs(urlsplit(page.url).query)["cell"] == [cell]
    names = page.locator("table", has_text="Phone").locator("tbody tr td:first-child")
    expect(names).to_have_count(3)
    assert all(name.endswith(cell) for name in names.all_inner_texts())


def test_picking_a_cell_leaves_what_the_map_shows(open_page: Callable[..., Page]) -> None:
    page = open_page("coverage")
    page.get_by_text("Medium", exact=True).click()
    page.get_by_text("Door touches", exact=True).first.click()
    page.get_by_role("img", name="Legend: Door touches per cell").wait_for()
    first = page.locator("table", has_text="Cell").locator("tbody a[href*='cell=88']").first
    first.click()
    page.get_by_role("heading", name=re.compile("^Leads in 88")).wait_for()
    page.get_by_role("img", name="Legend: Door touches per cell").wait_for()


def test_a_gap_of_the_overview_leads_to_its_territory_on_the_map(open_page: Callable[..., Page]) -> None:
    page = open_page()
    first = page.locator(".ob-table a").first
    name = first.inner_text()
    first.click()
    page.wait_for_url("**/coverage?territory=*")
    page.get_by_role("heading", name=name, exact=True).wait_for()
    expect(page.get_by_role("combobox", name=re.compile("Territory"))).to_be_visible()


def test_the_board_shows_more_leads_when_asked(open_page: Callable[..., Page]) -> None:
    page = open_page("pipeline")
    cards = page.locator(".ob-card")
    expect(cards).to_have_count(75)
    page.get_by_role("button", name="Show more (405 left)").click()
    expect(cards).to_have_count(100)
    page.get_by_role("button", name="Show more (380 left)").wait_for()


def hover_the_middle(page: Page):
    """Moves over the cell in the middle of the map until the tooltip shows."""
    chart = page.get_by_test_id("stDeckGlJsonChart")
    chart.wait_for()
    tooltip = page.locator(".deck-tooltip")
    x, y = middle_of_the_map(page)
    for step in range(120):
        page.mouse.move(x + step % 5, y)
        page.wait_for_timeout(250)  # the map draws in its own time, without an event to wait for
        if tooltip.is_visible():
            return tooltip
    raise AssertionError("no tooltip over the middle of the map")


def click_the_middle(page: Page, answer: Locator) -> None:
    """Clicks the cell in the middle of the map until it is answered: a click whose press and release are handled more
    than a quarter of a second apart is none, and without a graphics card finding the cell may take as long."""
    for _ in range(10):
        hover_the_middle(page)
        page.mouse.click(*middle_of_the_map(page))
        try:
            answer.wait_for(timeout=6_000)
        except TimeoutError:
            continue
        return
    raise AssertionError("no click on the map is answered")


def middle_of_the_map(page: Page) -> tuple[float, float]:
    """A point within a cell of the made-up town."""
    box = page.get_by_test_id("stDeckGlJsonChart").bounding_box()
    assert box
    return box["x"] + box["width"] / 2 + 30, box["y"] + box["height"] / 2 + 40


def test_reports_answer_for_the_span_that_is_asked(open_page: Callable[..., Page]) -> None:
    page = open_page("reports")
    page.get_by_role("heading", name="Leaderboard").wait_for()
    days = page.locator("table", has_text="Door touches per appointment").locator("tbody tr td:nth-child(8)").first
    expect(days).to_have_text("60")
    page.get_by_text("4 weeks").click()
    expect(days).to_have_text("20")
    expect(page.get_by_role("heading", name="Saturation")).to_be_visible()
