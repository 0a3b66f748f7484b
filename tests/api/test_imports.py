"""Lists are handed in over HTTP, in a form, as they are or by reference, and told of row by row."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import uuid
from typing import Any

import pytest

from api.csvs import safe_cell
from ingest.service import pending_imports, run_import
from outbound.ids import uuid7
from outbound.imports.models import ImportReject
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.api.conftest import Api
from tests.support.cast import Member
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

PATH = "/api/prospect-imports"
HEADER = "house number,street,zip,lat,lon,name,phone\n"


@pytest.fixture
def rows(franchise: Franchise) -> str:
    lat, lon = franchise.north_west.box.point(900)
    return HEADER + f"1,Elm St,50309,{lat},{lon},Ann Lee,\n" + ",,,,,=1+1,\n"


def hand_in(api: Api, member: Member, content: str | bytes, *, name: str = "elm.csv", **fields: str) -> Any:
    body = content.encode() if isinstance(content, str) else content
    return api.request("POST", PATH, member, files={"file": (name, body, "text/csv")}, data=fields)


def run(database: Database, settings: Settings, franchise: Franchise, made: dict[str, Any]) -> None:
    run_import(database, settings, franchise.org_id, uuid.UUID(made["id"]))


class TestHandingIn:
    def test_a_form_waits_to_be_run_and_says_how_it_went(
        self, api: Api, franchise: Franchise, database: Database, settings: Settings, rows: str
    ):
        answer = hand_in(api, franchise.manager, rows, source="Purchase")
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert (made["status"], made["file_name"], made["source"]) == ("processing", "elm.csv", "Purchase")
        assert [str(waiting.import_id) for waiting in pending_imports(database)] == [made["id"]]
        run(database, settings, franchise, made)
        done = api.get(f"{PATH}/{made['id']}", franchise.manager).json()
        assert (done["status"], done["stats"]["new"], done["stats"]["rejected"]) == ("completed", 1, 1)
        registered = franchise.audit_trail("prospect_import registered")[0]
        assert (registered.acted_by, registered.source) == (franchise.manager.id, "api")

    def test_the_same_list_again_is_the_same_import(self, api: Api, franchise: Franchise, rows: str):
        first, again = (hand_in(api, franchise.owner, rows, name=name) for name in ("a.csv", "b.csv"))
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()

    def test_an_id_of_the_clients_is_kept_and_good_for_one_list(self, api: Api, franchise: Franchise, rows: str):
        made = str(uuid7())
        first, again = (hand_in(api, franchise.owner, rows, id=made) for _ in range(2))
        assert (first.status_code, first.json()["id"], again.status_code) == (201, made, 200)
        other = hand_in(api, franchise.owner, rows + "2,Oak St,,,,,\n", id=made)
        assert_problem(other, 409, "new id")

    def test_a_list_may_be_the_whole_body_plain_or_packed(self, api: Api, franchise: Franchise, rows: str):
        for content, kind in ((rows.encode(), "text/csv"), (gzip.compress(rows.encode()), "application/gzip")):
            answer = api.request(
                "POST",
                f"{PATH}?file_name=list.csv&columns=%7B%22city%22%3A%22name%22%7D",
                franchise.owner,
                content=content,
                headers={"content-type": kind},
            )
            assert answer.status_code == 201, answer.text
            assert answer.json()["stats"] == {"columns": {"city": "name"}}

    def test_only_managers_and_owners_hand_lists_in(self, api: Api, franchise: Franchise, rows: str):
        for member in (franchise.rep, franchise.ops):
            assert_problem(hand_in(api, member, rows), 403)
            assert_problem(api.get(PATH, member), 403)

    def test_a_list_stays_on_disk_of_its_organisation_and_is_readable_by_this_user_alone(
        self, api: Api, franchise: Franchise, settings: Settings, rows: str
    ):
        sha256 = hand_in(api, franchise.owner, rows).json()["file_sha256"]
        [kept] = [path for path in settings.uploads_dir.rglob("*") if path.is_file()]
        assert kept == settings.uploads_dir / str(franchise.org_id) / sha256[:2] / sha256
        assert kept.stat().st_mode & 0o077 == 0

    @pytest.mark.parametrize(
        ("content", "fields", "words"),
        [
            (b"", {}, "empty"),
            (b"\x89PNG\r\n\x1a\n" + bytes(100), {}, "picture"),
            (b"PK\x03\x04" + bytes(100), {}, "ZIP"),
            (b"year,rate\n2024,3.5\n", {}, "No column holds an address"),
            (b"street\nElm", {"source": "Stolen"}, "source"),
            (b"street\nElm", {"id": "x"}, "id"),
            (b"street\nElm", {"columns": "["}, "columns"),
            (b"street\nElm", {"columns": "[" * 900}, "columns"),
            (b"street\nElm", {"columns": '{"street": "no such column"}'}, "no such column"),
            (b"street\nElm", {"surprise": "1"}, "surprise"),
        ],
    )
    def test_what_is_no_list_is_refused_and_leaves_nothing(
        self, api: Api, franchise: Franchise, settings: Settings, content: bytes, fields: dict[str, str], words: str
    ):
        assert_problem(hand_in(api, franchise.owner, content, **fields), 422, words)
        assert not [path for path in settings.uploads_dir.rglob("*") if path.is_file()]
        assert api.get(PATH, franchise.owner).json()["items"] == []

    def test_a_list_that_is_too_large_is_cut_off(
        self, api: Api, franchise: Franchise, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(settings, "import_max_bytes", 10_000)
        assert_problem(hand_in(api, franchise.owner, b"street\n" + b"Elm\n" * 10_000), 413)
        announced = {"size": 10_001, "sha256": "0" * 64}
        assert_problem(api.post(f"{PATH}/uploads", franchise.owner, announced), 422, "size")

    @pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\x.csv", "a\x00b\r\nc.csv", "ä" * 300, "=1.csv"])
    def test_no_name_leads_anywhere(self, api: Api, franchise: Franchise, rows: str, name: str):
        answer = hand_in(api, franchise.owner, rows, name=name)
        assert answer.status_code in (201, 422), answer.text
        if answer.status_code == 201:
            assert not set(answer.json()["file_name"]) & set("/\\\x00\r\n")


class TestByReference:
    def upload(self, api: Api, member: Member, rows: str) -> dict[str, Any]:
        body = {"size": len(rows.encode()), "sha256": hashlib.sha256(rows.encode()).hexdigest()}
        answer = api.post(f"{PATH}/uploads", member, body)
        assert answer.status_code == 201, answer.text
        return answer.json() | body

    def test_a_large_list_is_sent_first_and_handed_in_after(
        self, api: Api, franchise: Franchise, database: Database, settings: Settings, rows: str
    ):
        ticket = self.upload(api, franchise.manager, rows)
        reference = {key: ticket[key] for key in ("upload_id", "sha256")} | {"file_name": "elm.csv"}
        assert_problem(api.post(PATH, franchise.manager, reference), 409, "Nothing was sent")
        sent = api.request(
            ticket["method"], ticket["url"], franchise.manager, content=rows.encode(), headers=ticket["headers"]
        )
        assert sent.status_code == 204
        wrong = reference | {"sha256": "0" * 64}
        assert_problem(api.post(PATH, franchise.manager, wrong), 422, "sha256")
        made = api.post(PATH, franchise.manager, reference)
        assert (made.status_code, made.json()["file_name"]) == (201, "elm.csv")
        run(database, settings, franchise, made.json())
        assert api.get(f"{PATH}/{made.json()['id']}", franchise.manager).json()["stats"]["new"] == 1

    def test_uploads_of_another_organisation_are_not_there(
        self, api: Api, franchise: Franchise, other_franchise: Franchise, client: Any, rows: str
    ):
        ticket = self.upload(api, franchise.owner, rows)
        api.request("PUT", ticket["url"], franchise.owner, content=rows.encode())
        theirs = Api(client, other_franchise)
        answer = theirs.post(PATH, other_franchise.owner, {"upload_id": ticket["upload_id"]})
        assert_problem(answer, 409, "Nothing was sent")

    def test_reps_send_none(self, api: Api, franchise: Franchise, rows: str):
        assert_problem(api.request("PUT", f"{PATH}/uploads/{uuid.uuid4()}", franchise.rep, content=b"x"), 403)
        assert_problem(api.post(f"{PATH}/uploads", franchise.rep, {"size": 1, "sha256": "0" * 64}), 403)

    @pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"upload_id": 1}', b"[" * 70_000, b'{"x": NaN}'])
    def test_a_reference_that_makes_no_sense_is_refused(self, api: Api, franchise: Franchise, body: bytes):
        answer = api.request("POST", PATH, franchise.owner, content=body, headers={"content-type": "application/json"})
        assert_problem(answer, 422)


class TestRejects:
    @pytest.fixture
    def made(self, franchise: Franchise, api: Api, rows: str) -> dict[str, Any]:
        found = hand_in(api, franchise.manager, rows).json()
        values = [
            (7, "no street", {"name": "=cmd|' /C calc'!A0", "phone": "+15155550100"}),
            (3, "no street", {"name": 'Ann, "the" Lee', "-x": "\tx"}),
            (5, "no number", {}),
        ]
        with franchise.admin() as session:
            for line, reason, raw in values:
                session.add(
                    ImportReject(
                        org_id=franchise.org_id,
                        import_id=uuid.UUID(found["id"]),
                        line=line,
                        reason=reason,
                        raw=raw,
                    )
                )
        return found

    def test_they_come_by_line_in_pages(self, api: Api, franchise: Franchise, made: dict[str, Any]):
        path = f"{PATH}/{made['id']}/rejects"
        lines, cursor = [], None
        while True:
            params = {"limit": 1} | ({"cursor": cursor} if cursor else {})
            page = api.get(path, franchise.manager, **params).json()
            lines += [each["line"] for each in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert lines == [3, 5, 7]

    @pytest.mark.parametrize("how", ["accept", "query"])
    def test_as_a_table_no_cell_of_them_runs(self, api: Api, franchise: Franchise, made: dict[str, Any], how: str):
        path = f"{PATH}/{made['id']}/rejects"
        answer = (
            api.request("GET", path, franchise.manager, headers={"accept": "text/csv"})
            if how == "accept"
            else api.get(path, franchise.manager, format="csv")
        )
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert "attachment" in answer.headers["content-disposition"]
        table = list(csv.reader(io.StringIO(answer.text)))
        assert table[0] == ["line", "reason", *HEADER.strip().split(","), "'-x"]
        assert [[row[0], row[1], *row[7:]] for row in table[1:]] == [
            ["3", "no street", 'Ann, "the" Lee', "", "'\tx"],
            ["5", "no number", "", "", ""],
            ["7", "no street", "'=cmd|' /C calc'!A0", "'+15155550100", ""],
        ]

    def test_imports_out_of_reach_are_not_there(
        self, api: Api, franchise: Franchise, other_franchise: Franchise, client: Any, made: dict[str, Any]
    ):
        other_manager = franchise.add_member(franchise.manager.role)
        franchise.assign(other_manager, franchise.east, "OWNER")
        theirs = Api(client, other_franchise)
        for voice, member in ((api, other_manager), (theirs, other_franchise.owner)):
            for path in (f"{PATH}/{made['id']}", f"{PATH}/{made['id']}/rejects"):
                assert_problem(voice.get(path, member), 404)
            assert_problem(voice.get(f"{PATH}/{made['id']}/rejects", member, format="csv"), 404)
            assert voice.get(PATH, member).json()["items"] == []
        assert [each["id"] for each in api.get(PATH, franchise.owner, status="processing").json()["items"]] == [
            made["id"]
        ]


def test_a_cell_that_would_run_is_quoted_and_numbers_are_not():
    assert [safe_cell(each) for each in ("=1", "+1", "-1", "@x", "\tx", "\r", -1, -1.5, None, True, "a=1")] == [
        "'=1",
        "'+1",
        "'-1",
        "'@x",
        "'\tx",
        "'\r",
        "-1",
        "-1.5",
        "",
        "True",
        "a=1",
    ]
