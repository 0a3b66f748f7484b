"""Requests that make something under an id of the client's: the same again is answered by what is there."""

from __future__ import annotations

from fastapi import Response


def told_made(response: Response, made: object) -> None:
    """Leaves the route's own 201 where something was made, and answers 200 where it was there already."""
    if not made:
        response.status_code = 200
