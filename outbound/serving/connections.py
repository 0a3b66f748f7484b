"""uvicorn's HTTP connections, with bounds: uvicorn itself waits for a first byte, a header or a reader without end,
and for as many at once as there are open files, after which it accepts nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from outbound.serving.files import connections_for, raise_open_files

_CROWDED = "Too many connections are open; try again in some seconds."


@dataclass(frozen=True)
class Bounds:
    """What a server bears of those who connect to it."""

    connections: int
    """At once. Beyond it the one that has been idle for longest goes; where none is idle, the one that has kept us
    waiting for longest, for its body or for its taking the answer; where we work for all of them, the new one."""
    websockets: int
    """As many of them may be WebSockets, which are never idle."""
    head_seconds: float = 10.0
    """From the connection, or the first byte of a further request, to the end of the headers."""
    head_bytes: int = 65_536
    body_seconds: float = 60.0
    """In each such time ``body_bytes`` of a body have to come, while it is waited for; and what still comes after the
    answer has so long in all."""
    body_bytes: int = 4096
    write_seconds: float = 60.0
    """In each such time whoever is answered has to take something."""

    @classmethod
    def of_this_process(cls) -> Bounds:
        """After its limit of open files, which is raised first."""
        most = connections_for(raise_open_files())
        return cls(connections=most, websockets=most // 2)


class BoundedConfig(Config):
    """uvicorn's configuration of a server whose connections are bounded."""

    def __init__(self, app: Any, bounds: Bounds, **options: Any) -> None:
        ours: dict[str, Any] = {
            "http": BoundedProtocol,
            "access_log": False,
            "server_header": False,
        }
        super().__init__(app, **(ours | options))
        self.bounds = bounds


class BoundedProtocol(HttpToolsProtocol):
    """One connection. Whatever is waited for, by a timer that no trickle of bytes sets back."""

    config: BoundedConfig

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # uvicorn goes by whether anybody listens to its logger, and Streamlit has everybody listen.
        self.access_log = self.access_log and self.config.access_log
        self._bounds = self.config.bounds
        # In the order in which they became idle; one for all connections of the server.
        self._idle: dict[BoundedProtocol, None] = vars(self.server_state).setdefault("idle", {})
        # Whose body is to come, or who has to take an answer, in the order in which they last did.
        self._slow: dict[BoundedProtocol, None] = vars(self.server_state).setdefault("slow", {})
        self._timer: asyncio.TimerHandle | None = None
        self._awaited = ""
        self._head_bytes = self._body_bytes = 0
        self._body_is_due = False
        self._write_timer: asyncio.TimerHandle | None = None
        self._unread = 0
        if len(self.connections) > self._bounds.connections and not self._make_room():
            self._refuse(503, _CROWDED, retry=True)
            return
        self._idle[self] = None
        self._wait_for("head", self._bounds.head_seconds, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._idle.pop(self, None)
        self._slow.pop(self, None)
        self._wait_for_nothing()
        if self._write_timer is not None:
            self._write_timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._awaits_head:
            self._head_bytes += len(data)
        else:
            self._body_bytes += len(data)
        super().data_received(data)
        if self._awaits_head and self._head_bytes > self._bounds.head_bytes and not self.transport.is_closing():
            self._refuse(431, f"Headers may take {self._bounds.head_bytes} bytes.")
        self._settle()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._body_is_due = True

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._body_is_due = False
        self._head_bytes = 0

    def handle_websocket_upgrade(self) -> None:
        open_now = sum(not isinstance(each, HttpToolsProtocol) for each in self.connections)
        if open_now >= self._bounds.websockets:
            self._refuse(503, "Too many pages are open; try again in some seconds.", retry=True)
            return
        super().handle_websocket_upgrade()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch_reader()
        self._settle()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reader()
        self._note_progress()

    def resume_writing(self) -> None:
        self._unread = -1  # progress, however much more has been written since
        super().resume_writing()

    @property
    def _keeps_us_waiting(self) -> bool:
        return self.flow.write_paused or (self._body_is_due and not self._waits_for_us)

    @property
    def _waits_for_us(self) -> bool:
        return self.flow.read_paused or self.cycle.waiting_for_100_continue

    def _note_progress(self) -> None:
        self._slow.pop(self, None)
        if self.flow.write_paused or (self._body_is_due and not self._is_answered):
            self._slow[self] = None

    @property
    def _is_answered(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    @property
    def _awaits_head(self) -> bool:
        return self._is_answered and not self._body_is_due

    def _settle(self) -> None:
        """Waits for what is next to come from the client, if anything is."""
        if self not in self.connections:  # now a WebSocket's
            self._idle.pop(self, None)
            self._slow.pop(self, None)
            self._wait_for_nothing()
            return
        self._note_progress()
        if self._is_answered:
            self._idle.setdefault(self)
        else:
            self._idle.pop(self, None)
        if self._awaits_head and self.timeout_keep_alive_task is not None:  # uvicorn's own timer, up to a first byte
            self._wait_for_nothing()
        elif self._awaits_head:
            self._wait_for("head", self._bounds.head_seconds, self._head_is_late)
        elif self._is_answered:
            self._wait_for("rest", self._bounds.body_seconds, self.transport.abort)
        elif self._body_is_due:
            self._wait_for("body", self._bounds.body_seconds, self._look_at_body)
        else:
            self._wait_for_nothing()

    def _wait_for(self, awaited: str, seconds: float, late: Callable[[], None]) -> None:
        if self._awaited != awaited:
            self._wait_for_nothing()
            self._awaited, self._body_bytes = awaited, 0
            self._timer = self.loop.call_later(seconds, late)

    def _wait_for_nothing(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._awaited = None, ""

    def _head_is_late(self) -> None:
        if self._head_bytes == 0:
            self.transport.abort()
        else:
            self._refuse(408, f"Headers have to come within {self._bounds.head_seconds:g} seconds.")

    def _look_at_body(self) -> None:
        if self._waits_for_us or self._body_bytes >= self._bounds.body_bytes:
            self._awaited = ""
            self._settle()
        elif self.cycle.response_started:
            self.transport.abort()
        else:
            self._refuse(408, "The rest of the body did not come; send it again.")

    def _watch_reader(self) -> None:
        if self._write_timer is None and self.transport.get_write_buffer_size() > 0:
            self._unread = self.transport.get_write_buffer_size()
            self._write_timer = self.loop.call_later(self._bounds.write_seconds, self._look_at_reader)

    def _look_at_reader(self) -> None:
        self._write_timer = None
        left = self.transport.get_write_buffer_size()
        if 0 <= self._unread <= left:
            self.transport.abort()
        else:
            self._watch_reader()

    def _make_room(self) -> bool:
        oldest = next(iter(self._idle), None)
        if oldest is not None:
            del self._idle[oldest]
            oldest.transport.abort()
            return True
        slowest = next((each for each in self._slow if each._keeps_us_waiting), None)
        if slowest is None:
            return False
        del self._slow[slowest]
        if slowest.cycle.response_started:
            slowest.transport.abort()
        else:
            slowest._refuse(503, _CROWDED, retry=True)
        return True

    def _refuse(self, status: int, sentence: str, retry: bool = False) -> None:
        body = f"{sentence}\n"
        lines = [
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
            "content-type: text/plain; charset=utf-8",
            f"content-length: {len(body)}",
            *(["retry-after: 5"] if retry else []),
            "connection: close",
        ]
        self.transport.write("\r\n".join([*lines, "", body]).encode())
        self.transport.close()
        self._watch_reader()
