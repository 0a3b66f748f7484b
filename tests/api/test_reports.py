"""The outbound report: from the published marts, in the caller's reach, and calm where there are none."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import secrets
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from api.main import create_app
from outbound.identity.models import Membership, User
from outbound.identity.models import Session as SignIn
from outbound.ids import uuid7
from outbound.reports import reach_told
from outbound.reports.summary import monday_of
from outbound.territories.models import TerritoryAssignment
from outbound.vocabulary import Role
from outbound.warehouse.build import build_and_verify
from outbound.warehouse.marts import MARTS
from outbound.warehouse.pipeline import run_pipeline
from outbound.warehouse.publish import publish
from tests.api.conftest import Api
from tests.support.franchise import Franchise
from tests.support.marts import AS_OF, installation, organisations
from tests.support.problems import assert_problem
from tests.support.server import Server

PATH = "/api/reports/outbound"
EMPTY = {"weeks": [], "coverage": [], "conversion": [], "reps": [], "pipeline": []}


class Published:
    """An organisation with a past and its marts, and ways to ask as one of its people."""

    def __init__(self, client: TestClient, database: Any, org_id: uuid.UUID) -> None:
        self.client, self.database, self.org_id = client, database, org_id
        with database.admin_engine.connect() as connection:
            rows = connection.execute(
                text("select id, type, parent_id from outbound.territories where org_id = :org order by id"),
                {"org": org_id},
            )
            self.territories = {str(row.id): row for row in rows}

    def token(self, role: Role, *territories: str) -> str:
        token, user_id = secrets.token_urlsafe(32), uuid7()
        with Session(self.database.admin_engine) as session, session.begin():
            session.add(User(id=user_id, email=f"{user_id}@x.test", name="Somebody"))
            session.flush()
            session.add(Membership(org_id=self.org_id, user_id=user_id, role=role))
            session.flush()
            digest = hashlib.sha256(token.encode()).digest()
            expires = AS_OF + timedelta(days=36500)
            session.add(SignIn(org_id=self.org_id, user_id=user_id, token_hash=digest, expires_at=expires))
            for territory in territories:
                session.add(
                    TerritoryAssignment(
                        org_id=self.org_id, user_id=user_id, territory_id=uuid.UUID(territory), role="OWNER"
                    )
                )
        return token

    def get(self, token: str, *, accept: str = "application/json", **params: Any) -> Any:
        headers = {"authorization": f"Bearer {token}", "accept": accept}
        return self.client.get(PATH, params=params, headers=headers)

    def micros(self) -> list[str]:
        return [each for each, row in self.territories.items() if row.type == "MICRO"]


@pytest.fixture(scope="module")
def published(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    with installation(server, tmp_path_factory.mktemp("reports")) as (database, settings):
        run_pipeline(database, settings)
        made, verdict = build_and_verify(settings, as_of=AS_OF)
        publish(settings, made, verdict)
        with TestClient(create_app(settings, database), base_url=settings.api_url) as client:
            yield Published(client, database, organisations(database)["first"])


@pytest.fixture(scope="module")
def neighbour(published: Published) -> Published:
    """The other organisation of the same server."""
    return Published(published.client, published.database, organisations(published.database)["second"])


def test_where_nothing_is_published_the_report_is_empty_and_says_so(api: Api, franchise: Franchise):
    for member in franchise.members:
        answer = api.get(PATH, member)
        assert answer.status_code == 200, answer.text
        report = answer.json()
        assert report["state"] == "nothing_published"
        assert "hourly run" in report["message"]
        assert {name: report[name] for name in EMPTY} == EMPTY
    table = api.get(PATH, franchise.owner, format="csv")
    assert table.text.startswith("territory_id,name,")
    assert_problem(api.get(PATH, franchise.rep, territory_id=franchise.south_east.id), 404)


def test_the_owner_sees_the_whole_of_a_quarter(published: Published):
    report = published.get(published.token(Role.FRANCHISE_OWNER)).json()
    assert (report["state"], report["message"]) == ("published", None)
    assert report["build"]["zone"] == "America/Chicago"
    since, until = date.fromisoformat(report["since"]), date.fromisoformat(report["until"])
    assert (since.weekday(), until.weekday(), until - since) == (0, 0, timedelta(weeks=12))
    assert 0 < len(report["weeks"]) <= 13
    assert {row["week_start"] for row in report["coverage"]} == {report["until"]}
    assert len(report["coverage"]) == len(published.territories)
    assert sum(row["leads"] for row in report["pipeline"]) > 0
    assert sum(row["touches"] for row in report["reps"]) == sum(
        row["touches"] - row["cadence_messages"] for row in report["conversion"]
    )


def test_a_rep_sees_their_territories_and_no_others(published: Published):
    mine = published.micros()[0]
    whole = published.get(published.token(Role.FRANCHISE_OWNER)).json()
    report = published.get(published.token(Role.SALES_REP, mine)).json()
    assert [row["territory_id"] for row in report["coverage"]] == [mine]
    assert 0 < sum(row["touches"] for row in report["conversion"]) < sum(row["touches"] for row in whole["conversion"])
    nothing = published.get(published.token(Role.SALES_REP)).json()
    assert {name: nothing[name] for name in EMPTY} == EMPTY


def test_a_territory_stands_for_all_below_it(published: Published):
    owner = published.token(Role.FRANCHISE_OWNER)
    area = next(each for each, row in published.territories.items() if row.type == "AREA")
    report = published.get(owner, territory_id=area).json()
    below = {each for each, row in published.territories.items() if each == area or str(row.parent_id) == area}
    assert {row["territory_id"] for row in report["coverage"]} == below
    stranger = published.token(Role.SALES_REP, published.micros()[0])
    assert published.get(stranger, territory_id=area).status_code == 404
    assert published.get(owner, territory_id=uuid.uuid4()).status_code == 404


def test_a_span_is_whole_weeks(published: Published):
    owner = published.token(Role.FRANCHISE_OWNER)
    report = published.get(owner, since="2026-10-07", until="2026-10-29").json()
    assert (report["since"], report["until"]) == ("2026-10-05", "2026-10-26")
    weeks = {row["week_start"] for row in report["conversion"]}
    assert weeks <= {"2026-10-05", "2026-10-12", "2026-10-19", "2026-10-26"}
    early = published.get(owner, until="2001-01-01").json()
    assert (early["weeks"], early["conversion"]) == ([], [])


@pytest.mark.parametrize("section", ["weeks", "coverage", "conversion", "reps", "pipeline"])
def test_every_section_is_a_table_too(published: Published, section: str):
    owner = published.token(Role.OPS)
    answer = published.get(owner, accept="text/csv", section=section)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    told = published.get(owner).json()[section]
    assert len(rows) == len(told)
    assert set(rows[0]) == set(told[0])


@pytest.mark.parametrize(
    "params",
    [
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"since": "2026-10-08", "until": "2026-10-01"},
        {"since": "soon"},
        {"section": "secrets"},
        {"format": "xml"},
        {"territory_id": "here"},
    ],
)
def test_what_makes_no_sense_is_refused(api: Api, franchise: Franchise, params: dict[str, str]):
    assert_problem(api.get(PATH, franchise.owner, **params), 422)


def test_weeks_begin_on_mondays_and_nobody_sees_more_by_asking():
    assert monday_of(date(2026, 11, 22)) == date(2026, 11, 16)
    one, other = uuid.uuid4(), uuid.uuid4()
    whole, some, none = (reach_told(each, Role.SALES_MANAGER, other) for each in (None, [one], []))
    assert [each.within([one, other]).ids for each in (whole, some, none)] == [
        {str(one), str(other)},
        {str(one)},
        set(),
    ]


NOBODY = str(uuid.UUID(int=0))


def _export(published: Published, mart: str, format: str) -> str:
    """Every row of a mart as the owner gets it, as JSON."""
    answer = published.client.get(
        f"/api/reports/marts/{mart}",
        params={"format": format},
        headers={"authorization": f"Bearer {published.token(Role.FRANCHISE_OWNER)}"},
    )
    assert answer.status_code == 200, (mart, answer.text)
    rows = (
        list(csv.DictReader(io.StringIO(answer.text)))
        if format == "csv"
        else pq.read_table(io.BytesIO(answer.content)).to_pylist()
    )
    return json.dumps(rows, default=str, separators=(",", ":"))


def _of_the_build(published: Published) -> set[str]:
    """What organisations share: their marts come of one build."""
    (build,) = json.loads(_export(published, "build_info", "csv"))
    return {build["build_id"], build["generation"]}


def _ids_in(content: str) -> set[str]:
    return set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", content))


class TestWholeMarts:
    def test_the_owner_has_every_mart_of_the_build(self, published: Published):
        headers = {"authorization": f"Bearer {published.token(Role.FRANCHISE_OWNER)}"}
        marts = {each["name"]: each for each in published.client.get("/api/reports/marts", headers=headers).json()}
        assert set(marts) == set(MARTS)
        assert {"name": "touches", "type": "int64"} in marts["territory_weeks"]["columns"]

    def test_a_mart_comes_as_a_file_to_be_kept(self, published: Published):
        headers = {"authorization": f"Bearer {published.token(Role.FRANCHISE_OWNER)}"}
        answer = published.client.get("/api/reports/marts/territory_weeks", headers=headers)
        assert answer.headers["content-type"].startswith("text/csv")
        assert "territory_weeks.csv" in answer.headers["content-disposition"]
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        found = published.client.get(
            "/api/reports/marts/territory_weeks", params={"format": "parquet"}, headers=headers
        )
        assert pq.read_table(io.BytesIO(found.content)).num_rows == len(rows) > 0

    def test_a_rep_has_the_rows_of_their_territories(self, published: Published):
        mine = published.micros()[0]
        headers = {"authorization": f"Bearer {published.token(Role.SALES_REP, mine)}"}
        answer = published.client.get("/api/reports/marts/territory_weeks", headers=headers)
        assert {row["territory_id"] for row in csv.DictReader(io.StringIO(answer.text))} == {mine}
        assert published.client.get("/api/reports/marts/north_star", headers=headers).status_code == 403
        listed = published.client.get("/api/reports/marts", headers=headers).json()
        assert "north_star" not in {each["name"] for each in listed}

    @pytest.mark.parametrize("format", ["csv", "parquet"])
    def test_nothing_of_another_organisation_stands_in_any_export(
        self, published: Published, neighbour: Published, format: str
    ):
        first, second = ({mart: _export(each, mart, format) for mart in MARTS} for each in (published, neighbour))
        for exports, org_id in ((first, published.org_id), (second, neighbour.org_id)):
            assert all(f'"org_id":"{org_id}"' in rows for rows in exports.values())
        mine, theirs = (_ids_in("".join(exports.values())) for exports in (first, second))
        assert min(len(mine), len(theirs)) > 500
        assert mine & theirs == {NOBODY, *_of_the_build(published)}

    def test_nor_in_the_report_of_either(self, published: Published, neighbour: Published):
        mine, theirs = (_ids_in(each.get(each.token(Role.FRANCHISE_OWNER)).text) for each in (published, neighbour))
        assert min(len(mine), len(theirs)) > 5
        assert mine & theirs <= {NOBODY, *_of_the_build(published)}

    def test_a_mart_that_is_none_is_not_found(self, published: Published):
        headers = {"authorization": f"Bearer {published.token(Role.FRANCHISE_OWNER)}"}
        assert_problem(published.client.get("/api/reports/marts/users", headers=headers), 404)

    def test_before_the_first_build_there_is_none(self, api: Api, franchise: Franchise):
        assert api.get("/api/reports/marts", franchise.owner).json() == []
        assert_problem(api.get("/api/reports/marts/members", franchise.owner), 409, "pipeline run")
