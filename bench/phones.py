"""Fifty phones that capture and read in a loop, as a franchise's phones do after a morning without signal.

Each sends a batch of three leads at doors of their own with a knock each, takes its delta, reads a list, the board, its
tasks or who it is now and then, and waits up to a second. At the end every operation that was acknowledged is looked
up: it stands once. The client shares the cores with the API and PostgreSQL.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import text

from bench.http_load import percentile
from bench.machine import described
from bench.town_of_leads import Town, served, town
from outbound.ids import uuid7

PHONES = int(os.environ.get("OUTBOUND_BENCH_PHONES", "50"))
SECONDS = float(os.environ.get("OUTBOUND_BENCH_PHONES_SECONDS", "90"))
LEADS = 5_000
REPS = 6
_READS = (
    ("GET leads", "/api/leads/outbound?limit=50", 0.3),
    ("GET board", "/api/board", 0.2),
    ("GET me", "/api/me", 0.1),
    ("GET tasks", "/api/tasks", 0.1),
)
"""Name, path and share of the rounds in which it is read."""
_RESULTS = ("INTERESTED", "NOT_HOME", "NOT_INTERESTED")


def main() -> None:
    with town(LEADS, REPS) as place:
        print(described(place.database.admin_engine))
        with served(place.settings) as address:
            asyncio.run(_run(place, address, SECONDS / 6))  # warm
            load = asyncio.run(_run(place, address, SECONDS))
        _tell(place, load)


@dataclass
class _Load:
    address: str
    until: float
    taken: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: Counter[str] = field(default_factory=Counter)
    acknowledged: list[str] = field(default_factory=list)

    async def call(self, client: httpx.AsyncClient, name: str, path: str, body: object = None) -> Any:
        """The answer's document, or None where there was none."""
        began = time.perf_counter()
        try:
            answer = await client.request("GET" if body is None else "POST", path, json=body)
        except httpx.HTTPError as error:
            self.failed[f"{name}: {type(error).__name__}"] += 1
            return None
        self.taken[name].append(time.perf_counter() - began)
        if answer.status_code >= 400:
            self.failed[f"{name}: {answer.status_code}"] += 1
            return None
        return answer.json()

    async def phone(self, number: int, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=self.address, headers=headers, timeout=40) as client:
            cursor, waiting = "", list[dict[str, Any]]()
            while time.perf_counter() < self.until:
                waiting = waiting or _captured(number)
                body = {"client_sent_at": _ago(0), "operations": waiting}
                answer = await self.call(client, "POST sync", "/api/sync", body)
                if answer is None:
                    await asyncio.sleep(0.5)
                    continue
                taken = [each["id"] for each in answer["results"] if each["status"] in ("applied", "duplicate")]
                self.acknowledged += taken
                waiting = []
                page = await self.call(
                    client, "GET sync", "/api/sync?limit=200" + (f"&cursor={cursor}" if cursor else "")
                )
                cursor = page["cursor"] if page else cursor
                drawn = random.random()
                for name, path, share in _READS:
                    if drawn < share:
                        await self.call(client, name, path)
                        break
                    drawn -= share
                await asyncio.sleep(random.random())


async def _run(place: Town, address: str, seconds: float) -> _Load:
    load = _Load(address, time.perf_counter() + seconds)
    await asyncio.gather(*(load.phone(number, place.tokens[number % REPS]) for number in range(PHONES)))
    return load


def _tell(place: Town, load: _Load) -> None:
    times = sorted(each for kind in load.taken.values() for each in kind)
    print(f"\n{PHONES} phones for {SECONDS:g} s, {place.settings.api_workers} processes of the API")
    print(f"  {len(times) / SECONDS:.1f} requests/s (aim 100), p95 {percentile(times, 0.95) * 1000:.0f} ms (aim 700)")
    for name, each in sorted(load.taken.items()):
        each.sort()
        shown = ", ".join(f"p{share * 100:g} {percentile(each, share) * 1000:.0f} ms" for share in (0.5, 0.95))
        print(f"  {name:10} {len(each):6,} {shown}, slowest {each[-1] * 1000:.0f} ms")
    print(f"  failed: {dict(load.failed) or 'none'}")
    print(f"  acknowledged {len(load.acknowledged):,} operations, of which stand once {_stored(place, load):,}")


def _stored(place: Town, load: _Load) -> int:
    with place.database.admin_engine.connect() as connection:
        return connection.execute(
            text(
                "select count(*) from (select id from outbound.leads union all select id from outbound.activities)"
                " as stored where id = any(cast(:ids as uuid[]))"
            ),
            {"ids": load.acknowledged},
        ).scalar_one()


def _captured(phone: int) -> list[dict[str, Any]]:
    operations: list[dict[str, Any]] = []
    for _ in range(3):
        lead = str(uuid7())
        door = {
            "line": f"{random.randrange(1, 99_999)} Load{phone} St, Des Moines, IA 50309",
            "lat": 41.6 + random.random() / 10,
            "lon": -93.6 + random.random() / 10,
        }
        operations.append({"id": lead, "kind": "lead.create", "occurred_at": _ago(60), "data": {"address": door}})
        knock = {"lead_id": lead, "type": "DOOR_KNOCK", "result": random.choice(_RESULTS)}
        operations.append({"id": str(uuid7()), "kind": "activity", "occurred_at": _ago(30), "data": knock})
    return operations


def _ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


if __name__ == "__main__":
    main()
