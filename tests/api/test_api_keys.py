"""Keys of machines: scoped, shown once, revocable, and never more than their role."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import text

from outbound.identity.permissions import Operation, may
from outbound.vocabulary import Role
from tests.api.conftest import Api, Clock
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

KEYS = "/api/api-keys"
BODY = {"name": "CRM", "role": "SALES_MANAGER", "scopes": ["leads:read", "profile"]}


@pytest.fixture
def made(api: Api, franchise: Franchise) -> dict[str, Any]:
    answer = api.post(KEYS, franchise.owner, BODY)
    assert answer.status_code == 201, answer.text
    return answer.json()


def ask(client: TestClient, key: str, path: str = "/api/leads/outbound", method: str = "GET", **more: Any) -> Response:
    return client.request(method, path, headers={"authorization": f"Bearer {key}"}, **more)


class TestMaking:
    def test_the_key_is_told_once(self, api: Api, franchise: Franchise, made: dict[str, Any]):
        assert made["key"].startswith(f"ob_{made['id'].replace('-', '')}_")
        listed = api.get(KEYS, franchise.owner).json()["items"]
        assert [each["id"] for each in listed] == [made["id"]]
        assert made["key"] not in str(listed)
        assert api.get(f"{KEYS}/{made['id']}", franchise.owner).json()["scopes"] == ["leads:read", "profile"]

    def test_only_a_hash_is_stored(self, franchise: Franchise, made: dict[str, Any]):
        with franchise.admin() as session:
            stored = session.scalar(text("select to_jsonb(k)::text from outbound.api_keys k"))
        assert made["key"].rpartition("_")[2] not in stored

    def test_the_same_again_answers_the_first_and_tells_no_key(self, api: Api, franchise: Franchise):
        body = BODY | {"id": str(uuid4())}
        first = api.post(KEYS, franchise.owner, body)
        again = api.post(KEYS, franchise.owner, body)
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json() == first.json() | {"key": None}
        assert_problem(api.post(KEYS, franchise.owner, body | {"name": "Other"}), 409)
        assert len(franchise.audit_trail("api_key created")) == 1

    @pytest.mark.parametrize("role", list(Role))
    def test_no_key_carries_more_than_its_role(self, api: Api, franchise: Franchise, role: Role):
        beyond = [op for op in Operation if not may(role, op)] + [Operation.KEYS_WRITE, Operation.MEMBERS_WRITE]
        for operation in {beyond[0], beyond[-1], beyond[-2]}:
            answer = api.post(KEYS, franchise.owner, {"name": "x", "role": role, "scopes": ["profile", operation]})
            assert_problem(answer, 422, operation)
        assert franchise.audit_trail("api_key created") == []

    def test_only_owners_make_list_and_revoke_them(self, api: Api, franchise: Franchise, made: dict[str, Any]):
        for member in (franchise.rep, franchise.manager, franchise.head_manager, franchise.ops):
            assert_problem(api.get(KEYS, member), 403)
            assert_problem(api.post(KEYS, member, BODY), 403)
            assert_problem(api.request("DELETE", f"{KEYS}/{made['id']}", member), 403)

    def test_another_organisations_key_is_not_there(
        self, api: Api, franchise: Franchise, other_franchise: Franchise, made: dict[str, Any]
    ):
        api.token(other_franchise.owner, other_franchise)
        assert api.get(KEYS, other_franchise.owner).json()["items"] == []
        assert_problem(api.get(f"{KEYS}/{made['id']}", other_franchise.owner), 404)
        assert_problem(api.request("DELETE", f"{KEYS}/{made['id']}", other_franchise.owner), 404)

    @pytest.mark.parametrize(
        "change",
        [
            {"scopes": []},
            {"scopes": ["everything"]},
            {"scopes": ["leads:read"] * 100},
            {"name": ""},
            {"name": "x" * 201},
            {"name": "\x00"},
            {"role": "GOD"},
            {"expires_at": "2001-01-01T00:00:00Z"},
            {"expires_at": "0001-01-01T00:00:00Z"},
            {"id": "x"},
            {"more": 1},
        ],
    )
    def test_what_cannot_be_used_is_refused(self, api: Api, franchise: Franchise, change: dict[str, Any]):
        assert_problem(api.post(KEYS, franchise.owner, BODY | change), 422)


class TestUsing:
    def test_it_acts_as_a_member_of_its_own(self, client: TestClient, franchise: Franchise, made: dict[str, Any]):
        body = ask(client, made["key"], "/api/me").json()
        assert body["user"] == {"id": made["member_id"], "name": "CRM", "email": None}
        assert (body["role"], body["scopes"]) == ("SALES_MANAGER", ["leads:read", "profile"])

    def test_it_does_what_its_scopes_name_and_nothing_else(
        self, client: TestClient, franchise: Franchise, made: dict[str, Any]
    ):
        assert ask(client, made["key"]).status_code == 200
        assert_problem(ask(client, made["key"], method="POST", json={"phone": "+15155550123"}), 403, "scope")
        assert_problem(ask(client, made["key"], "/api/auth/sign-out", "POST"), 403, "revoke the key")
        answer = ask(client, made["key"], "/api/me", "PATCH", json={"password": "another one entirely"})
        assert_problem(answer, 403, "machine")

    def test_a_session_whose_secret_begins_as_keys_do_is_a_session(self, api: Api, franchise: Franchise):
        api.token(franchise.rep, secret=f"ob_{secrets.token_urlsafe(32)[3:]}")
        assert api.get("/api/me", franchise.rep).json()["user"]["id"] == str(franchise.rep.id)

    def test_what_it_does_bears_its_name(self, client: TestClient, api: Api, franchise: Franchise):
        made = api.post(KEYS, franchise.owner, BODY | {"scopes": ["leads:write"]}).json()
        body = {"first_name": "Ada", "phone": "+15155550123"}
        assert ask(client, made["key"], method="POST", json=body).status_code == 201
        (entry,) = franchise.audit_trail("lead created")
        assert str(entry.acted_by) == made["member_id"]

    def test_when_it_was_last_used_is_told_coarsely(
        self, client: TestClient, api: Api, franchise: Franchise, made: dict[str, Any], clock: Clock
    ):
        def last_used() -> str:
            return api.get(f"{KEYS}/{made['id']}", franchise.owner).json()["last_used_at"]

        assert last_used() is None
        ask(client, made["key"])
        first = last_used()
        clock.advance(minutes=10)
        ask(client, made["key"])
        assert last_used() == first
        clock.advance(minutes=6)
        ask(client, made["key"])
        assert last_used() > first

    def test_revoked_it_opens_nothing(self, client: TestClient, api: Api, franchise: Franchise, made: dict[str, Any]):
        for _ in range(2):
            assert api.request("DELETE", f"{KEYS}/{made['id']}", franchise.owner).status_code == 204
        assert_problem(ask(client, made["key"]), 401)
        assert len(franchise.audit_trail("api_key revoked")) == 1
        assert api.get(KEYS, franchise.owner, active=True).json()["items"] == []
        assert len(api.get(KEYS, franchise.owner, active=False).json()["items"]) == 1

    def test_expired_it_opens_nothing(self, client: TestClient, franchise: Franchise, made: dict[str, Any]):
        with franchise.admin() as session:
            session.execute(text("update outbound.api_keys set expires_at = now() - interval '1 second'"))
        assert_problem(ask(client, made["key"]), 401)

    def test_nobody_signs_in_as_a_machine(self, client: TestClient, franchise: Franchise, made: dict[str, Any]):
        for email in ("", "CRM", made["member_id"], "null"):
            answer = client.post("/api/auth/sign-in", json={"email": email, "password": ""})
            assert answer.status_code in (401, 422)

    def test_a_guesser_of_its_secret_waits_and_who_has_it_does_not(
        self, client: TestClient, franchise: Franchise, made: dict[str, Any]
    ):
        wrong = made["key"][:-4] + "AAAA"
        for _ in range(11):
            assert_problem(ask(client, wrong), 401)
        answer = ask(client, wrong)
        assert_problem(answer, 429)
        assert int(answer.headers["retry-after"]) >= 1
        assert ask(client, made["key"]).status_code == 200

    @pytest.mark.parametrize("key", ["ob_", "ob_x", "ob_" + "0" * 32 + "_" + "A" * 43, "ob_é", "ob_" + "f" * 9000])
    def test_nonsense_is_not_signed_in(self, client: TestClient, franchise: Franchise, key: str):
        answer = client.get("/api/me", headers={"authorization": f"Bearer {key}".encode()})
        assert_problem(answer, 401)

    def test_it_is_no_cookie(self, client: TestClient, franchise: Franchise, made: dict[str, Any]):
        client.cookies.set("outbound_session", made["key"])
        assert_problem(client.get("/api/me"), 401)


class TestMembersList:
    def test_machines_are_listed_only_when_asked_for(self, api: Api, franchise: Franchise, made: dict[str, Any]):
        people = api.get("/api/members", franchise.rep).json()["items"]
        everybody = api.get("/api/members", franchise.rep, machines=True).json()["items"]
        assert len(people) == 6
        assert [each["name"] for each in everybody if each["is_machine"]] == ["CRM"]

    def test_a_machine_is_changed_by_its_key_alone(self, api: Api, franchise: Franchise, made: dict[str, Any]):
        path = f"/api/members/{made['member_id']}"
        assert_problem(api.patch(path, franchise.owner, {"role": "FRANCHISE_OWNER"}), 409, "machine")
        assert_problem(api.post(f"{path}/deactivate", franchise.owner, {"to": "territory_owner"}), 409, "machine")
        assert_problem(api.post(f"{path}/reset-link", franchise.owner, {}), 409, "machine")
