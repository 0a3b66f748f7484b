"""The rep's app in a real browser, at the size of a phone, against a stand-in that fails on demand."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from phone import PLACE, StandIn, open_phone, sign_in
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def knock(page: Page, row: int, outcome: str) -> None:
    """Three taps: the lead, the outcome, save."""
    page.locator(".lead-row").nth(row).tap()
    page.get_by_role("button", name=outcome, exact=True).tap()
    page.get_by_role("button", name="Save knock").tap()


def test_a_wrong_password_is_told_in_the_words_of_the_server(browser: Browser, stand_in: StandIn) -> None:
    page = open_phone(browser, stand_in.url)
    sign_in(page, phrase="wrong")
    expect(page.get_by_role("alert")).to_have_text("The email or the password is wrong.")
    page.context.close()


def test_a_refresh_keeps_the_rep_signed_in(phone: Page) -> None:
    phone.reload()
    expect(phone.get_by_text("60 leads as of")).to_be_visible()


def test_a_knock_takes_three_taps_and_the_stage_of_the_server_shows(phone: Page, stand_in: StandIn) -> None:
    row = phone.locator(".lead-row").nth(1)
    expect(row).to_contain_text("Cold")
    name = row.locator(".lead-name").inner_text()
    knock(phone, 1, "Follow up")
    expect(phone.locator(".lead-row", has_text=name).filter(has_text="Follow up").first).to_be_visible()
    [activity] = stand_in.received(phone, 1)
    assert UUID7.fullmatch(activity["id"])
    assert activity["type"] == "DOOR_KNOCK"
    assert (activity["lat"], activity["lon"]) == (PLACE["latitude"], PLACE["longitude"])


def test_a_note_and_a_date_to_come_back_go_with_the_knock(phone: Page, stand_in: StandIn) -> None:
    phone.locator(".lead-row").first.tap()
    phone.get_by_role("button", name="Interested", exact=True).tap()
    phone.get_by_label("Note (optional)").fill("Dog in the yard")
    phone.get_by_label("Come back (optional)").fill("2026-07-01T17:30")
    phone.get_by_role("button", name="Save knock").tap()
    [activity] = stand_in.received(phone, 1)
    phone.locator(".lead-row").first.tap()
    expect(phone.get_by_role("dialog").get_by_text("Dog in the yard")).to_be_visible()
    assert activity["follow_up_at"] == "2026-07-01T22:30:00.000Z"


def test_a_pin_on_the_map_opens_its_lead(phone: Page, stand_in: StandIn) -> None:
    phone.get_by_role("searchbox").fill("105 Alder")  # alone on the map, so in its middle
    expect(phone.locator(".lead-row")).to_have_count(1)
    phone.get_by_role("link", name="Map").tap()
    expect(phone.get_by_role("list", name="Colours of the stages")).to_be_visible()
    canvas = phone.locator("canvas.maplibregl-canvas").bounding_box()
    assert canvas is not None
    middle = (canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 2)
    phone.wait_for_timeout(800)  # the engine draws in its own time and tells nobody outside
    phone.touchscreen.tap(*middle)
    phone.get_by_role("button", name="Not home", exact=True).tap()
    phone.get_by_role("button", name="Save knock").tap()
    expect(phone.get_by_text("All sent")).to_be_visible()
    expect(phone.get_by_role("list", name="Colours of the stages")).to_have_text("Contacted")
    stand_in.received(phone, 1)


def test_a_knock_whose_answer_was_lost_is_counted_once(phone: Page, stand_in: StandIn) -> None:
    stand_in.faults("lost", "500")
    knock(phone, 0, "Not home")
    expect(phone.get_by_text("1 waiting")).to_be_visible()
    expect(phone.get_by_text("All sent")).to_be_visible(timeout=30_000)
    assert len({attempt["id"] for attempt in stand_in.attempts()}) == 1
    assert [attempt["fault"] for attempt in stand_in.attempts()] == ["lost", "500", "ok"]
    stand_in.received(phone, 1)


def test_what_waits_is_sent_at_once_when_the_rep_asks(phone: Page, stand_in: StandIn) -> None:
    stand_in.faults("busy")  # asks for ten minutes
    knock(phone, 0, "Not home")
    phone.get_by_role("button", name="1 waiting").tap()
    expect(phone.get_by_text("All sent")).to_be_visible()
    stand_in.received(phone, 1)


def test_failures_are_tried_again_without_being_asked(phone: Page, stand_in: StandIn) -> None:
    stand_in.faults("503", "portal")
    knock(phone, 0, "Left material")
    expect(phone.get_by_text("1 waiting")).to_be_visible()
    expect(phone.get_by_text("All sent")).to_be_visible(timeout=30_000)
    stand_in.received(phone, 1)


def test_a_refused_knock_is_kept_with_the_reason(phone: Page, stand_in: StandIn) -> None:
    stand_in.faults("409")
    knock(phone, 0, "Interested")
    phone.get_by_role("link", name="1 refused").tap()
    expect(phone.get_by_text("This lead was merged into another; open that one.")).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("This lead was merged into another; open that one.")).to_be_visible()
    phone.get_by_role("button", name="Set aside").tap()
    expect(phone.get_by_text("Set aside (1)")).to_be_visible()
    assert stand_in.activities() == []


def test_without_signal_the_app_opens_shows_the_leads_and_keeps_knocks_in_order(phone: Page, stand_in: StandIn) -> None:
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.get_by_text("No signal. Showing 60 leads")).to_be_visible()
    knock(phone, 0, "Not home")
    knock(phone, 1, "Left material")
    knock(phone, 0, "Follow up")
    expect(phone.get_by_text("3 waiting")).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("3 waiting")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.get_by_text("All sent")).to_be_visible()
    assert [activity["result"] for activity in stand_in.activities()] == ["NOT_HOME", "LEFT_MATERIAL", "FOLLOW_UP"]


def test_another_user_of_the_phone_sees_no_lead_and_sends_no_knock_of_the_former(
    phone: Page, stand_in: StandIn
) -> None:
    stand_in.faults("401")
    knock(phone, 0, "Not home")
    expect(phone.get_by_text("Your session has ended.")).to_be_visible()
    expect(phone.get_by_text("1 knock is kept on this phone")).to_be_visible()
    sign_in(phone, email="rep2@demo.test")
    expect(phone.get_by_text("40 leads as of")).to_be_visible()
    phone.get_by_role("link", name="Outbox").tap()
    expect(phone.get_by_text("1 more of another user of this phone")).to_be_visible()
    assert stand_in.activities() == []
    phone.get_by_role("link", name="Account").tap()
    phone.get_by_role("button", name="Sign out").tap()
    sign_in(phone, email="rep1@demo.test")
    expect(phone.get_by_text("All sent")).to_be_visible()
    phone.get_by_role("link", name="Outbox").tap()
    expect(phone.get_by_text("Received by the server (1)")).to_be_visible()
    assert [attempt["user"] for attempt in stand_in.attempts()] == ["rep1@demo.test"] * 2


def test_the_browser_finds_the_app_installable(phone: Page) -> None:
    client = phone.context.new_cdp_session(phone)
    errors = client.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # Playwright's contexts are incognito, which is the one thing the browser may object to.
    assert [error["errorId"] for error in errors if error["errorId"] != "in-incognito"] == []


def test_where_no_map_can_be_drawn_the_list_still_works(launch: Callable[..., Browser], stand_in: StandIn) -> None:
    browser = launch("--disable-3d-apis")
    page = open_phone(browser, stand_in.url)
    sign_in(page)
    page.get_by_role("link", name="Map").tap()
    expect(page.get_by_role("alert")).to_contain_text("This phone cannot draw the map here.")
    page.get_by_role("link", name="Open the list").tap()
    knock(page, 0, "Not home")
    stand_in.received(page, 1)
    expect(page.get_by_text("All sent")).to_be_visible()
    browser.close()


def test_ten_thousand_leads_render_a_screenful(browser: Browser, make_stand_in: Callable[[int], StandIn]) -> None:
    page = open_phone(browser, make_stand_in(10_000).url)
    sign_in(page)
    expect(page.get_by_text("10000 leads as of")).to_be_visible(timeout=60_000)
    assert page.locator(".lead-row").count() < 40
    page.locator(".virtual").evaluate("box => box.scrollTo(0, box.scrollHeight)")
    expect(page.locator("li[aria-posinset='10000']")).to_be_visible()
    page.context.close()
