"""Every answer that any test of the API gets must be one that the document names."""

from __future__ import annotations

import re
from functools import cache

from httpx import Response

from api.main import create_app
from outbound.settings import Settings

Patterns = list[tuple[re.Pattern[str], dict[str, set[str]]]]
UNASKED = frozenset({405, 421, 500})
"""A method that is not there, or a host that is not ours, is no operation's answer; an error of ours is nobody's
promise, and is found elsewhere."""


@cache
def _patterns() -> Patterns:
    """Paths, those without a parameter first, with the statuses of each method."""
    found = []
    paths = create_app(Settings()).openapi()["paths"]
    for path, item in sorted(paths.items(), key=lambda pair: ("{" in pair[0], pair[0])):
        statuses = {method.upper(): set(operation["responses"]) for method, operation in item.items()}
        found.append((re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), statuses))
    return found


def assert_documented(response: Response) -> None:
    """A hook of the client: fails for a status that the operation's document does not name."""
    if response.status_code in UNASKED:
        return
    for pattern, methods in _patterns():
        if pattern.fullmatch(response.request.url.path) and response.request.method in methods:
            known = methods[response.request.method]
            name = f"{response.request.method} {response.request.url.path}"
            assert str(response.status_code) in known, (
                f"{name} answered {response.status_code}, and its document names only {', '.join(sorted(known))}: "
                "name it in `responses` of the route, or in api.openapi"
            )
            return
