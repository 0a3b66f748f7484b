"""The documentation of the marts, for managers and owners: a page for browsers, reached from the dashboards."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from fastapi import Header, Request
from fastapi.responses import RedirectResponse, Response

from api import policies
from api.dependencies import Now, SettingsDep, caller_of_request
from api.problems import told
from api.routes.pages import message_page
from api.routing import Router
from outbound.errors import OutboundError, Unauthenticated
from outbound.identity.permissions import Operation, require
from outbound.reports.documentation import PAGE_PATH, documentation
from outbound.serving.encodings import accepts_gzip, gzipped, names
from outbound.serving.packed import LEVEL
from outbound.storage.database import Database

router = Router(include_in_schema=False)


@router.get(PAGE_PATH)
def marts_documentation(
    request: Request, settings: SettingsDep, now: Now, if_none_match: Annotated[str | None, Header()] = None
) -> Response:
    """What every mart and column means, and the models they are made of. Who is signed out is led to sign in."""
    try:
        caller = caller_of_request(request, now)
    except Unauthenticated:
        return RedirectResponse(f"/sign-in?next={PAGE_PATH}", status_code=303)
    request.state.caller = caller  # for the line in the log
    database: Database = request.app.state.database
    try:
        with database.as_member(caller.org_id, caller.user_id, request_id=request.state.request_id) as session:
            require(session, Operation.MODELS_READ)
        page = documentation(settings)
    except OutboundError as error:
        back = (settings.dashboards_url, "Back to the dashboards")
        return message_page(error.title, told(request, error), link=back, status=error.status)
    headers = {
        "etag": f'W/"{page.edition}"',
        "vary": "Accept-Encoding",
        "cache-control": "private, no-cache",
        "content-security-policy": _policy(page.file),
    }
    if names(if_none_match, headers["etag"]):
        return Response(status_code=304, headers=headers)
    if accepts_gzip(request.scope["headers"]):
        return Response(_packed(page.file), media_type="text/html", headers=headers | {"content-encoding": "gzip"})
    return Response(page.file.read_bytes(), media_type="text/html", headers=headers)


@lru_cache(maxsize=1)  # as below; the page is one for all
def _packed(file: Path) -> bytes:
    return gzipped(file.read_bytes(), LEVEL)


@lru_cache(maxsize=4)  # a file is an edition, and never changes
def _policy(file: Path) -> str:
    return policies.marts(file.read_text(encoding="utf-8"))
