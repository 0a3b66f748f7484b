"""``docs/permissions.md``, from the code: ``python -m api.reference`` writes it, a test fails when it is stale."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

from fastapi import FastAPI

from api.catalogue import Entry, entries
from outbound.identity import permissions
from outbound.identity.permissions import NEVER_A_KEYS, Operation, Reach, reach
from outbound.settings import Settings
from outbound.vocabulary import Role

PAGE = Path(__file__).parents[1] / "docs" / "permissions.md"

PUBLIC = {
    "GET /healthz": "whoever runs the server must know whether it lives",
    "GET /readyz": "whoever runs the server must know whether it serves",
    "GET /metrics": "counts alone, and only for this machine or who bears the token of the settings",
    "POST /api/auth/sign-in": "nobody is signed in yet",
    "POST /api/auth/token": "nobody is signed in yet; the password is the permission",
    "POST /api/auth/token/refresh": "the refresh token is the permission",
    "POST /api/auth/look-at-invitation": "the secret of the link is the permission",
    "POST /api/auth/accept-invitation": "the secret of the link is the permission",
    "POST /api/auth/request-reset": "who forgot a password cannot sign in; the answer tells nothing",
    "POST /api/auth/reset": "the secret of the link is the permission",
    "GET /api/auth/oidc/{slug}/start": "nobody is signed in yet; it leads to the organisation's own provider",
    "POST /api/auth/oidc/{slug}/start": "the same from a page of ours, which the browser's Origin tells",
    "GET /api/auth/oidc/{slug}/callback": "the provider's answer is the permission",
    "POST /api/auth/oidc/{slug}/confirm": "the provider's answer, sealed, is the permission; from a page of ours",
    "PUT /api/attachments/{attachment_id}/content": "the signed address is the permission",
    "GET /api/maps/style.json": "nothing on the map is about a person",
    "GET /api/maps/tiles/{z}/{x}/{y}.pbf": "nothing on the map is about a person",
    "GET /api/maps/fonts/{fontstack}/{characters}.pbf": "nothing on the map is about a person",
}
"""Routes that ask for no permission, each with the reason."""

_REACH = {
    Reach.ALL: "every row of the organisation",
    Reach.SCOPE: "a rep: own leads, and those of assigned territories with all below them (VIEWER reads, CONTRIBUTOR "
    "and OWNER also write); a manager: those of assigned territories with all below them, or everything where none is "
    "assigned",
    Reach.OWN: "what is their own",
    Reach.SCHEDULED: "leads that are SCHEDULED or later and what belongs to them, without exact positions",
    Reach.NONE: "not at all: 403",
}
_COLUMNS = {
    Role.SALES_REP: "rep",
    Role.SALES_MANAGER: "manager",
    Role.FRANCHISE_OWNER: "owner",
    Role.OPS: "operations",
}


def page(app: FastAPI) -> str:
    """The whole page."""
    return "\n".join(
        [*_opening(), *_by_role(), "", *_besides(), "", *_by_route([e for e in entries(app) if e.in_schema]), ""]
    )


def unguarded(app: FastAPI) -> list[Entry]:
    """Routes that neither ask for a permission nor are public on purpose."""
    return [entry for entry in entries(app) if entry.in_schema and not entry.operations and str(entry) not in PUBLIC]


def _opening() -> list[str]:
    words = [f"- **{word}**: {meaning}." for word, meaning in _REACH.items()]
    return [
        "# Who may do what",
        "",
        "Written by `python -m api.reference` from `outbound/identity/permissions.py` and the routes; a test fails",
        "when it is stale. Row-level security in the database decides on which rows; this table decides what rows",
        "cannot say; its policies stand in [policies.sql](policies.sql).",
        "The operations are also the scopes of API keys: a key may do what its scopes name, and no more",
        "than the role it acts in.",
        "",
        *words,
        "",
        "A row of another organisation, or out of reach, is not there (404).",
        "",
    ]


def _by_role() -> list[str]:
    told = _told(Operation)
    lines = [
        "## Role × operation",
        "",
        f"| operation | {' | '.join(_COLUMNS.values())} | |",
        "|---|---|---|---|---|---|",
    ]
    for operation in Operation:
        cells = " | ".join(reach(role, operation) for role in _COLUMNS)
        lines.append(f"| `{operation}` | {cells} | {told.get(operation.name, '')} |")
    return lines


_BESIDES = (
    ("another owner named: of a lead, of many, of a new one", "`leads:reassign`"),
    ("many leads at once", "`leads:bulk`, and what the action asks of one lead: `leads:write` or `leads:reassign`"),
    ("many leads named by a filter", "`leads:read`"),
    ("photos named by an activity", "`attachments:write`"),
    ("an import whose leads are enrolled", "`enrollments:write`"),
    ("an import taken back: its leads go", "`leads:delete`"),
    ("a row of a list decided, beside the leads it may be", "`imports:write`; `imports:read` to be shown it"),
    ("each operation of a batch to `POST /api/sync`", "what the route of its own asks, with all of the above"),
    ("each kind of row from `GET /api/sync`", "the operation that reads its kind; the rules: `rules:read` and so on"),
    ("leads in answers about doors, handoffs, activities", "`leads:read`; without, they are left out"),
    ("lines and positions of doors in answers about trips", "`addresses:read`; without, they are left out"),
    ("messages, tasks and moves in a lead's timeline", "the operation that reads each; without, they are left out"),
)
"""What an act asks besides the operation of its route."""


def _besides() -> list[str]:
    never = ", ".join(f"`{operation}`" for operation in Operation if operation in NEVER_A_KEYS)
    return [
        "## What an act asks besides",
        "",
        "What is told to a route beyond its name asks for its own operation, by whatever way it comes. What follows by",
        "itself asks for nothing more: a knock moves its lead as the organisation's table says, an accepted handoff",
        "wins it, a done task is logged. Whoever may change a thing is shown it as it then stands.",
        "",
        "| act | asks also |",
        "|---|---|",
        *(f"| {act} | {asked} |" for act, asked in _BESIDES),
        "",
        f"No API key does {never}, whatever scopes it was given.",
    ]


def _by_route(routes: list[Entry]) -> list[str]:
    lines = ["## Route → operation", "", "| route | operation |", "|---|---|"]
    for entry in routes:
        asked = ", ".join(f"`{operation}`" for operation in entry.operations)
        open_to = "whoever is signed in" if entry.signed_in else f"public: {PUBLIC.get(str(entry), '')}"
        lines.append(f"| `{entry}` | {asked or open_to} |")
    return lines


def _told(words: type) -> dict[str, str]:
    """The sentence that follows each member of an enumeration in its source."""
    body = ast.parse(inspect.getsource(permissions)).body
    (found,) = [node for node in body if isinstance(node, ast.ClassDef) and node.name == words.__name__]
    told = {}
    for before, after in zip(found.body, found.body[1:], strict=False):
        if (
            isinstance(before, ast.Assign)
            and isinstance(before.targets[0], ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            told[before.targets[0].id] = inspect.cleandoc(str(after.value.value)).replace("\n", " ")
    return told


if __name__ == "__main__":
    from api.main import create_app

    PAGE.write_text(page(create_app(Settings())), encoding="utf-8")
