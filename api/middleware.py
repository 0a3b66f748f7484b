"""Around every request: its id, the one host name, hardened answers, one line in the log, one count."""

from __future__ import annotations

import logging
import re
import time
import uuid
from typing import Any

from starlette.datastructures import URL, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import policies
from api.here import ours_instead
from api.metrics import Metrics
from api.problems import problem
from outbound.serving.guard import question_of
from outbound.serving.rules import api_site
from outbound.settings import Settings

_log = logging.getLogger("outbound.requests")
_errors = logging.getLogger("outbound.api")
_GIVEN_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
UNMATCHED = "unmatched"
"""Stands for every path that is no route: a label must not grow with what strangers ask for."""


class Gate:
    """The outermost part of the application, plain ASGI."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self.app = app
        self.settings = settings
        self.site = api_site(settings)
        self.metrics = metrics
        self._rep_app = policies.rep_app(settings.api_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        request_id = _request_id(headers.get(b"x-request-id"))
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0
        claimed = headers.get(b"host", b"").decode("latin-1")

        async def hardened(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                answered = MutableHeaders(scope=message)
                if "location" in answered:
                    answered["location"] = ours_instead(answered["location"], claimed, self.settings)
                self._harden(answered, request_id, scope["path"])
            await send(message)

        started = time.perf_counter()
        app = self._misdirected(scope) or self._elsewhere(scope, headers) or self.app
        self.metrics.in_flight.inc()
        try:
            await app(scope, receive, hardened)
        except Exception as error:
            _errors.error("unexpected error", exc_info=error, extra={"fields": {"request_id": request_id}})
            if status:
                raise
            oops = problem(500, "Internal error", "Something went wrong on our side; it has been logged.")
            await oops(scope, receive, hardened)
        finally:
            self.metrics.in_flight.dec()
            self._note(scope, status, time.perf_counter() - started)

    def _misdirected(self, scope: Scope) -> ASGIApp | None:
        """Keeps pages out whose name was pointed at this machine, where no one else could ask."""
        if not self.settings.is_loopback:
            return None
        asked = question_of(scope)
        refusal = self.site.refuse_host(asked.hosts, asked.local)
        return None if refusal is None else problem(refusal.status, "Misdirected request", refusal.sentence)

    def _elsewhere(self, scope: Scope, headers: dict[bytes, bytes]) -> ASGIApp | None:
        """Keeps browsers on the one host that cookies belong to."""
        if b"text/html" not in headers.get(b"accept", b"") or self.settings.public_host != "localhost":
            return None
        if self.settings.api_public_url is not None:
            return None  # a proxy keeps them there, and may itself ask us by such a name
        url = URL(scope=scope)
        if url.hostname not in ("127.0.0.1", "::1"):
            return None
        query = f"?{url.query}" if url.query else ""
        return RedirectResponse(f"{self.settings.api_url}{url.path}{query}", status_code=307)

    def _harden(self, headers: MutableHeaders, request_id: str, path: str) -> None:
        headers["x-request-id"] = request_id
        headers["x-content-type-options"] = "nosniff"
        headers["referrer-policy"] = "no-referrer"
        headers["x-frame-options"] = "DENY"
        if path.startswith("/api/") and "cache-control" not in headers:
            headers["cache-control"] = "no-store"
        if "content-security-policy" not in headers:  # a page that differs brings its own
            headers["content-security-policy"] = self._policy(headers, path)

    def _policy(self, headers: MutableHeaders, path: str) -> str:
        if path.startswith("/app/"):
            return self._rep_app  # also of its scripts: a worker has the policy that it came with
        return policies.PAGE if headers.get("content-type", "").startswith("text/html") else policies.NOTHING

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        status = status or 499  # the client left before there was an answer
        self.metrics.observe(scope["method"] if route != UNMATCHED else "any", route, status, seconds)
        level = logging.DEBUG if route in _QUIET else logging.INFO
        if _log.isEnabledFor(level):
            state: dict[str, Any] = scope["state"]
            fields = {
                "method": scope["method"],
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 1),
                "request_id": state["request_id"],
            }
            caller = state.get("caller")
            if caller is not None:
                fields |= {"org_id": str(caller.org_id), "user_id": str(caller.user_id)}
            _log.log(level, "request", extra={"fields": fields})


def route_of(scope: Scope) -> str:
    """The template of the route that answered, such as ``/api/leads/{lead_id}``: no value of a path in it."""
    effective = scope.get("fastapi", {}).get("effective_route_context")
    found = getattr(effective, "path_format", None) or getattr(scope.get("route"), "path", None)
    if found is None and scope.get("root_path"):
        found = scope["root_path"]  # a mounted application: /app, /static
    return found or UNMATCHED


def _request_id(given: bytes | None) -> str:
    """The caller's own id for the request, where it is a sane one, so that their log and ours can be laid side by
    side."""
    if given is not None and _GIVEN_ID.fullmatch(given):
        return given.decode("ascii")
    return str(uuid.uuid4())
