"""The OpenAPI document: what FastAPI knows of the routes, and what holds for all of them.

``python -m api.openapi`` prints it, always in the same order; the rep app's client is generated from that.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.catalogue import Entry, entries
from outbound.wire import Wire

Document = dict[str, Any]

DESCRIPTION = """\
Capture of leads and activities at the door, territories, pipeline, cadences and trips.

**Errors** are `application/problem+json` (RFC 9457): `detail` is one sentence that says what is wrong and what to do,
`errors` names each field. What belongs to another organisation, or lies out of your reach, is not there: 404.

**Lists** come in pages: send `next_cursor` back as `cursor`. **Times** are RFC 3339 in UTC. **Ids** are UUIDv7 that
the client may make: the same request again under the same `id` answers with the first result, another one under it is
a 409. **Edits** may carry `If-Match` with the `ETag` that was read: 412 says that somebody was faster.

**Permission**: each operation names what its caller must be permitted (`x-permission`): the words of the role table in
`docs/permissions.md`, and the scopes of API keys.
"""

TAGS = {
    "identity": "Signing in and out, who is signed in, people and their roles.",
    "territories": "Polygons that people work, nested; who is assigned to them.",
    "leads": "Households and people: capture, pipeline, board, bulk work.",
    "activities": "What happened with a lead: append-only facts.",
    "attachments": "Photos and files of a lead, through the API or directly to the store.",
    "cadences": "Sequences of steps, who runs through them, and what carries the due steps out.",
    "handoffs": "What is handed over to onboarding once a visit is scheduled.",
    "messages": "Templates, and the messages that were sent and came back.",
    "notifications": "What the caller is told of, until they have read it.",
    "positions": "Where reps are during their shifts; every look is written down for them.",
    "shifts": "When people work.",
    "sync": "What a phone did offline, and what changed for it meanwhile.",
    "tasks": "What is to be done, by whom, until when.",
    "imports": "Lists of prospects: handed in, how far they are, and which rows could not be used.",
    "matches": "Leads and rows of lists that may be one: side by side, decided, taken back.",
    "reports": "Figures of the published marts, no further than the caller may see.",
    "trips": "Routes of stops, their status and what came of each.",
    "audit": "Who changed what, when, and on whose behalf.",
    "rules": "The organisation, its result table, and the clocks of its stages.",
    "privacy": "Erasing a person, exporting and deleting an organisation.",
    "addresses": "Doors: who may knock, units of a building, what is there.",
    "campaigns": "What leads were won by.",
    "segments": "Filters of leads that were saved, for oneself or for all.",
    "maps": "Style, vector tiles and glyphs of the map under everything. Public.",
    "health": "Whether the process lives, and whether it can serve.",
}
"""Each tag with a sentence; a new router adds its own here."""

_PARAMETERS = {
    "limit": "How many at most.",
    "cursor": "`next_cursor` of the page before.",
    "bbox": "A box in degrees: `minlon,minlat,maxlon,maxlat`.",
    "q": "Words to look for.",
}

_PROBLEMS: dict[int, tuple[str, str]] = {
    400: ("The body cannot be read.", "There was an error parsing the body."),
    401: ("Nobody is signed in, or the sign-in has ended.", "You are not signed in; sign in and try again."),
    403: ("The caller's role, or the API key, may not do this.", "Your role may not do this; ask a manager."),
    404: (
        "It is not there, belongs to another organisation, or lies out of the caller's reach.",
        "There is no lead 0199d1c5-6a3e-7c58-9d0b-0a4a4f1c2e11 in your reach.",
    ),
    409: (
        "It does not go with what is stored: an id used for something else, a transition that is not legal.",
        "The id 0199d1c5-6a3e-7c58-9d0b-0a4a4f1c2e11 was used for another lead already; send this under a new id.",
    ),
    412: (
        "It has changed since it was read: `If-Match` is not its version any more.",
        "This has changed since you read it (version 4, not 3); read it again.",
    ),
    413: ("The body is larger than is taken.", "The body is larger than 1 MiB; send less at once."),
    415: ("The content is of a type that is not taken.", "A file of this type is not taken; send JPEG or PNG."),
    422: ("A field is wrong; `errors` names it.", "body.stage: Field required."),
    429: ("Too many requests; `Retry-After` says when to come back.", "Too many attempts; try again in a minute."),
    503: (
        "The database does not answer, or the same thing was being changed: send it again.",
        "The database does not answer; try again in a moment.",
    ),
    504: (
        "It took too long and was stopped.",
        "This took longer than 30 seconds and was stopped; ask for less, or send the same again.",
    ),
}

_PROBLEM_SCHEMA: Document = {
    "title": "Problem",
    "type": "object",
    "description": "What went wrong (RFC 9457). Further members tell the present state, such as `version`.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "One sentence: what is wrong, where, and what to do."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "reason"],
                "properties": {"field": {"type": "string"}, "reason": {"type": "string"}},
            },
        },
    },
}

_SECURITY: Document = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "The access token of a sign-in, a session's `token`, or an API key.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "outbound_session",
        "description": "The browser's session; a write must come from one of our own pages (`Origin`).",
    },
}


def operation_id(route: APIRoute) -> str:
    """The name of the function behind a route: stable where its path changes."""
    return route.name


def install(app: FastAPI) -> None:
    """Makes the application answer with the whole document."""
    app.openapi = lambda: document(app)  # type: ignore[method-assign]


def document(app: FastAPI) -> Document:
    """The whole document, made once for an application."""
    if not app.openapi_schema:
        app.openapi_schema = _document(app)
    return app.openapi_schema


def _document(app: FastAPI) -> Document:
    made = get_openapi(
        title=app.title,
        version=app.version,
        description=DESCRIPTION,
        routes=app.routes,
    )
    components = made.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = _PROBLEM_SCHEMA
    _restore_nulls(schemas)
    components["responses"] = {str(status): _problem(status) for status in _PROBLEMS}
    components["securitySchemes"] = _SECURITY
    described = {(entry.path, entry.method.lower()): entry for entry in entries(app)}
    used: set[str] = set()
    for path, item in made["paths"].items():
        for method, operation in item.items():
            _complete(operation, described[path, method], schemas)
            used.update(operation.get("tags", []))
    made["tags"] = [{"name": tag, "description": TAGS.get(tag, "")} for tag in sorted(used)]
    return made


def _restore_nulls(schemas: Document) -> None:
    """FastAPI leaves what is null out of the document, and with it what an example says is nothing."""
    classes = list(Wire.__subclasses__())
    while classes:
        found = classes.pop()
        classes += found.__subclasses__()
        extra = found.model_config.get("json_schema_extra")
        if isinstance(extra, dict) and "examples" in extra and found.__name__ in schemas:
            schemas[found.__name__]["examples"] = jsonable_encoder(extra["examples"])


def _complete(operation: Document, entry: Entry, schemas: Document) -> None:
    words = operation["operationId"].replace("_", " ")
    if operation.get("summary", "").lower() == words:
        operation["summary"] = words[:1].upper() + words[1:]
    for parameter in operation.get("parameters", []):
        if parameter["name"] in _PARAMETERS:
            parameter.setdefault("description", _PARAMETERS[parameter["name"]])
    operation["security"] = [{name: []} for name in _SECURITY] if entry.signed_in else []
    if entry.operations:
        operation["x-permission"] = [str(each) for each in entry.operations]
    responses = operation["responses"]
    _tell_of_repeats(operation, responses, schemas)
    for status in sorted(_possible(operation, entry)):
        responses[str(status)] = responses.get(str(status)) or {}
        if not responses[str(status)].get("content") or "HTTPValidationError" in json.dumps(responses[str(status)]):
            responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
    for status, response in list(responses.items()):
        # A route that names an error of its own says why; its shape is everybody's.
        if status[0] in "45" and "$ref" not in response and "content" not in response:
            response["content"] = _problem(int(status))["content"]
    operation["responses"] = dict(sorted(responses.items()))


def _tell_of_repeats(operation: Document, responses: Document, schemas: Document) -> None:
    """A create under a client's id answers 200 when it was made before."""
    body = _json_schema(operation.get("requestBody", {}))
    name = body.get("$ref", "").rpartition("/")[2]
    takes_id = "id" in schemas.get(name, {}).get("properties", {})
    if takes_id and "201" in responses and "200" not in responses:
        responses["200"] = responses["201"] | {
            "description": "The same request came before: what it made, as it stands now"
        }


