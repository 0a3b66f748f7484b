"""Files announced first and sent to an address of their own: taken as announced, cleaned, or not at all."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import text

from outbound.ids import uuid7
from outbound.settings import Settings
from tests.api.conftest import Api
from tests.api.test_attachments import audited, send
from tests.support.announced import announcement
from tests.support.cast import Member
from tests.support.franchise import Franchise
from tests.support.photos import SECRETS, photo
from tests.support.problems import assert_problem


class TestSendingDirectly:
    def announce(self, api: Api, member: Member, lead_id: uuid.UUID, content: bytes, **more: Any) -> Response:
        return api.post("/api/attachments/uploads", member, announcement(lead_id, content, **more))

    def put(self, client: TestClient, upload: dict[str, Any], content: bytes) -> Response:
        return client.request(upload["method"], upload["url"], headers=upload["headers"], content=content)

    def test_announced_sent_and_completed_it_is_kept_cleaned(
        self, api: Api, client: TestClient, franchise: Franchise, lead_id: uuid.UUID, settings: Settings
    ):
        sent = photo()
        announced = self.announce(api, franchise.rep, lead_id, sent)
        assert announced.status_code == 201, announced.text
        attachment, upload = announced.json()["attachment"], announced.json()["upload"]
        assert attachment["state"] == "pending"
        complete = f"/api/attachments/{attachment['id']}/complete"
        assert_problem(api.post(complete, franchise.rep, None), 409, "Nothing was sent")
        assert_problem(api.get(f"/api/attachments/{attachment['id']}/content", franchise.rep), 409)
        assert self.put(client, upload, sent).status_code == 204
        done = api.post(complete, franchise.rep, None)
        assert done.status_code == 200, done.text
        assert done.json()["state"] == "stored"
        assert api.post(complete, franchise.rep, None).json() == done.json()
        content = api.get(f"/api/attachments/{attachment['id']}/content", franchise.rep).content
        assert not [secret for secret in SECRETS if secret in content]
        assert audited(franchise, attachment["id"]) == ["announced", "received", "stored"]
        assert list(settings.attachments_dir.glob("*/staged/*")) == []
        assert_problem(self.put(client, upload, sent), 409, "stored already")

    def test_announced_again_it_gets_a_new_address_until_it_is_stored(
        self, api: Api, franchise: Franchise, lead_id: uuid.UUID
    ):
        attachment_id, sent = str(uuid7()), photo()
        first = self.announce(api, franchise.rep, lead_id, sent, id=attachment_id)
        again = self.announce(api, franchise.rep, lead_id, sent, id=attachment_id)
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json()["upload"] is not None
        assert_problem(self.announce(api, franchise.rep, lead_id, photo("PNG"), id=attachment_id), 409)
        # The same bytes sent through the API complete it as well.
        assert send(api, franchise.rep, lead_id, sent, id=attachment_id).json()["state"] == "stored"
        assert self.announce(api, franchise.rep, lead_id, sent, id=attachment_id).json()["upload"] is None

    def test_an_address_that_was_not_given_or_has_expired_takes_nothing(
        self, api: Api, client: TestClient, franchise: Franchise, lead_id: uuid.UUID, clock: Any
    ):
        sent = photo()
        upload = self.announce(api, franchise.rep, lead_id, sent).json()["upload"]
        other = self.announce(api, franchise.rep, lead_id, sent).json()["upload"]
        forged = upload | {"url": other["url"].split("?")[0] + "?" + upload["url"].split("?")[1]}
        assert_problem(self.put(client, forged, sent), 403, "not one that we gave")
        longer = upload | {"url": upload["url"].replace("expires=1", "expires=2")}
        assert_problem(self.put(client, longer, sent), 403)
        clock.advance(minutes=16)
        assert_problem(self.put(client, upload, sent), 403, "expired")

    @pytest.mark.parametrize(
        "statement",
        [
            "update outbound.sessions set revoked_at = now()",
            "update outbound.memberships set role = 'OPS' where user_id = :u",
            "update outbound.memberships set active = false where user_id = :u",
        ],
    )
    def test_an_address_is_as_good_as_the_sign_in_that_asked_for_it(
        self, api: Api, client: TestClient, franchise: Franchise, lead_id: uuid.UUID, statement: str
    ):
        sent = photo()
        upload = self.announce(api, franchise.rep, lead_id, sent).json()["upload"]
        with franchise.admin() as session:
            session.execute(text(statement), {"u": franchise.rep.id} if ":u" in statement else {})
        assert_problem(self.put(client, upload, sent), 403)

    @pytest.mark.parametrize(
        ("declared", "sent", "field"),
        [
            ({}, photo() + b"x", "size"),
            ({}, photo()[:-1] + b"!", "sha256"),
            ({"media_type": "image/png"}, photo(), "media_type"),
        ],
    )
    def test_what_is_not_as_announced_is_refused(
        self,
        api: Api,
        client: TestClient,
        franchise: Franchise,
        lead_id: uuid.UUID,
        declared: dict[str, str],
        sent: bytes,
        field: str,
    ):
        answer = self.announce(api, franchise.rep, lead_id, photo(), **declared).json()
        self.put(client, answer["upload"], sent)
        body = assert_problem(
            api.post(f"/api/attachments/{answer['attachment']['id']}/complete", franchise.rep, None), 422
        )
        assert body["errors"][0]["field"] == field

    @pytest.mark.parametrize(
        ("more", "status", "field"),
        [
            ({"size": 0}, 422, "body.size"),
            ({"size": 10**30}, 422, "body.size"),
            ({"size": 25_000_001}, 413, "size"),
            ({"sha256": "../../etc/passwd"}, 422, "body.sha256"),
            ({"media_type": "image/svg+xml"}, 422, "body.media_type"),
            ({"media_type": "text/html"}, 422, "body.media_type"),
            ({"file_name": "a\x00b"}, 422, "body.file_name"),
            ({"file_name": "x" * 201}, 422, "body.file_name"),
        ],
    )
    def test_what_can_never_be_taken_is_refused_at_once(
        self, api: Api, franchise: Franchise, lead_id: uuid.UUID, more: dict[str, Any], status: int, field: str
    ):
        body = assert_problem(self.announce(api, franchise.rep, lead_id, photo(), **more), status)
        assert body["errors"][0]["field"] == field

    def test_nobody_announces_for_a_lead_that_is_not_theirs(
        self, api: Api, franchise: Franchise, other_franchise: Franchise
    ):
        foreign = other_franchise.leads_in(other_franchise.north_west)[0]
        assert_problem(self.announce(api, franchise.owner, foreign, photo()), 404)
        viewed = franchise.leads_in(franchise.north_east)[0]
        assert_problem(self.announce(api, franchise.helper, viewed, photo()), 403)
