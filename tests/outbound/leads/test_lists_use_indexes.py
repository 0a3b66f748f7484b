"""A page of leads costs what it shows: not what others have, and not what lies behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from outbound.activities import service as activities
from outbound.leads.filters import LeadFilter
from outbound.leads.listing import find
from outbound.leads.timeline import timeline
from outbound.storage.database import Database
from outbound.vocabulary import LeadSort, Role, SlaState, Stage, TerritoryType
from tests.outbound.storage.test_policies_use_indexes import rows_read
from tests.support import places
from tests.support.franchise import Franchise

NOW = datetime(2026, 3, 8, 18, tzinfo=UTC)
LEADS = 24_000
MOST_READ = 400
"""Rows that the scans behind one page of 50 may touch, of 24,000."""

DOORS = """
insert into outbound.addresses (org_id, id, house_number, street, canonical)
select :org, gen_random_uuid(), n::text, 'Oak Street', n || ' OAK ST, 50311' from generate_series(1, :count) n
"""
OTHERS = """
insert into outbound.leads (
    org_id, id, lead_type, stage_entered_at, territory_id, owner_id, due_at, last_activity_at, first_name, last_name,
    phone, address_id, pipeline_stage
)
select
    :org, gen_random_uuid(), 'outbound', now() - n * interval '1 minute', (cast(:turfs as uuid[]))[1 + n % 20],
    (cast(:strangers as uuid[]))[1 + n / 20 % 20], now() - n * interval '1 minute', now() - n * interval '1 minute',
    'Jo', 'Stranger' || n % 2000, '+1515' || lpad(n::text, 7, '2'), a.id,
    (array['COLD', 'CONTACTED', 'FOLLOW_UP'])[1 + n / 7 % 3]
