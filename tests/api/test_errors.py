"""One shape for every error, nobody in without signing in, and no request that ends in a 500."""

from __future__ import annotations

import uuid

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from api.main import create_app
from api.reference import PUBLIC
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.api.conftest import Api
from tests.support.examples import examples
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

ID = str(uuid.uuid4())


def guarded_routes(app: object) -> list[tuple[str, str]]:
    """Method and path of every route under /api that is not open on purpose."""
    found = []
    for route in _flat(app):
        for method in sorted(route.methods - {"HEAD"}):
            if route.path.startswith("/api/") and f"{method} {route.path}" not in PUBLIC:
                found.append((method, route.path))
    return found


def _flat(app: object) -> list[APIRoute]:
    schema = app.openapi()  # type: ignore[attr-defined]
    return [
        APIRoute(path, endpoint=lambda: None, methods=[method.upper() for method in methods])
        for path, methods in schema["paths"].items()
    ]


def test_without_signing_in_nothing_of_the_franchise_answers(api: Api, client: TestClient):
    routes = guarded_routes(client.app)
    assert len(routes) >= 100
    for method, path in routes:
        answer = api.request(method, path.replace("{lead_id}", ID), json={})
        assert_problem(answer, 401)


def test_a_path_that_is_not_there(api: Api):
    for path in ("/api/nothing", "/api/leads/outbound/extra/path", "/nothing"):
        assert_problem(api.get(path, api.franchise.rep), 404, path)


def test_a_method_that_is_not_there(api: Api):
    assert_problem(api.request("DELETE", "/api/me", api.franchise.rep), 405, "DELETE", "/api/me")


SENSELESS: list[tuple[str, dict[str, object]]] = [
    ("/api/leads/outbound", {"limit": 0}),
    ("/api/leads/outbound", {"limit": 501}),
    ("/api/leads/outbound", {"limit": "many"}),
    ("/api/leads/outbound", {"cursor": "nonsense"}),
    ("/api/leads/outbound", {"cursor": "bnVsbA"}),
    ("/api/leads/outbound", {"cursor": "WyJ4Il0"}),
    ("/api/leads/outbound", {"cursor": "ÿÿÿ"}),
    ("/api/leads/outbound", {"stage": "WARM"}),
    ("/api/leads/outbound", {"sla": "late"}),
    ("/api/leads/outbound", {"territory_id": "here"}),
    ("/api/leads/outbound", {"bbox": "1,2,3"}),
    ("/api/leads/outbound", {"bbox": "a,b,c,d"}),
    ("/api/leads/outbound", {"bbox": "2,0,1,1"}),
    ("/api/leads/outbound", {"bbox": "0,0,181,1"}),
    ("/api/leads/outbound", {"bbox": "nan,0,1,1"}),
    ("/api/leads/outbound", {"q": "a\x00b"}),
    ("/api/leads/outbound", {"q": ""}),
    ("/api/leads/not-an-id", {}),
    ("/api/territories", {"type": "COUNTY"}),
    ("/api/territories", {"bbox": "inf,0,1,1"}),
    ("/api/board", {"cards": 0}),
]


def test_a_question_that_makes_no_sense(api: Api):
    for path, params in SENSELESS:
        assert_problem(api.get(path, api.franchise.rep, **params), 422)


def test_a_body_that_is_no_object(api: Api):
    for path in ("/api/leads/outbound", "/api/territories", "/api/auth/sign-in"):
        for content in (b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}" * 3):
            answer = api.request(
                "POST", path, api.franchise.owner, content=content, headers={"content-type": "application/json"}
            )
            assert_problem(answer, 422)


def test_a_number_that_is_none_is_refused(api: Api):
    for number in (b"NaN", b"Infinity", b"1e999"):
        ring = b"[[0,0],[1,0],[1,%b],[0,0]]" % number
        for path, content in (
            ("/api/leads/outbound", b'{"address": {"line": "1 Elm St", "lat": %b, "lon": 1}}' % number),
            (
                "/api/territories",
                b'{"name": "x", "type": "AREA", "geometry": {"type": "Polygon", "coordinates": [%b]}}' % ring,
            ),
        ):
            headers = {"content-type": "application/json"}
            assert_problem(api.request("POST", path, api.franchise.owner, content=content, headers=headers), 422)


def test_a_wrong_field_is_named_and_what_was_sent_is_not_repeated(api: Api):
    body = {"first_name": "Ada Lovelace", "phone": "+15155550123", "shoe_size": "secret-38"}
    answer = api.post("/api/leads/outbound", api.franchise.rep, body)
    problem = assert_problem(answer, 422, "shoe_size")
    assert [error["field"] for error in problem["errors"]] == ["body.shoe_size"]
    assert "secret-38" not in answer.text
    assert "Ada" not in answer.text


def test_a_database_that_is_gone_is_told_as_unavailable(settings: Settings, franchise: Franchise):
    gone = settings.model_copy(update={"database_url": "postgresql+psycopg://me:s3cret@127.0.0.1:1/outbound"})
    with TestClient(create_app(gone), base_url=gone.api_url, raise_server_exceptions=False) as client:
        answer = client.get("/api/me", headers={"authorization": "Bearer x"})
        assert_problem(answer, 503, "does not answer")
        assert "s3cret" not in answer.text
        assert_problem(client.get("/readyz"), 503)
        assert client.get("/healthz").json() == {"status": "ok"}


