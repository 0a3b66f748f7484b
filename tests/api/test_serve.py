"""The API's program under many who connect and say nothing."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import psutil
import pytest

from cli import programs
from outbound.settings import Settings
from outbound.storage.database import Database

pytestmark = pytest.mark.any_server("about sockets and processes of our own")

OPEN_FILES = 512


@pytest.fixture
def process(settings: Settings, database: Database, tmp_path: Path) -> Iterator[psutil.Process]:
    """Started with few open files, of which it may have more."""
    program = programs.api(settings)
    with (tmp_path / "api.log").open("wb") as log:
        process = subprocess.Popen(
            program.command,
            env=os.environ | program.env,
            cwd=program.cwd,
            stderr=log,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (128, OPEN_FILES)),
        )
    try:
        until = time.monotonic() + 60
        while program.answers is None or not program.answers():
            assert process.poll() is None, (tmp_path / "api.log").read_text()
            assert time.monotonic() < until
            time.sleep(0.1)
        yield psutil.Process(process.pid)
    finally:
        process.kill()
        process.wait()


def test_twice_as_many_idle_sockets_as_it_may_open_keep_nobody_out(process: psutil.Process, settings: Settings):
    assert process.rlimit(psutil.RLIMIT_NOFILE)[0] == OPEN_FILES
    with ExitStack() as opened:
        for _ in range(2 * OPEN_FILES):
            opened.enter_context(socket.create_connection(("127.0.0.1", settings.api_port), timeout=30))
        for _ in range(3):
            answer = httpx.get(f"http://127.0.0.1:{settings.api_port}/readyz", timeout=30)
            assert answer.status_code == 200
        assert process.num_fds() < OPEN_FILES
