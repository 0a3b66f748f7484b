"""The dashboards as people meet them: Streamlit as a process, a stand-in for the API, published marts."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from outbound.settings import Settings, get_settings
from tests.conftest import free_ports
from tests.dashboards import standin
from tests.dashboards.builds import publish
from tests.dashboards.town import BIRCH, MAPLE

HOME_PY = Path(__file__).parents[2] / "dashboards" / "Home.py"


@dataclass(frozen=True)
class Site:
    """Running dashboards with the API they ask."""

    settings: Settings
    api: FastAPI

    @property
    def url(self) -> str:
        return self.settings.dashboards_url

    def cookie(self, name: str) -> dict:
        """The session cookie of a member, by first name, as the API sets it."""
        return {
            "name": "outbound_session",
            "value": f"token-{name}",
            "domain": "localhost",
            "path": "/",
            "httpOnly": True,
            "sameSite": "Strict",
        }


@contextmanager
def served(app: FastAPI, port: int) -> Iterator[None]:
    """The application on a port of this machine, in a thread."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    ready = threading.Event()
    starting = server.startup

    async def startup(sockets: list | None = None) -> None:
        await starting(sockets)
        ready.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert ready.wait(20), "the stand-in for the API did not start"
    yield
    server.should_exit = True
    thread.join(10)


@contextmanager
def streamlit(settings: Settings) -> Iterator[None]:
    """Streamlit as a process of its own, until it answers."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith("OUTBOUND_")}
    environment |= {
        "OUTBOUND_HOME": str(settings.home),
        "OUTBOUND_API_PORT": str(settings.api_port),
        "OUTBOUND_DASHBOARDS_PORT": str(settings.dashboards_port),
    }
    port = str(settings.dashboards_port)
    command = [sys.executable, "-m", "dashboards.serve"]
    log = settings.home / "dashboards.log"  # a pipe that nobody reads would stop it once it is full
    with log.open("w") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        transport = httpx.HTTPTransport(retries=60)  # backs off by itself between refused connections
        with httpx.Client(transport=transport, timeout=60) as client:
            assert client.get(f"http://127.0.0.1:{port}/_stcore/health").is_success
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Dashboards of two organisations, both with thirteen weeks of figures."""
    api_port, port = free_ports(2)
    home = tmp_path_factory.mktemp("dashboards")
    settings = Settings(home=home, api_port=api_port, dashboards_port=port)
    for town in (MAPLE, BIRCH):
        publish(town, settings.published_dir)
    app = standin.create(settings.dashboards_url)
    with served(app, api_port), streamlit(settings):
        yield Site(settings, app)


@pytest.fixture
def visit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Settings]]:
    """Settings of an empty home in the environment, and a way to be somebody there."""
    api_port, port = free_ports(2)
    for name, value in (("HOME", tmp_path), ("API_PORT", api_port), ("DASHBOARDS_PORT", port)):
        monkeypatch.setenv(f"OUTBOUND_{name}", str(value))
    get_settings.cache_clear()
    with served(standin.create(get_settings().dashboards_url), api_port):

        def be(name: str) -> Settings:
            monkeypatch.setattr("dashboards.auth._token", lambda: f"token-{name}")
            return get_settings()

        yield be
    get_settings.cache_clear()
