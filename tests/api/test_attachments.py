"""Photos and files over HTTP: taken once, cleaned, served harmlessly, and only to who may see the lead."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from httpx import Response
from PIL import Image
from sqlalchemy import text

from outbound.attachments.models import Attachment
from outbound.ids import uuid7
from outbound.settings import Settings
from tests.api.conftest import Api
from tests.support.cast import Member
from tests.support.franchise import Franchise
from tests.support.photos import PDF, SECRETS, photo, png_of
from tests.support.problems import assert_problem


def send(
    api: Api, member: Member, lead_id: uuid.UUID, content: bytes, *, name: str = "yard.jpg", **fields: Any
) -> Response:
    return api.request(
        "POST",
        f"/api/leads/{lead_id}/attachments",
        member,
        files={"file": (name, content, "application/octet-stream")},
        data={key: str(value) for key, value in fields.items()},
    )


def kept_files(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.attachments_dir.glob("*/??/*"))


def audited(franchise: Franchise, attachment_id: str) -> list[str]:
    with franchise.admin() as session:
        return list(
            session.scalars(
                text("select action from outbound.audit_entries where entity_id = :id order by id"),
                {"id": attachment_id},
            )
        )


class TestSending:
    def test_a_photo_is_kept_without_what_it_told_of_its_sender(
        self, api: Api, franchise: Franchise, lead_id: uuid.UUID, settings: Settings
    ):
        answer = send(api, franchise.rep, lead_id, photo(orientation=6), name="../Yard of Sam.JPG")
        assert answer.status_code == 201, answer.text
        body = answer.json()
        assert body | {"id": "", "sha256": "", "size": 0, "created_at": ""} == {
            "id": "",
            "lead_id": str(lead_id),
            "activity_id": None,
            "uploaded_by": str(franchise.rep.id),
            "state": "stored",
            "file_name": "Yard of Sam.jpg",
            "media_type": "image/jpeg",
            "sha256": "",
            "size": 0,
            "width": 48,
            "height": 64,
            "created_at": "",
        }
        assert kept_files(settings) == [body["sha256"]]
        content = api.get(f"/api/attachments/{body['id']}/content", franchise.rep).content
        assert hashlib.sha256(content).hexdigest() == body["sha256"]
        assert len(content) == body["size"]
        assert not [secret for secret in SECRETS if secret in content]
        assert audited(franchise, body["id"]) == ["announced", "stored"]
        assert list((settings.attachments_dir / "incoming").iterdir()) == []

    def test_the_whole_body_may_be_the_file(self, api: Api, franchise: Franchise, lead_id: uuid.UUID):
        answer = api.request(
            "POST",
            f"/api/leads/{lead_id}/attachments",
            franchise.rep,
            content=PDF,
            params={"file_name": "Quote.pdf"},
            headers={"content-type": "image/png"},
        )
        assert answer.status_code == 201
        assert (answer.json()["media_type"], answer.json()["file_name"]) == ("application/pdf", "Quote.pdf")

    def test_sent_again_under_its_id_it_is_kept_once_and_other_bytes_are_a_conflict(
        self, api: Api, franchise: Franchise, lead_id: uuid.UUID
    ):
        attachment_id, sent = uuid7(), photo()
        first = send(api, franchise.rep, lead_id, sent, id=attachment_id)
        again = send(api, franchise.rep, lead_id, sent, id=attachment_id)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        assert audited(franchise, str(attachment_id)) == ["announced", "stored"]
        assert_problem(send(api, franchise.rep, lead_id, photo("PNG"), id=attachment_id), 409, "new id")
        other = franchise.add_lead(franchise.north_west, owner=franchise.rep)
        assert_problem(send(api, franchise.rep, other, sent, id=attachment_id), 409)

    def test_a_deleted_one_does_not_come_back_by_being_sent_again(
        self, api: Api, franchise: Franchise, lead_id: uuid.UUID
    ):
        attachment_id = uuid7()
        send(api, franchise.rep, lead_id, photo(), id=attachment_id)
        api.request("DELETE", f"/api/attachments/{attachment_id}", franchise.rep)
        assert_problem(send(api, franchise.rep, lead_id, photo(), id=attachment_id), 409, "deleted")

    def test_it_may_belong_to_an_activity_of_its_lead_and_to_no_other(
        self, api: Api, franchise: Franchise, lead_id: uuid.UUID
    ):
        activity_id = uuid7()
        franchise.add_activity(lead_id, by=franchise.rep, id=activity_id)
        answer = send(api, franchise.rep, lead_id, photo(), activity_id=activity_id)
        assert answer.json()["activity_id"] == str(activity_id)
        other = franchise.add_lead(franchise.north_west, owner=franchise.rep)
        assert_problem(send(api, franchise.rep, other, photo(), activity_id=activity_id), 404, "activity")

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "empty"),
            (photo("JPEG", (400, 300))[:2000], "cut off"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "scripts"),
            (b"<!doctype html><script>alert(1)</script>", "scripts"),
            (png_of(50_000, 50_000), "2,500,000,000 pixels"),
            (b"PK\x03\x04zip", "no type"),
            (b"\x00\x00\x00\x18ftypheic", "HEIC"),
        ],
    )
    def test_what_is_no_photo_and_no_pdf_is_refused_by_name_of_the_field_and_leaves_nothing(
        self,
        api: Api,
        franchise: Franchise,
        lead_id: uuid.UUID,
        settings: Settings,
        content: bytes,
        reason: str,
    ):
        body = assert_problem(send(api, franchise.rep, lead_id, content), 422, reason)
        assert body["errors"][0]["field"] == "file"
        assert kept_files(settings) == []
        assert list((settings.attachments_dir / "incoming").iterdir()) == []

    def test_too_large_is_refused_before_it_is_read(
        self, api: Api, franchise: Franchise, lead_id: uuid.UUID, settings: Settings
    ):
        settings.attachment_max_bytes = 10_000
        try:
            path = f"/api/leads/{lead_id}/attachments"
            answer = api.request("POST", path, franchise.rep, content=b"x" * 10_001)
            assert_problem(answer, 413, "10,000 bytes")
            assert answer.headers["connection"] == "close"
            # Without a length, it is cut off where it grows too large.
            given = 0

            def endless() -> Iterator[bytes]:
                nonlocal given
                while given < 50_000_000:
                    given += 5_000
                    yield b"x" * 5_000

            assert_problem(api.request("POST", path, franchise.rep, content=endless()), 413, "10,000 bytes")
            assert_problem(send(api, franchise.rep, lead_id, photo() + b"x" * 10_000), 413, "file:")
        finally:
            settings.attachment_max_bytes = 25_000_000

    @pytest.mark.parametrize(
        ("fields", "field"),
        [({"id": "no-uuid"}, "id"), ({"activity_id": "1"}, "activity_id"), ({"colour": "red"}, "colour")],
    )
    def test_a_wrong_field_is_named(
        self, api: Api, franchise: Franchise, lead_id: uuid.UUID, fields: dict[str, str], field: str
    ):
        assert assert_problem(send(api, franchise.rep, lead_id, photo(), **fields), 422)["errors"][0]["field"] == field

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"--b\r\n",
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc',
            b"nonsense",
            b'--b\r\nContent-Disposition: form-data; name="id"\r\n\r\n1\r\n--b--\r\n',
            b"--b\r\n" + b"X-Long: " + b"y" * 20_000 + b"\r\n\r\n",
            b'--b\r\nContent-Disposition: form-data; name="id"\r\n\r\n' + b"1" * 5000 + b"\r\n--b--\r\n",
        ],
    )
    def test_a_form_that_cannot_be_read_is_refused(
        self, api: Api, franchise: Franchise, lead_id: uuid.UUID, body: bytes
    ):
        headers = {"content-type": "multipart/form-data; boundary=b"}
        answer = api.request("POST", f"/api/leads/{lead_id}/attachments", franchise.rep, content=body, headers=headers)
        assert_problem(answer, 422)
        headers = {"content-type": "multipart/form-data"}
        answer = api.request("POST", f"/api/leads/{lead_id}/attachments", franchise.rep, content=body, headers=headers)
        assert_problem(answer, 422, "boundary")


class TestWhoMay:
    @pytest.mark.parametrize("content", [photo(), PDF], ids=["photo", "pdf"])
    def test_it_follows_the_lead(self, api: Api, franchise: Franchise, other_franchise: Franchise, content: bytes):
        lead_id = franchise.leads_in(franchise.north_east)[0]
        sent = send(api, franchise.owner, lead_id, content)
        path = f"/api/attachments/{sent.json()['id']}"
        everyone = [*franchise.members, other_franchise.owner]
        found = {
            (member.name, member in franchise.members): (
                api.get(path, member).status_code,
                api.get(f"{path}/content", member).status_code,
                api.get(f"/api/leads/{lead_id}/attachments", member).status_code,
                send(api, member, lead_id, photo()).status_code,
                api.request("DELETE", path, member).status_code if member.name != "Owner" else None,
            )
            for member in everyone
            if member in franchise.members or api.token(member, other_franchise)
        }
        assert found == {
            ("Owner", True): (200, 200, 200, 201, None),
            ("Manager", True): (404, 404, 404, 404, 404),
            ("Head Manager", True): (200, 200, 200, 201, 204),
            ("Rep", True): (404, 404, 404, 404, 404),
            ("Helper", True): (404, 404, 200, 403, 404),  # a VIEWER, after the deletion
            ("Ops", True): (404, 404, 404, 403, 403),
            ("Owner", False): (404, 404, 404, 404, None),
        }

    def test_a_viewer_reads_and_sends_nothing(self, api: Api, franchise: Franchise):
        lead_id = franchise.leads_in(franchise.north_east)[0]
        attachment = send(api, franchise.owner, lead_id, photo()).json()
        assert api.get(f"/api/attachments/{attachment['id']}/content", franchise.helper).status_code == 200
        assert_problem(send(api, franchise.helper, lead_id, photo()), 403)
        assert_problem(api.request("DELETE", f"/api/attachments/{attachment['id']}", franchise.helper), 403)

    def test_operations_read_those_of_scheduled_leads(self, api: Api, franchise: Franchise):
        attachment = send(api, franchise.rep, franchise.scheduled, photo()).json()
        assert api.get(f"/api/attachments/{attachment['id']}/content", franchise.ops).status_code == 200
        assert_problem(send(api, franchise.ops, franchise.scheduled, photo()), 403)

    def test_a_rep_takes_back_only_their_own(self, api: Api, franchise: Franchise, lead_id: uuid.UUID):
        theirs = send(api, franchise.owner, lead_id, photo()).json()["id"]
        mine = send(api, franchise.rep, lead_id, photo()).json()["id"]
        assert_problem(api.request("DELETE", f"/api/attachments/{theirs}", franchise.rep), 403, "manager")
        assert api.request("DELETE", f"/api/attachments/{mine}", franchise.rep).status_code == 204
        assert audited(franchise, mine)[-1] == "deleted"
        assert_problem(api.get(f"/api/attachments/{mine}", franchise.rep), 404)

    def test_nobody_is_asked_for_bytes_before_they_are_known(self, api: Api, lead_id: uuid.UUID):
        given = 0

        def slow() -> Iterator[bytes]:
            nonlocal given
            given += 1
            yield b"x"

        assert_problem(api.request("POST", f"/api/leads/{lead_id}/attachments", None, content=slow()), 401)


class TestServing:
    @pytest.fixture
    def attachment(self, api: Api, franchise: Franchise, lead_id: uuid.UUID) -> dict[str, Any]:
        return send(api, franchise.rep, lead_id, photo("PNG", (640, 480)), name='a "b" é.png').json()

    def content(self, api: Api, franchise: Franchise, attachment: dict[str, Any], **options: Any) -> Response:
        return api.request("GET", f"/api/attachments/{attachment['id']}/content", franchise.rep, **options)

    def test_a_browser_never_runs_it(self, api: Api, franchise: Franchise, attachment: dict[str, Any]):
        answer = self.content(api, franchise, attachment)
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert answer.headers["content-disposition"] == (
            "inline; filename=\"a b _.png\"; filename*=UTF-8''a%20b%20%C3%A9.png"
        )
        assert "private" in answer.headers["cache-control"]

    def test_a_pdf_is_only_downloaded(self, api: Api, franchise: Franchise, lead_id: uuid.UUID):
        attachment = send(api, franchise.rep, lead_id, PDF, name="Quote.html").json()
        answer = self.content(api, franchise, attachment)
        assert answer.headers["content-disposition"].startswith('attachment; filename="Quote.pdf"')
        assert answer.content == PDF
        assert_problem(self.content(api, franchise, attachment, params={"size": 320}), 422, "size")

    def test_parts_and_repeats_cost_only_what_they_need(
        self, api: Api, franchise: Franchise, attachment: dict[str, Any]
    ):
        whole = self.content(api, franchise, attachment)
        part = self.content(api, franchise, attachment, headers={"range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, whole.content[10:20])
        assert part.headers["content-range"] == f"bytes 10-19/{attachment['size']}"
        assert part.headers["content-length"] == "10"
        behind = self.content(api, franchise, attachment, headers={"range": f"bytes={attachment['size']}-"})
        assert behind.status_code == 416
        again = self.content(api, franchise, attachment, headers={"if-none-match": whole.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_a_small_picture_is_made_of_a_photo(self, api: Api, franchise: Franchise, attachment: dict[str, Any]):
        answer = self.content(api, franchise, attachment, params={"size": 320})
        image = Image.open(io.BytesIO(answer.content))
        assert (image.format, image.size) == ("JPEG", (320, 240))
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["etag"] != self.content(api, franchise, attachment).headers["etag"]
        for size in (0, 15, 1025, "big"):
            assert_problem(self.content(api, franchise, attachment, params={"size": size}), 422)

    def test_a_lead_lists_what_it_has_newest_first(self, api: Api, franchise: Franchise, lead_id: uuid.UUID):
        sent = [send(api, franchise.rep, lead_id, photo()).json()["id"] for _ in range(3)]
        path = f"/api/leads/{lead_id}/attachments"
        first = api.get(path, franchise.rep, limit=2).json()
        second = api.get(path, franchise.rep, limit=2, cursor=first["next_cursor"]).json()
        assert [each["id"] for each in first["items"] + second["items"]] == sent[::-1]
        assert second["next_cursor"] is None

    def test_the_content_goes_with_the_last_that_names_it(
        self, api: Api, franchise: Franchise, lead_id: uuid.UUID, settings: Settings
    ):
        first, second = (send(api, franchise.rep, lead_id, photo()).json() for _ in range(2))
        assert kept_files(settings) == [first["sha256"]]
        api.request("DELETE", f"/api/attachments/{first['id']}", franchise.rep)
        assert kept_files(settings) == [first["sha256"]]
        api.request("DELETE", f"/api/attachments/{second['id']}", franchise.rep)
        assert kept_files(settings) == []


def test_a_row_is_there_for_every_attachment(api: Api, franchise: Franchise, lead_id: uuid.UUID):
    sent = send(api, franchise.rep, lead_id, photo()).json()
    with franchise.admin() as session:
        row = session.get_one(Attachment, (franchise.org_id, uuid.UUID(sent["id"])))
    assert (row.sha256, row.size, row.state) == (sent["sha256"], sent["size"], "stored")
