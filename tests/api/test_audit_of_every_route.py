"""Whatever changes something leaves an entry: who, in which request, by which way, what it was and what it became."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from api.catalogue import Entry, entries
from outbound.settings import Settings
from tests.api import undone
from tests.api.conftest import Api
from tests.support.franchise import Franchise
from tests.support.ground import Ground, UnknownName
from tests.support.valid_requests import NoExample, build

LEAVES_NONE = {
    "POST /api/leads/bulk/preview": "a preview changes nothing",
    "POST /api/templates/{template_id}/preview": "a preview changes nothing",
    "POST /api/auth/look-at-invitation": "it changes nothing: a POST, so that the secret stands in no address",
    "POST /api/auth/request-reset": "its work comes after the answer, and only where a mail server is set",
    "POST /api/auth/reset": "its entry is signed by whose password it is, not by who calls here: test_invitations",
    "POST /api/auth/accept-invitation": "its entries are signed by who joins, not by who calls here: test_invitations",
    "POST /api/auth/oidc/{slug}/start": "it changes nothing but a cookie",
    "POST /api/auth/oidc/{slug}/confirm": "the session it opens is the record; nothing of the franchise changes",
    "POST /api/auth/sign-in": "the session it opens is the record; nothing of the franchise changes",
}
"""Mutating routes that leave no entry, each with the reason."""


def test_every_mutating_route_leaves_an_entry(
    api: Api, client: TestClient, franchise: Franchise, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    last = undone.install(client.app)  # type: ignore[arg-type]
    document = client.app.openapi()  # type: ignore[attr-defined]
    ground = Ground(franchise)
    ground.keep_file(settings)
    wrong = []
    for entry in entries(client.app):  # type: ignore[arg-type]
        if not entry.is_mutating or not entry.in_schema or str(entry) in LEAVES_NONE:
            continue
        try:
            request = build(document, entry.method, entry.path, ground, franchise.owner)
        except (NoExample, UnknownName, DatabaseError) as error:
            wrong.append(f"{entry}: {error}")
            continue
        last.forget()
        answer = api.request(request.method, request.url, franchise.owner, **request.options)
        if not answer.is_success:
            wrong.append(
                f"{entry} cannot be judged, for it answers {answer.status_code} to what should be valid (mend its "
                f"example, or give it a recipe in tests/support/valid_requests.py): {answer.text[:300]}"
            )
            continue
        left = last.entries or _committed(franchise, answer.headers["x-request-id"])
        wrong += [
            f"{entry}: {fault}" for fault in _faults(entry, left, franchise, request_id=answer.headers["x-request-id"])
        ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_what_leaves_none_is_there_and_changes_something(client: TestClient):
    known = {str(entry) for entry in entries(client.app) if entry.is_mutating}  # type: ignore[arg-type]
    assert set(LEAVES_NONE) <= known


def _faults(entry: Entry, left: list[dict[str, Any]], franchise: Franchise, *, request_id: str) -> list[str]:
    if not left:
        return ["it left no audit entry: call outbound.audit.service.record beside the write"]
    found = []
    for each in left:
        name = f"its entry “{each['entity']} {each['action']}”"
        if each["acted_by"] != franchise.owner.id:
            found.append(f"{name} was acted by {each['acted_by']}, not by who called")
        if each["request_id"] != request_id:
            found.append(f"{name} names request {each['request_id']}")
        if each["source"] != "api":
            found.append(f"{name} names the source {each['source']}")
    if not any(each["before"] or each["after"] for each in left):
        found.append("no entry says what it was before or became")
    if entry.method == "PATCH" and not any(each["before"] and each["after"] for each in left):
        found.append("no entry says both what it was and what it became")
    if entry.method == "DELETE" and not any(each["before"] for each in left):
        found.append("no entry says what was there before")
    return found


def _committed(franchise: Franchise, request_id: str) -> list[dict[str, Any]]:
    """For routes that hold more than one transaction, and so are not undone."""
    with franchise.admin() as session:
        query = text("select * from outbound.audit_entries where request_id = :id")
        return [dict(row) for row in session.execute(query, {"id": request_id}).mappings()]
