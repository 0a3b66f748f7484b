"""The columns of a list are shown with samples and guesses, and settled before its rows are read."""

from __future__ import annotations

import gzip
import json
import uuid
from typing import Any

import pytest

from ingest.pipeline import run_import
from outbound.imports import service
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.api.conftest import Api
from tests.support.cast import Member
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem
from tests.support.workbooks import row, sheet, workbook

PATH = "/api/prospect-imports"
LIST = "Site,Where,Tel.,Who\n1 Elm St,50309,515-555-0123,Ann Lee\n2 Elm St,50309,515-555-0124,Bob Ray\n"
SETTLED = {"address": "Site", "postcode": "Where", "phone": "Tel.", "full_name": "Who"}


def hand_in(api: Api, member: Member, content: str | bytes = LIST, **fields: str) -> dict[str, Any]:
    body = content.encode() if isinstance(content, str) else content
    answer = api.request("POST", PATH, member, files={"file": ("elm.csv", body)}, data={"review": "true", **fields})
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def mapping(api: Api, member: Member, made: dict[str, Any]) -> dict[str, Any]:
    answer = api.get(f"{PATH}/{made['id']}/mapping", member)
    assert answer.status_code == 200, answer.text
    return answer.json()


def change(api: Api, member: Member, made: dict[str, Any], columns: dict[str, Any], **more: Any) -> Any:
    return api.request("PATCH", f"{PATH}/{made['id']}/mapping", member, json={"columns": columns, **more})


class TestWhatIsShown:
    def test_every_column_has_samples_and_a_guess_with_its_reason(self, api: Api, franchise: Franchise):
        shown = mapping(api, franchise.manager, hand_in(api, franchise.manager))
        by_name = {column["name"]: column for column in shown["columns"]}
        assert by_name["Tel."]["samples"] == ["515-555-0123", "515-555-0124"]
        assert (by_name["Tel."]["field"], by_name["Tel."]["because"]) == ("phone", "name")
        assert (by_name["Site"]["field"], by_name["Site"]["because"]) == ("address", "contents")
        assert by_name["Tel."]["confidence"] > by_name["Site"]["confidence"] > 0.3
        assert shown["mapping"]["postcode"] == "Where"
        assert (shown["problem"], shown["columns_total"], shown["has_header"]) == (None, 4, True)
        assert "address" in shown["fields"]

    @pytest.mark.parametrize(
        ("content", "encoding", "names"),
        [
            (workbook({"May": sheet([row(1, ["address", "zip"]), row(2, ["1 Elm St", 50309.0])])}), "XLSX", 2),
            (gzip.compress(LIST.encode("utf-16")), "utf-16", 4),
            (LIST.replace(",", ";").encode("cp1252"), "utf-8", 4),
        ],
    )
    def test_a_list_of_any_dress_is_shown(
        self, api: Api, franchise: Franchise, content: bytes, encoding: str, names: int
    ):
        shown = mapping(api, franchise.owner, hand_in(api, franchise.owner, content))
        assert (shown["encoding"], shown["columns_total"]) == (encoding, names)
        assert shown["sheet"] == ("May" if encoding == "XLSX" else None)

    def test_a_list_in_which_no_column_seems_to_hold_an_address_says_so_and_waits(self, api: Api, franchise: Franchise):
        made = hand_in(api, franchise.owner, "where to,who\nElm One,Ann\nElm Two,Bob\n")
        assert made["status"] == "uploaded"
        assert "No column holds an address" in mapping(api, franchise.owner, made)["problem"]
        settled = change(api, franchise.owner, made, {"address": "where to"})
        assert settled.json()["problem"] is None

    def test_of_thousands_of_columns_the_first_are_shown_and_those_that_hold_a_field(
        self, api: Api, franchise: Franchise
    ):
        names = [f"c{number}" for number in range(2_000)] + ["address"]
        content = ",".join(names) + "\n" + ",".join(["x"] * 2_000 + ["1 Elm St"]) + "\n"
        shown = mapping(api, franchise.owner, hand_in(api, franchise.owner, content))
        assert (len(shown["columns"]), shown["columns_total"]) == (500, 2_001)
        assert shown["columns"][-1]["field"] == "address"


