"""Access and refresh tokens: short, rotating, and over at once when their session is."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import text

from outbound.identity.token_keys import TokenKeys
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.api.conftest import Api, Clock
from tests.support.cast import PASSWORD, Member
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

TOKEN = "/api/auth/token"
REFRESH = "/api/auth/token/refresh"


def tokens(client: TestClient, member: Member) -> dict[str, Any]:
    answer = client.post(TOKEN, json={"email": member.email, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return answer.json()


def refreshed(client: TestClient, token: str) -> dict[str, Any]:
    answer = client.post(REFRESH, json={"refresh_token": token})
    assert answer.status_code == 200, answer.text
    return answer.json()


def me(client: TestClient, access: str) -> int:
    return client.get("/api/me", headers={"authorization": f"Bearer {access}"}).status_code


class TestAccess:
    def test_a_token_says_whose_it_is_for_a_quarter_of_an_hour(
        self, client: TestClient, franchise: Franchise, clock: Clock
    ):
        found = tokens(client, franchise.rep)
        assert (found["token_type"], found["expires_in"]) == ("Bearer", 900)
        assert "set-cookie" not in client.post(TOKEN, json={"email": "x@y.zz", "password": "x"}).headers
        assert me(client, found["access_token"]) == 200
        clock.advance(minutes=14, seconds=59)
        assert me(client, found["access_token"]) == 200
        clock.advance(seconds=2)
        assert me(client, found["access_token"]) == 401

    def test_it_names_its_key_and_no_person(self, client: TestClient, franchise: Franchise):
        access = tokens(client, franchise.rep)["access_token"]
        header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in access.split(".")[:2])
        assert header == {"alg": "HS256", "kid": "1", "typ": "at+jwt"}
        assert set(claims) == {"iss", "sub", "org", "sid", "iat", "exp", "jti"}
        assert franchise.rep.email not in json.dumps(claims)

    def test_forged_ones_open_nothing(self, client: TestClient, franchise: Franchise, settings: Settings):
        access = tokens(client, franchise.rep)["access_token"]
        header, claims, signature = access.split(".")
        known = json.loads(base64.urlsafe_b64decode(claims + "=="))
        none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').decode().rstrip("=")
        other = OctKey.import_key(b"x" * 32, {"kid": "1"})
        ours = TokenKeys(settings.keys_dir).newest()
        as_owner = known | {"sub": str(franchise.owner.id)}
        forged = [
            f"{header}.{claims}.",
            f"{header}.{claims}.{signature[:-4]}AAAA",
            f"{none}.{claims}.",
            f"{none}.{claims}.{signature}",
            jwt.encode({"alg": "HS256", "kid": "1", "typ": "at+jwt"}, known, other),
            jwt.encode({"alg": "HS256", "kid": "9", "typ": "at+jwt"}, known, other),
            jwt.encode({"alg": "HS256", "kid": "1", "typ": "JWT"}, known, ours),
            # Signed by us, yet not the session of whom it names: nothing we would ever make.
            jwt.encode({"alg": "HS256", "kid": "1", "typ": "at+jwt"}, as_owner, ours),
            *(
                jwt.encode({"alg": "HS256", "kid": "1", "typ": "at+jwt"}, known | {name: value}, ours)
                for name, value in (("exp", None), ("iat", "x"), ("sub", 1), ("iss", "evil"), ("exp", 10**400))
            ),
            "a.b.c",
            "..",
            "é.é.é",
        ]
        for token in forged:
            answer = client.get("/api/me", headers={"authorization": f"Bearer {token}".encode()})
            assert_problem(answer, 401)

    def test_signing_out_ends_it_at_once(self, client: TestClient, franchise: Franchise):
        found = tokens(client, franchise.rep)
        headers = {"authorization": f"Bearer {found['access_token']}"}
        assert client.post("/api/auth/sign-out", headers=headers).status_code == 204
        assert me(client, found["access_token"]) == 401
        assert_problem(client.post(REFRESH, json={"refresh_token": found["refresh_token"]}), 401)

    def test_who_is_shut_out_is_out_at_once(self, client: TestClient, franchise: Franchise):
        found = tokens(client, franchise.rep)
        with franchise.admin() as session:
            session.execute(text("update outbound.memberships set active = false"))
        assert me(client, found["access_token"]) == 401
        assert_problem(client.post(REFRESH, json={"refresh_token": found["refresh_token"]}), 401)

    def test_keys_rotate_while_tokens_of_the_former_live_on(
        self, client: TestClient, franchise: Franchise, settings: Settings
    ):
        before = tokens(client, franchise.rep)
        keys = TokenKeys(settings.keys_dir)
        assert keys.rotate() == "2"
        after = tokens(client, franchise.rep)
        assert me(client, before["access_token"]) == me(client, after["access_token"]) == 200
        assert json.loads(base64.urlsafe_b64decode(after["access_token"].split(".")[0] + "=="))["kid"] == "2"
        keys.rotate()
        keys.rotate()
        assert me(client, before["access_token"]) == 401


class TestRefresh:
    def test_each_is_good_once_and_leads_to_the_next(self, client: TestClient, franchise: Franchise, clock: Clock):
        first = tokens(client, franchise.rep)
        second = refreshed(client, first["refresh_token"])
        clock.advance(minutes=1)
        third = refreshed(client, second["refresh_token"])
        assert len({each["refresh_token"] for each in (first, second, third)}) == 3
        assert me(client, third["access_token"]) == 200
        assert [entry.acted_by for entry in franchise.audit_trail("session refreshed")] == [franchise.rep.id] * 2

    def test_a_stolen_one_ends_the_session_for_both(self, client: TestClient, franchise: Franchise, clock: Clock):
        first = tokens(client, franchise.rep)
        second = refreshed(client, first["refresh_token"])
        clock.advance(seconds=11)
        assert_problem(client.post(REFRESH, json={"refresh_token": first["refresh_token"]}), 401, "sign in again")
        assert me(client, second["access_token"]) == 401
        assert_problem(client.post(REFRESH, json={"refresh_token": second["refresh_token"]}), 401)
        (entry,) = franchise.audit_trail("session refresh_token_reused")
        assert entry.acted_by == franchise.rep.id

    def test_a_stolen_one_ends_no_other_session(self, client: TestClient, franchise: Franchise, clock: Clock):
        first, other = tokens(client, franchise.rep), tokens(client, franchise.rep)
        refreshed(client, first["refresh_token"])
        clock.advance(seconds=11)
        client.post(REFRESH, json={"refresh_token": first["refresh_token"]})
        assert me(client, other["access_token"]) == 200

    def test_a_request_repeated_on_a_bad_connection_gets_the_same_answer(
        self, client: TestClient, franchise: Franchise, clock: Clock
    ):
        first = tokens(client, franchise.rep)
        second = refreshed(client, first["refresh_token"])
        clock.advance(seconds=9)
        again = refreshed(client, first["refresh_token"])
        assert again["refresh_token"] == second["refresh_token"]
        assert me(client, refreshed(client, again["refresh_token"])["access_token"]) == 200

    def test_once_the_next_was_spent_even_a_quick_repeat_is_theft(self, client: TestClient, franchise: Franchise):
        first = tokens(client, franchise.rep)
        third = refreshed(client, refreshed(client, first["refresh_token"])["refresh_token"])
        assert_problem(client.post(REFRESH, json={"refresh_token": first["refresh_token"]}), 401)
        assert me(client, third["access_token"]) == 401

    def test_sent_many_times_at_once_it_has_one_successor(self, client: TestClient, franchise: Franchise):
        first = tokens(client, franchise.rep)
        with ThreadPoolExecutor(6) as pool:
            found = list(pool.map(lambda _: refreshed(client, first["refresh_token"])["refresh_token"], range(6)))
        assert len(set(found)) == 1

    def test_it_ends_after_the_time_of_a_session_without_use(
        self, client: TestClient, franchise: Franchise, clock: Clock
    ):
        first = tokens(client, franchise.rep)
        clock.advance(days=31)
        assert_problem(client.post(REFRESH, json={"refresh_token": first["refresh_token"]}), 401)

    def test_spent_ones_are_forgotten_after_a_week(self, client: TestClient, franchise: Franchise, clock: Clock):
        found = tokens(client, franchise.rep)
        for _ in range(4):
            clock.advance(days=5)
            found = refreshed(client, found["refresh_token"])
        with franchise.admin() as session:
            assert session.scalar(text("select count(*) from outbound.refresh_tokens")) == 3

    def test_no_secret_is_stored(self, client: TestClient, franchise: Franchise, database: Database):
        found = refreshed(client, tokens(client, franchise.rep)["refresh_token"])
        with database.admin_engine.connect() as connection:
            stored = connection.scalar(
                text(
                    "select (select jsonb_agg(s) from outbound.sessions s)::text"
                    " || (select jsonb_agg(t) from outbound.refresh_tokens t)::text"
                )
            )
        assert found["refresh_token"] not in stored

    @pytest.mark.parametrize("token", ["x", "é", "ob_" + "0" * 32, "😀", "a" * 200])
    def test_nonsense_is_refused(self, client: TestClient, franchise: Franchise, token: str):
        assert_problem(client.post(REFRESH, json={"refresh_token": token}), 401)

    def test_a_session_is_no_refresh_token_and_a_refresh_token_no_session(
        self, client: TestClient, api: Api, franchise: Franchise
    ):
        assert me(client, tokens(client, franchise.rep)["refresh_token"]) == 401
        assert_problem(client.post(REFRESH, json={"refresh_token": api.token(franchise.rep)}), 401)


class TestEverywhere:
    def test_signing_out_everywhere_ends_browsers_and_clients_of_this_person_alone(
        self, client: TestClient, api: Api, franchise: Franchise
    ):
        found, other = tokens(client, franchise.rep), tokens(client, franchise.manager)
        answer = api.request("POST", "/api/auth/sign-out-everywhere", franchise.rep)
        assert answer.json() == {"sessions": 2}
        assert me(client, found["access_token"]) == 401
        assert_problem(client.post(REFRESH, json={"refresh_token": found["refresh_token"]}), 401)
        assert_problem(api.get("/api/me", franchise.rep), 401)
        assert me(client, other["access_token"]) == 200
        (entry,) = franchise.audit_trail("membership signed_out_everywhere")
        assert entry.after == {"sessions": 2}
