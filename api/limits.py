"""How much a request may send, and how long it may take."""

from __future__ import annotations

import asyncio

import anyio
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem, too_slow
from outbound.deadline import Deadline, deadline_of

BODY_BYTES = 2 << 20
UPLOAD_BYTES: dict[str, int] = {
    "/api/leads/*/attachments": 64 << 20,
    "/api/attachments/*/content": 64 << 20,
    "/api/prospect-imports": 512 << 20,
}
"""Paths (``*``: any segment) below which more may be sent; their routes read it in pieces and have limits of their
own."""
UNLIMITED = ("/api/organisation/export", "/api/leads/*/erase")
"""Paths whose answer may take longer: one streams, the other looks through everything."""


class Limits:
    """Cuts off a body that grows too large, with or without ``Content-Length``, and a request that takes too long."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self.app = app
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        most = next((size for prefix, size in UPLOAD_BYTES.items() if _below(path, prefix)), BODY_BYTES)
        if _announced(scope) > most:
            await _too_large(most)(scope, receive, send)
            return
        receive = _counted(receive, most)
        if any(_below(path, prefix) for prefix in (*UNLIMITED, *UPLOAD_BYTES)):
            await self.app(scope, receive, send)
        else:
            await self._in_time(scope, receive, send)

    async def _in_time(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The client is not kept waiting. What still runs is stopped: a statement in the database at once, anything
        else where it next asks (:mod:`outbound.deadline`); and nothing of it is committed."""
        loop = asyncio.get_running_loop()
        started = late = False
        answer: asyncio.Task[None] | None = None

        async def guarded(message: Message) -> None:
            nonlocal started
            if late:
                return
            started = True
            deadline.settle()  # what goes on after the answer has all the time
            await send(message)

        with deadline_of(self.seconds) as deadline, anyio.CancelScope() as work:

            def expire() -> None:
                nonlocal late, answer
                if not started and deadline.expire():  # an answer that has begun is not cut in two
                    late = True
                    answer = loop.create_task(_answer(too_slow(self.seconds), deadline, scope, receive, send))
                    work.cancel()

            timer = loop.call_later(self.seconds, expire)
            try:
                await self.app(scope, receive, guarded)
            finally:
                timer.cancel()
        if answer is not None:
            await answer


async def _answer(app: ASGIApp, deadline: Deadline, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)
    # In a thread of its own: those of the requests may all be waiting for what is interrupted here.
    await anyio.to_thread.run_sync(deadline.interrupt, limiter=anyio.CapacityLimiter(1))


def _below(path: str, prefix: str) -> bool:
    wanted, given = prefix.split("/"), path.split("/")
    return len(given) >= len(wanted) and all(want in ("*", got) for want, got in zip(wanted, given, strict=False))


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


def _counted(receive: Receive, most: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > most:
                raise HTTPException(413, _sentence(most), headers={"connection": "close"})
        return message

    return counted


def _sentence(most: int) -> str:
    return f"The body is larger than {most >> 20} MB; send less at a time."


def _too_large(most: int) -> ASGIApp:
    answer = problem(413, "Too large", _sentence(most))
    answer.headers["connection"] = "close"  # what is still to come is not waited for
    return answer
