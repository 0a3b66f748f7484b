"""``outbound up``, run as people run it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from cli.programs import environment
from outbound.settings import Settings
from tests.support.command import REPOSITORY


@contextmanager
def up(settings: Settings) -> Iterator[None]:
    """Everything that ``outbound up`` starts, once it answers: API, dashboards, Dagster with its sensors."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "up.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "up"],
            cwd=REPOSITORY,
            env=os.environ | environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        transport = httpx.HTTPTransport(retries=60)  # backs off by itself between refused connections
        with httpx.Client(transport=transport, timeout=60) as client:
            for address in (
                f"{settings.api_url}/readyz",
                f"{settings.dashboards_url}/_stcore/health",
                f"{settings.dagster_url}/server_info",
            ):
                assert client.get(address).is_success, (settings.home / "up.log").read_text("utf-8")
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
