"""The API client: pages, errors, and an API that is away."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from dashboards.client import Api
from outbound.errors import Forbidden, OutboundError, Unauthenticated, Unavailable


def api(answer: Callable[[httpx.Request], httpx.Response]) -> Api:
    return Api("http://api.test", "secret", transport=httpx.MockTransport(answer))


def problem(status: int, detail: str) -> httpx.Response:
    body = {"type": "about:blank", "title": "x", "status": status, "detail": detail}
    return httpx.Response(status, json=body, headers={"content-type": "application/problem+json"})


def test_every_request_carries_the_session() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return httpx.Response(200, json={"items": [], "next_cursor": None})

    api(answer).territories()
    assert seen == ["Bearer secret"]


def test_leads_follow_the_cursor_until_there_are_enough() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params.get("cursor", "0"))
        items = [{"id": str(number)} for number in range(start, start + 2)]
        return httpx.Response(200, json={"items": items, "next_cursor": str(start + 2)})

    assert [lead["id"] for lead in api(answer).leads("COLD", 5)] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(("status", "kind"), [(401, Unauthenticated), (403, Forbidden), (500, Unavailable)])
def test_the_servers_own_sentence_is_passed_on(status: int, kind: type[OutboundError]) -> None:
    with pytest.raises(kind, match=r"^So it is\.$"):
        api(lambda request: problem(status, "So it is.")).me()


def test_an_answer_that_is_no_problem_document_is_told_by_its_status() -> None:
    with pytest.raises(Unavailable, match="answered 502 to /api/me"):
        api(lambda request: httpx.Response(502, text="Bad gateway")).me()


def test_an_api_that_does_not_answer_says_what_to_start() -> None:
    def down(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(Unavailable, match="outbound up"):
        api(down).me()
