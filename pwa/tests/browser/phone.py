"""A phone, and a stand-in for the API that fails on demand."""

from __future__ import annotations

import http.client
import json
import subprocess
from typing import Any

from playwright.sync_api import Browser, Page

PLACE = {"latitude": 41.5121, "longitude": -88.1049}


class StandIn:
    """The stand-in of ``tests/stand-in``: the built app, and an API with faults on demand."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process = process
        self.url = url

    def control(self, path: str, body: object = None) -> Any:
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"))
        try:
            connection.request("POST", path, json.dumps(body))
            return json.load(connection.getresponse())
        finally:
            connection.close()

    def faults(self, *faults: str) -> None:
        """What happens to the next posts of activities, one each."""
        self.control("/__faults", list(faults))

    def activities(self) -> list[dict[str, Any]]:
        return self.control("/__state")["activities"]

    def received(self, page: Page, count: int) -> list[dict[str, Any]]:
        """The activities, once there are so many; the page goes on working while we wait."""
        for _ in range(150):
            if len(self.activities()) >= count:
                break
            page.wait_for_timeout(100)
        activities = self.activities()
        assert len(activities) == count
        return activities

    def attempts(self) -> list[dict[str, Any]]:
        return self.control("/__state")["attempts"]


def open_phone(browser: Browser, url: str) -> Page:
    """A page of phone size at a known place, that fails on any request to another host."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        geolocation=PLACE,
        permissions=["geolocation"],
        timezone_id="America/Chicago",
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    foreign: list[str] = []
    own = (url, "data:", f"blob:{url}")
    page.on("request", lambda request: None if request.url.startswith(own) else foreign.append(request.url))
    page.foreign_requests = foreign  # type: ignore[attr-defined]
    page.goto(f"{url}/app/")
    return page


def sign_in(page: Page, email: str = "rep1@demo.test", phrase: str = "demo") -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(phrase)
    page.get_by_role("button", name="Sign in").click()
