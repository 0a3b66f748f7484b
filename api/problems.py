"""Every error leaves as ``application/problem+json`` (RFC 9457), in one shape."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, OperationalError
from starlette.exceptions import HTTPException

from outbound.deadline import TookTooLong
from outbound.errors import OutboundError, Unavailable
from outbound.storage.captures import conflict_of_taken

MEDIA_TYPE = "application/problem+json"
_COLLISIONS = ("40001", "40P01")
"""SQLSTATE of a serialisation failure and of a deadlock: the same request, sent again, goes through."""
_AT_FAULT = "Something is not set up as it should be on our side; it has been logged."
_AWAY = "Something that is needed for this does not answer; it has been logged, try again in a moment."
_UNREADABLE = "There was an error parsing the body"
"""FastAPI's words for a body that Python's JSON reader gives up on other than by a syntax error."""
_log = logging.getLogger("outbound.api")


def problem(
    status: int, title: str, detail: str, *, errors: list[dict[str, Any]] | None = None, **more: Any
) -> JSONResponse:
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if errors:
        body["errors"] = errors
    return JSONResponse(jsonable_encoder(body | more), status_code=status, media_type=MEDIA_TYPE)


def too_slow(seconds: float) -> JSONResponse:
    return problem(
        504,
        "Took too long",
        f"This took longer than {seconds:g} seconds and was stopped; ask for less, or send the same again: "
        "what was stored is not stored twice.",
    )


def told(request: Request, error: OutboundError) -> str:
    """What of an error is said here. How the installation is made is nobody's business outside: where it is at fault,
    the log has the whole sentence, and ``outbound doctor`` finds the same."""
    if error.status < HTTPStatus.INTERNAL_SERVER_ERROR or "retry_after" in error.details:
        return error.message
    _log.error("%s: %s", error.title.lower(), error.message)
    if error.outside is not None:
        return error.outside
    if isinstance(error, Unavailable) and hasattr(request.state, "caller"):
        return error.message  # members are told what to do
    return _AT_FAULT if error.status == HTTPStatus.INTERNAL_SERVER_ERROR else _AWAY


def install(app: FastAPI) -> None:
    """Registers a handler for everything that can go wrong in a request."""

    @app.exception_handler(OutboundError)
    async def expected(request: Request, error: OutboundError) -> JSONResponse:
        answer = problem(error.status, error.title, told(request, error), errors=error.errors, **error.details)
        if "retry_after" in error.details:
            answer.headers["retry-after"] = str(error.details["retry_after"])
        return answer

    @app.exception_handler(TookTooLong)
    async def stopped(request: Request, error: TookTooLong) -> JSONResponse:
        return too_slow(error.seconds)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        # What was sent is not repeated: it may be personal.
        errors = [{"field": ".".join(map(str, each["loc"])), "reason": each["msg"]} for each in error.errors()]
        first = errors[0]
        return problem(422, "Invalid", f"{first['field']}: {first['reason']}.", errors=errors)

    @app.exception_handler(HTTPException)
    async def plain(request: Request, error: HTTPException) -> JSONResponse:
        detail = error.detail
        status = error.status_code
        if error.status_code == HTTPStatus.NOT_FOUND and detail == "Not Found":
            detail = f"There is nothing at {request.url.path}; see /docs for what there is."
        elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            detail = f"{request.method} is not possible at {request.url.path}; see /docs for what is."
        elif detail == _UNREADABLE:
            status, detail = 422, "The body is no JSON that can be read: too deeply nested, or a number too long."
        elif not detail.endswith("."):
            detail = f"{detail}."
        answer = problem(status, HTTPStatus(status).phrase, detail)
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(OperationalError)
    async def no_database(request: Request, error: OperationalError) -> JSONResponse:
        code = getattr(error.orig, "sqlstate", None)
        if code in _COLLISIONS:
            return problem(503, "Unavailable", "Somebody else was changing the same thing; send it again.")
        if code == "57014":  # statement_timeout
            return problem(504, "Took too long", "This took too long and was stopped; ask for less, or try again.")
        _log.error("the database does not answer: %s", type(error.orig).__name__)
        return problem(503, "Unavailable", "The database does not answer; try again in a moment.")

    @app.exception_handler(DBAPIError)
    async def refused_by_database(request: Request, error: DBAPIError) -> JSONResponse:
        taken = conflict_of_taken(error)
        if taken is not None:
            return problem(taken.status, taken.title, taken.message)
        code = getattr(error.orig, "sqlstate", None)
        if code == "42501":
            return problem(403, "Not allowed", "Your role may not do this; ask a manager or the owner.")
        _log.error("the database refused a statement: sqlstate %s", code, exc_info=error)
        return problem(500, "Internal error", "Something went wrong on our side; it has been logged.")

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        _log.error("unexpected error in %s %s", request.method, request.scope.get("path"), exc_info=error)
        return problem(500, "Internal error", "Something went wrong on our side; it has been logged.")
