"""Lists that were handed in before what was said of their columns had a column of its own."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from outbound.storage import migrations
from tests.support.franchise import Franchise

STEP = Path(migrations.__file__).parent / "versions" / "2026_12_01_01_columns_of_a_list.sql"

_ADD = text(
    "insert into outbound.prospect_imports (org_id, id, uploaded_by, source, stats, file_url, file_name, file_sha256)"
    " values (:org, gen_random_uuid(), :by, 'Purchase', cast(:stats as jsonb), 'x', :name, 'x')"
)


def test_what_was_said_of_columns_leaves_the_figures(franchise: Franchise):
    lists = {"said": '{"rows": 2, "columns": {"city": "Town"}}', "silent": '{"rows": 1}', "new": None}
    with franchise.admin() as session:
        session.execute(text("alter table outbound.prospect_imports drop column columns"))
        for name, stats in lists.items():
            session.execute(_ADD, {"org": franchise.org_id, "by": franchise.owner.id, "stats": stats, "name": name})
        session.connection().exec_driver_sql(STEP.read_text())
        found = session.execute(text("select file_name, columns, stats from outbound.prospect_imports")).all()
    assert sorted(map(tuple, found)) == [
        ("new", {}, None),
        ("said", {"city": "Town"}, {"rows": 2}),
        ("silent", {}, {"rows": 1}),
    ]
