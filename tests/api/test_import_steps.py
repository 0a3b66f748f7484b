"""A list is looked at before anything is written, written, resumed and taken back, over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import text

from ingest.service import run_import
from ingest.turn import claimed
from outbound.cadences.models import Cadence
from outbound.ids import uuid7
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
    near = franchise.south_east.box.point(901)
    return HEADER + f"1,Elm St,50309,{lat},{lon},Ann Lee,\n2,Elm St,50309,{near[0]},{near[1]},Bob Ray,\n,,,,,x,\n"


class Steps:
    """A list on its way, with the runs that the background makes."""

    def __init__(self, api: Api, database: Database, settings: Settings, franchise: Franchise, member: Member) -> None:
        self._api, self._database, self._settings = api, database, settings
        self._franchise, self.member = franchise, member

    def hand_in(self, rows: str, **fields: str) -> str:
        files = {"file": ("elm.csv", rows.encode(), "text/csv")}
        answer = self._api.request("POST", PATH, self.member, files=files, data={"review": "true", **fields})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def post(self, import_id: str, step: str, body: Any = None) -> Any:
        return self._api.post(f"{PATH}/{import_id}/{step}", self.member, body)

    def get(self, import_id: str, what: str = "", **query: Any) -> Any:
        return self._api.get(f"{PATH}/{import_id}{what}", self.member, **query).json()

    def run(self, import_id: str) -> None:
        run_import(self._database, self._settings, self._franchise.org_id, uuid.UUID(import_id))


@pytest.fixture
def steps(api: Api, database: Database, settings: Settings, franchise: Franchise) -> Steps:
    return Steps(api, database, settings, franchise, franchise.owner)


def test_from_the_upload_to_the_undo(steps: Steps, rows: str, franchise: Franchise) -> None:
    made = steps.hand_in(rows)
    assert steps.get(made)["status"] == "uploaded"
    assert steps.get(made, "/progress") is None
    started = steps.post(made, "start")
    assert (started.status_code, started.json()["status"]) == (202, "processing")
    steps.run(made)
    ready = steps.get(made)
    assert (ready["status"], ready["phase"]) == ("ready", "writing")
    assert {name: ready["stats"][name] for name in ("rows", "new", "rejected", "new_doors")} == {
        "rows": 3, "new": 2, "rejected": 1, "new_doors": 2,
    }  # fmt: skip
    assert steps.get(made, "/progress")["phase"] == "assigning"
    assert not franchise.audit_trail("prospect_import committed")

    committed = steps.post(made, "commit")
    assert (committed.status_code, committed.json()["phase"]) == (202, "writing")
    steps.run(made)
    done = steps.get(made)
    assert (done["status"], done["stats"]["new"]) == ("completed", 2)
    assert steps.post(made, "commit").json()["status"] == "completed"  # the same request once more

    assert steps.post(made, "undo").status_code == 202
    steps.run(made)
    undone = steps.get(made)
    assert (undone["status"], undone["stats"]["removed"], undone["stats"]["kept"]) == ("undone", 2, {})
    trail = [entry.action for entry in franchise.audit_trail() if entry.entity == "prospect_import"]
    assert trail == ["registered", "started", "judged", "committed", "completed", "undo_asked", "undone"]


def test_an_import_says_why_it_waits(
    steps: Steps, api: Api, database: Database, settings: Settings, franchise: Franchise, rows: str
) -> None:
    first = steps.hand_in(rows)
    steps.post(first, "start")
    assert steps.get(first)["waits"] == "Waiting for its turn: it begins in a moment."
    theirs = Steps(api, database, settings, franchise, franchise.manager)
    second = theirs.hand_in(rows + "9,Elm St,50309,,,,\n")
    assert theirs.get(second)["waits"] is None
    theirs.post(second, "start")
    # Also where the one before is the owner's, whose lists a manager does not see.
    assert theirs.get(second)["waits"] == "Waiting for its turn: one list of your organisation is before it."
    with claimed(database, uuid.UUID(first)):
        assert steps.get(first)["waits"] is None
    steps.run(first)
    assert theirs.get(second)["waits"] == "Waiting for its turn: it begins in a moment."


def test_each_row_says_what_becomes_of_it(steps: Steps, rows: str, franchise: Franchise) -> None:
    made = steps.hand_in(rows)
    steps.post(made, "start")
    steps.run(made)
    found = steps.get(made, "/rows")["items"]
    assert [(row["line"], row["fate"]) for row in found] == [(2, "new"), (3, "new"), (4, "rejected")]
    first, _, rejected = found
    assert (first["territory_id"], first["owner_id"]) == (str(franchise.north_west.id), str(franchise.rep.id))
    assert (first["location_source"], first["lead_id"], first["raw"]["name"]) == ("file", None, "Ann Lee")
    assert rejected["reason"]
    assert (first["notes"], rejected["notes"]) == ([], [])
    page = steps.get(made, "/rows", limit=1, fate="new")
    rest = steps.get(made, "/rows", limit=1, fate="new", cursor=page["next_cursor"])
    assert [row["line"] for row in (*page["items"], *rest["items"])] == [2, 3]
    assert rest["next_cursor"] is None


def test_what_cannot_be_done_now_is_a_conflict_that_says_why(steps: Steps, rows: str) -> None:
    made = steps.hand_in(rows)
    assert_problem(steps.post(made, "commit"), 409, "waits for its columns")
    assert_problem(steps.post(made, "resume"), 409, "waits for its columns")
    steps.post(made, "start")
    assert_problem(steps.post(made, "start"), 409, "being worked on")
    steps.run(made)
    steps.post(made, "undo")
    steps.run(made)
    for step in ("start", "commit", "resume"):
        assert_problem(steps.post(made, step), 409, "was taken back")
    assert steps.post(made, "undo").status_code == 202
    assert_problem(steps.post(str(uuid7()), "undo"), 404)


def test_a_cadence_that_does_not_fit_is_refused_before_anything_is_kept(
    steps: Steps, api: Api, rows: str, franchise: Franchise
) -> None:
    empty = uuid7()
    with franchise.admin() as session:
        session.add(Cadence(org_id=franchise.org_id, id=empty, name="Empty", target_stage="COLD"))
    for cadence, status, words in ((empty, 409, "no steps"), (uuid7(), 404, "no cadence")):
        files = {"file": ("elm.csv", rows.encode(), "text/csv")}
        answer = api.request("POST", PATH, franchise.owner, files=files, data={"cadence_id": str(cadence)})
        assert_problem(answer, status, words)
    made = steps.hand_in(rows)
    steps.post(made, "start")
    steps.run(made)
    assert_problem(steps.post(made, "commit", {"campaign_id": str(uuid7())}), 404, "no campaign")
    assert steps.get(made)["status"] == "ready"


def test_an_import_that_failed_is_resumed(steps: Steps, rows: str, franchise: Franchise) -> None:
    made = steps.hand_in(rows)
    steps.post(made, "start")
    with franchise.admin() as session:
        session.execute(
            text("update outbound.prospect_imports set status = 'failed', error = 'It stopped.' where id = :id"),
            {"id": made},
        )
    assert steps.get(made)["error"] == "It stopped."
    assert steps.post(made, "resume").status_code == 202
    steps.run(made)
    assert (steps.get(made)["status"], steps.get(made)["error"]) == ("ready", None)


def test_a_manager_sees_and_steers_their_own_lists_alone(
    api: Api, database: Database, settings: Settings, franchise: Franchise, rows: str, steps: Steps
) -> None:
    own = Steps(api, database, settings, franchise, franchise.manager)
    theirs = steps.hand_in(rows)
    for step in ("start", "undo"):
        assert_problem(own.post(theirs, step), 404)
    assert_problem(api.get(f"{PATH}/{theirs}/rows", franchise.manager), 404)
    assert_problem(api.get(f"{PATH}/{theirs}/progress", franchise.manager), 404)
    made = own.hand_in(rows + "\n")
    own.post(made, "start")
    own.run(made)
    assert [row["fate"] for row in own.get(made, "/rows")["items"]] == ["new", "outside", "rejected"]
    for member in (franchise.rep, franchise.ops):
        assert_problem(api.post(f"{PATH}/{made}/commit", member, None), 403)
        assert_problem(api.get(f"{PATH}/{made}/rows", member), 403)
