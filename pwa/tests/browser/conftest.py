"""A phone and a stand-in for the API. Run from the project's root: ``pytest pwa/tests/browser``."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from phone import StandIn, open_phone, sign_in
from playwright.sync_api import Browser, Page, expect

APP = Path(__file__).parents[2]


@pytest.fixture
def make_stand_in() -> Iterator[Callable[[int], StandIn]]:
    """Starts a stand-in with so many leads for rep1 on a free port."""
    if not (APP / "dist" / "index.html").is_file():
        pytest.skip("the rep's app is not built: run npm ci and npm run build in pwa/")
    started: list[StandIn] = []

    def start(leads: int) -> StandIn:
        command = ["node", str(APP / "tests" / "stand-in" / "server.mjs"), "0", str(leads)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1].removesuffix("/app/")
        started.append(StandIn(process, url))
        return started[-1]

    yield start
    for stand_in in started:
        stand_in.process.terminate()
        stand_in.process.wait(timeout=10)


@pytest.fixture
def stand_in(make_stand_in: Callable[[int], StandIn]) -> StandIn:
    return make_stand_in(60)


@pytest.fixture
def phone(browser: Browser, stand_in: StandIn) -> Iterator[Page]:
    """rep1's phone, signed in, with all leads on it and the app installed for offline use."""
    page = open_phone(browser, stand_in.url)
    sign_in(page)
    expect(page.get_by_text("60 leads as of")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    yield page
    assert page.foreign_requests == []  # type: ignore[attr-defined]
    page.context.close()
