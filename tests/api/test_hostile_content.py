"""Content that is well-formed and hostile: shapes that are none, the list of naughty texts, ids used twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.catalogue import entries
from tests.api.conftest import Api
from tests.support.franchise import Franchise
from tests.support.ground import Ground, UnknownName
from tests.support.problems import assert_problem
from tests.support.valid_requests import NoExample, build

SQUARE = [[-93.7, 41.5], [-93.6, 41.5], [-93.6, 41.6], [-93.7, 41.6], [-93.7, 41.5]]
SHAPES: dict[str, Any] = {
    "one that crosses itself": [[[-93.7, 41.5], [-93.6, 41.6], [-93.6, 41.5], [-93.7, 41.6], [-93.7, 41.5]]],
    "a hole outside": [SQUARE, [[-80, 30], [-79, 30], [-79, 31], [-80, 31], [-80, 30]]],
    "a hole as large as itself": [SQUARE, SQUARE[::-1]],
    "over the antimeridian": [[[179, 10], [-179, 10], [-179, 11], [179, 11], [179, 10]]],
    "over the edge of the world": [[[170, 80], [190, 80], [190, 95], [170, 95], [170, 80]]],
    "a line": [[[-93.7, 41.5], [-93.6, 41.5], [-93.7, 41.5]]],
    "a point four times": [[[-93.7, 41.5]] * 4],
    "not closed": [SQUARE[:-1]],
    "no ring": [],
    "an empty ring": [[]],
    "latitude first": [[[41.5, -93.7], [41.5, -93.6], [41.6, -93.6], [41.6, -93.7], [41.5, -93.7]]],
    "texts": [[["a", "b"]] * 4],
    "nothing for a number": [[[None, None]] * 4],
    "the whole world": [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]],
    "200,000 corners": [[[-93.7 + n / 4e6, 41.5 + n % 2 / 1e3] for n in range(200_000)] + [[-93.7, 41.5]]],
    "three dimensions": [[[*corner, 100.0] for corner in SQUARE]],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_that_is_none_is_refused_with_its_field(api: Api, franchise: Franchise, shape: str):
    body = {"name": shape, "type": "REGION", "geometry": {"type": "Polygon", "coordinates": SHAPES[shape]}}
    answer = api.post("/api/territories", franchise.owner, body)
    if answer.status_code == 201:
        stored = answer.json()["geometry"]
        assert stored["type"] == "MultiPolygon", "what is taken is a sound shape"
    else:
        assert answer.status_code in {413, 422}, answer.text
        problem = assert_problem(answer, answer.status_code)
        named = [error["field"] for error in problem.get("errors", [])]
        assert any("geometry" in field for field in named) or "olygon" in problem["detail"] or answer.status_code == 413


def test_every_pathological_shape_of_others_is_answered(api: Api, franchise: Franchise, shared_data: Path):
    files = sorted((shared_data / "polygons" / "geojson-invalid-geometry").rglob("*.json"))
    files += sorted((shared_data / "polygons" / "geojson-invalid-geometry").rglob("*.geojson"))
    files += sorted((shared_data / "polygons" / "antimeridian" / "input").glob("*.json"))
    assert files
    for number, file in enumerate(files):
        found = json.loads(file.read_text(encoding="utf-8"))
        geometry = found.get("geometry", found) if isinstance(found, dict) else found
        body = {"name": f"Shape {number}", "type": "REGION", "geometry": geometry}
        answer = api.post("/api/territories", franchise.owner, body)
        assert answer.status_code in {201, 409, 413, 422}, f"{file.name}: {answer.text[:200]}"


def test_every_naughty_text_is_a_name_or_a_problem(api: Api, franchise: Franchise, shared_data: Path):
    texts = json.loads((shared_data / "csv" / "blns" / "blns.json").read_text(encoding="utf-8"))
    assert len(texts) > 400
    lead_id = franchise.leads_in(franchise.north_west)[0]
    for number, naughty in enumerate(texts):
        path, body = [
            ("/api/leads/outbound", {"first_name": naughty, "phone": "+15155550123"}),
            ("/api/tasks", {"title": naughty, "lead_id": str(lead_id)}),
            ("/api/campaigns", {"name": naughty}),
        ][number % 3]
        answer = api.post(path, franchise.owner, body)
        assert answer.status_code in {201, 409, 422}, f"{path} with {naughty!r:.80}: {answer.text[:200]}"
        if answer.status_code == 201:
            (field,) = set(body) & {"first_name", "title", "name"}
            assert answer.json()[field] == naughty.strip() or naughty.strip() == ""


def test_the_same_id_with_other_content_is_a_conflict_on_every_route(
    api: Api, client: TestClient, franchise: Franchise
):
    ground = Ground(franchise)
    document = client.app.openapi()  # type: ignore[attr-defined]
    wrong, tried = [], 0
    for entry in entries(client.app):  # type: ignore[arg-type]
        operation = document["paths"].get(entry.path, {}).get(entry.method.lower(), {})
        if entry.method != "POST" or not entry.signed_in or "200" not in operation.get("responses", {}):
            continue
        try:
            request = build(document, entry.method, entry.path, ground, franchise.owner)
        except (NoExample, UnknownName):
            continue
        body = request.options.get("json")
        if not isinstance(body, dict) or "id" not in body or "201" not in operation["responses"]:
            continue
        tried += 1
        sent = [api.post(request.url, franchise.owner, each) for each in (body, body, _otherwise(body))]
        if [answer.status_code for answer in sent] != [201, 200, 409]:
            wrong.append(f"{entry}: {[answer.status_code for answer in sent]}: {sent[-1].text[:200]}")
    assert tried >= 3
    assert not wrong, "\n" + "\n".join(wrong)


def _otherwise(body: dict[str, Any]) -> dict[str, Any]:
    """The same body with one text in it changed."""
    if "sha256" in body:
        return {**body, "sha256": "0" * 64}
    for name in ("notes", "name", "title", "first_name", "last_name", "file_name", "source"):
        if isinstance(body.get(name), str):
            return {**body, name: f"{body[name]} otherwise"}
    for name in ("occurred_at", "started_at", "planned_start", "due_at"):
        if isinstance(body.get(name), str):
            return {**body, name: "2026-05-01T12:00:00Z"}
    if "params" in body:
        return {**body, "params": {"tag": "otherwise"}}
    if "address" in body:
        return {**body, "address": {**body["address"], "unit": "Otherwise 9"}}
    raise AssertionError(f"no field of {sorted(body)} is known to be changed")
