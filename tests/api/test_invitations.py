"""Links that are good once: to join, and to set a new password."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import text

from api.dependencies import get_now
from api.main import create_app
from outbound.messaging.mail import Mailer
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.api.conftest import Api, Clock
from tests.conftest import free_ports
from tests.support.cast import PASSWORD, Member
from tests.support.franchise import Franchise
from tests.support.mail import Inbox, mail_server
from tests.support.problems import assert_problem

INVITATIONS = "/api/invitations"
ACCEPT = "/api/auth/accept-invitation"
BODY = {"email": "New@Example.com", "role": "SALES_REP"}
NEW = {"name": "Nora New", "password": "a brand new password"}


def secret_of(link: str) -> str:
    return link.partition("#")[2]


def sign_in(client: TestClient, email: str, password: str) -> int:
    return client.post("/api/auth/sign-in", json={"email": email, "password": password}).status_code


@pytest.fixture
def invited(api: Api, franchise: Franchise) -> dict[str, Any]:
    answer = api.post(INVITATIONS, franchise.owner, BODY)
    assert answer.status_code == 201, answer.text
    return answer.json() | {"token": secret_of(answer.json()["link"])}


def accept(client: TestClient, token: str, **values: Any) -> Response:
    return client.post(ACCEPT, json={"token": token} | NEW | values)


class TestInviting:
    def test_without_a_mail_server_the_owner_gets_the_link(self, invited: dict[str, Any], settings: Settings):
        assert invited["sent"] is False
        assert re.fullmatch(rf"{settings.api_url}/accept-invitation#[\w-]{{43}}", invited["link"])
        assert (invited["email"], invited["state"]) == ("new@example.com", "pending")

    def test_the_secret_is_stored_and_listed_nowhere(self, api: Api, franchise: Franchise, invited: dict[str, Any]):
        listed = api.get(INVITATIONS, franchise.owner)
        assert [each["id"] for each in listed.json()["items"]] == [invited["id"]]
        with franchise.admin() as session:
            stored = session.scalar(text("select to_jsonb(i)::text from outbound.invitations i"))
        assert invited["token"] not in listed.text + stored

    def test_only_owners_invite(self, api: Api, franchise: Franchise, invited: dict[str, Any]):
        for member in (franchise.rep, franchise.head_manager, franchise.manager, franchise.ops):
            assert_problem(api.post(INVITATIONS, member, BODY), 403)
            assert_problem(api.get(INVITATIONS, member), 403)
            assert_problem(api.request("DELETE", f"{INVITATIONS}/{invited['id']}", member), 403)

    def test_a_member_is_not_invited(self, api: Api, franchise: Franchise):
        body = BODY | {"email": franchise.rep.email.upper()}
        assert_problem(api.post(INVITATIONS, franchise.owner, body), 409, "member already")

    def test_a_new_invitation_ends_the_one_before(
        self, client: TestClient, api: Api, franchise: Franchise, invited: dict[str, Any]
    ):
        again = api.post(INVITATIONS, franchise.owner, BODY | {"role": "OPS"}).json()
        assert_problem(accept(client, invited["token"]), 422, "ask for a new one")
        assert accept(client, secret_of(again["link"])).json()["role"] == "OPS"

    def test_the_same_again_answers_the_first_and_tells_no_link(self, api: Api, franchise: Franchise):
        body = BODY | {"id": str(uuid4())}
        first, again = (api.post(INVITATIONS, franchise.owner, body) for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json()["link"] is None
        assert len(franchise.audit_trail("invitation created")) == 1

    def test_another_organisations_invitation_is_not_there(
        self, api: Api, franchise: Franchise, other_franchise: Franchise, invited: dict[str, Any]
    ):
        api.token(other_franchise.owner, other_franchise)
        assert api.get(INVITATIONS, other_franchise.owner).json()["items"] == []
        assert_problem(api.request("DELETE", f"{INVITATIONS}/{invited['id']}", other_franchise.owner), 404)

    @pytest.mark.parametrize(
        "email", ["", "x", "a@b", "a b@c.de", "a@b.c\nBcc: x@y.zz", "x" * 400 + "@y.zz", "\x00@b.cd"]
    )
    def test_an_address_that_is_none_is_refused(self, api: Api, franchise: Franchise, email: str):
        assert_problem(api.post(INVITATIONS, franchise.owner, BODY | {"email": email}), 422)


class TestAccepting:
    def test_a_new_person_chooses_a_password_and_is_in(
        self, client: TestClient, franchise: Franchise, invited: dict[str, Any]
    ):
        offer = client.post("/api/auth/look-at-invitation", json={"token": invited["token"]}).json()
        assert offer == {"email": "new@example.com", "organisation": franchise.name, "known": False}
        answer = accept(client, invited["token"])
        assert answer.status_code == 200
        assert (answer.json()["user"]["name"], answer.json()["role"]) == ("Nora New", "SALES_REP")
        assert client.get("/api/me").json()["user"]["email"] == "new@example.com"
        client.cookies.clear()
        assert sign_in(client, "new@example.com", NEW["password"]) == 200
        (entry,) = franchise.audit_trail("invitation accepted")
        assert str(entry.acted_by) == answer.json()["user"]["id"]
        assert entry.request_id == answer.headers["x-request-id"]

    def test_it_is_good_once(self, client: TestClient, invited: dict[str, Any]):
        assert accept(client, invited["token"]).status_code == 200
        client.cookies.clear()
        assert_problem(accept(client, invited["token"]), 422)

    def test_it_ends_after_a_week(self, client: TestClient, invited: dict[str, Any], clock: Clock):
        clock.advance(days=7, seconds=1)
        assert_problem(accept(client, invited["token"]), 422)

    def test_taken_back_it_opens_nothing(
        self, client: TestClient, api: Api, franchise: Franchise, invited: dict[str, Any]
    ):
        for _ in range(2):
            assert api.request("DELETE", f"{INVITATIONS}/{invited['id']}", franchise.owner).status_code == 204
        assert_problem(accept(client, invited["token"]), 422)
        assert api.get(INVITATIONS, franchise.owner, pending=True).json()["items"] == []

    def test_a_weak_password_leaves_the_link_good(self, client: TestClient, invited: dict[str, Any]):
        for weak in ("short", "aaaaaaaaaaaaaa"):
            assert_problem(accept(client, invited["token"], password=weak), 422, "password")
        assert_problem(accept(client, invited["token"], name=None), 422, "name")
        assert accept(client, invited["token"]).status_code == 200

    def test_who_holds_the_link_of_a_known_person_still_needs_their_password(
        self, client: TestClient, api: Api, franchise: Franchise, other_franchise: Franchise
    ):
        """The inviter holds it too, and must not get into the person's other organisation by it."""
        person = other_franchise.rep
        link = api.post(INVITATIONS, franchise.owner, BODY | {"email": person.email}).json()["link"]
        assert_problem(accept(client, secret_of(link), password="the inviter's own"), 401)
        assert sign_in(client, person.email, "the inviter's own") == 401
        answer = accept(client, secret_of(link), password=PASSWORD)
        assert answer.json()["user"]["id"] == str(person.id)
        assert answer.json()["organisation"]["slug"] == franchise.slug

    def test_guessers_wait(self, client: TestClient, clock: Clock, franchise: Franchise):
        statuses = [accept(client, f"{number:043}").status_code for number in range(13)]
        assert statuses[:11] == [422] * 11
        assert statuses[11:] == [429, 429]

    def test_a_foreign_page_accepts_nothing(self, client: TestClient, invited: dict[str, Any]):
        answer = client.post(ACCEPT, json={"token": invited["token"]} | NEW, headers={"origin": "https://evil.example"})
        assert_problem(answer, 403)


