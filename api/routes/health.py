"""Whether the process lives, whether it can serve, and its figures."""

from __future__ import annotations

import logging

from fastapi import Request, Response

from api.dependencies import DatabaseDep, SettingsDep
from api.metrics import may_read
from api.routing import Router, takes_any_query
from api.schemas.operations import Alive, Readiness
from outbound.errors import Forbidden, Unavailable
from outbound.operations.readiness import Watch, examine
from outbound.serving.guard import question_of
from outbound.settings import Settings
from outbound.storage.database import Database

router = Router(tags=["health"])
_log = logging.getLogger("outbound.health")


@router.get("/healthz")
@takes_any_query
def healthz() -> Alive:
    """The process answers."""
    return Alive(status="ok")


@router.get("/readyz", responses={503: {"description": "Something it needs is missing; says what."}})
@takes_any_query
def readyz(request: Request, database: DatabaseDep, settings: SettingsDep) -> Readiness:
    """Everything it takes to serve is there: the database and its schema, the key ring, room on the disk.

    200 with `degraded` where it serves, but something is wrong beside: the store of files, the newest figures. Names
    of servers and files stand in the log and in `outbound doctor`.
    """
    findings = examine(database, settings)
    wrong = [finding for finding in findings if not finding.good]
    checks = {finding.name: finding.outside for finding in findings}
    if wrong:
        raise Unavailable(
            " ".join(finding.sentence for finding in wrong),
            outside=" ".join(finding.outside for finding in wrong),
            checks=checks,
        )
    ailing = [finding for finding in _watch(request, database, settings).latest() if not finding.good]
    for finding in ailing:
        _log.warning("%s: %s", finding.name, finding.sentence)
    warnings = {finding.name: finding.outside for finding in ailing}
    return Readiness(status="degraded" if warnings else "ready", checks=checks, warnings=warnings)


def _watch(request: Request, database: Database, settings: Settings) -> Watch:
    """One an application."""
    state = request.app.state
    if not isinstance(getattr(state, "watch", None), Watch):
        state.watch = Watch(database, settings)
    return state.watch


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {}}, "description": "Prometheus' text format."},
        403: {"description": "From elsewhere, or without the token."},
    },
)
def metrics(request: Request, settings: SettingsDep) -> Response:
    """Requests, connections and backlogs, for Prometheus: with the token of the settings, or from this machine."""
    client = request.client.host if request.client else None
    forwarded = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    if not may_read(settings, question_of(request.scope), client, forwarded, request.headers.get("authorization", "")):
        raise Forbidden("The figures are for this machine, or for who bears OUTBOUND_METRICS_TOKEN.")
    return Response(request.app.state.metrics.page(), media_type="text/plain; version=0.0.4; charset=utf-8")
