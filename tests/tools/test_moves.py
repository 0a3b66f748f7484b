"""A lead is moved by one writer, and the check that holds it knows how it could be done elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.moves import COLUMNS, EXCEPTIONS, HOME, everywhere, excepted, found_in
from tools.sources import ROOT

MOVED = [
    "text(\"update outbound.leads set pipeline_stage = 'LOST' where id = :id\")",
    'text("update outbound.leads as l set version = l.version + 1, owner_id = :owner where l.id = :id")',
    'text("UPDATE ONLY leads l SET\\n due_at = coalesce((select now()), l.due_at), next_action_at = null")',
    'text("update outbound.leads set (cell, territory_id) = (select 1, null) where id = :id")',
    'text("with moved as (update outbound.leads as l set archived_at = now() returning id) select 1")',
    'text(f"update outbound.leads as l set {sets} where id = :id")',
    'driver.execute(b"update outbound.leads set last_activity_id = null")',
    'text("update " "outbound.leads " + "set last_activity_at = now()")',
    'text("insert into outbound.lead_stage_changes (org_id) values (:org)")',
    'text("update outbound.lead_stage_changes set undone_at = now()")',
    'text("delete from outbound.lead_stage_changes as h using x")',
    'text("insert into outbound.leads (org_id) values (:org)")',
    'text("delete from outbound.leads where id = :id")',
    "session.execute(update(Lead).where(Lead.id == id).values(owner_id=None))",
    "session.execute(delete(LeadStageChange))",
    "session.add(LeadStageChange(lead_id=id))",
    'copy_columns(session, "lead_stage_changes", data)',
    "lead.pipeline_stage = Stage.LOST",
    "lead.due_at = lead.next_action_at = None",
    "survivor.last_activity_at, survivor.last_activity_id = at, id",
    "def move(it: Lead | None):\n    it.owner_id = None",
    "it = session.get_one(Lead, key)\nit.territory_id = None",
    'setattr(lead, "stage_entered_at", now)',
]
LEFT_ALONE = [
    'text("update outbound.leads set campaign_id = :value where owner_id = :owner")',
    'text("update outbound.leads as l set version = l.version + 1 from x where l.cell = x.cell and owner_id = :o")',
    'text("update outbound.leads set phone = (select owner_id = :owner from x)")',
    "text(\"update outbound.leads set external_ref = 'x, owner_id = 1' where id = :id\")",
    'text("-- update outbound.leads set owner_id = 1\\nselect 1")',
    'text("update outbound.lead_tokens set owner_id = null")',
    'text("update outbound.addresses set cell = 1, territory_id = null")',
    'text("select owner_id from outbound.leads where owner_id = :owner for update")',
    "select(Lead).where(Lead.owner_id == owner)",
    'lead.first_name = "Ada"',
    "task.due_at = now",
    "setattr(lead, name, value)",
    "delete(LeadTag)",
    "leads.owner_id == owner",
]


@pytest.mark.parametrize("source", MOVED)
def test_a_lead_that_is_moved_is_found_however_it_is_spelled(source: str):
    assert found_in(Path("somewhere.py"), source)


@pytest.mark.parametrize("source", LEFT_ALONE)
def test_what_moves_no_lead_is_left_alone(source: str):
    assert found_in(Path("somewhere.py"), source) == []


def test_each_column_is_named_where_it_is_written():
    source = "select 1;\nupdate outbound.leads set cell = 1,\n phone = null, due_at = null;"
    assert [(each.line, each.what) for each in found_in(Path("some.sql"), source)] == [(2, "cell"), (2, "due_at")]


def test_an_exception_is_for_what_it_names_alone():
    place = Path("outbound/leads/service.py")
    assert all(excepted(each) for each in found_in(place, "lead.due_at = None"))
    assert not any(excepted(each) for each in found_in(place, "lead.owner_id = None"))
    assert all(reason for what in EXCEPTIONS.values() for reason in what.values())


def test_the_product_moves_leads_by_one_writer_alone():
    assert everywhere() == []
    assert found_in(Path(HOME), (ROOT / HOME).read_text(encoding="utf-8"))
    assert {"pipeline_stage", "owner_id", "territory_id"} < COLUMNS
