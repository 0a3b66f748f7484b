"""Answers to reads are sent gzipped; answers that may carry a secret never are.

Who sees how long a compressed answer is, and can put words of their own into it, can guess what else stands in it,
letter by letter (BREACH). So no secret stands beside what somebody else wrote in one compressed answer: secrets are
answered by writes and by what lies below ``/api/auth/``, and neither is compressed. A test holds that no other answer
has a field for one.
"""

from __future__ import annotations

import anyio
import anyio.to_thread
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from outbound.serving.encodings import SHRINKS, SMALL, accepts_gzip, gzipped, media_type

LEVEL = 1
"""A page of leads takes a fifth more bytes than at the best level, and a seventh of its time."""
AT_ONCE = 4
INLINE = 64 << 10
"""Bytes that are compressed in less time than it takes to go to a thread and back under load."""
_AS_IT_IS = frozenset({"content-disposition", "content-encoding", "etag", "set-cookie"})


def may_be_compressed(method: str, path: str) -> bool:
    """Whether answers of this operation carry no secret. Whatever is not named here is sent as it is."""
    if method == "GET":
        return (path.startswith("/api/") and not path.startswith("/api/auth/")) or path == "/openapi.json"
    return method == "POST" and path == "/api/sync"  # a phone's day, told back


class Compression:
    """Answers that are sent in one piece, so that a download or a stream goes out as it is made, and nothing more is
    held than the answer itself. A row whose ``ETag`` is its version goes out as it is too: it is small, and the tag is
    that of one representation.

    Stands within the limit of a request's time.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._threads = anyio.CapacityLimiter(AT_ONCE)  # those of the requests are for who asks the database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not may_be_compressed(scope["method"], scope["path"]):
            await self.app(scope, receive, send)
            return
        wanted = accepts_gzip(scope["headers"])
        held: Message | None = None  # until it is known how long the answer is

        async def compressing(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and _shrinks(message):
                held = message
                return
            if held is not None:
                start, held = held, None
                if message["type"] == "http.response.body" and not message.get("more_body"):
                    message = await self._compressed(start, message, wanted)
                await send(start)
            await send(message)

        await self.app(scope, receive, compressing)

    async def _compressed(self, start: Message, message: Message, wanted: bool) -> Message:
        body = message.get("body", b"")
        if len(body) < SMALL:
            return message
        headers = MutableHeaders(raw=start["headers"])
        headers.add_vary_header("Accept-Encoding")
        if not wanted:
            return message
        if len(body) < INLINE:
            packed = gzipped(body, LEVEL)
        else:
            packed = await anyio.to_thread.run_sync(gzipped, body, LEVEL, limiter=self._threads)
        headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(packed))
        return {**message, "body": packed}


def _shrinks(start: Message) -> bool:
    headers = MutableHeaders(raw=start["headers"])
    return start["status"] == 200 and media_type(headers) in SHRINKS and _AS_IT_IS.isdisjoint(headers.keys())
