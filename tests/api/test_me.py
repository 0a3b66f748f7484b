"""What people change about themselves, and the list of where they are signed in."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from outbound.settings import Settings
from tests.api.conftest import Api
from tests.support.cast import PASSWORD
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

NEW = "another one entirely"


def sign_in(client: TestClient, franchise: Franchise, password: str = PASSWORD, **headers: str) -> str:
    client.cookies.clear()
    body = {"email": franchise.rep.email, "password": password}
    answer = client.post("/api/auth/sign-in", json=body, headers=headers)
    client.cookies.clear()
    return answer.json().get("token", "")


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


class TestEditing:
    def test_a_name_is_changed(self, api: Api, franchise: Franchise):
        assert api.patch("/api/me", franchise.rep, {"name": "Ada Lovelace"}).json()["user"]["name"] == "Ada Lovelace"
        assert api.get("/api/me", franchise.rep).json()["user"]["name"] == "Ada Lovelace"
        (entry,) = franchise.audit_trail("user renamed")
        assert entry.acted_by == franchise.rep.id
        assert entry.before["name_hash"] != entry.after["name_hash"]
        assert "Ada" not in str(entry.after)

    def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(self, client: TestClient, franchise: Franchise):
        here, there = sign_in(client, franchise), sign_in(client, franchise)
        body = {"password": NEW, "old_password": PASSWORD}
        assert client.patch("/api/me", json=body, headers=bearer(here)).status_code == 200
        assert client.get("/api/me", headers=bearer(here)).status_code == 200
        assert_problem(client.get("/api/me", headers=bearer(there)), 401)
        assert not sign_in(client, franchise)
        assert sign_in(client, franchise, NEW)
        assert len(franchise.audit_trail("user password_changed")) == 1

    @pytest.mark.parametrize(
        "body",
        [
            {"password": NEW},
            {"password": NEW, "old_password": "wrong one here"},
            {"password": "short", "old_password": PASSWORD},
            {"name": ""},
            {"name": " "},
            {"name": "x" * 201},
            {"name": "\x00"},
            {"email": "x@y.zz"},
            {"role": "FRANCHISE_OWNER"},
        ],
    )
    def test_what_may_not_be_is_refused(self, client: TestClient, api: Api, franchise: Franchise, body: dict[str, Any]):
        assert_problem(api.patch("/api/me", franchise.rep, body), 422)
        assert sign_in(client, franchise)
        assert franchise.audit_trail("user renamed", "user password_changed") == []

    def test_old_passwords_are_not_guessed_here_either(self, api: Api, franchise: Franchise):
        body = {"password": NEW, "old_password": "wrong one here"}
        statuses = [api.patch("/api/me", franchise.rep, body).status_code for _ in range(7)]
        assert statuses == [422] * 6 + [429]

    def test_blanks_around_a_password_and_the_way_accents_are_written_count_as_typed(
        self, client: TestClient, api: Api, franchise: Franchise
    ):
        api.patch("/api/me", franchise.rep, {"password": " caf\u00e9 au lait ", "old_password": PASSWORD})
        assert sign_in(client, franchise, " cafe\u0301 au lait ")
        assert not sign_in(client, franchise, "caf\u00e9 au lait")


class TestSessions:
    def test_they_are_listed_with_what_they_call_themselves(self, client: TestClient, franchise: Franchise):
        token = sign_in(client, franchise, **{"user-agent": "Phone/1.0"})
        issued = client.post("/api/auth/token", json={"email": franchise.rep.email, "password": PASSWORD}).json()
        sessions = client.get("/api/me/sessions", headers=bearer(token)).json()["items"]
        assert [(each["kind"], each["current"]) for each in sessions] == [("client", False), ("browser", True)]
        assert sessions[1]["label"] == "Phone/1.0"
        own = client.get("/api/me/sessions", headers=bearer(issued["access_token"])).json()["items"]
        assert [each["current"] for each in own] == [True, False]

    def test_one_is_ended_such_as_that_of_a_lost_phone(self, client: TestClient, api: Api, franchise: Franchise):
        lost = sign_in(client, franchise)
        (session_id,) = (
            each["id"] for each in api.get("/api/me/sessions", franchise.rep).json()["items"] if not each["current"]
        )
        assert api.request("DELETE", f"/api/me/sessions/{session_id}", franchise.rep).status_code == 204
        assert_problem(client.get("/api/me", headers=bearer(lost)), 401)
        assert_problem(api.request("DELETE", f"/api/me/sessions/{session_id}", franchise.rep), 404)

    def test_nobody_sees_or_ends_anothers(self, client: TestClient, api: Api, franchise: Franchise):
        token = sign_in(client, franchise)
        (mine,) = client.get("/api/me/sessions", headers=bearer(token)).json()["items"]
        for member in (franchise.owner, franchise.manager):
            assert mine["id"] not in api.get("/api/me/sessions", member).text
            assert_problem(api.request("DELETE", f"/api/me/sessions/{mine['id']}", member), 404)

    def test_they_come_in_pages(self, client: TestClient, api: Api, franchise: Franchise):
        for _ in range(3):
            sign_in(client, franchise)
        first = api.get("/api/me/sessions", franchise.rep, limit=3).json()
        rest = api.get("/api/me/sessions", franchise.rep, limit=3, cursor=first["next_cursor"]).json()
        assert len(first["items"]) == 3
        assert len(rest["items"]) == 1
        assert rest["next_cursor"] is None

    def test_the_cookie_ends_with_the_session(self, client: TestClient, franchise: Franchise, settings: Settings):
        body = {"email": franchise.rep.email, "password": PASSWORD}
        client.post("/api/auth/sign-in", json=body)
        answer = client.post("/api/auth/sign-out-everywhere", headers={"origin": settings.api_url})
        assert answer.json() == {"sessions": 1}
        assert not client.cookies
