"""Large photos beside reads: sixty PNGs of 9,000 × 7,000 pixels by one rep at once, and 20 reads a second by others.

The photos are sent again as their answers ask (503 with Retry-After) until each is kept. Memory is that of the API
and of what it starts, shared pages once.
"""

from __future__ import annotations

import http.client
import io
import os
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import psutil
from PIL import Image

from bench.http_load import Request, percentile, steady
from bench.machine import described
from bench.town_of_leads import Town, lead_id, served, town
from outbound.ids import uuid7

PHOTOS = int(os.environ.get("OUTBOUND_BENCH_PHOTOS", "60"))
SECONDS = float(os.environ.get("OUTBOUND_BENCH_PHOTOS_SECONDS", "30"))
READS_A_SECOND = 20
LEADS = 20_000
SIZE = (9_000, 7_000)
_GIVE_UP = 900.0
_LOOK_EVERY = 0.1


def main() -> None:
    with town(LEADS) as place:
        print(described(place.database.admin_engine))
        with served(place.settings) as address:
            steady(address, READS_A_SECOND, 5, lambda number: _read(place, number))
            _measured(place, address, photos=0)
            _measured(place, address, photos=PHOTOS)


def _measured(place: Town, address: str, *, photos: int) -> None:
    memory = _Memory()
    sending = _Sending(address, place.tokens[0], _photo() if photos else b"")
    threads = [threading.Thread(target=sending.send) for _ in range(photos)]
    with memory:
        for thread in threads:
            thread.start()
        times = steady(address, READS_A_SECOND, SECONDS, lambda number: _read(place, number))
        started = time.perf_counter()
        for thread in threads:
            thread.join()
        waited = time.perf_counter() - started
    shown = ", ".join(f"p{share * 100:g} {percentile(times, share) * 1000:.0f} ms" for share in (0.5, 0.95, 0.99))
    print(f"\n{photos} photos of {SIZE[0]:,} × {SIZE[1]:,} beside {READS_A_SECOND} reads a second for {SECONDS:g} s")
    print(f"  reads: {shown}, slowest {times[-1] * 1000:.0f} ms (aim: p95 300 ms)")
    print(
        f"  memory: {memory.first:.0f} MB before, {memory.most - memory.first:+.0f} MB at most (aim: 300),"
        f" {memory.last - memory.first:+.0f} MB after"
    )
    if photos:
        answers = ", ".join(f"{status}: {count}" for status, count in sorted(sending.answers.items()))
        print(f"  answers to the photos: {answers}; all kept {SECONDS + waited:.0f} s after the first was sent")


def _read(place: Town, number: int) -> Request:
    return "GET", "/api/leads?limit=50", b"", place.tokens[1 + number % (len(place.tokens) - 1)]


def _photo() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", SIZE, "green").save(made, "PNG")
    return made.getvalue()


@dataclass
class _Sending:
    address: str
    token: str
    photo: bytes
    answers: Counter[int] = field(default_factory=Counter)

    def send(self) -> None:
        """One photo, until it is kept."""
        path = f"/api/leads/{lead_id(0)}/attachments?id={uuid7()}"
        headers = {"authorization": f"Bearer {self.token}", "content-type": "image/png"}
        give_up = time.perf_counter() + _GIVE_UP
        while time.perf_counter() < give_up:
            connection = http.client.HTTPConnection(urlsplit(self.address).netloc)
            try:
                connection.request("POST", path, self.photo, headers)
                answer = connection.getresponse()
                answer.read()
            finally:
                connection.close()
            self.answers[answer.status] += 1
            if answer.status == 201:
                return
            if answer.status not in (429, 503):
                raise SystemExit(f"error: the API answered {answer.status} to a photo.")
            time.sleep(float(answer.headers["retry-after"]))
        raise SystemExit(f"error: a photo was not taken within {_GIVE_UP:g} seconds.")


class _Memory:
    """MB of the API and what it starts: before, at most, and after."""

    def __enter__(self) -> _Memory:
        self.first = self.most = self.last = _used()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self.last = _used()

    def _watch(self) -> None:
        while not self._done.wait(_LOOK_EVERY):
            self.most = max(self.most, _used())


def _used() -> float:
    total = 0
    for each in psutil.Process().children(recursive=True):
        try:
            line = " ".join(each.cmdline())
            if "api.serve" in line or "attachments.decode" in line:
                total += each.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total / 1e6


if __name__ == "__main__":
    main()
