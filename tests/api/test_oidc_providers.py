"""An organisation's own provider is set up, changed and taken away, and may fail in every way."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.routes.oidc import get_client
from outbound.errors import Invalid, Unavailable
from outbound.identity.oidc import OidcClient, Provider
from outbound.settings import Settings
from tests.api.conftest import Api
from tests.conftest import free_ports
from tests.support.franchise import Franchise
from tests.support.oidc import (
    CALLBACK,
    CLIENT_ID,
    CLIENT_SECRET,
    SETTING,
    START,
    OidcProvider,
    begin,
    signed_in,
)
from tests.support.problems import assert_problem


class TestSettingItUp:
    def test_only_owners_do_and_nobody_reads_the_secret(
        self, api: Api, franchise: Franchise, setting: dict[str, Any], provider: OidcProvider, settings: Settings
    ):
        answer = api.get(SETTING, franchise.owner)
        assert answer.json() == {
            "issuer": provider.issuer,
            "client_id": CLIENT_ID,
            "allowed_domain": "green-acres.test",
            "enabled": True,
            "start_url": f"{settings.api_url}{START}",
            "redirect_uri": f"{settings.api_url}{CALLBACK}",
            "version": 1,
        }
        with franchise.admin() as session:
            stored = session.scalar(text("select client_secret from outbound.sign_in_providers"))
        assert CLIENT_SECRET.encode() not in bytes(stored)
        for member in (franchise.rep, franchise.manager, franchise.head_manager, franchise.ops):
            assert_problem(api.get(SETTING, member), 403)
            assert_problem(api.request("PUT", SETTING, member, json=setting), 403)
            assert_problem(api.request("DELETE", SETTING, member), 403)
        assert CLIENT_SECRET not in str([entry.after for entry in franchise.audit_trail()])

    def test_a_change_names_its_version_and_keeps_the_secret(
        self, client: TestClient, api: Api, franchise: Franchise, setting: dict[str, Any]
    ):
        body = {name: value for name, value in setting.items() if name != "client_secret"} | {"client_id": CLIENT_ID}
        stale = api.request("PUT", SETTING, franchise.owner, json=body, headers={"if-match": '"9"'})
        assert_problem(stale, 412)
        fresh = api.request("PUT", SETTING, franchise.owner, json=body, headers={"if-match": '"1"'})
        assert (fresh.status_code, fresh.headers["etag"]) == (200, '"2"')
        assert signed_in(client).status_code == 200
        moved = body | {"issuer": "https://elsewhere.example.com"}
        assert_problem(api.request("PUT", SETTING, franchise.owner, json=moved), 422, "client_secret")

    @pytest.mark.parametrize(
        "change",
        [
            {"issuer": "http://login.example.com"},
            {"issuer": "ftp://login.example.com"},
            {"issuer": "https://user:pw@login.example.com"},
            {"issuer": "https://login.example.com?x=1"},
            {"issuer": "https://login.example.com:99999999"},
            {"issuer": "https://[::1"},
            {"issuer": "file:///etc/passwd"},
            {"allowed_domain": "nodots"},
            {"allowed_domain": "a..b"},
            {"client_id": ""},
            {"client_secret": None},
        ],
    )
    def test_what_cannot_be_is_refused(self, api: Api, franchise: Franchise, change: dict[str, Any]):
        body = {
            "issuer": "https://login.example.com",
            "client_id": "x",
            "client_secret": "y",
            "allowed_domain": "example.com",
        }
        assert_problem(api.request("PUT", SETTING, franchise.owner, json=body | change), 422)

    def test_taken_away_nobody_signs_in_by_it(
        self, client: TestClient, api: Api, franchise: Franchise, setting: dict[str, Any]
    ):
        back = begin(client)
        assert api.request("DELETE", SETTING, franchise.owner).status_code == 204
        assert_problem(api.get(SETTING, franchise.owner), 404)
        for path in (START, back):
            assert_problem(client.get(path, follow_redirects=False), 404)

    def test_switched_off_it_is_not_there(
        self, client: TestClient, api: Api, franchise: Franchise, setting: dict[str, Any]
    ):
        api.request("PUT", SETTING, franchise.owner, json=setting | {"enabled": False})
        assert_problem(client.get(START, follow_redirects=False), 404)

    def test_an_organisation_without_one_and_one_that_is_not_look_alike(
        self, client: TestClient, franchise: Franchise, other_franchise: Franchise
    ):
        one, other = (
            assert_problem(client.get(f"/api/auth/oidc/{slug}/start"), 404) for slug in ("blue-lawns", "no-such-thing")
        )
        assert one["detail"] == other["detail"]


class TestProvidersThatFail:
    def test_one_that_is_down(self, client: TestClient, api: Api, franchise: Franchise, setting: dict[str, Any]):
        (port,) = free_ports(1)
        api.request("PUT", SETTING, franchise.owner, json=setting | {"issuer": f"http://127.0.0.1:{port}"})
        assert_problem(client.get(START), 503, "does not answer")

    @pytest.mark.parametrize(
        "published",
        [
            {"issuer": "https://evil.example"},
            {"issuer": None},
            {"authorization_endpoint": 7},
            {"authorization_endpoint": None},
            {"authorization_endpoint": "javascript:alert(1)//"},
            {"authorization_endpoint": "data:text/html,x"},
            {"authorization_endpoint": "//evil.example"},
            {"authorization_endpoint": "/relative"},
            {"authorization_endpoint": "http://evil.example/authorize"},
            {"authorization_endpoint": "https://user:pw@evil.example/"},
            {"authorization_endpoint": "https://evil.example/\r\nset-cookie: x=1"},
            {"authorization_endpoint": "https://[::1"},
            {"more": "x" * 300_000},
        ],
    )
    def test_one_that_describes_itself_wrongly(
        self,
        client: TestClient,
        provider: OidcProvider,
        setting: dict[str, Any],
        settings: Settings,
        published: dict[str, Any],
    ):
        provider.published = published
        assert_problem(client.get(START, follow_redirects=False), 503)
        here = client.post(START, json={}, headers={"origin": settings.api_url})
        assert_problem(here, 503)  # our page goes to where the answer says

    def test_one_whose_token_endpoint_or_keys_are_gone(
        self, client: TestClient, provider: OidcProvider, setting: dict[str, Any]
    ):
        for name in ("token_endpoint", "jwks_uri"):
            for wrong in (f"{provider.issuer}/nothing/here", "https://[::1", "file:///etc/passwd"):
                get_client.cache_clear()
                provider.published = {name: wrong}
                assert signed_in(client).status_code in (403, 503)
                assert_problem(client.get("/api/me"), 401)

    @pytest.mark.parametrize(
        "address",
        ["https://127.0.0.1", "https://10.0.0.1", "https://[::1]", "https://169.254.169.254", "https://localhost"],
    )
    def test_nothing_on_a_private_network_is_asked_where_others_reach_the_server(self, address: str):
        provider = Provider(address, "x", "y", local_allowed=False)
        with pytest.raises(Invalid, match="private network"):
            OidcClient()._published(provider, f"{address}/.well-known/openid-configuration")

    def test_a_name_that_nobody_knows(self):
        provider = Provider("https://no-such-host.invalid", "x", "y", local_allowed=False)
        with pytest.raises(Unavailable, match="not found"):
            OidcClient()._published(provider, f"{provider.issuer}/.well-known/openid-configuration")
