"""What Prometheus is told: requests by route and status, the pool, and cheap measures of what waits."""

from __future__ import annotations

import hmac
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from outbound.errors import OutboundError
from outbound.operations.standing import last_seen
from outbound.serving.rules import READING, House, Question, api_site, refuse
from outbound.settings import LOOPBACK_HOSTS, Settings
from outbound.storage.database import Database

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_BACKLOG_SECONDS = 5.0
"""Backlogs are counted at most so often, however many ask."""


class Metrics:
    """What one application counts. Where several processes answer (``PROMETHEUS_MULTIPROC_DIR``), whichever is asked
    tells the requests of all, and the pool of its own."""

    def __init__(self) -> None:
        self._counted = CollectorRegistry()
        self._looked_up = CollectorRegistry()
        self._seconds = Histogram(
            "outbound_http_request_seconds",
            "Time to answer a request.",
            ("method", "route", "status"),
            registry=self._counted,
            buckets=_BUCKETS,
        )
        self.in_flight = Gauge(
            "outbound_http_requests_in_flight",
            "Requests being answered.",
            registry=self._counted,
            multiprocess_mode="livesum",
        )
        self._backlog: tuple[float, dict[str, float]] = (0.0, {})

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts one request. ``route`` is the template of its path, never the path."""
        self._seconds.labels(method, route, str(status)).observe(seconds)

    def watch(self, database: Database, settings: Settings) -> None:
        """Adds what is looked up when somebody asks."""
        pool = database.engine.pool
        if isinstance(pool, QueuePool):
            self._gauge("outbound_database_connections_in_use", "Connections that requests hold.", pool.checkedout)
            self._gauge("outbound_database_connections_idle", "Connections that wait in the pool.", pool.checkedin)
        self._gauge(
            "outbound_lake_age_seconds",
            "Since the last extraction into the lake; -1: there was none.",
            lambda: _lake_age(settings.lake_dir),
        )
        self._gauge(
            "outbound_schedules_standing_still",
            "Schedules and sensors of Dagster that were stopped or do nothing; -1: nobody has looked of late.",
            lambda: _standing_still(settings),
        )
        for name, help_ in (
            ("imports_waiting", "Imports that are not yet done."),
            ("enrollments_due", "Cadence steps whose time has come."),
            ("sync_deferred", "Synchronised operations that wait for what they name."),
        ):
            self._gauge(f"outbound_{name}", help_, partial(self._waiting, database, name))

    def page(self) -> bytes:
        """Everything in Prometheus' text format."""
        counted = self._counted
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            counted = CollectorRegistry()
            MultiProcessCollector(counted)
        return generate_latest(counted) + generate_latest(self._looked_up)

    def _gauge(self, name: str, help_: str, value: Callable[[], float]) -> None:
        Gauge(name, help_, registry=self._looked_up).set_function(value)

    def _waiting(self, database: Database, name: str) -> float:
        return self._backlog_of(database).get(name, -1)

    def _backlog_of(self, database: Database) -> dict[str, float]:
        """-1 stands for what cannot be counted now: a scrape does not fail with the database."""
        if time.monotonic() - self._backlog[0] > _BACKLOG_SECONDS:
            try:
                with database.as_nobody() as session:
                    counts = {row.what: float(row.waiting) for row in session.execute(text(_BACKLOG))}
            except (SQLAlchemyError, OutboundError):  # readyz says in words what ails the database
                counts = {}
            self._backlog = (time.monotonic(), counts)
        return self._backlog[1]


_BACKLOG = "select what, waiting from outbound.backlog()"


def may_read(settings: Settings, asked: Question, client: str | None, forwarded: bool, authorization: str) -> bool:
    """Whether the metrics are for this client: with the token where one is set, or on this machine.

    A request that a proxy passed on comes from who knows where, so loopback says nothing of it; nor does it of one that
    asks for a name that somebody pointed at this machine, or that a page of another origin sent. No page has the token.
    """
    if settings.metrics_token:
        return hmac.compare_digest(authorization.encode(), f"Bearer {settings.metrics_token}".encode())
    if client not in LOOPBACK_HOSTS or forwarded:
        return False
    return refuse(House(api_site(settings), READING), asked) is None


def _lake_age(folder: Path) -> float:
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        taken = datetime.fromisoformat(manifest["batches"][-1]["extracted_at"])
    except (OSError, ValueError, LookupError, TypeError):
        return -1
    return (datetime.now(UTC) - taken).total_seconds()


def _standing_still(settings: Settings) -> float:
    seen = last_seen(settings, datetime.now(UTC))
    return -1 if seen is None else len(seen.standing)
