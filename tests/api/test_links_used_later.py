"""What was checked when a link or key was made is checked again when it is used; who was never proved joins once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import text

from outbound.errors import Conflict
from outbound.identity.service import add_member, is_known
from outbound.storage.database import Database
from outbound.vocabulary import Role
from tests.api.conftest import Api
from tests.support.cast import PASSWORD, Member
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

CHOSEN = "chosen by the owner"
NEW = {"name": "Nora New", "password": CHOSEN}


def secret_of(answer: Response) -> str:
    assert answer.status_code < 300, answer.text
    return answer.json()["link"].partition("#")[2]


def reset(client: TestClient, token: str, password: str = CHOSEN) -> Response:
    return client.post("/api/auth/reset", json={"token": token, "password": password})


def accept(client: TestClient, token: str, **values: Any) -> Response:
    client.cookies.clear()
    return client.post("/api/auth/accept-invitation", json={"token": token} | NEW | values)


def sign_in(client: TestClient, email: str, password: str) -> int:
    client.cookies.clear()
    return client.post("/api/auth/sign-in", json={"email": email, "password": password}).status_code


def change(franchise: Franchise, statement: str, **values: Any) -> None:
    with franchise.admin() as session:
        session.execute(text(statement), values)


def shut_out(franchise: Franchise, member: Member, active: bool = False) -> None:
    """By another way than the API, which ends what the member made as well."""
    change(franchise, "update outbound.memberships set active = :a where user_id = :u", a=active, u=member.id)


@pytest.fixture
def second_owner(franchise: Franchise) -> Member:
    return franchise.add_member(Role.FRANCHISE_OWNER, "second-owner")


class TestAnOwnersResetLink:
    @pytest.fixture
    def link(self, api: Api, franchise: Franchise) -> str:
        return secret_of(api.request("POST", f"/api/members/{franchise.rep.id}/reset-link", franchise.owner))

    def join(self, database: Database, other: Franchise, member: Member) -> None:
        add_member(database, other.org_id, email=member.email, name="", role=Role.OPS, password=None)

    def test_it_ends_once_the_member_joins_another_organisation(
        self, client: TestClient, link: str, database: Database, franchise: Franchise, other_franchise: Franchise
    ):
        self.join(database, other_franchise, franchise.rep)
        assert_problem(reset(client, link), 422)
        assert sign_in(client, franchise.rep.email, PASSWORD) == 200

    def test_it_ends_once_they_take_up_an_invitation_of_another(
        self, client: TestClient, link: str, api: Api, franchise: Franchise, other_franchise: Franchise
    ):
        api.token(other_franchise.owner, other_franchise)
        body = {"email": franchise.rep.email, "role": "OPS"}
        invitation = secret_of(api.post("/api/invitations", other_franchise.owner, body))
        assert accept(client, invitation, password=PASSWORD).status_code == 200
        assert_problem(reset(client, link), 422)

    def test_it_ends_once_their_place_elsewhere_comes_back(
        self, client: TestClient, api: Api, database: Database, franchise: Franchise, other_franchise: Franchise
    ):
        self.join(database, other_franchise, franchise.rep)
        change(franchise, "update outbound.memberships set active = false where role = 'OPS' and user_id = :u",
               u=franchise.rep.id)  # fmt: skip
        link = secret_of(api.request("POST", f"/api/members/{franchise.rep.id}/reset-link", franchise.owner))
        api.token(other_franchise.owner, other_franchise)
        back = api.patch(f"/api/members/{franchise.rep.id}", other_franchise.owner, {"active": True})
        assert back.status_code == 200
        assert_problem(reset(client, link), 422)

    def test_where_it_was_used_before_their_place_elsewhere_does_not_come_back(
        self, client: TestClient, api: Api, database: Database, franchise: Franchise, other_franchise: Franchise
    ):
        """Its maker may know the password, and would sign in there by it."""
        self.join(database, other_franchise, franchise.rep)
        change(franchise, "update outbound.memberships set active = false where role = 'OPS' and user_id = :u",
               u=franchise.rep.id)  # fmt: skip
        link = secret_of(api.request("POST", f"/api/members/{franchise.rep.id}/reset-link", franchise.owner))
        assert reset(client, link).status_code == 204
        api.token(other_franchise.owner, other_franchise)
        back = api.patch(f"/api/members/{franchise.rep.id}", other_franchise.owner, {"active": True})
        assert_problem(back, 409, "new password")

    def test_the_check_at_its_use_needs_no_ending_before(
        self, client: TestClient, link: str, database: Database, franchise: Franchise, other_franchise: Franchise
    ):
        self.join(database, other_franchise, franchise.rep)
        change(franchise, "update outbound.password_resets set used_at = null")
        assert_problem(reset(client, link), 422)

    @pytest.mark.parametrize(
        "statement",
        [
            "update outbound.memberships set active = false where user_id = :u",
            "update outbound.memberships set role = 'SALES_MANAGER' where user_id = :u",
            "update outbound.users set disabled_at = now() where id = :u",
        ],
    )
    def test_it_is_as_good_as_its_makers_right(
        self, client: TestClient, link: str, franchise: Franchise, statement: str
    ):
        change(franchise, statement, u=franchise.owner.id)
        assert_problem(reset(client, link), 422)

    def test_a_password_that_was_set_meanwhile_ends_it(
        self, client: TestClient, link: str, api: Api, franchise: Franchise
    ):
        body = {"old_password": PASSWORD, "password": "my very own words"}
        assert api.patch("/api/me", franchise.rep, body).status_code == 200
        assert_problem(reset(client, link), 422)


class TestWhatAMemberMade:
    @pytest.mark.parametrize("how", ["deactivated", "demoted", "by another way"])
    def test_keys_and_invitations_end_with_their_makers_right(
        self, client: TestClient, api: Api, franchise: Franchise, second_owner: Member, how: str
    ):
        body = {"name": "CRM", "role": "FRANCHISE_OWNER", "scopes": ["leads:read"]}
        key = api.post("/api/api-keys", second_owner, body).json()["key"]
        invitation = {"email": "back@door.test", "role": "FRANCHISE_OWNER"}
        offer = secret_of(api.post("/api/invitations", second_owner, invitation))
        bearer = {"authorization": f"Bearer {key}"}
        assert client.get("/api/leads", headers=bearer).status_code == 200
        path = f"/api/members/{second_owner.id}"
        if how == "deactivated":
            assert api.get(f"{path}/handover", franchise.owner).json()["keys"] == 1
            to = {"to": str(franchise.manager.id)}
            assert api.post(f"{path}/deactivate", franchise.owner, to).status_code == 200
        elif how == "demoted":
            assert api.patch(path, franchise.owner, {"role": "SALES_MANAGER"}).status_code == 200
        else:
            shut_out(franchise, second_owner)
        assert_problem(client.get("/api/leads", headers=bearer), 401)
        assert_problem(client.post("/api/auth/look-at-invitation", json={"token": offer}), 422)
        assert_problem(accept(client, offer), 422)
        if how != "by another way":
            assert [each["state"] for each in api.get("/api/invitations", franchise.owner).json()["items"]] == [
                "revoked"
            ]

    def test_they_stay_ended_when_the_member_comes_back(
        self, client: TestClient, api: Api, franchise: Franchise, second_owner: Member
    ):
        body = {"name": "CRM", "role": "FRANCHISE_OWNER", "scopes": ["leads:read"]}
        key = api.post("/api/api-keys", second_owner, body).json()["key"]
        path, to = f"/api/members/{second_owner.id}", {"to": str(franchise.manager.id)}
        assert api.post(f"{path}/deactivate", franchise.owner, to).status_code == 200
        assert api.patch(path, franchise.owner, {"active": True}).status_code == 200
        assert_problem(client.get("/api/leads", headers={"authorization": f"Bearer {key}"}), 401)


class TestWhoWasNeverProved:
    """Whoever held the link of an invitation may have chosen the password."""

    EMAIL = "foreign@example.com"

    @pytest.fixture
    def foreign(self, client: TestClient, api: Api, franchise: Franchise) -> str:
        link = secret_of(api.post("/api/invitations", franchise.owner, {"email": self.EMAIL, "role": "SALES_REP"}))
        accepted = accept(client, link)
        assert accepted.status_code == 200, accepted.text
        return accepted.json()["user"]["id"]

    @pytest.fixture
    def add(self, database: Database, other_franchise: Franchise) -> Callable[[], object]:
        return lambda: add_member(
            database, other_franchise.org_id, email=self.EMAIL, name="", role=Role.SALES_REP, password="new password"
        )

    def test_the_members_list_says_so(self, api: Api, franchise: Franchise, foreign: str):
        proved = {
            each["email"]: each["email_verified"] for each in api.get("/api/members", franchise.owner).json()["items"]
        }
        assert proved.pop(self.EMAIL) is False
        assert set(proved.values()) == {True}
        assert api.get(f"/api/members/{foreign}", franchise.manager).json()["email_verified"] is None

    def test_they_get_no_second_membership_by_who_runs_the_server(
        self, client: TestClient, foreign: str, other_franchise: Franchise, add: Callable[[], object]
    ):
        with pytest.raises(Conflict, match="reset-link"):
            add()
        client.cookies.clear()
        body = {"email": self.EMAIL, "password": CHOSEN, "organisation_id": str(other_franchise.org_id)}
        assert_problem(client.post("/api/auth/sign-in", json=body), 403)

    def test_shut_out_there_they_start_anew_by_who_runs_the_server(
        self, client: TestClient, franchise: Franchise, foreign: str, other_franchise: Franchise,
        database: Database, add: Callable[[], object],
    ):  # fmt: skip
        """Nobody could make them a link; and an owner could keep a foreign address out of the whole installation."""
        session = client.cookies["outbound_session"]
        change(franchise, "update outbound.memberships set active = false where user_id = :u", u=foreign)
        assert not is_known(database, other_franchise.org_id, self.EMAIL)  # so a password is asked for
        add()
        assert sign_in(client, self.EMAIL, CHOSEN) == 401
        assert sign_in(client, self.EMAIL, "new password") == 200
        change(franchise, "update outbound.memberships set active = true where user_id = :u", u=foreign)
        client.cookies.clear()
        assert_problem(client.get("/api/me", headers={"authorization": f"Bearer {session}"}), 401)

    def test_nor_by_an_invitation(self, client: TestClient, api: Api, foreign: str, other_franchise: Franchise):
        api.token(other_franchise.owner, other_franchise)
        body = {"email": self.EMAIL, "role": "SALES_REP"}
        link = secret_of(api.post("/api/invitations", other_franchise.owner, body))
        answer = accept(client, link, password=CHOSEN)
        assert_problem(answer, 409, "Nobody has proved")

    def test_the_database_holds_it_too(self, foreign: str, franchise: Franchise, other_franchise: Franchise):
        with pytest.raises(Exception, match="nobody proved"):
            change(
                franchise,
                "insert into outbound.memberships (org_id, user_id, role) values (:o, :u, 'OPS')",
                o=other_franchise.org_id,
                u=foreign,
            )

    def test_an_owners_link_proves_nothing(
        self, client: TestClient, api: Api, franchise: Franchise, foreign: str, add: Callable[[], object]
    ):
        link = secret_of(api.request("POST", f"/api/members/{foreign}/reset-link", franchise.owner))
        assert reset(client, link).status_code == 204
        with pytest.raises(Conflict):
            add()

    def test_an_owners_link_takes_the_proof_of_one_who_was_proved(
        self, client: TestClient, api: Api, database: Database, franchise: Franchise, other_franchise: Franchise
    ):
        link = secret_of(api.request("POST", f"/api/members/{franchise.rep.id}/reset-link", franchise.owner))
        assert reset(client, link).status_code == 204
        with pytest.raises(Conflict):
            add_member(
                database, other_franchise.org_id, email=franchise.rep.email, name="", role=Role.OPS, password=None
            )
