"""The whole document, tried with generated requests as every role: no unexpected status, no answer of another shape.

Few examples an operation, the same in every run; ``OUTBOUND_TEST_EXAMPLES=100`` tries so many, and others each time.
"""

from __future__ import annotations

import os
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from hypothesis import HealthCheck, Phase
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks

from outbound.settings import Settings
from tests.api import undone
from tests.api.conftest import Api
from tests.support.cast import Member
from tests.support.franchise import Franchise
from tests.support.ground import Ground, UnknownName
from tests.support.valid_requests import NoExample, build

pytestmark = pytest.mark.any_server("its statements are those of the other tests of the API")

EXAMPLES = int(os.environ.get("OUTBOUND_TEST_EXAMPLES", "3"))
SETTINGS = hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize="OUTBOUND_TEST_EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
ENDS_THE_SESSION = frozenset({"sign_out", "sign_out_everywhere"})
"""Not tried with a token that others need."""


ROLES = ("owner", "head_manager", "manager", "rep", "helper", "ops", "nobody")
PARTS = 4
"""So that several workers share the work."""


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_is_sent_by_any_role_the_answer_is_one_the_document_names(
    api: Api, client: TestClient, franchise: Franchise, settings: Settings, part: int
):
    app: FastAPI = client.app  # type: ignore[assignment]
    undone.install(app)
    client.event_hooks["response"].clear()  # the same is checked here, and told with the whole request
    ground = Ground(franchise)
    ground.keep_file(settings)
    schema = schemathesis.openapi.from_dict(app.openapi())
    wrong: list[str] = []
    for result in list(schema.get_all_operations())[part::PARTS]:
        operation = result.ok()
        if operation.definition.raw.get("operationId") in ENDS_THE_SESSION:
            continue
        for mode in GenerationMode:
            try:
                _try(operation, mode, api, ground)
            except Unsatisfiable:
                continue  # it takes nothing that could be wrong
            except (AssertionError, Failure, FailureGroup) as error:
                told = "; ".join(map(str, error.exceptions)) if isinstance(error, FailureGroup) else str(error)
                notes = " ".join(getattr(error, "__notes__", [])[:1])
                wrong.append(f"{operation.label} ({mode.value}) {notes[:500]}: {told[:400]}")
    assert not wrong, "\n" + "\n".join(wrong)


def _try(operation: APIOperation, mode: GenerationMode, api: Api, ground: Ground) -> None:
    own = _own_rows(api, operation, ground, ground.franchise.owner) if mode.is_positive else None

    @SETTINGS
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode, path_parameters=own))
    def tried(case: Case) -> None:
        # To think of a request costs more than to send it, so every role sends the same.
        for role in ROLES:
            answer = _send(api, case, getattr(ground.franchise, role, None))
            try:
                assert answer.status_code not in {500, 504}, answer.text[:200]
                case.validate_response(answer, checks=CHECKS)
            except (AssertionError, Failure, FailureGroup) as error:
                error.add_note(f"as {role}, {_told(case)}")
                raise

    tried()


def _own_rows(api: Api, operation: APIOperation, ground: Ground, member: Member) -> dict[str, Any] | None:
    """Rows that are there, for the parameters of a path: else nearly every answer would be 404."""
    document = api.client.app.openapi()  # type: ignore[attr-defined]
    try:
        return build(document, operation.method.upper(), operation.path, ground, member).path or None
    except (NoExample, UnknownName):
        return None


def _send(api: Api, case: Case, member: Member | None) -> Response:
    base = str(api.client.base_url)
    given = case.as_transport_kwargs(base_url=base)
    given.pop("cookies", None)
    given = {key: given[key] for key in ("method", "url", "headers", "params", "data", "json", "files") if key in given}
    sent = requests.Request(**given).prepare()
    headers = {name: value for name, value in (sent.headers or {}).items() if name.lower() != "cookie"}
    headers.pop("Authorization", None)
    if member is not None:
        headers["authorization"] = f"Bearer {api.token(member)}"
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body
    return api.client.request(sent.method, sent.url, headers=headers, content=body, follow_redirects=False)


def _told(case: Case) -> str:
    return f"query {case.query}, path {case.path_parameters}, headers {dict(case.headers or {})}, body {case.body!r}"[
        :500
    ]
