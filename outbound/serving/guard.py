"""Stands before a server's application and answers, in its place, whom it does not let in."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from outbound.serving.rules import House, Question, Refusal, refuse

Headers = list[tuple[bytes, bytes]]

HARDENED: Headers = [
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
]
"""On every answer. A policy that the application sends stands beside ours, and both hold."""


class Guard:
    """Plain ASGI, the outermost part: requests, WebSockets and every path alike. A sign-in goes between it and the
    application, where it may rely on host and origin being the server's own."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self.app = app
        self.house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        refusal = refuse(self.house, question_of(scope))
        if refusal is not None and scope["type"] == "websocket":
            await _close(refusal, scope, receive, send)
            return

        async def hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _hardened(list(message.get("headers", [])))}
            await send(message)

        if refusal is not None:
            await _answer(refusal, hardened)
        else:
            await self.app(scope, receive, hardened)


def question_of(scope: Scope) -> Question:
    """What the request says of itself."""
    given: dict[bytes, list[str]] = {}
    for name, value in scope["headers"]:
        given.setdefault(name.lower(), []).append(value.decode("latin-1"))

    def all_of(name: bytes) -> tuple[str, ...]:
        return tuple(given.get(name, ()))

    def one_of(name: bytes) -> str:
        return ",".join(given.get(name, ())).lower()

    server = scope.get("server")
    return Question(
        method="WEBSOCKET" if scope["type"] == "websocket" else scope["method"],
        path=scope["path"],
        query=bool(scope.get("query_string")),
        hosts=all_of(b"host"),
        origins=all_of(b"origin"),
        content_types=all_of(b"content-type"),
        fetch_site=one_of(b"sec-fetch-site"),
        fetch_mode=one_of(b"sec-fetch-mode"),
        fetch_dest=one_of(b"sec-fetch-dest"),
        local=server[0] if server else None,
    )


def _hardened(headers: Headers) -> Headers:
    replaced = {name for name, _ in HARDENED} - {b"content-security-policy"}
    return [(name, value) for name, value in headers if name.lower() not in replaced] + HARDENED


async def _answer(refusal: Refusal, send: Send, kind: str = "http") -> None:
    body = f"{refusal.sentence}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),  # a body that nobody reads may still come
    ]
    await send({"type": f"{kind}.response.start", "status": refusal.status, "headers": headers})
    await send({"type": f"{kind}.response.body", "body": body})


async def _close(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    await receive()  # the wish to connect
    if "websocket.http.response" in scope.get("extensions", {}):
        await _answer(refusal, send, "websocket.http")
    else:
        await send({"type": "websocket.close", "code": 1008, "reason": refusal.sentence})
