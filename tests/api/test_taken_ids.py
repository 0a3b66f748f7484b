"""Whoever creates may name the id: one that is taken is a conflict, never an error of ours, and the answer tells
nothing of the row that has it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from outbound.ids import uuid7
from outbound.vocabulary import AssignmentRole, Role
from tests.api import undone
from tests.api.conftest import Api
from tests.support.cast import Member
from tests.support.franchise import Franchise
from tests.support.ground import Ground
from tests.support.problems import assert_problem
from tests.support.valid_requests import build, operations, resolved

MADE = {
    "/api/leads/{lead_id}/activities": "activities",
    "/api/api-keys": "api_keys",
    "/api/invitations": "invitations",
    "/api/territories": "territories",
    "/api/territories/{territory_id}/assignments": "territory_assignments",
    "/api/addresses": "addresses",
    "/api/leads/bulk": "bulk_changes",
    "/api/leads/outbound": "leads",
    "/api/segments": "segments",
    "/api/campaigns": "campaigns",
    "/api/leads/{lead_id}/attachments": "attachments",
    "/api/attachments/uploads": "attachments",
    "/api/cadences": "cadences",
    "/api/cadences/{cadence_id}/steps": "cadence_steps",
    "/api/cadences/{cadence_id}/enroll": "lead_cadence_enrollments",
    "/api/templates": "message_templates",
    "/api/trips": "trips",
    "/api/tasks": "tasks",
    "/api/tasks/{task_id}/complete": "activities",
    "/api/shifts": "shifts",
    "/api/prospect-imports": "prospect_imports",
}
"""What each create makes a row of, under the id that it is sent with."""


def takes_id(document: dict[str, Any], operation: dict[str, Any]) -> bool:
    bodies = operation.get("requestBody", {}).get("content", {}).values()
    return any("id" in resolved(document, body["schema"]).get("properties", {}) for body in bodies)


def east_manager(franchise: Franchise) -> Member:
    """Somebody in whose reach next to nothing of the ground lies."""
    member = franchise.add_member(Role.SALES_MANAGER, "east-manager")
    franchise.assign(member, franchise.south_east, AssignmentRole.OWNER)
    return member


def test_every_create_under_a_taken_id_is_a_conflict(client: TestClient, api: Api, franchise: Franchise):
    undone.install(client.app)  # type: ignore[arg-type]
    document = client.app.openapi()  # type: ignore[attr-defined]
    ground, east = Ground(franchise), east_manager(franchise)
    creates = {path for method, path, operation in operations(document) if takes_id(document, operation)}
    assert creates == set(MADE), "say in MADE what this create makes a row of"
    wrong = []
    for path, table in MADE.items():
        for member in (franchise.owner, east):
            request = build(document, "POST", path, ground, member)
            taken = str(_row_of(franchise, table, request.path))
            if "json" in request.options:
                request.options["json"] = request.options["json"] | {"id": taken}
            else:
                request.options["params"] = request.options.get("params", {}) | {"id": taken}
            answer = api.request("POST", request.url, member, **request.options)
            allowed = {409} if member is franchise.owner else {403, 404, 409, 422}
            if answer.status_code not in allowed:
                wrong.append(f"{path} as {member.name}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n" + "\n".join(wrong)


def _row_of(franchise: Franchise, table: str, path: dict[str, str]) -> uuid.UUID:
    """A row of the table that the request itself does not name."""
    with franchise.admin() as session:
        return session.scalars(
            text(f"select id from outbound.{table} where org_id = :org and id <> all(cast(:named as uuid[])) limit 1"),
            {"org": franchise.org_id, "named": list(path.values())},
        ).one()


def test_an_assignment_under_the_id_of_another_territorys(api: Api, franchise: Franchise):
    body = {"id": str(uuid7()), "user_id": str(franchise.helper.id), "role": "CONTRIBUTOR"}
    first = api.post(f"/api/territories/{franchise.north_west.id}/assignments", franchise.owner, body)
    assert first.status_code == 201
    for territory in (franchise.south_east, franchise.east):
        answer = api.post(f"/api/territories/{territory.id}/assignments", franchise.owner, body)
        assert_problem(answer, 409, "id")
    again = api.post(f"/api/territories/{franchise.north_west.id}/assignments", franchise.owner, body)
    assert (again.status_code, again.json()["id"]) == (200, body["id"])


@pytest.mark.parametrize("kind", ["task.create", "trip.create", "activity", "shift.start", "enrolment", "lead.create"])
def test_a_phone_is_told_so_of_each_by_itself(api: Api, franchise: Franchise, kind: str):
    ground = Ground(franchise)
    lead, now = str(franchise.leads_in(franchise.north_west)[1]), datetime.now(UTC).isoformat()
    table, data = {
        "task.create": ("tasks", {"lead_id": lead, "title": "Call"}),
        "trip.create": ("trips", {}),
        "activity": ("activities", {"lead_id": lead, "type": "CALL"}),
        "shift.start": ("shifts", {}),
        "enrolment": ("lead_cadence_enrollments", {"lead_id": lead, "cadence_id": str(ground.everything.cadence_id)}),
        "lead.create": ("leads", {"phone": "+15155550123"}),
    }[kind]
    taken = str(_row_of(franchise, table, {"lead": lead}))
    operations = [
        {"id": taken, "kind": kind, "occurred_at": now, "data": data},
        {"id": str(uuid7()), "kind": "stage", "occurred_at": now, "data": {"lead_id": lead, "stage": "CONTACTED"}},
    ]
    answer = api.post("/api/sync", franchise.owner, {"client_sent_at": now, "operations": operations})
    assert answer.status_code == 200, answer.text
    assert [each["status"] for each in answer.json()["results"]] == ["conflict", "applied"]


def test_a_repeat_of_what_has_left_ones_reach_is_a_conflict_and_tells_nothing_of_it(api: Api, franchise: Franchise):
    body = {"id": str(uuid7()), "lead_id": str(franchise.rep_elsewhere), "title": "Call"}
    assert api.post("/api/tasks", franchise.rep, body).status_code == 201
    with franchise.admin() as session:
        session.execute(text("update outbound.leads set owner_id = null where id = :id"), {"id": body["lead_id"]})
        session.execute(text("update outbound.tasks set assignee_id = null"))
    answer = api.post("/api/tasks", franchise.rep, body)
    assert_problem(answer, 409, "left your reach")
    assert set(answer.json()) == {"type", "title", "status", "detail", "stored"}
