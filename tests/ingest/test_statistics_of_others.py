"""A list of an organisation of which the planner's statistics know nothing: no statement walks one table for each row of
another."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.service import Options, import_file, run_import
from outbound.imports import turns
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.support.franchise import Franchise
from tests.support.plans import Looks, pretend_large, watched

ROWS = 300
MOST = 20 * ROWS
"""Of a step that looks at each row a few times; one that looks at all rows for each comes to 300 × 300."""

HEADER = "number,street,zip,first name,last name,phone,email,lat,lon\n"
def a_list(path: Path, *, email: bool = False, lat=True) -> Path:
    rows = [
        f"{n},{'Oak Street' if n%3 or not email else 'Oaks Street'},50309,{'Ann'if n%7 or not email else 'Zoe'},Lee{n},515555{n:04d},{f'a{n}@example.com' if email else ''},{f'{41.6 + n / 10000}' if lat else ''},{-93.6 if lat else ''}\n" for n in range(1, ROWS + 1)
    ]
    path.write_text(HEADER + "".join(rows))
    return path

def test_no_statement_of_an_import_walks_one_table_for_each_row_of_another(
    database: Database, settings: Settings, franchise: Franchise, other_franchise: Franchise, tmp_path: Path, monkeypatch
) -> None:
    import_file(database, settings, franchise.org_id, franchise.owner.id, a_list(tmp_path / "list.csv"))
    import_file(database, settings, franchise.org_id, franchise.owner.id, a_list(tmp_path / "list2.csv", email=True))
    from sqlalchemy import text
    with other_franchise.admin() as s:
        s.execute(text("delete from outbound.lead_stage_changes where org_id=:o"),{"o":other_franchise.org_id})
        s.execute(text("delete from outbound.leads where org_id=:o"),{"o":other_franchise.org_id})
        s.execute(text("delete from outbound.addresses where org_id=:o"),{"o":other_franchise.org_id})
    pretend_large(database)
    monkeypatch.setattr(Database, "refresh_statistics", lambda *_: None)
    with watched(database) as looks:
        r1 = import_file(database, settings, other_franchise.org_id, other_franchise.owner.id, a_list(tmp_path / "list.csv", lat=False))
        report = import_file(database, settings, other_franchise.org_id, other_franchise.owner.id, a_list(tmp_path / "list.csv", email=True))
        print(report)
        for i in (report, r1):
            with other_franchise.as_member(other_franchise.owner) as s:
                turns.undo(s, i.import_id)
            run_import(database, settings, other_franchise.org_id, i.import_id)
    for look in sorted(looks.looks, key=lambda each: -each.most)[:25]:
        print(look.most, look.step, look.statement[:150])
    assert looks.over(MOST) == {}