class TestSettlingIt:
    def test_what_is_said_is_how_the_rows_are_read(
        self, api: Api, franchise: Franchise, database: Database, settings: Settings
    ):
        made = hand_in(api, franchise.owner)
        said = change(api, franchise.owner, made, {"external_ref": "Who", "full_name": None})
        assert said.status_code == 200, said.text
        assert said.json()["mapping"]["external_ref"] == "Who"
        assert "full_name" not in said.json()["mapping"]
        api.request("POST", f"{PATH}/{made['id']}/start", franchise.owner)
        run_import(database, settings, franchise.org_id, uuid.UUID(made["id"]))
        stats = api.get(f"{PATH}/{made['id']}", franchise.owner).json()["stats"]
        assert stats["mapping"] == said.json()["mapping"]
        [entry] = franchise.audit_trail("prospect_import mapped")
        assert entry.after == {"fields": ["external_ref", "full_name"]}

    def test_the_next_list_with_that_header_is_read_alike_in_whichever_order_its_columns_stand(
        self, api: Api, franchise: Franchise
    ):
        change(api, franchise.owner, hand_in(api, franchise.owner), {"external_ref": "Who", "phone": None})
        again = LIST.replace("Elm", "Oak").replace("Site,Where,Tel.,Who", "WHO,tel,where,site")
        shown = mapping(api, franchise.manager, hand_in(api, franchise.manager, again))
        assert shown["remembered"]
        assert shown["mapping"]["external_ref"] == "WHO"
        assert "phone" not in shown["mapping"]
        assert {c["because"] for c in shown["columns"] if c["field"] == "external_ref"} == {"remembered"}

    def test_it_is_not_remembered_where_that_is_not_wanted_nor_of_another_source(
        self, api: Api, franchise: Franchise, other_franchise: Franchise
    ):
        change(api, franchise.owner, hand_in(api, franchise.owner), {"external_ref": "Who"}, remember=False)
        shown = mapping(api, franchise.owner, hand_in(api, franchise.owner, LIST.replace("Elm", "Oak")))
        assert not shown["remembered"]
        change(api, franchise.owner, hand_in(api, franchise.owner, LIST + "3 Elm St,,,\n"), {"external_ref": "Who"})
        other_header = LIST.replace("Who", "Whom")
        assert not mapping(api, franchise.owner, hand_in(api, franchise.owner, other_header))["remembered"]

    def test_columns_given_with_the_list_are_remembered_too(self, api: Api, franchise: Franchise):
        hand_in(api, franchise.owner, columns=json.dumps({"external_ref": "Who"}))
        shown = mapping(api, franchise.owner, hand_in(api, franchise.owner, LIST.replace("Elm", "Oak")))
        assert (shown["remembered"], shown["mapping"]["external_ref"]) == (True, "Who")

    @pytest.mark.parametrize(
        ("columns", "words"),
        [({"address": "nowhere"}, "no column nowhere"), ({"colour": "Site"}, "colour"), ({"address": "x" * 300}, "")],
    )
    def test_a_column_or_field_that_is_not_there_is_refused_and_changes_nothing(
        self, api: Api, franchise: Franchise, columns: dict[str, str], words: str
    ):
        made = hand_in(api, franchise.owner)
        assert_problem(change(api, franchise.owner, made, columns), 422, words)
        assert not mapping(api, franchise.owner, made)["remembered"]

    def test_rows_that_are_written_are_not_mapped_anew(
        self, api: Api, franchise: Franchise, database: Database, settings: Settings
    ):
        made = hand_in(api, franchise.owner, review="false")
        run_import(database, settings, franchise.org_id, uuid.UUID(made["id"]))
        assert_problem(change(api, franchise.owner, made, {"phone": None}), 409, "completed")


class TestWhoMay:
    def test_a_manager_sees_the_columns_of_their_own_lists_alone(self, api: Api, franchise: Franchise):
        made = hand_in(api, franchise.owner)
        assert_problem(api.get(f"{PATH}/{made['id']}/mapping", franchise.manager), 404)
        assert_problem(change(api, franchise.manager, made, {"phone": None}), 404)
        assert_problem(api.get(f"{PATH}/{made['id']}/mapping", franchise.rep), 403)

    def test_a_list_whose_file_is_gone_says_so(
        self, api: Api, franchise: Franchise, settings: Settings, database: Database
    ):
        made = hand_in(api, franchise.owner)
        with database.as_job(franchise.org_id) as session:
            (settings.home / service.get(session, uuid.UUID(made["id"])).file_url).unlink()
        assert_problem(api.get(f"{PATH}/{made['id']}/mapping", franchise.owner), 404)
