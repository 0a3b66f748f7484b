"""The policies are served by indexes: what a rep asks for does not grow with what they may not see."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from outbound.storage.database import Database
from outbound.vocabulary import Role, TerritoryType
from tests.support import places
from tests.support.franchise import Franchise

STRANGERS_LEADS = 20_000
TENANT_SCANS = ("leads", "activities", "addresses", "lead_stage_changes")


@pytest.fixture
def crowded(database: Database, franchise: Franchise, other_franchise: Franchise) -> Franchise:
    """Both organisations hold many leads and activities in territories where ``rep`` has no business."""
    with database.admin_engine.begin() as connection:
        for each in (franchise, other_franchise):
            with each.admin() as session:
                strangers = [each.add_member(Role.SALES_REP, session=session).id for _ in range(20)]
                turfs = [
                    each.add_territory(
                        f"Turf {n}", TerritoryType.MICRO, places.SOUTH_EAST, parent=each.south_east, session=session
                    ).id
                    for n in range(20)
                ]
            connection.execute(
                text(
                    "insert into outbound.leads"
                    " (org_id, id, lead_type, stage_entered_at, territory_id, owner_id, due_at)"
                    " select :org, gen_random_uuid(), 'outbound', now(), (cast(:turfs as uuid[]))[1 + n % 20],"
                    " (cast(:strangers as uuid[]))[1 + n / 20 % 20], now() from generate_series(1, :count) n"
                ),
                {"org": each.org_id, "turfs": turfs, "strangers": strangers, "count": STRANGERS_LEADS // 2},
            )
            connection.execute(
                text(
                    "insert into outbound.activities"
                    " (org_id, id, lead_id, user_id, type, occurred_at, territory_id, owner_id)"
                    " select org_id, gen_random_uuid(), id, owner_id, 'CALL', now(), territory_id, owner_id"
                    " from outbound.leads where org_id = :org and owner_id = any(:strangers)"
                ),
                {"org": each.org_id, "strangers": strangers},
            )
    with database.admin_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze"))
    return franchise


def plan_of(session: Session, statement: str, **parameters: object) -> list[dict[str, Any]]:
    """Every node of the plan, with what really came out of it."""
    used = {name: value for name, value in parameters.items() if f":{name}" in statement}
    top = session.scalar(text("explain (analyze, format json, timing off) " + statement), used)
    plan = json.loads(top) if isinstance(top, str) else top
    nodes, waiting = [], [plan[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        nodes.append(node)
    return nodes


def sequential_scans(nodes: list[dict[str, Any]]) -> list[str]:
    return [
        node["Relation Name"]
        for node in nodes
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in TENANT_SCANS
    ]


def rows_read(nodes: list[dict[str, Any]]) -> int:
    """Rows that scans of large tables returned or threw away."""
    return sum(
        int((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
        for node in nodes
        if node.get("Relation Name") in TENANT_SCANS
    )


LISTS = {
    "all": "select * from outbound.leads",
    "count": "select pipeline_stage, count(*) from outbound.leads group by 1",
    "due": "select * from outbound.leads where due_at < now()",
    "with doors": "select * from outbound.leads l left join outbound.addresses a"
    " on a.org_id = l.org_id and a.id = l.address_id",
    "timeline": "select * from outbound.activities where lead_id = :lead order by occurred_at desc limit 50",
    "own day": "select * from outbound.activities where user_id = outbound.current_member()"
    " and occurred_at > now() - interval '1 day'",
}


@pytest.mark.parametrize("member", ["rep", "helper", "manager"])
def test_lists_read_only_what_their_reader_may_see(crowded: Franchise, member: str):
    with crowded.as_member(getattr(crowded, member)) as session:
        for name, statement in LISTS.items():
            nodes = plan_of(session, statement, lead=crowded.scheduled)
            assert sequential_scans(nodes) == [], name
            assert rows_read(nodes) < 100, name


@pytest.mark.parametrize("member", ["rep", "manager"])
def test_the_newest_page_is_found_by_index(crowded: Franchise, member: str):
    """The planner may walk the organisation's leads in order of age to fill a page, but never the table."""
    with crowded.as_member(getattr(crowded, member)) as session:
        nodes = plan_of(session, "select * from outbound.leads where lead_type = 'outbound' order by id desc limit 50")
    assert sequential_scans(nodes) == []


def test_a_jobs_look_at_one_organisation_does_not_read_the_others(crowded: Franchise):
    with crowded.as_job() as session:
        nodes = plan_of(session, "select * from outbound.leads where territory_id = :turf", turf=crowded.west.id)
    assert sequential_scans(nodes) == []
    assert rows_read(nodes) == 0
