"""The document is whole: every operation is explained, with its errors and an example of what it takes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from api import openapi
from api.main import create_app
from outbound.settings import Settings
from tests.support.valid_requests import NoExample, example_of, operations

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(Settings()).openapi()


def test_every_operation_is_explained(document: dict[str, Any]):
    for method, path, operation in operations(document):
        name = f"{method} {path}"
        assert operation.get("summary"), f"{name} has no summary"
        assert operation.get("description", "").rstrip().endswith((".", "`", ":")), f"{name}: give it a docstring"
        assert len(operation.get("tags", [])) == 1, f"{name} belongs to one tag"


def test_every_tag_is_described(document: dict[str, Any]):
    missing = {tag["name"] for tag in document["tags"] if not tag["description"]}
    assert missing == set(), f"describe {missing} in api.openapi.openapi.TAGS"
    assert set(openapi.TAGS) <= {tag["name"] for tag in document["tags"]}


def test_every_operation_has_a_name_of_its_own(document: dict[str, Any]):
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert sorted(names) == sorted(set(names))


def test_every_error_is_a_problem_with_an_example(document: dict[str, Any]):
    for method, path, operation in operations(document):
        name = f"{method} {path}"
        errors = {status: each for status, each in operation["responses"].items() if status[0] in "45"}
        assert "503" in errors, name
        if operation["security"]:
            assert {"401", "403"} <= set(errors), name
        for status, answer in errors.items():
            if "$ref" in answer:
                answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
            assert answer["description"], f"{name} {status}"
            content = answer["content"]["application/problem+json"]
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}, f"{name} {status}"
            assert content["example"]["status"] == int(status), f"{name} {status}"
            assert list(answer["content"]) == ["application/problem+json"], f"{name} {status}"


def test_every_answer_has_a_shape(document: dict[str, Any]):
    for method, path, operation in operations(document):
        for status, answer in operation["responses"].items():
            if status in {"200", "201", "202"} and path != "/metrics":
                schemas = [media.get("schema") for media in answer.get("content", {}).values()]
                assert schemas, f"{method} {path} {status} says nothing of what it answers"
                assert all(schema != {} for schema in schemas), f"{method} {path} {status} may answer anything"


def test_every_body_has_an_example_that_is_valid(document: dict[str, Any]):
    lacking = []
    for method, path, operation in operations(document):
        try:
            example = example_of(document, operation)
        except NoExample as error:
            lacking.append(str(error))
            continue
        if example is None:
            continue
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        wrong = _first_error(document, schema, example)
        assert wrong is None, f"the example of {method} {path}: {wrong}"
    assert not lacking, "\n".join(lacking)


def test_every_parameter_is_bounded(document: dict[str, Any]):
    """A text or a list without an end is an invitation."""
    for method, path, operation in operations(document):
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "query":
                continue
            for schema in _alternatives(parameter["schema"]):
                name = f"{method} {path}: {parameter['name']}"
                if schema.get("type") == "string" and "format" not in schema and "enum" not in schema:
                    assert "maxLength" in schema or "pattern" in schema or "const" in schema, name
                if schema.get("type") == "array":
                    assert "maxItems" in schema, name


def test_printed_it_is_the_same_every_time(document: dict[str, Any]):
    printed = subprocess.run(
        [sys.executable, "-m", "api.openapi"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    here: list[str] = []
    openapi.main(here.append)
    assert printed == "".join(here)
    assert json.loads(printed) == json.loads(json.dumps(document))


def _first_error(document: dict[str, Any], schema: dict[str, Any], value: Any) -> str | None:
    whole = {**schema, "components": document["components"]}
    found = next(iter(jsonschema.Draft202012Validator(whole).iter_errors(value)), None)
    return f"{'.'.join(map(str, found.absolute_path))}: {found.message}" if found else None


def _alternatives(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return schema.get("anyOf", [schema])
