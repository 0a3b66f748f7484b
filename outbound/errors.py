"""Errors that people may see: one sentence that says what is wrong, where, and what to do.

Each carries the HTTP status that the API answers with; the command prints the sentence and exits with 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class OutboundError(Exception):
    """Base of every expected error."""

    status = 500
    title = "Internal error"

    def __init__(
        self, message: str, *, errors: Sequence[dict[str, Any]] = (), outside: str | None = None, **details: Any
    ) -> None:
        """``outside`` is what the API says of it, where ``message`` names a server, a file or a setting."""
        super().__init__(message)
        self.message = message
        self.outside = outside
        self.errors = list(errors)
        self.details = details


class Misconfigured(OutboundError):
    """The installation, not the request, is at fault."""

    title = "Misconfigured"


class Unauthenticated(OutboundError):
    status = 401
    title = "Not signed in"


class Forbidden(OutboundError):
    status = 403
    title = "Not allowed"


class NotFound(OutboundError):
    status = 404
    title = "Not found"


class Conflict(OutboundError):
    status = 409
    title = "Conflict"


class PreconditionFailed(OutboundError):
    """The row is no longer the one that was read."""

    status = 412
    title = "Changed meanwhile"


class TooLarge(OutboundError):
    status = 413
    title = "Too large"


class Invalid(OutboundError):
    """What was sent cannot be used; ``errors`` lists each field with its reason."""

    status = 422
    title = "Invalid"


class TooManyRequests(OutboundError):
    status = 429
    title = "Too many requests"


class Unavailable(OutboundError):
    status = 503
    title = "Unavailable"