def test_a_schema_of_another_version_is_not_ready(client: TestClient, database: Database, franchise: Franchise):
    assert client.get("/readyz").json()["status"] == "ready"
    with database.admin_engine.begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '2026_11_22_01'")
    assert_problem(client.get("/readyz"), 503, "outbound migrate")


def test_an_unexpected_error_tells_nothing_of_the_inside(client: TestClient, api: Api, monkeypatch: pytest.MonkeyPatch):
    def stumble(*_: object) -> None:
        raise RuntimeError("secret internals")

    monkeypatch.setattr("outbound.identity.service.profile", stumble)
    answer = api.get("/api/me", api.franchise.rep)
    assert_problem(answer, 500)
    assert "internals" not in answer.text


def test_every_answer_carries_a_request_id_and_is_kept_by_no_cache(api: Api):
    for answer in (api.get("/api/me", api.franchise.rep), api.get("/api/me"), api.get("/api/nothing")):
        assert uuid.UUID(answer.headers["x-request-id"])
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
POINT = st.tuples(st.floats(-200, 200), st.floats(-100, 100)).map(list)
GEOMETRY = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["Polygon", "MultiPolygon", "Point"]),
        "coordinates": st.lists(st.lists(POINT, max_size=6), max_size=2) | JSON,
    }
)


def _body(**fields: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    """Bodies whose fields are right, wrong or missing."""
    return st.fixed_dictionaries({}, optional={name: right | JSON for name, right in fields.items()})


LEADS = _body(
    id=st.uuids().map(str),
    first_name=st.text(max_size=30),
    phone=st.just("+15155550123"),
    email=st.emails(),
    yard_size_sqft=st.integers(-1, 2**40),
    estimated_value_cents=st.integers(-1, 2**70),
    campaign_id=st.uuids().map(str),
    owner_id=st.uuids().map(str),
    address=_body(
        line=st.text(max_size=60),
        house_number=st.text(max_size=8),
        street=st.text(max_size=20),
        lat=st.floats(-91, 91),
        lon=st.floats(-181, 181),
    ),
)
ACTIVITIES = _body(
    id=st.uuids().map(str),
    type=st.sampled_from(["DOOR_KNOCK", "CALL", "NOTE"]),
    result=st.sampled_from(["NOT_HOME", "INTERESTED", "WON"]),
    occurred_at=st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
    client_sent_at=st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
    notes=st.text(max_size=30),
    lat=st.floats(-91, 91),
    lon=st.floats(-181, 181),
    duration_secs=st.integers(-1, 2**40),
    trip_stop_id=st.uuids().map(str),
)
TERRITORIES = _body(
    name=st.text(max_size=30),
    type=st.sampled_from(["REGION", "AREA", "MICRO"]),
    geometry=GEOMETRY,
    slug=st.text(max_size=10),
    zone=st.sampled_from(["America/Chicago", "Mars/Olympus", "", "../etc/passwd"]),
    parent_id=st.uuids().map(str),
)


@settings(max_examples=examples(60))
@given(body=st.data())
@pytest.mark.parametrize("kind", ["lead", "activity", "territory", "stage"])
def test_no_body_ends_in_an_error_of_ours(api: Api, kind: str, body: st.DataObject):
    franchise = api.franchise
    lead_id = franchise.leads_in(franchise.north_west)[0]
    if kind == "lead":
        answer = api.post("/api/leads/outbound", franchise.owner, body.draw(LEADS))
    elif kind == "activity":
        answer = api.post(f"/api/leads/{lead_id}/activities", franchise.rep, body.draw(ACTIVITIES))
    elif kind == "territory":
        answer = api.post("/api/territories", franchise.owner, body.draw(TERRITORIES))
    else:
        wanted = _body(stage=st.sampled_from(["COLD", "CONTACTED", "WON"]), version=st.integers(-1, 2**70))
        answer = api.patch(f"/api/leads/{lead_id}/stage", franchise.rep, body.draw(wanted))
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert_problem(answer, answer.status_code)


@pytest.mark.parametrize("name", ["q", "tag"])
def test_to_ask_for_nothing_but_spaces_is_refused(api: Api, name: str):
    for blank in ("", " ", "\r"):
        assert_problem(api.get("/api/leads/outbound", api.franchise.owner, **{name: blank}), 422)
    assert api.get("/api/leads/outbound", api.franchise.owner, **{name: " vip "}).status_code == 200


@settings(max_examples=examples(40))
@given(
    cursor=st.text(max_size=40),
    q=st.text(min_size=1, max_size=20),
    bbox=st.lists(st.floats(), min_size=4, max_size=4),
)
def test_no_question_ends_in_an_error_of_ours(api: Api, cursor: str, q: str, bbox: list[float]):
    for path, params in (
        ("/api/leads/outbound", {"cursor": cursor}),
        ("/api/leads/outbound", {"q": q}),
        ("/api/leads/outbound", {"bbox": ",".join(map(str, bbox))}),
        ("/api/territories", {"cursor": cursor}),
    ):
        answer = api.get(path, api.franchise.owner, **params)
        assert answer.status_code in {200, 422}, answer.text