class TestOwnersResetLink:
    def make(self, api: Api, franchise: Franchise, member: Member) -> Response:
        return api.request("POST", f"/api/members/{member.id}/reset-link", franchise.owner)

    def test_it_sets_a_new_password_once_and_ends_every_session(
        self, client: TestClient, api: Api, franchise: Franchise
    ):
        api.get("/api/me", franchise.rep)
        link = self.make(api, franchise, franchise.rep).json()["link"]
        body = {"token": secret_of(link), "password": "another one entirely"}
        assert_problem(client.post("/api/auth/reset", json=body | {"password": "short"}), 422)
        assert client.post("/api/auth/reset", json=body).status_code == 204
        assert_problem(client.post("/api/auth/reset", json=body), 422)
        assert_problem(api.get("/api/me", franchise.rep), 401)
        assert api.get("/api/me", franchise.manager).status_code == 200
        assert sign_in(client, franchise.rep.email, PASSWORD) == 401
        assert sign_in(client, franchise.rep.email, "another one entirely") == 200
        made, reset = franchise.audit_trail("user reset_link_made", "user password_reset")
        assert (made.acted_by, made.acted_for) == (franchise.owner.id, franchise.rep.id)
        assert (reset.acted_by, reset.after["link_made_by"]) == (franchise.rep.id, str(franchise.owner.id))

    def test_it_ends_after_a_day_and_by_a_newer_one(
        self, client: TestClient, api: Api, franchise: Franchise, clock: Clock
    ):
        first, second = (secret_of(self.make(api, franchise, franchise.rep).json()["link"]) for _ in range(2))
        body = {"password": "another one entirely"}
        assert_problem(client.post("/api/auth/reset", json=body | {"token": first}), 422)
        clock.advance(hours=24, seconds=1)
        assert_problem(client.post("/api/auth/reset", json=body | {"token": second}), 422)

    def test_not_for_who_belongs_to_another_organisation_too(
        self, api: Api, franchise: Franchise, other_franchise: Franchise
    ):
        with other_franchise.admin() as session:
            session.execute(
                text("insert into outbound.memberships (org_id, user_id, role) values (:org, :user, 'OPS')"),
                {"org": other_franchise.org_id, "user": franchise.rep.id},
            )
        assert_problem(self.make(api, franchise, franchise.rep), 409, "another organisation")

    def test_not_for_another_organisations_people_and_not_by_managers(
        self, api: Api, franchise: Franchise, other_franchise: Franchise
    ):
        assert_problem(self.make(api, franchise, other_franchise.rep), 404)
        answer = api.request("POST", f"/api/members/{franchise.rep.id}/reset-link", franchise.head_manager)
        assert_problem(answer, 403)


