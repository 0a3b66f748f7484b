"""From a list that is handed in to the run that works on it: API, Dagster's daemon and its sensor as ``outbound up``
starts them. Lists come at moments that have nothing to do with the sensor's.

``OUTBOUND_BENCH_STARTS`` (12): lists, one after the other.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from datetime import datetime
from typing import Any

import httpx
from sqlalchemy import text

from bench.http_load import percentile
from bench.machine import described
from bench.town_of_leads import Town, town
from tests.conftest import free_ports
from tests.support.served import up

STARTS = int(os.environ.get("OUTBOUND_BENCH_STARTS", "12"))
MOST_SECONDS = 15.0
"""The aim."""
PATIENCE = 120.0


def main() -> None:
    with town(1_000) as place:
        with place.database.admin_engine.begin() as connection:
            connection.execute(text("update outbound.memberships set role = 'FRANCHISE_OWNER'"))
        print(described(place.database.admin_engine).splitlines()[1])
        api, dashboards, dagster = free_ports(3)
        ports = {"api_port": api, "dashboards_port": dashboards, "dagster_port": dagster}
        settings = place.settings.model_copy(update=ports)
        with up(settings), httpx.Client(base_url=settings.api_url, timeout=60) as client:
            client.headers["Authorization"] = f"Bearer {place.tokens[0]}"
            chance = random.Random(7)
            waited = []
            for number in range(STARTS + 1):
                time.sleep(chance.uniform(0, 5))
                waited.append(_started(client, place, number))
            first, others = waited[0], sorted(waited[1:])
            print(f"{STARTS} lists of 50 rows, from the answer to the upload to the first phase of its run:")
            print(
                f"  median {statistics.median(others):.1f} s, p95 {percentile(others, 0.95):.1f} s, "
                f"longest {max(others):.1f} s (aim {MOST_SECONDS:g} s); the first after a start {first:.1f} s"
            )


def _started(client: httpx.Client, place: Town, number: int) -> float:
    """Seconds between what the API and the run stored of an import, which is awaited to its end."""
    rows = "\n".join(f"{100 + row} Elm Street,Testville,IA,50309,Kim Lee{number}-{row}" for row in range(50))
    file = ("list.csv", f"address,city,state,zip,name\n{rows}\n".encode())
    job = client.post("/api/prospect-imports", files={"file": file}).raise_for_status().json()
    handed_in = time.time()
    began: datetime | None = None
    ends = time.monotonic() + PATIENCE
    while job["status"] in ("uploaded", "processing"):
        if time.monotonic() > ends:
            raise SystemExit(f"error: an import is still {job['status']} after {PATIENCE:g} s.")
        time.sleep(0.1)
        told: dict[str, Any] | None = client.get(f"/api/prospect-imports/{job['id']}/progress").json()
        if told and began is None:
            began = datetime.fromisoformat(told["began_at"])
        job = client.get(f"/api/prospect-imports/{job['id']}").json()
    if began is None or job["status"] != "completed":
        raise SystemExit(f"error: an import ended as {job['status']}: {job['error']}.")
    return began.timestamp() - handed_in


if __name__ == "__main__":
    main()
