"""What was acknowledged is stored once: the API is killed with -9 under load, and started again, and again."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from outbound.ids import uuid7
from outbound.settings import Settings
from tests.api.conftest import Api
from tests.support.cast import Member
from tests.support.franchise import Franchise

pytestmark = pytest.mark.any_server("it is our process that is killed")

ROOT = Path(__file__).parents[2]
KILLS = 2
PHONES = 4
BATCH = 8
ACKNOWLEDGED_BETWEEN_KILLS = 120
PATIENCE = 60.0
"""Seconds until a server that does not answer fails the test."""


@dataclass
class Phone:
    """Sends knocks, one by one or in batches, and each again until it is acknowledged."""

    number: int
    url: str
    token: str
    lead_ids: list[uuid.UUID]
    ledger: Ledger
    acknowledged: dict[str, str] = field(default_factory=dict)
    """Of each operation: what the server called it."""
    repeats: int = 0
    """Requests that were sent again, for no answer came to them."""
    fault: str | None = None

    def run(self) -> None:
        round_ = 0
        while self.fault is None and not self.ledger.is_over():
            round_ += 1
            lead_id = self.lead_ids[round_ % len(self.lead_ids)]
            if (round_ + self.number) % 2:
                self._deliver("/api/sync", _batch(lead_id), sync=True)
            else:
                self._deliver(f"/api/leads/{lead_id}/activities", _knock(), sync=False)

    def _deliver(self, path: str, body: dict[str, Any], *, sync: bool) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                answer = httpx.post(
                    f"{self.url}{path}", json=body, headers={"authorization": f"Bearer {self.token}"}, timeout=10
                )
            except httpx.HTTPError:
                # Killed before, during or after the commit: the phone cannot know, and sends the same again.
                self.repeats += 1
                if time.monotonic() > deadline:
                    self.fault = "the server stayed away"
                    return
                self.ledger.wait_for_server()
                continue
            if answer.status_code >= 400:
                self.fault = f"{path}: {answer.status_code} {answer.text[:300]}"
                return
            results = answer.json()["results"] if sync else [{"id": body["id"], "status": str(answer.status_code)}]
            for result in results:
                self.acknowledged[result["id"]] = result["status"]
            self.ledger.count(len(results))
            return


class Ledger:
    """How much was acknowledged by all phones together, and whether the server is up."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._count = 0
        self._up = threading.Event()
        self._over = threading.Event()

    def count(self, more: int) -> None:
        with self._condition:
            self._count += more
            self._condition.notify_all()

    def wait_until_more(self, more: int) -> None:
        with self._condition:
            target = self._count + more
            assert self._condition.wait_for(lambda: self._count >= target, timeout=PATIENCE), "nothing is acknowledged"

    def server_is(self, *, up: bool) -> None:
        self._up.set() if up else self._up.clear()

    def wait_for_server(self) -> None:
        self._up.wait(timeout=PATIENCE)

    def end(self) -> None:
        self._over.set()
        self._up.set()

    def is_over(self) -> bool:
        return self._over.is_set()


@pytest.mark.slow
def test_what_was_acknowledged_is_there_once_however_often_the_server_is_killed(
    api: Api, franchise: Franchise, settings: Settings, tmp_path: Path
):
    ledger = Ledger()
    rep = franchise.rep
    lead_ids = [franchise.add_lead(franchise.north_west, owner=rep) for _ in range(6)]
    phones = [Phone(n, settings.api_url, api.token(rep), lead_ids, ledger) for n in range(PHONES)]
    threads = [threading.Thread(target=phone.run, name=f"phone {phone.number}") for phone in phones]
    log = tmp_path / "api.log"
    try:
        for kill in range(KILLS):
            with _serving(settings, log) as server:
                ledger.server_is(up=True)
                if kill == 0:
                    for thread in threads:
                        thread.start()
                ledger.wait_until_more(ACKNOWLEDGED_BETWEEN_KILLS)
                ledger.server_is(up=False)
                server.send_signal(signal.SIGKILL)
                server.wait()
        with _serving(settings, log):
            ledger.server_is(up=True)
            ledger.wait_until_more(ACKNOWLEDGED_BETWEEN_KILLS)
            ledger.end()
            for thread in threads:
                thread.join(timeout=PATIENCE)
    finally:
        ledger.end()
    assert [phone.fault for phone in phones if phone.fault] == []
    assert not any(thread.is_alive() for thread in threads)
    assert sum(phone.repeats for phone in phones) > 0, "no request was cut off, so nothing was shown"
    told = {id_: status for phone in phones for id_, status in phone.acknowledged.items()}
    assert set(told.values()) <= {"applied", "duplicate", "200", "201"}
    assert len(told) >= (KILLS + 1) * ACKNOWLEDGED_BETWEEN_KILLS
    _assert_each_once(franchise, rep, set(told), lead_ids)


def _assert_each_once(franchise: Franchise, rep: Member, told: set[str], lead_ids: list[uuid.UUID]) -> None:
    with franchise.admin() as session:
        stored = session.execute(
            text("select id::text, user_id from outbound.activities where org_id = :org and lead_id = any(:leads)"),
            {"org": franchise.org_id, "leads": lead_ids},
        ).all()
        entries = session.execute(
            text(
                "select entity_id::text, count(*) from outbound.audit_entries"
                " where org_id = :org and entity = 'activity' group by 1"
            ),
            {"org": franchise.org_id},
        ).all()
    ids = [row.id for row in stored]
    assert sorted(ids) == sorted(told), "every acknowledged knock is stored once, and no other"
    assert {row.user_id for row in stored} == {rep.id}
    assert {id_: count for id_, count in entries if id_ in told} == dict.fromkeys(told, 1)


def _knock() -> dict[str, Any]:
    return {
        "id": str(uuid7()),
        "type": "DOOR_KNOCK",
        "result": "NOT_HOME",
        "occurred_at": datetime.now(UTC).isoformat(),
    }


def _batch(lead_id: uuid.UUID) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    return {
        "client_sent_at": now,
        "operations": [
            {
                "id": str(uuid7()),
                "kind": "activity",
                "occurred_at": now,
                "data": {"lead_id": str(lead_id), "type": "DOOR_KNOCK", "result": "NOT_HOME"},
            }
            for _ in range(BATCH)
        ],
    }


@contextmanager
def _serving(settings: Settings, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The API as the command starts it, in a process of its own, once it is ready."""
    command = [sys.executable, "-m", "uvicorn", "api.main:app", "--host", settings.host]
    with log.open("ab") as told:
        server = subprocess.Popen(
            [*command, "--port", str(settings.api_port), "--no-access-log"], cwd=ROOT, stdout=told, stderr=told
        )
        try:
            _wait_until_ready(settings, server, log)
            yield server
        finally:
            server.kill()
            server.wait()


def _wait_until_ready(settings: Settings, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text(errors="replace")
        try:
            if httpx.get(f"http://{settings.host}:{settings.api_port}/readyz", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.05)  # between two looks at a port where nobody listens yet
    raise AssertionError(log.read_text(errors="replace"))
