"""Addresses of our own, as browsers and phones reach them: from the settings, never from what a request claims."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from outbound.settings import Settings


def address_of(request: Request, operation: str, **path: Any) -> str:
    """The full address of an operation, named by its function."""
    settings: Settings = request.app.state.settings
    return f"{settings.api_url}{request.app.url_path_for(operation, **path)}"


def ours_instead(location: str, claimed: str, settings: Settings) -> str:
    """A redirect's target, where the framework made it of the host that the request claimed: at our own address."""
    for scheme in ("http", "https"):
        prefix = f"{scheme}://{claimed}"
        if location == prefix or location.startswith(f"{prefix}/"):
            return settings.api_url + location.removeprefix(prefix)
    return location
