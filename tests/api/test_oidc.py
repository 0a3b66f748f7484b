"""Signing in at an organisation's own provider, and everything such a provider can get wrong."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import text

from outbound.settings import Settings
from tests.api.conftest import Api, Clock
from tests.support.franchise import Franchise
from tests.support.oidc import (
    CALLBACK,
    CLIENT_ID,
    SETTING,
    START,
    OidcProvider,
    begin,
    signed_in,
)
from tests.support.problems import assert_problem


class TestSigningIn:
    def test_a_member_is_in_with_the_cookie_of_every_sign_in(
        self, client: TestClient, franchise: Franchise, setting: dict[str, Any]
    ):
        answer = signed_in(client, next="/app/leads")
        assert answer.status_code == 200
        assert "url=/app/leads" in answer.text
        assert "samesite=strict" in answer.headers["set-cookie"].lower()
        assert client.get("/api/me").json()["user"]["id"] == str(franchise.rep.id)
        (entry,) = franchise.audit_trail("session signed_in")
        assert (entry.acted_by, entry.after["how"]) == (franchise.rep.id, "oidc")

    def test_no_foreign_page_is_gone_to(self, client: TestClient, setting: dict[str, Any]):
        answer = signed_in(client, next="https://evil.example/")
        assert "evil" not in answer.text

    def test_what_went_out_tells_no_verifier_and_no_secret(self, client: TestClient, setting: dict[str, Any]):
        answer = client.get(START, follow_redirects=False)
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        assert set(query) == {
            "response_type",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
        }
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert query["state"][0].lower() not in cookie

    def test_keys_that_rotated_meanwhile_are_fetched_anew(
        self, client: TestClient, provider: OidcProvider, setting: dict[str, Any]
    ):
        assert signed_in(client).status_code == 200
        provider.rotate()
        assert signed_in(client).status_code == 200
        assert provider.asked.count("jwks") == 2
        assert provider.asked.count("configuration") == 1

    def test_capitals_in_the_address_do_not_matter(
        self, client: TestClient, franchise: Franchise, provider: OidcProvider, setting: dict[str, Any]
    ):
        provider.email = franchise.rep.email.upper()
        assert signed_in(client).status_code == 200


BROWSER = {"accept": "text/html", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
CONFIRM = "/api/auth/oidc/green-acres/confirm"


def followed(client: TestClient, headers: dict[str, str]) -> Response:
    """What a browser is shown that was sent to the start from somewhere."""
    answer = client.get(START, headers=headers, follow_redirects=False)
    back = httpx.get(answer.headers["location"], follow_redirects=False).headers["location"]
    return client.get(back, headers=headers, follow_redirects=False)


def proof_on(page: Response) -> str:
    assert page.status_code == 200, page.text
    return page.text.partition('data-proof="')[2].partition('"')[0]


class TestWhoIsAskedFirst:
    """A page of another site may send a browser anywhere: signing in as somebody else takes a yes on a page of ours."""

    @pytest.fixture
    def somebody(self, client: TestClient, api: Api, other_franchise: Franchise) -> str:
        """Who is signed in in this browser, of another organisation."""
        client.cookies.set("outbound_session", api.token(other_franchise.owner, other_franchise))
        return str(other_franchise.owner.id)

    def present(self, client: TestClient) -> str | None:
        answer = client.get("/api/me")
        return answer.json()["user"]["id"] if answer.status_code == 200 else None

    @pytest.mark.parametrize(
        "headers",
        [
            BROWSER,
            BROWSER | {"sec-fetch-site": "none"},  # a link in a letter
            BROWSER | {"sec-fetch-site": "same-origin"},  # our own pages post
            BROWSER | {"sec-fetch-site": "same-site"},
            {"accept": "text/html"},  # without TLS browsers do not say what they fetch for
            {"accept": "*/*", "sec-fetch-site": "cross-site"},
            {"accept": "image/avif,*/*;q=0.8", "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"},
        ],
    )
    def test_who_followed_a_link(
        self, client: TestClient, setting: dict[str, Any], franchise: Franchise, headers: dict[str, str]
    ):
        page = followed(client, headers)
        assert "outbound_session" not in client.cookies
        assert f"Sign in to {franchise.name}?" in page.text
        assert franchise.rep.email in page.text
        assert self.present(client) is None

    def test_whose_session_would_be_replaced(
        self, client: TestClient, setting: dict[str, Any], other_franchise: Franchise, somebody: str
    ):
        for headers in (BROWSER, {}):
            page = followed(client, headers)
            assert f"{other_franchise.owner.name} of {other_franchise.name}" in page.text
            assert self.present(client) == somebody

    def test_a_yes_signs_in_and_ends_the_other_session(
        self, client: TestClient, api: Api, setting: dict[str, Any], settings: Settings, franchise: Franchise,
        somebody: str,
    ):  # fmt: skip
        proof = proof_on(followed(client, BROWSER))
        for origin in ({}, {"origin": "https://evil.example"}, {"origin": "null"}):
            assert_problem(client.post(CONFIRM, json={"proof": proof}, headers=origin), 403)
        former = client.cookies["outbound_session"]
        answer = client.post(CONFIRM, json={"proof": proof}, headers={"origin": settings.api_url})
        assert (answer.status_code, answer.json()) == (200, {"next": "/app/"})
        assert self.present(client) == str(franchise.rep.id)
        assert_problem(client.get("/api/me", headers={"authorization": f"Bearer {former}"}), 401)
        # It is good once.
        assert_problem(client.post(CONFIRM, json={"proof": proof}, headers={"origin": settings.api_url}), 401)

    def test_a_yes_counts_in_the_browser_that_was_asked(
        self, client: TestClient, setting: dict[str, Any], settings: Settings, clock: Clock
    ):
        origin = {"origin": settings.api_url}
        proof = proof_on(followed(client, BROWSER))
        for other in ("", "zz", "00" * 60, proof[:-2] + "00"):
            assert client.post(CONFIRM, json={"proof": other}, headers=origin).status_code in (401, 422)
        clock.advance(minutes=11)
        assert_problem(client.post(CONFIRM, json={"proof": proof}, headers=origin), 401)
        clock.advance(minutes=-11)
        client.cookies.clear()
        assert_problem(client.post(CONFIRM, json={"proof": proof}, headers=origin), 401)

    def test_who_chose_it_on_our_own_page_is_asked_nothing_more(
        self, client: TestClient, setting: dict[str, Any], settings: Settings, franchise: Franchise, somebody: str
    ):
        assert_problem(client.post(START, json={}, headers={"origin": "https://evil.example"}), 403)
        assert_problem(client.post(START, json={}), 403)
        former = client.cookies["outbound_session"]
        started = client.post(START, json={"next": "/app/leads"}, headers={"origin": settings.api_url}).json()
        back = httpx.get(started["url"], follow_redirects=False).headers["location"]
        # The provider's page leads back: a strict cookie does not travel with that.
        client.cookies.delete("outbound_session")
        assert "url=/app/leads" in client.get(back, headers=BROWSER).text
        assert self.present(client) == str(franchise.rep.id)
        assert_problem(client.get("/api/me", headers={"authorization": f"Bearer {former}"}), 401)

    def test_a_sign_in_ends_with_its_provider(
        self, client: TestClient, api: Api, setting: dict[str, Any], franchise: Franchise
    ):
        assert signed_in(client).status_code == 200
        token = {"authorization": f"Bearer {client.cookies['outbound_session']}"}
        assert api.request("PUT", SETTING, franchise.owner, json=setting).status_code == 200
        assert client.get("/api/me", headers=token).status_code == 200
        assert api.request("DELETE", SETTING, franchise.owner).status_code == 204
        assert_problem(client.get("/api/me", headers=token), 401)


class TestWhoIsRefused:
    def refused(self, client: TestClient, status: int, *words: str) -> None:
        assert_problem(signed_in(client), status, *words)
        client.cookies.pop("outbound_oidc", None)
        assert_problem(client.get("/api/me"), 401)

    def test_a_stranger(self, client: TestClient, provider: OidcProvider, setting: dict[str, Any]):
        provider.email = "stranger@green-acres.test"
        self.refused(client, 403, "not an active member")

    def test_who_was_shut_out(self, client: TestClient, franchise: Franchise, setting: dict[str, Any]):
        with franchise.admin() as session:
            session.execute(text("update outbound.memberships set active = false"))
        self.refused(client, 403, "not an active member")

    def test_a_member_of_another_organisation(
        self,
        client: TestClient,
        api: Api,
        franchise: Franchise,
        other_franchise: Franchise,
        provider: OidcProvider,
        setting: dict[str, Any],
    ):
        api.request("PUT", SETTING, franchise.owner, json=setting | {"allowed_domain": "blue-lawns.test"})
        provider.email = other_franchise.rep.email
        self.refused(client, 403, "not an active member")

    def test_an_address_of_another_domain(self, client: TestClient, provider: OidcProvider, setting: dict[str, Any]):
        for email in ("rep@evil.test", "rep@green-acres.test@evil.test", "rep@sub.green-acres.test"):
            provider.email = email
            self.refused(client, 403, "Only addresses of green-acres.test")

    @pytest.mark.parametrize("verified", [False, "true", 1, None, ...])
    def test_an_address_nobody_vouches_for(
        self, client: TestClient, provider: OidcProvider, setting: dict[str, Any], verified: Any
    ):
        provider.claims = {"email_verified": verified}
        self.refused(client, 403, "vouch")

    @pytest.mark.parametrize("email", ["re\x00p@green-acres.test", "rep@green-acres.test\x00"])
    def test_an_address_that_cannot_be_stored(
        self, client: TestClient, provider: OidcProvider, setting: dict[str, Any], email: str
    ):
        provider.claims = {"email": email}
        self.refused(client, 403, "vouch")

    def test_an_address_that_only_folds_to_a_members(
        self, client: TestClient, franchise: Franchise, provider: OidcProvider, setting: dict[str, Any]
    ):
        with franchise.admin() as session:
            session.execute(text("update outbound.users set email = 'kim@green-acres.test' where email like 'rep@g%'"))
        provider.email = "\u212aim@green-acres.test"  # the Kelvin sign
        self.refused(client, 403, "not an active member")

    @pytest.mark.parametrize(
        "claims",
        [
            {"nonce": "another"},
            {"nonce": ...},
            {"iss": "https://evil.example"},
            {"aud": "another client"},
            {"aud": [CLIENT_ID, "another client"]},
            {"aud": [CLIENT_ID], "azp": "another client"},
            {"aud": []},
            {"aud": ...},
            {"sub": ""},
            {"sub": 7},
            {"exp": int(time.time()) - 3600},
            {"exp": ...},
            {"exp": "tomorrow"},
            {"iat": int(time.time()) + 3600},
            {"iat": None},
        ],
    )
    def test_a_token_that_is_not_meant_for_this_sign_in(
        self, client: TestClient, provider: OidcProvider, setting: dict[str, Any], claims: dict[str, Any]
    ):
        provider.claims = claims
        self.refused(client, 403, "not meant for this sign-in")

    def test_a_forged_or_unsigned_token(self, client: TestClient, provider: OidcProvider, setting: dict[str, Any]):
        provider.forged = True
        self.refused(client, 403, "not signed")
        provider.forged, provider.unsigned = False, True
        self.refused(client, 403, "not signed")


class TestTheWayBack:
    def test_a_sign_in_that_another_browser_began(self, client: TestClient, setting: dict[str, Any]):
        back = begin(client)
        client.cookies.clear()
        assert_problem(client.get(back), 401, "not begun in this browser")

    def test_another_state_and_none(self, client: TestClient, setting: dict[str, Any]):
        begin(client)
        for query in ("?code=x", "?code=x&state=", "?code=x&state=other", "?code=x&state=%C3%A9", ""):
            assert_problem(client.get(CALLBACK + query), 401)

    def test_a_code_is_good_once(self, client: TestClient, setting: dict[str, Any]):
        back = begin(client)
        flow = client.cookies["outbound_oidc"]
        assert client.get(back).status_code == 200
        client.cookies.set("outbound_oidc", flow, path="/api/auth/oidc")
        assert_problem(client.get(back), 403, "did not accept")

    def test_a_flow_of_another_organisation_does_not_open_here(self, client: TestClient, setting: dict[str, Any]):
        for cookie in ("", "zz", "00" * 60, "é".encode().hex()):
            client.cookies.set("outbound_oidc", cookie, path="/api/auth/oidc")
            assert_problem(client.get(f"{CALLBACK}?code=x&state=y"), 401)

    def test_it_takes_ten_minutes_at_most(self, client: TestClient, setting: dict[str, Any], clock: Clock):
        back = begin(client)
        clock.advance(minutes=10, seconds=1)
        assert_problem(client.get(back), 401, "too long ago")

    def test_who_turns_round_at_the_provider_is_told_so(self, client: TestClient, setting: dict[str, Any]):
        state = parse_qs(urlsplit(begin(client)).query)["state"][0]
        assert_problem(client.get(CALLBACK, params={"error": "access_denied", "state": state}), 401, "broken off")

    def test_people_get_a_page_with_a_way_back(self, client: TestClient, setting: dict[str, Any]):
        answer = client.get(f"{CALLBACK}?code=x&state=y", headers={"accept": "text/html"})
        assert answer.status_code == 401
        assert answer.headers["content-type"].startswith("text/html")
        assert 'href="/sign-in"' in answer.text