from (
    select id, split_part(canonical, ' ', 1)::int as n from outbound.addresses where street = 'Oak Street'
) as a
"""
CALLS = """
insert into outbound.activities (org_id, id, lead_id, user_id, type, occurred_at, territory_id, owner_id)
select org_id, gen_random_uuid(), id, owner_id, 'CALL', now(), territory_id, owner_id
from outbound.leads where org_id = :org and owner_id = any(:strangers)
"""
WORDS = """
insert into outbound.lead_tokens (org_id, token, lead_id)
select l.org_id, w.word, l.id
from outbound.leads as l, unnest(outbound.lead_words(l.first_name, l.last_name, l.phone, l.email)) as w (word)
on conflict do nothing
"""


@pytest.fixture
def crowded(database: Database, franchise: Franchise) -> Franchise:
    """Many leads with doors, names and activities, of twenty reps in twenty territories of the east; nine in ten of
    them older than the few that the rep and the manager have in the west."""
    with franchise.admin() as session:
        strangers = [franchise.add_member(Role.SALES_REP, session=session).id for _ in range(20)]
        turfs = [
            franchise.add_territory(
                f"Turf {n}", TerritoryType.MICRO, places.SOUTH_EAST, parent=franchise.south_east, session=session
            ).id
            for n in range(20)
        ]
    given = {"org": franchise.org_id, "turfs": turfs, "strangers": strangers, "count": LEADS}
    with database.admin_engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))  # no check a row
        for statement in (DOORS, OTHERS, CALLS, WORDS):
            used = {name: value for name, value in given.items() if f":{name}" in statement}
            connection.execute(text(statement), used)
    with database.admin_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze"))
    return franchise


@contextmanager
def plans(session: Session) -> Iterator[list[tuple[str, list[dict[str, Any]]]]]:
    """The plan of every query that is run within, with what really came out of each node."""
    found: list[tuple[str, list[dict[str, Any]]]] = []
    connection = session.connection()

    def explain(_: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if not statement.lstrip().lower().startswith(("select", "with")):
            return
        with cursor.connection.cursor() as own:
            own.execute("explain (analyze, format json, timing off) " + statement, parameters)
            waiting, nodes = [own.fetchone()[0][0]["Plan"]], []
        while waiting:
            node = waiting.pop()
            waiting += node.get("Plans", [])
            nodes.append(node)
        found.append((statement, nodes))

    event.listen(connection, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(connection, "before_cursor_execute", explain)


def cost(found: list[tuple[str, list[dict[str, Any]]]]) -> int:
    return sum(rows_read(nodes) for _, nodes in found)


def test_a_page_reads_about_what_it_shows(crowded: Franchise):
    """Whoever asks, in the orders that have an index for each owner and territory."""
    for who in ("rep", "helper", "manager", "owner"):
        for sort in (LeadSort.NEWEST, LeadSort.DUE):
            for turf in (None, crowded.west.id):
                with crowded.as_member(getattr(crowded, who)) as session, plans(session) as found:
                    find(session, LeadFilter(territory_id=turf), NOW, limit=51, sort=sort)
                assert cost(found) < MOST_READ, (who, sort, turf)


WANTED = {
    "name": LeadFilter(q="stranger77"),
    "names": LeadFilter(q="jo stranger1234"),
    "door": LeadFilter(q="7777 oak street"),
    "phone": LeadFilter(q="2220077"),
    "stage": LeadFilter(stages=(Stage.CONTACTED,), sla=SlaState.OVERDUE),
}


def test_filters_and_words_are_served_by_indexes(crowded: Franchise):
    for who in ("rep", "manager", "owner"):
        for name, wanted in WANTED.items():
            with crowded.as_member(getattr(crowded, who)) as session, plans(session) as found:
                find(session, wanted, NOW, limit=51)
            scans = [
                node["Relation Name"]
                for _, nodes in found
                for node in nodes
                if node["Node Type"] == "Seq Scan" and node["Relation Name"] in ("leads", "lead_tokens", "addresses")
            ]
            assert scans == [], (who, name)
            assert cost(found) < 2 * MOST_READ, (who, name)


def test_the_same_page_costs_a_superuser_no_less(crowded: Franchise):
    """The policies add next to no row to what the same queries read without them."""
    for who in ("rep", "manager", "owner"):
        _compare_with_superuser(crowded, who)


def _compare_with_superuser(crowded: Franchise, who: str) -> None:
    member = getattr(crowded, who)
    with crowded.as_member(member) as session, plans(session) as found:
        find(session, LeadFilter(), NOW, limit=51)
        settings = session.execute(
            text("select current_setting('app.readable_territories', true), current_setting('app.org_id')")
        ).one()
    with crowded.admin() as session:
        session.info["context"] = session.info["context"].__class__(
            crowded.org_id, member.id, {"owner": "outbound_franchise"}.get(who, "outbound_rep"), "test", None
        )
        session.execute(
            text("select set_config('app.readable_territories', :t, true), set_config('app.org_id', :o, true)"),
            {"t": settings[0] or "", "o": settings[1]},
        )
        with plans(session) as without:
            find(session, LeadFilter(), NOW, limit=51)
    assert cost(found) <= 1.3 * cost(without)


def test_a_leads_story_and_the_latest_changes_are_read_by_their_indexes(crowded: Franchise):
    lead_id = crowded.leads_in(crowded.north_west)[0]
    crowded.add_activity(lead_id, by=crowded.helper, territory_id=crowded.south_east.id)
    for who in (crowded.rep, crowded.manager):
        with crowded.as_member(who) as session, plans(session) as found:
            assert len(activities.timeline(session, lead_id, before=None, limit=50)) == 1
            assert len(timeline(session, lead_id, before=None, limit=50)) == 2
        assert cost(found) < 100
        with crowded.as_member(who) as session, plans(session) as found:
            since = "select * from outbound.activities where org_id = :org and xact >= pg_current_xact_id()"
            session.execute(text(since), {"org": crowded.org_id})
        assert cost(found) < 10
