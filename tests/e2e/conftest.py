"""The real servers, as processes, on a test's own database and folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from outbound.settings import PWA_DIST, Settings
from tests.support.command import REPOSITORY


@contextmanager
def program(name: str, health: str) -> Iterator[None]:
    """One of the programs of ``outbound up``, once it answers."""
    process = subprocess.Popen([sys.executable, "-m", "cli.programs", name], cwd=REPOSITORY)
    try:
        transport = httpx.HTTPTransport(retries=60)  # backs off by itself between refused connections
        with httpx.Client(transport=transport, timeout=60) as client:
            assert client.get(health).is_success
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def served(settings: Settings) -> Iterator[Settings]:
    """The API with the rep app, and the dashboards."""
    assert (PWA_DIST / "index.html").is_file(), "the rep app is not built: run `make build`"
    with ExitStack() as stack:
        stack.enter_context(program("api", f"http://127.0.0.1:{settings.api_port}/readyz"))
        stack.enter_context(program("dashboards", f"http://127.0.0.1:{settings.dashboards_port}/_stcore/health"))
        yield settings