def _possible(operation: Document, entry: Entry) -> set[int]:
    """Errors that may come of what the operation takes and asks."""
    parameters = operation.get("parameters", [])
    takes = {parameter["in"] for parameter in parameters}
    body = operation.get("requestBody")
    found = {422, 503, 504}  # an unknown parameter of the query is refused everywhere
    if entry.signed_in or entry.is_mutating:
        found |= {401, 403, 429}
    names_rows = any(parameter["in"] == "query" and parameter["name"].endswith("_id") for parameter in parameters)
    if "path" in takes or names_rows or (body and entry.signed_in):
        found.add(404)
    if entry.is_mutating and (body or "path" in takes):
        found.add(409)
    if any(parameter["name"].lower() == "if-match" for parameter in parameters):
        found.add(412)
    if entry.is_mutating:
        found.add(413)
    if body and "application/json" not in body["content"]:
        found |= {400, 415}
    return found


def _json_schema(body: Document) -> Document:
    return body.get("content", {}).get("application/json", {}).get("schema", {})


def _problem(status: int) -> Document:
    description, detail = _PROBLEMS.get(status, (HTTPStatus(status).phrase, f"{HTTPStatus(status).phrase}."))
    example = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        example["errors"] = [{"field": "body.stage", "reason": "Field required"}]
    return {
        "description": description,
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
        },
    }


def main(write: Callable[[str], Any] = sys.stdout.write) -> None:
    """Prints the document; needs no database."""
    from api.main import create_app  # here, for it imports this module
    from outbound.settings import Settings

    write(json.dumps(document(create_app(Settings())), indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