class TestByMail:
    @pytest.fixture
    def inbox(self) -> Iterator[Inbox]:
        (port,) = free_ports(1)
        with mail_server(port) as inbox:
            inbox.port = port  # type: ignore[attr-defined]
            yield inbox

    @pytest.fixture
    def mailing(self, inbox: Inbox, settings: Settings, database: Database, clock: Clock) -> Iterator[TestClient]:
        settings = settings.model_copy(
            update={"smtp_url": f"smtp://127.0.0.1:{inbox.port}", "mail_from": "Outbound <hello@outbound.test>"}  # type: ignore[attr-defined]
        )
        app = create_app(settings, database)
        app.dependency_overrides[get_now] = clock
        with TestClient(app, base_url=settings.api_url, raise_server_exceptions=False) as client:
            yield client

    def test_an_invitation_is_mailed_and_its_link_told_to_nobody_else(
        self, mailing: TestClient, inbox: Inbox, franchise: Franchise
    ):
        answer = Api(mailing, franchise).post(INVITATIONS, franchise.owner, BODY).json()
        assert (answer["sent"], answer["link"]) == (True, None)
        (letter,) = inbox.letters
        assert (letter["to"], letter["subject"]) == ("new@example.com", "Join Green Acres on Outbound")
        link = re.search(r"http\S+", letter.get_content()).group()  # type: ignore[union-attr]
        accepted = accept(mailing, secret_of(link))
        assert accepted.status_code == 200
        member = f"/api/members/{accepted.json()['user']['id']}"
        assert Api(mailing, franchise).get(member, franchise.owner).json()["email_verified"] is True

    def test_a_mailed_reset_proves_the_address_and_the_owners_link_does_not(
        self, mailing: TestClient, inbox: Inbox, franchise: Franchise
    ):
        api, path = Api(mailing, franchise), f"/api/members/{franchise.rep.id}"
        link = secret_of(api.request("POST", f"{path}/reset-link", franchise.owner).json()["link"])
        body = {"token": link, "password": "another one entirely"}
        assert mailing.post("/api/auth/reset", json=body).status_code == 204
        assert api.get(path, franchise.owner).json()["email_verified"] is False
        mailing.post("/api/auth/request-reset", json={"email": franchise.rep.email})
        link = secret_of(re.search(r"http\S+", inbox.letters[0].get_content()).group())  # type: ignore[union-attr]
        assert mailing.post("/api/auth/reset", json=body | {"token": link}).status_code == 204
        assert api.get(path, franchise.owner).json()["email_verified"] is True

    def test_where_the_server_refuses_the_letter_the_owner_gets_the_link(
        self, mailing: TestClient, inbox: Inbox, franchise: Franchise
    ):
        inbox.refusing = True
        answer = Api(mailing, franchise).post(INVITATIONS, franchise.owner, BODY).json()
        assert answer["sent"] is False
        assert accept(mailing, secret_of(answer["link"])).status_code == 200

    def test_a_reset_is_mailed_and_the_answer_tells_nobody_apart(
        self, mailing: TestClient, inbox: Inbox, franchise: Franchise, caplog: pytest.LogCaptureFixture
    ):
        caplog.set_level(logging.DEBUG)
        known, unknown = (
            mailing.post("/api/auth/request-reset", json={"email": email})
            for email in (franchise.rep.email.upper(), "nobody@example.com")
        )
        assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (202, known.content)
        (letter,) = inbox.letters
        assert letter["to"] == franchise.rep.email
        secret = secret_of(re.search(r"http\S+", letter.get_content()).group())  # type: ignore[union-attr]
        assert secret not in caplog.text
        body = {"token": secret, "password": "another one entirely"}
        assert mailing.post("/api/auth/reset", json=body).status_code == 204
        assert sign_in(mailing, franchise.rep.email, "another one entirely") == 200

    def test_a_mailed_reset_ends_after_an_hour(
        self, mailing: TestClient, inbox: Inbox, franchise: Franchise, clock: Clock
    ):
        mailing.post("/api/auth/request-reset", json={"email": franchise.rep.email})
        secret = secret_of(re.search(r"http\S+", inbox.letters[0].get_content()).group())  # type: ignore[union-attr]
        clock.advance(hours=1, seconds=1)
        body = {"token": secret, "password": "another one entirely"}
        assert_problem(mailing.post("/api/auth/reset", json=body), 422)

    def test_nobody_is_flooded(self, mailing: TestClient, inbox: Inbox, franchise: Franchise, clock: Clock):
        for _ in range(6):
            assert mailing.post("/api/auth/request-reset", json={"email": franchise.rep.email}).status_code == 202
        assert len(inbox.letters) == 2
        clock.advance(minutes=31)
        mailing.post("/api/auth/request-reset", json={"email": franchise.rep.email})
        assert len(inbox.letters) == 3

    def test_a_server_that_is_not_there_costs_nothing_but_the_letter(self, caplog: pytest.LogCaptureFixture):
        (port,) = free_ports(1)
        assert Mailer(f"smtp://127.0.0.1:{port}", "a@b.cd").send("x@y.zz", "Hello", "secret") is False
        assert "x@y.zz" not in caplog.text
        assert "secret" not in caplog.text

    def test_a_name_begins_no_header_of_its_own(self, mailing: TestClient, inbox: Inbox, franchise: Franchise):
        api = Api(mailing, franchise)
        assert api.patch("/api/me", franchise.owner, {"name": "Eve\r\nBcc: x@y.zz"}).status_code in (200, 422)
        api.post(INVITATIONS, franchise.owner, BODY)
        (letter,) = inbox.letters
        assert letter["bcc"] is None
