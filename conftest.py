"""What the tests of every folder share: skips that fail in CI, what the oldest server is asked,
and Chromium.

The dashboards' and the rep app's browser tests take the same fixture, for a process can hold only one Playwright.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.selection import pytest_addoption, pytest_collection_modifyitems
from tests.support.skips import pytest_make_collect_report, pytest_runtest_makereport

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = [
    "browser",
    "launch",
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_make_collect_report",
    "pytest_runtest_makereport",
]
_ARGUMENTS = (
    # Maps need WebGL, which a machine without a graphics card draws in software.
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--no-sandbox",
    "--disable-background-networking",
)


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., Browser]]:
    """Starts Chromium as Debian packages it, with further arguments where a test needs them.

    The test is skipped, with a reason, where none is installed (and fails in CI, where nothing is skipped).
    """
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no Chromium: install Debian's package chromium to run the browser tests")
    from playwright.sync_api import sync_playwright  # here: slow to load, and few runs need it

    with sync_playwright() as playwright:
        yield lambda *more: playwright.chromium.launch(executable_path=program, args=[*_ARGUMENTS, *more])


@pytest.fixture(scope="session")
def browser(launch: Callable[..., Browser]) -> Iterator[Browser]:
    """A headless Chromium."""
    browser = launch()
    yield browser
    browser.close()
