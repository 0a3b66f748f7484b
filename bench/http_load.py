"""Requests over kept connections, with so little work a request that the client is not what is measured."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

Request = tuple[str, str, bytes, str]
"""Method, path, body, token."""
KEPT_SECONDS = 4.0
"""uvicorn closes a connection that has been idle for 5."""
PHONES = 64
"""Connections of a steady load, used in turn: a process of the API serves those that fell to it."""
PHONES_EACH = 8
"""The same, of each client of a closed loop."""


def closed_loop(address: str, work: Sequence[Sequence[Request]]) -> float:
    """Each list of requests one after the other, on connections of its own; returns the seconds of all together."""
    where = urlsplit(address).netloc
    failures: list[str] = []

    def run(requests: Sequence[Request]) -> None:
        phones = [http.client.HTTPConnection(where) for _ in range(PHONES_EACH)]
        try:
            for number, (method, path, body, token) in enumerate(requests):
                status, content = _ask(phones[number % PHONES_EACH], method, path, body, token)
                if status >= 300:
                    failures.append(f"{status} {content[:300]!r}")
                    return
        except OSError as error:
            failures.append(str(error))
        finally:
            for phone in phones:
                phone.close()

    threads = [threading.Thread(target=run, args=(requests,)) for requests in work]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    if failures:
        raise SystemExit(f"error: the API answered {failures[0]}")
    return seconds


def ask(address: str, request: Request) -> dict[str, Any]:
    """One request and its answer."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc)
    status, content = _ask(connection, *request)
    if status >= 300:
        raise SystemExit(f"error: the API answered {status} {content[:300]!r}")
    return json.loads(content)


def steady(address: str, rate: int, seconds: float, make: Callable[[int], Request]) -> list[float]:
    """Requests at an even rate, whether or not earlier ones have been answered; returns their times in seconds.

    Each is measured from the moment at which it was due, so that waiting in line counts.
    """
    return asyncio.run(_steady(address, rate, seconds, make))


async def _steady(address: str, rate: int, seconds: float, make: Callable[[int], Request]) -> list[float]:
    url = urlsplit(address)
    idle: deque[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = deque()
    times: list[float] = []
    requests = [_encoded(make(number), url.netloc) for number in range(int(rate * seconds))]

    async def send(raw: bytes, due: float) -> None:
        while idle and time.perf_counter() - idle[0][0] > KEPT_SECONDS:
            idle.popleft()[2].close()
        if idle:
            _, reader, writer = idle.popleft()
        else:
            reader, writer = await asyncio.open_connection(url.hostname, url.port)
        writer.write(raw)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        content = await reader.readexactly(length)
        times.append(time.perf_counter() - due)
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
            raise SystemExit(f"error: the API answered {head[:40]!r} {content[:300]!r}")
        idle.append((time.perf_counter(), reader, writer))

    for _ in range(PHONES):
        idle.append((time.perf_counter(), *await asyncio.open_connection(url.hostname, url.port)))
    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number, raw in enumerate(requests):
            due = started + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(send(raw, due))
    for _, _, writer in idle:
        writer.close()
    return sorted(times)


def percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _ask(connection: http.client.HTTPConnection, method: str, path: str, body: bytes, token: str) -> tuple[int, bytes]:
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def _encoded(request: Request, host: str) -> bytes:
    method, path, body, token = request
    head = (
        f"{method} {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
