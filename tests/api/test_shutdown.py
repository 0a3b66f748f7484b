"""A server that is told to end finishes what it has begun: with a real process and real connections."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from outbound.settings import Settings
from outbound.storage.database import Database
from tests.api.conftest import Api
from tests.support.locks import waits_for_a_lock

ROOT = Path(__file__).parents[2]


@pytest.fixture
def process(settings: Settings, database: Database, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (tmp_path / "api.log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "uvicorn", "api.main:app", "--port", str(settings.api_port)),
                *("--no-access-log", "--timeout-graceful-shutdown", "20"),
            ],
            cwd=ROOT,
            stderr=log,
        )
    until = time.monotonic() + 60
    while not _answers(settings):
        assert process.poll() is None, (tmp_path / "api.log").read_text()
        assert time.monotonic() < until
        time.sleep(0.1)
    yield process
    process.kill()
    process.wait()


def _answers(settings: Settings) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{settings.api_port}/healthz").status_code == 200
    except httpx.TransportError:
        return False


def test_what_is_under_way_is_finished_and_nothing_new_begun(
    process: subprocess.Popen[bytes], settings: Settings, database: Database, api: Api, tmp_path: Path
):
    lead, answers = api.franchise.leads_in(api.franchise.north_west)[0], []
    url = f"http://127.0.0.1:{settings.api_port}/api/leads/{lead}/activities"
    body = {"id": str(uuid.uuid4()), "type": "CALL", "occurred_at": datetime.now(UTC).isoformat()}
    headers = {"authorization": f"Bearer {api.token(api.franchise.rep)}", "x-request-id": "under-way"}
    sender = threading.Thread(target=lambda: answers.append(httpx.post(url, json=body, headers=headers, timeout=30)))
    with database.admin_engine.begin() as holder:
        holder.execute(text("select from outbound.leads where id = :id for update"), {"id": lead})
        sender.start()
        until = time.monotonic() + 20
        while not waits_for_a_lock(database):
            assert time.monotonic() < until
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        while _answers(settings):
            assert time.monotonic() < until
            time.sleep(0.05)
        assert process.poll() is None, "it ended with a request under way"
    sender.join(30)
    assert [answer.status_code for answer in answers] == [201]
    assert process.wait(20) in (0, -signal.SIGTERM)
    assert [str(each.id) for each in api.franchise.activities(lead)] == [body["id"]]
    assert '"request_id":"under-way"' in (tmp_path / "api.log").read_text()
