"""Whether the process lives, whether it can serve, and its figures."""

from __future__ import annotations

from fastapi import Request, Response

from api.dependencies import DatabaseDep, SettingsDep
from api.metrics import may_read
from api.routing import Router
from api.schemas.operations import Alive, Readiness
from outbound.errors import Forbidden, Unavailable
from outbound.operations.readiness import examine
from outbound.serving.guard import question_of

router = Router(tags=["health"])


@router.get("/healthz")
def healthz() -> Alive:
    """The process answers."""
    return Alive(status="ok")


@router.get("/readyz", responses={503: {"description": "Something it needs is missing; says what."}})
def readyz(database: DatabaseDep, settings: SettingsDep) -> Readiness:
    """Everything it takes to serve is there: the database and its schema, the key ring, room on the disk."""
    findings = examine(database, settings)
    wrong = [finding.sentence for finding in findings if not finding.good]
    checks = {finding.name: finding.sentence for finding in findings}
    if wrong:
        raise Unavailable(" ".join(wrong), checks=checks)
    return Readiness(status="ready", checks=checks)


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
