"""A valid request for every operation: from its example in the OpenAPI document, and from what is told here."""

from __future__ import annotations

import copy
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from outbound.ids import uuid7
from tests.support.cast import Member
from tests.support.ground import Ground, UnknownName
from tests.support.recipes import RECIPES, Recipe

Json = Any
_REFERENCE = re.compile(r"_ids?$")


class NoExample(Exception):
    """The document does not show what a body looks like."""

    def __init__(self, operation_id: str) -> None:
        super().__init__(
            f"{operation_id} has no example of its body: give its schema one (`model_config` of the class, or "
            "`examples` in `Body`), or a recipe in tests/support/recipes.py"
        )


@dataclass(frozen=True)
class Request:
    """One call, ready to be sent, and what it names."""

    method: str
    template: str
    path: dict[str, str]
    named: dict[str, bool]
    """Each path parameter that names a row: whether the caller can see it."""
    options: dict[str, Any]

    @property
    def url(self) -> str:
        return self.template.format(**self.path)


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Method, path and operation of everything in a document."""
    for path, item in sorted(document["paths"].items()):
        for method, operation in sorted(item.items()):
            yield method.upper(), path, operation


def build(document: Json, method: str, path: str, ground: Ground, member: Member) -> Request:
    """A valid request of a member on rows of the ground. Raises :class:`UnknownName` and :class:`NoExample`."""
    operation = document["paths"][path][method.lower()]
    recipe = RECIPES.get(operation["operationId"], Recipe())
    address = recipe.address(ground, member) if recipe.address else {}
    given = recipe.path(ground, member) if recipe.path else {}
    given |= {name: value for name, value in address.items() if f"{{{name}}}" in path}
    given = {name: value for name, value in given.items() if f"{{{name}}}" in path}
    named = {name: True for name in given if _REFERENCE.search(name) and ground.knows(name)}
    query = recipe.query | {name: value for name, value in address.items() if name not in given}
    for parameter in operation.get("parameters", []):
        name = parameter["name"]
        if parameter["in"] == "path" and name not in given:
            row = ground.row(name, member, within=given)
            given[name], named[name] = str(row.id), row.visible
        elif parameter["in"] == "query" and parameter.get("required") and name not in query:
            query[name] = _of_parameter(parameter, ground, member)
    options: dict[str, Any] = {"params": query, "headers": dict(recipe.headers)}
    if recipe.options is not None:
        options |= recipe.options(ground, member)
    elif recipe.body is not None:
        options["json"] = recipe.body(ground, member)
    elif (example := example_of(document, operation)) is not None:
        options["json"] = of_this_ground(example, ground, member)
    return Request(method, path, given, named, options)


def example_of(document: Json, operation: Json) -> Json:
    """The first example of a JSON body; none where it takes no such body. Raises :class:`NoExample`."""
    media = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if media is None:
        return None
    schema = resolved(document, media["schema"])
    if "examples" in media:
        return next(iter(media["examples"].values()))["value"]
    beside = media["schema"].get("examples") or schema.get("examples") or [None]
    found = media.get("example", schema.get("example", beside[0]))
    if found is None:
        raise NoExample(operation["operationId"])
    return found


def resolved(document: Json, schema: Json) -> Json:
    """A schema with its reference followed."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def of_this_ground(value: Json, ground: Ground, member: Member, name: str = "") -> Json:
    """An example with its ids replaced by those of rows that are there, and ``id`` by a new one."""
    if isinstance(value, dict):
        return {key: of_this_ground(each, ground, member, key) for key, each in value.items()}
    if isinstance(value, list):
        return [of_this_ground(each, ground, member, name) for each in value]
    if name == "id" and _is_uuid(value):
        return str(uuid7())
    if _REFERENCE.search(name) and _is_uuid(value):
        return str(ground.row(name, member).id)
    return copy.copy(value)


def references(value: Json, trail: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a body names rows: the way to each such id."""
    if isinstance(value, dict):
        for key, each in value.items():
            if _REFERENCE.search(key) and _is_uuid(each):
                yield (*trail, key)
            else:
                yield from references(each, (*trail, key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            if trail and _REFERENCE.search(str(trail[-1])) and _is_uuid(each):
                yield (*trail, place)
            else:
                yield from references(each, (*trail, place))


def with_value(body: Json, trail: tuple[Any, ...], value: Json) -> Json:
    """A copy of a body with another value in one place."""
    changed = copy.deepcopy(body)
    place = changed
    for step in trail[:-1]:
        place = place[step]
    place[trail[-1]] = value
    return changed


def _of_parameter(parameter: Json, ground: Ground, member: Member) -> str:
    if _REFERENCE.search(parameter["name"]):
        return str(ground.row(parameter["name"], member).id)
    schema = parameter["schema"]
    found = parameter.get("example", (schema.get("examples") or [schema.get("default")])[0])
    if found is None:
        raise UnknownName(parameter["name"])
    return str(found)


def _is_uuid(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True
