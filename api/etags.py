"""``ETag`` and ``If-Match``: an edit names the version it was made on."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header, Response

from outbound.errors import Invalid


def get_if_match(
    if_match: Annotated[str | None, Header(description='The ETag that was read, as `"3"`.')] = None,
) -> int | None:
    """The version a client read; none where it sent no ``If-Match``, or ``*``. Raises :class:`Invalid`."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = re.fullmatch(r'(?:W/)?"(\d{1,9})"', if_match.strip())
    if found is None:
        raise Invalid('If-Match must be the ETag of the last answer, such as "3".')
    return int(found.group(1))


IfMatch = Annotated[int | None, Depends(get_if_match)]


def tag(response: Response, version: int) -> None:
    """Names the version of what is answered."""
    response.headers["etag"] = f'"{version}"'
