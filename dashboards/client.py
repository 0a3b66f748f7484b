"""The API as the dashboards see it. Everything that changes, and every name, goes through here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import httpx

from outbound.errors import Forbidden, NotFound, OutboundError, Unauthenticated, Unavailable
from outbound.reports import Reach, reach_told

TIMEOUT = httpx.Timeout(10.0, connect=3.0)
LONG = httpx.Timeout(300.0, connect=3.0)
"""For files, both ways."""
PAGE = 500
"""Most rows a list answers at once."""
BOARD_CARDS = 100
"""Most cards the board answers with a column."""

_BY_STATUS: dict[int, type[OutboundError]] = {401: Unauthenticated, 403: Forbidden, 404: NotFound}


@dataclass(frozen=True)
class Person:
    """Who is signed in, where, as what; ``territories`` none: all of the organisation's."""

    user_id: str
    name: str
    email: str
    organisation_id: str
    organisation: str
    zone: str
    role: str
    territories: frozenset[str] | None

    @property
    def reach(self) -> Reach:
        """How far they see into the marts."""
        return reach_told(self.territories, self.role, self.user_id)


class Api:
    """The API with one person's session.

    Raises :class:`Unauthenticated` once the session has ended, :class:`Unavailable` when nothing answers
    and :class:`OutboundError` with the server's own sentence otherwise.
    """

    def __init__(self, base_url: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        self._base_url = base_url
        self._client = httpx.Client(
            base_url=base_url,
            timeout=TIMEOUT,
            headers={
                "Authorization": f"Bearer {token}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",  # the API runs beside: to pack and unpack would cost more than it saves
            },
            transport=transport or httpx.HTTPTransport(),  # its own, so that no proxy of the environment is asked
        )

    def me(self) -> Person:
        body = self.get("/api/me")
        territories = body["territories"]
        return Person(
            user_id=body["user"]["id"],
            name=body["user"]["name"],
            email=body["user"]["email"],
            organisation_id=body["organisation"]["id"],
            organisation=body["organisation"]["name"],
            zone=body["organisation"]["zone"],
            role=body["role"],
            territories=None if territories is None else frozenset(territories),
        )

    def sign_out(self) -> None:
        """End the session at the server; its cookie then opens nothing."""
        self._send("POST", "/api/auth/sign-out")

    def territories(self) -> list[dict[str, Any]]:
        return list(self._all("/api/territories"))

    def members(self) -> list[dict[str, Any]]:
        return list(self._all("/api/members"))

    def board(self, cards: int, **filters: str | None) -> dict[str, dict[str, Any]]:
        """Columns of the board by stage: count, overdue, and the most urgent leads, at most ``cards``."""
        body = self.get("/api/board", cards=str(min(cards, BOARD_CARDS)), **filters)
        return {column["stage"]: column for column in body["columns"]}

    def campaigns(self) -> list[dict[str, Any]]:
        return list(self._all("/api/campaigns"))

    def cadences(self) -> list[dict[str, Any]]:
        return list(self._all("/api/cadences"))

    def leads(self, stage: str, most: int, **filters: str | None) -> list[dict[str, Any]]:
        """The newest leads of a stage, at most ``most``."""
        return list(islice(self._all("/api/leads/outbound", stage=stage, **filters), most))

    def leads_in(self, cell: str, most: int) -> tuple[list[dict[str, Any]], bool]:
        """The most urgent open leads in an H3 cell, and whether there are more."""
        page = self.get("/api/leads/outbound", cell=cell, sort="due", limit=str(most))
        return page["items"], page["next_cursor"] is not None

    def marts(self) -> list[str]:
        """Names of the published marts that the person may have."""
        return [mart["name"] for mart in self.get("/api/reports/marts")]

    def text(self, path: str, **query: str) -> bytes:
        """What a path answers, as it stands: a table to download."""
        return self._send("GET", path, params=query, timeout=LONG).content

    def post(self, path: str, body: dict[str, Any] | None = None, **options: Any) -> Any:
        """Has something done; what the API answers, None where it answers nothing."""
        answer = self._send("POST", path, **({"json": body} if body is not None else {}), **options)
        return answer.json() if answer.content else None

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        return self._send("PATCH", path, json=body).json()

    def put(self, path: str, body: dict[str, Any]) -> Any:
        return self._send("PUT", path, json=body).json()

    def delete(self, path: str) -> None:
        self._send("DELETE", path)

    def _all(self, path: str, **query: str | None) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            page = self.get(path, limit=str(PAGE), cursor=cursor, **query)
            yield from page["items"]
            cursor = page.get("next_cursor")
            if cursor is None:
                return

    def get(self, path: str, **query: str | None) -> Any:
        """What a path answers, as JSON; what is None is not asked."""
        given = {name: value for name, value in query.items() if value is not None}
        return self._send("GET", path, params=given).json()

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, path, **options)
        except httpx.TransportError:
            raise Unavailable(
                f"The Outbound API does not answer at {self._base_url}. Start it with `outbound up`, then reload."
            ) from None
        if answer.is_success:
            return answer
        kind = _BY_STATUS.get(answer.status_code, Unavailable if answer.status_code >= 500 else OutboundError)
        raise kind(_sentence(answer))


def _sentence(answer: httpx.Response) -> str:
    """What the problem document says; else the status."""
    if answer.headers.get("content-type", "").startswith("application/problem+json"):
        detail = answer.json().get("detail")
        if detail:
            return str(detail)
    return f"The Outbound API answered {answer.status_code} to {answer.request.url.path}. Look into its log."
