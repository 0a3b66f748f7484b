"""A body of a gigabyte is cut off early, over a real connection: nobody waits for it, nothing of it is kept."""

from __future__ import annotations

import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from select import select

import pytest
import uvicorn

from api.main import create_app
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.api.conftest import Api
from tests.support.franchise import Franchise

GIGABYTE = 1_000_000_000
PIECE = b"\xff\xd8\xff" + b"x" * 65_533


@pytest.fixture
def served(settings: Settings, database: Database) -> Iterator[int]:
    """The port of the application, served as it is in earnest."""
    config = uvicorn.Config(create_app(settings, database), port=settings.api_port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield settings.api_port
    server.should_exit = True
    thread.join(timeout=10)


@pytest.mark.parametrize("chunked", [False, True], ids=["announced", "chunked"])
def test_a_gigabyte_is_refused_before_it_has_come(
    api: Api, franchise: Franchise, served: int, settings: Settings, chunked: bool
):
    lead_id: uuid.UUID = franchise.add_lead(franchise.north_west, owner=franchise.rep)
    length = "transfer-encoding: chunked" if chunked else f"content-length: {GIGABYTE}"
    head = (
        f"POST /api/leads/{lead_id}/attachments HTTP/1.1\r\nhost: localhost:{served}\r\n"
        f"authorization: Bearer {api.token(franchise.rep)}\r\ncontent-type: image/jpeg\r\n{length}\r\n\r\n"
    )
    piece = b"%x\r\n%b\r\n" % (len(PIECE), PIECE) if chunked else PIECE
    sent, answer = 0, b""
    with socket.create_connection(("localhost", served), timeout=30) as connection:
        connection.sendall(head.encode())
        with suppress(BrokenPipeError, ConnectionResetError):  # closed on us, as it should be
            while sent < GIGABYTE and not select([connection], [], [], 0)[0]:
                connection.sendall(piece)
                sent += len(PIECE)
        with suppress(ConnectionResetError):
            while more := connection.recv(65_536):
                answer += more
    assert answer.startswith(b"HTTP/1.1 413 "), answer[:200]
    assert b"connection: close" in answer.lower()
    assert sent < 2 * settings.attachment_max_bytes
    assert list(settings.attachments_dir.glob("*/??/*")) == []
