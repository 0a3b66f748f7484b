"""The page of who may do what is the code's, and no route is left out of it."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from api.catalogue import entries
from api.main import create_app
from api.reference import PAGE, PUBLIC, page, unguarded
from outbound.identity.permissions import Operation, Reach, may, reach
from outbound.settings import Settings
from outbound.vocabulary import Role


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return create_app(Settings())


def test_the_page_is_what_the_code_says(app: FastAPI):
    assert PAGE.read_text(encoding="utf-8") == page(app), "docs/permissions.md is stale: run `python -m api.reference`"


def test_every_route_asks_for_a_permission_or_is_public_for_a_reason(app: FastAPI):
    missing = [str(entry) for entry in unguarded(app)]
    assert missing == [], (
        f"{', '.join(missing)}: add dependencies=[permits(Operation.X)] to the decorator, or name the route and the "
        "reason in api.reference.PUBLIC"
    )


def test_what_is_called_public_is_there_and_asks_nobody_who_they_are(app: FastAPI):
    known = {str(entry): entry for entry in entries(app)}
    assert set(PUBLIC) <= set(known)
    assert [route for route in PUBLIC if known[route].operations] == []


def test_every_role_has_a_place_in_every_operation():
    for operation in Operation:
        for role in Role:
            assert isinstance(reach(role, operation), Reach)
        assert may(Role.FRANCHISE_OWNER, operation)
