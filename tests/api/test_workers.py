"""Several processes answer: they count together, and none outlives the one that started them."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path

import httpx
import psutil
import pytest

from cli import programs
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.storage.embedded.postmaster import wait_gone

pytestmark = pytest.mark.any_server("about sockets and processes of our own")

TOKEN = "a token of enough length"
PATIENCE = 60.0


@pytest.fixture
def process(settings: Settings, database: Database, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    program = programs.api(settings.model_copy(update={"api_workers": 2, "metrics_token": TOKEN}))
    with (tmp_path / "api.log").open("wb") as log:
        process = subprocess.Popen(program.command, env=os.environ | program.env, cwd=program.cwd, stderr=log)
    workers: list[psutil.Process] = []
    try:
        until(lambda: answers(settings) and len(listening(process, settings)) == 2)
        workers = psutil.Process(process.pid).children(recursive=True)
        yield process
    finally:
        process.kill()
        process.wait()
        for worker in workers:
            if worker.is_running():
                worker.kill()


def listening(process: subprocess.Popen[bytes], settings: Settings) -> list[int]:
    return [
        worker.pid
        for worker in psutil.Process(process.pid).children(recursive=True)
        for each in worker.net_connections(kind="tcp")
        if each.status == psutil.CONN_LISTEN and each.laddr.port == settings.api_port
    ]


def answers(settings: Settings) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{settings.api_port}/healthz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.slow
def test_whichever_is_asked_tells_what_all_have_answered(process: subprocess.Popen[bytes], settings: Settings):
    def counted() -> int:
        page = httpx.get(
            f"http://127.0.0.1:{settings.api_port}/metrics", headers={"authorization": f"Bearer {TOKEN}"}
        ).text
        found = re.search(r'request_seconds_count\{method="any",route="unmatched",status="404"\} (\d+)', page)
        return int(found.group(1)) if found else 0

    for _ in range(20):  # each over a connection of its own, which either of them takes
        httpx.get(f"http://127.0.0.1:{settings.api_port}/nothing")
    assert {counted() for _ in range(10)} == {20}


@pytest.mark.slow
def test_phones_that_stay_connected_are_dealt_out_among_them(process: subprocess.Popen[bytes], settings: Settings):
    with ExitStack() as phones:
        for _ in range(64):
            # All of them within the seconds for which a connection is kept.
            phone = phones.enter_context(closing(HTTPConnection("127.0.0.1", settings.api_port)))
            phone.request("GET", "/healthz")
            phone.getresponse().read()
        served = Counter(
            worker.pid
            for worker in psutil.Process(process.pid).children(recursive=True)
            for each in worker.net_connections(kind="tcp")
            if each.status == psutil.CONN_ESTABLISHED and each.laddr.port == settings.api_port
        )
    assert served.total() == 64
    assert len(served) == 2
    assert min(served.values()) > 8  # each falls to either: so few by chance once in 10^9 times


@pytest.mark.slow
def test_a_port_that_is_taken_is_told_in_a_sentence(process: subprocess.Popen[bytes], settings: Settings):
    program = programs.api(settings.model_copy(update={"api_workers": 2}))
    second = subprocess.run(
        program.command, env=os.environ | program.env, cwd=program.cwd, capture_output=True, text=True, check=False
    )
    assert second.returncode != 0
    assert "OUTBOUND_API_PORT" in second.stderr.splitlines()[-1]


@pytest.mark.slow
def test_when_the_one_that_started_them_is_killed_the_port_is_free_again(
    process: subprocess.Popen[bytes], settings: Settings
):
    workers = psutil.Process(process.pid).children(recursive=True)
    assert workers
    process.kill()
    process.wait()
    until(lambda: all(wait_gone(worker, 0) for worker in workers))
    assert not answers(settings)
