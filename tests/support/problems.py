"""The one shape of every error (RFC 9457)."""

from __future__ import annotations

from typing import Any

from httpx import Response


def assert_problem(response: Response, status: int, *words: str) -> dict[str, Any]:
    """Asserts that an answer is a problem of this status whose sentence holds these words; returns it."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["type"] == "about:blank"
    assert body["title"]
    assert isinstance(body["detail"], str)
    assert body["detail"].endswith(".")
    assert "\n" not in body["detail"]
    for word in words:
        assert word in body["detail"], body["detail"]
    for error in body.get("errors", []):
        assert set(error) >= {"field", "reason"}
    return body
