"""Connections that nobody uses, or slowly, against a real server on real sockets."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from uvicorn import Server

from outbound.serving.connections import BoundedConfig, Bounds
from tests.conftest import free_ports

PATIENCE = 30.0
FOREVER = Bounds(connections=100, websockets=100, head_seconds=600, body_seconds=600, write_seconds=600)
LARGE = 20_000_000


async def application(scope: dict[str, Any], receive: Callable, send: Callable) -> None:
    """Answers ``/large`` with much, ``/early`` before its body has come, ``/work`` once the client has left, all others
    once the body has come."""
    if scope["type"] != "http":
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            while (await receive())["type"] != "websocket.disconnect":
                pass
        return
    message = {"more_body": scope["path"] != "/early"}
    while message.get("more_body"):
        message = await receive()
    while scope["path"] == "/work" and (await receive())["type"] != "http.disconnect":
        pass
    size = LARGE if scope["path"] == "/large" else 2
    headers = [(b"content-length", str(size).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"o" * size})


@contextlib.contextmanager
def serving(bounds: Bounds) -> Iterator[Callable[[], socket.socket]]:
    (port,) = free_ports(1)
    server = Server(BoundedConfig(application, bounds=bounds, port=port, log_level="critical", lifespan="off"))
    started, starting = threading.Event(), server.startup

    async def startup(sockets: list | None = None) -> None:
        await starting(sockets)
        started.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert started.wait(PATIENCE)
    with contextlib.ExitStack() as opened:

        def connect() -> socket.socket:
            return opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))

        yield connect
    server.should_exit = True
    thread.join(PATIENCE)


def ask(path: str = "/", more: str = "", body: bytes = b"") -> bytes:
    return f"POST {path} HTTP/1.1\r\nhost: here\r\ncontent-length: {len(body)}\r\n{more}\r\n".encode() + body


def everything(connection: socket.socket) -> bytes:
    """What it answers, up to its end."""
    answered = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            answered += part
    return answered


def answer(connection: socket.socket) -> bytes:
    connection.sendall(ask())
    return connection.recv(65536)


def test_a_connection_that_says_nothing_is_closed():
    with serving(Bounds(100, 100, head_seconds=0.3)) as connect:
        assert everything(connect()) == b""


@pytest.mark.parametrize("beginning", [b"P", b"\r\n", b"POST / HTTP/1.1\r\nhost: here\r\nx-slow: "])
def test_headers_that_trickle_are_given_up_however_often_a_byte_comes(beginning: bytes):
    with serving(Bounds(100, 100, head_seconds=0.5)) as connect:
        slow = connect()
        slow.settimeout(0.05)
        slow.sendall(beginning)
        said = b""
        with contextlib.suppress(ConnectionError):
            while not said:
                with contextlib.suppress(TimeoutError):
                    said = slow.recv(1000) or b"closed"
                slow.sendall(b"\r\n" if beginning == b"\r\n" else b"a")
        assert said == b"closed" or said.startswith(b"HTTP/1.1 408") or said.startswith(b"HTTP/1.1 400")


def test_so_are_those_of_a_further_request():
    with serving(Bounds(100, 100, head_seconds=0.5)) as connect:
        connection = connect()
        assert answer(connection).startswith(b"HTTP/1.1 200")
        connection.sendall(b"POST / HTTP/1.1\r\n")
        assert everything(connection).startswith(b"HTTP/1.1 408")


def test_headers_without_end_are_cut_off():
    with serving(FOREVER) as connect:
        connection = connect()
        connection.sendall(b"GET / HTTP/1.1\r\nhost: here\r\nx-long: ")
        endless = iter(lambda: connection.sendall(b"a" * 65536), "never")
        with pytest.raises(ConnectionError):
            all(sent is None for sent in endless)


def test_a_body_that_stops_coming_is_given_up():
    with serving(Bounds(100, 100, body_seconds=0.3)) as connect:
        connection = connect()
        connection.sendall(ask(body=b"12345")[:-1])
        said = everything(connection)
    assert said.startswith(b"HTTP/1.1 408")
    assert b"send it again" in said


def test_a_body_that_comes_slowly_but_steadily_is_taken():
    with serving(Bounds(100, 100, body_seconds=0.2, body_bytes=1)) as connect:
        connection, request = connect(), ask(body=b"1234567890")
        connection.sendall(request[:-10])
        pause = threading.Event()
        for place in range(10):
            pause.wait(0.05)
            connection.sendall(request[len(request) - 10 + place :][:1])
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")


def test_what_still_comes_after_the_answer_is_read_for_a_while_and_no_longer():
    with serving(Bounds(100, 100, head_seconds=600, body_seconds=1)) as connect:
        connection, body = connect(), b"b" * 200_000
        connection.sendall(ask("/early", body=body))
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
        assert answer(connection).startswith(b"HTTP/1.1 200"), "the next request is answered"
        connection.sendall(ask("/early", body=body)[:-1])
        assert everything(connection).count(b"HTTP/1.1") == 1


def test_who_does_not_read_the_answer_is_let_go():
    with serving(Bounds(100, 100, write_seconds=0.3)) as connect:
        connection = connect()
        connection.sendall(ask("/large"))
        threading.Event().wait(1.5)
        assert len(everything(connection)) < LARGE


def test_beyond_the_bound_those_go_that_have_been_idle_for_longest():
    with serving(Bounds(10, 10, head_seconds=600)) as connect:
        busy = connect()
        busy.sendall(ask(body=b"12")[:-1])  # is being answered
        idle = [connect() for _ in range(30)]
        assert answer(idle[-1]).startswith(b"HTTP/1.1 200")
        assert all(everything(each) == b"" for each in idle[:15])
        busy.sendall(b"2")
        assert busy.recv(1000).startswith(b"HTTP/1.1 200")


def test_where_none_is_idle_a_further_one_is_told_so():
    with serving(Bounds(3, 3, head_seconds=600)) as connect:
        for _ in range(3):
            connect().sendall(ask("/work"))
        threading.Event().wait(0.3)
        said = everything(connect())
    assert said.startswith(b"HTTP/1.1 503")
    assert b"retry-after: 5" in said


def test_where_none_is_idle_those_go_who_keep_us_waiting_and_not_who_goes_on():
    with serving(Bounds(10, 10, head_seconds=600, write_seconds=600)) as connect:
        honest = connect()
        honest.sendall(ask(body=b"123")[:-2])
        stalled = [connect() for _ in range(9)]
        for each in stalled[:5]:
            each.sendall(ask(body=b"12")[:-1])
        for each in stalled[5:]:
            each.sendall(ask("/large"))
            assert each.recv(1) == b"H"
        honest.sendall(b"2")
        threading.Event().wait(0.3)
        for _ in stalled:  # each of them is busy at once, so that the next has to make room too
            further = connect()
            further.sendall(ask("/work"))
        threading.Event().wait(0.3)
        assert [everything(each)[:12] for each in stalled[:5]] == [b"HTTP/1.1 503"] * 5
        assert all(len(everything(each)) < LARGE for each in stalled[5:])
        honest.sendall(b"3")
        assert honest.recv(1000).startswith(b"HTTP/1.1 200")


def test_websockets_leave_room_for_requests():
    upgrade = (
        b"GET / HTTP/1.1\r\nhost: here\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
        b"sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    with serving(Bounds(4, 2, head_seconds=600)) as connect:
        sockets = [connect() for _ in range(3)]
        said = []
        for each in sockets:
            each.sendall(upgrade)
            said.append(each.recv(1000)[:12])
        assert said == [b"HTTP/1.1 101", b"HTTP/1.1 101", b"HTTP/1.1 503"]
        assert answer(connect()).startswith(b"HTTP/1.1 200")
