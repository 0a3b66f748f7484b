"""Signing in and out, and who may write with a cookie."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from api.main import create_app
from api.routes.pages import ours
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.api.conftest import Api
from tests.support.cast import PASSWORD, Member
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

SIGN_IN = "/api/auth/sign-in"


def credentials(member: Member) -> dict[str, str]:
    return {"email": member.email, "password": PASSWORD}


class TestSignIn:
    def test_it_tells_who_where_and_gives_a_token(self, client: TestClient, franchise: Franchise):
        answer = client.post(SIGN_IN, json=credentials(franchise.rep))
        body = answer.json()
        assert answer.status_code == 200
        assert body["user"] == {
            "id": str(franchise.rep.id),
            "name": franchise.rep.name,
            "email": franchise.rep.email,
        }
        assert body["organisation"] == {
            "id": str(franchise.org_id),
            "name": franchise.name,
            "slug": franchise.slug,
            "zone": franchise.zone,
        }
        assert body["role"] == "SALES_REP"
        assert len(body["token"]) >= 43
        assert answer.headers["cache-control"] == "no-store"

    def test_the_cookie_is_the_token_and_no_script_reads_it(self, client: TestClient, franchise: Franchise):
        answer = client.post(SIGN_IN, json=credentials(franchise.rep))
        cookie = SimpleCookie(answer.headers["set-cookie"])["outbound_session"]
        assert cookie.value == answer.json()["token"]
        assert cookie["httponly"] is True
        assert cookie["samesite"].lower() == "strict"
        assert cookie["path"] == "/"
        assert int(cookie["max-age"]) == 30 * 24 * 60 * 60

    def test_the_token_is_stored_as_a_hash_only(self, client: TestClient, franchise: Franchise, database: Database):
        token = client.post(SIGN_IN, json=credentials(franchise.rep)).json()["token"]
        with database.admin_engine.connect() as connection:
            stored = connection.scalar(text("select to_jsonb(s)::text from outbound.sessions s"))
        assert token not in stored

    def test_capitals_and_blanks_in_the_address_do_not_matter(self, client: TestClient, franchise: Franchise):
        body = {"email": f"  {franchise.rep.email.upper()} ", "password": PASSWORD}
        assert client.post(SIGN_IN, json=body).status_code == 200

    def test_a_wrong_password_and_an_unknown_address_are_told_apart_by_nothing(
        self, client: TestClient, franchise: Franchise
    ):
        wrong = client.post(SIGN_IN, json=credentials(franchise.rep) | {"password": "wrong password"})
        unknown = client.post(SIGN_IN, json=credentials(franchise.rep) | {"email": "nobody@example.com"})
        assert assert_problem(wrong, 401) == assert_problem(unknown, 401)
        assert "set-cookie" not in wrong.headers

    @pytest.mark.parametrize(
        ("statement", "status"),
        [
            ("update outbound.users set disabled_at = now()", 401),
            ("update outbound.users set password_hash = null", 401),
            ("update outbound.memberships set active = false", 403),
        ],
    )
    def test_who_was_shut_out_stays_out(self, client: TestClient, franchise: Franchise, statement: str, status: int):
        with franchise.admin() as session:
            session.execute(text(statement))
        assert_problem(client.post(SIGN_IN, json=credentials(franchise.rep)), status)

    def test_another_organisation_is_entered_only_by_its_members(
        self, client: TestClient, franchise: Franchise, other_franchise: Franchise
    ):
        body = credentials(franchise.rep) | {"organisation_id": str(other_franchise.org_id)}
        assert_problem(client.post(SIGN_IN, json=body), 403, "not an active member")
        with other_franchise.admin() as session:
            session.execute(
                text("insert into outbound.memberships (org_id, user_id, role) values (:org, :user, 'OPS')"),
                {"org": other_franchise.org_id, "user": franchise.rep.id},
            )
        answer = client.post(SIGN_IN, json=body).json()
        assert (answer["organisation"]["slug"], answer["role"]) == ("blue-lawns", "OPS")

    def test_it_is_logged(self, client: TestClient, franchise: Franchise):
        client.post(SIGN_IN, json=credentials(franchise.rep))
        (entry,) = franchise.audit_trail("session signed_in")
        assert entry.acted_by == franchise.rep.id

    def test_demo_people_sign_in_only_where_nobody_else_can_reach(
        self, franchise: Franchise, settings: Settings, database: Database
    ):
        with franchise.admin() as session:
            session.execute(text("update outbound.users set is_demo = true"))
        for host, status in (("127.0.0.1", 200), ("0.0.0.0", 403)):  # noqa: S104
            app = create_app(settings.model_copy(update={"host": host}), database)
            with TestClient(app, base_url=settings.api_url) as client:
                assert client.post(SIGN_IN, json=credentials(franchise.rep)).status_code == status

    def test_signing_in_again_ends_the_browsers_former_session(
        self, client: TestClient, franchise: Franchise, settings: Settings
    ):
        client.headers["origin"] = settings.api_url
        first = client.post(SIGN_IN, json=credentials(franchise.rep)).json()["token"]
        second = client.post(SIGN_IN, json=credentials(franchise.manager)).json()["token"]
        client.cookies.clear()
        assert_problem(client.get("/api/me", headers={"authorization": f"Bearer {first}"}), 401)
        assert client.get("/api/me", headers={"authorization": f"Bearer {second}"}).status_code == 200

    def test_a_foreign_page_signs_nobody_in(self, client: TestClient, franchise: Franchise):
        answer = client.post(SIGN_IN, json=credentials(franchise.rep), headers={"origin": "https://evil.example"})
        assert_problem(answer, 403, "must come from")


class TestSignOut:
    def test_it_ends_the_session_wherever_its_secret_lies(self, api: Api, franchise: Franchise):
        assert api.request("POST", "/api/auth/sign-out", franchise.rep).status_code == 204
        assert_problem(api.get("/api/me", franchise.rep), 401, "sign in again")
        (entry,) = franchise.audit_trail("session signed_out")
        assert entry.acted_by == franchise.rep.id

    def test_it_takes_the_cookie_away(self, client: TestClient, franchise: Franchise, settings: Settings):
        client.post(SIGN_IN, json=credentials(franchise.rep))
        answer = client.post("/api/auth/sign-out", headers={"origin": settings.api_url})
        assert answer.status_code == 204
        assert not client.cookies

    def test_it_ends_no_other_session(self, client: TestClient, api: Api, franchise: Franchise):
        other = client.post(SIGN_IN, json=credentials(franchise.rep)).json()["token"]
        client.cookies.clear()
        api.request("POST", "/api/auth/sign-out", franchise.rep)
        assert client.get("/api/me", headers={"authorization": f"Bearer {other}"}).status_code == 200


class TestSessions:
    def test_an_ended_session_is_refused(self, api: Api, franchise: Franchise):
        api.token(franchise.rep)
        with franchise.admin() as session:
            session.execute(text("update outbound.sessions set expires_at = now() - interval '1 second'"))
        assert_problem(api.get("/api/me", franchise.rep), 401)

    def test_a_member_who_is_shut_out_is_out_at_once(self, api: Api, franchise: Franchise):
        assert api.get("/api/me", franchise.rep).status_code == 200
        with franchise.admin() as session:
            session.execute(text("update outbound.memberships set active = false"))
        assert_problem(api.get("/api/me", franchise.rep), 401)

    def test_nonsense_for_a_token_is_not_signed_in(self, client: TestClient):
        for header in ("Bearer", "Bearer ", "Bearer x", "Basic cmVwOnB3", "Bearer " + "a" * 5000, "Bearer \x7f"):
            assert_problem(client.get("/api/me", headers={"authorization": header}), 401)


class TestCookies:
    """A cookie travels by itself; a write that carries one must come from our own pages."""

    BODY = {"first_name": "Ada", "phone": "+15155550123"}  # noqa: RUF012

    @pytest.fixture
    def browser_session(self, client: TestClient, franchise: Franchise) -> TestClient:
        assert client.post(SIGN_IN, json=credentials(franchise.rep)).status_code == 200
        return client

    def test_reading_needs_no_origin(self, browser_session: TestClient):
        assert browser_session.get("/api/me").status_code == 200

    def test_writing_from_anywhere_else_is_refused(self, browser_session: TestClient, franchise: Franchise):
        foreign = ("null", "https://evil.example", "http://localhost", "http://localhost:1", "file://")
        for headers in ({}, *({"origin": origin} for origin in foreign)):
            answer = browser_session.post("/api/leads/outbound", json=self.BODY, headers=headers)
            assert_problem(answer, 403, "must come from")
        assert franchise.audit_trail("lead created") == []

    def test_writing_from_our_pages_is_allowed(self, browser_session: TestClient, settings: Settings):
        for origin in (settings.api_url, settings.dashboards_url):
            answer = browser_session.post("/api/leads/outbound", json=self.BODY, headers={"origin": origin})
            assert answer.status_code == 201

    def test_a_token_in_the_header_needs_no_origin(self, api: Api, franchise: Franchise):
        assert api.post("/api/leads/outbound", franchise.rep, self.BODY).status_code == 201

    def test_only_the_dashboards_may_read_answers_in_a_browser(self, browser_session: TestClient, settings: Settings):
        ours = browser_session.get("/api/me", headers={"origin": settings.dashboards_url})
        assert ours.headers["access-control-allow-origin"] == settings.dashboards_url
        foreign = browser_session.get("/api/me", headers={"origin": "https://evil.example"})
        assert "access-control-allow-origin" not in foreign.headers


class TestMe:
    def test_it_names_the_territories_within_reach_or_null_for_all(self, api: Api, franchise: Franchise):
        reach = {member.name: api.get("/api/me", member).json()["territories"] for member in franchise.members}
        named = {
            "Rep": {franchise.north_west.id},
            "Helper": {franchise.south_west.id, franchise.north_east.id},
            "Manager": {franchise.west.id, franchise.north_west.id, franchise.south_west.id},
        }
        for name, territories in reach.items():
            expected = {str(each) for each in named[name]} if name in named else None
            assert (set(territories) if territories is not None else None) == expected, name

    def test_it_tells_the_role(self, api: Api, franchise: Franchise):
        for member in franchise.members:
            body = api.get("/api/me", member).json()
            assert (body["user"]["id"], body["role"]) == (str(member.id), member.role)


class TestTheSignInPage:
    def test_it_is_served(self, client: TestClient, franchise: Franchise):
        answer = client.get("/sign-in", params={"next": "/app/"})
        assert answer.status_code == 200
        assert 'data-next="/app/"' in answer.text

    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example/",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "http://localhost:8000@evil.example/",
            "http://localhost:8000.evil.example/",
            "",
            "app",
        ],
    )
    def test_it_sends_nobody_to_a_foreign_page(self, target: str):
        assert ours(target, Settings(api_port=8000)) == "/app/"

    def test_it_sends_back_to_the_dashboards(self):
        settings = Settings(dashboards_port=8501)
        assert ours("http://localhost:8501/Coverage?week=3", settings).endswith("/Coverage?week=3")

    @given(target=st.text(max_size=60))
    def test_whatever_is_asked_the_page_stays_ours(self, target: str):
        found = ours(target, Settings())
        assert found.startswith(("/", "http://localhost:8000", "http://localhost:8501"))
        assert not found.startswith(("//", "/\\"))
