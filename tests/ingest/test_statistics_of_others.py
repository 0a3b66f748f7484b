"""A list of an organisation that the planner's statistics do not know: from the file to the undo no statement walks
the rows of one table for each row of another."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import select

from ingest import judging, locate, match_statements, phases, place, statements, undo
from ingest.service import ImportReport, Options, import_file, run_import
from outbound.cadences.models import Cadence, CadenceStep
from outbound.ids import uuid7
from outbound.imports import turns
from outbound.leads.models import Lead
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.support.cast import Member
from tests.support.franchise import Franchise
from tests.support.plans import Looks, constants_of, pretend_large, watched

ROWS = 300
MOST = 10 * ROWS
"""Of a step that looks at each row a few times; to look at all of them for each is 90,000."""
ONE_ROW = {"ingest.locate._BEGAN"}
"""Statements that these lists do not reach, and that read one row by its key."""
HEADER = "number,street,zip,first name,last name,phone,email,lat,lon\n"
MODULES: tuple[ModuleType, ...] = (statements, match_statements, judging, locate, place, phases, undo)


def bare_list(path: Path) -> Path:
    """People at doors of which nobody knows the place."""
    rows = (f"{n},Oak Street,50309,Ann,Lee{n},515555{n:04d},,,\n" for n in range(ROWS))
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


def better_list(path: Path) -> Path:
    """The same with more about them: some a slip away, some somebody else, some new, some twice."""
    rows = []
    for n in range(ROWS):
        street = "Oaks Street" if n % 3 == 0 else "Oak Street"
        first = "Zoe" if n % 7 == 0 else "Ann"
        number = n + ROWS if n % 5 == 0 else n
        lat = 41.6 + n / 10_000
        rows.append(f"{number},{street},50309,{first},Lee{n},515555{n:04d},a{n}@example.com,{lat},-93.6\n")
    path.write_text(HEADER + "".join(rows + rows[::9]), encoding="utf-8")
    return path


@pytest.fixture
def looks(
    database: Database,
    settings: Settings,
    franchise: Franchise,
    make_franchise: Callable[[str], Franchise],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Looks]:
    """What every statement looked at when a second organisation took its lists in and back."""
    lists = (bare_list(tmp_path / "bare.csv"), better_list(tmp_path / "better.csv"))
    for path in lists:
        import_file(database, settings, franchise.org_id, franchise.owner.id, path)
    pretend_large(database)
    # In a table of millions a sample misses an organisation of hundreds.
    monkeypatch.setattr(Database, "refresh_statistics", lambda *_: None)
    second = make_franchise("Blue Lawns")
    with watched(database) as looks:
        bare, better = (import_(second, second.owner, path, settings) for path in lists)
        assert all((better.new, better.same, better.unsure, better.duplicates_in_file, better.enrolled))
        with second.admin() as session:
            kept = session.scalars(select(Lead.id).where(Lead.import_id == bare.import_id)).first()
            assert kept is not None
            second.add_activity(kept, by=second.rep, session=session)
        take_back(second, better, settings)
        scoped = import_(second, second.manager, lists[1], settings)
        assert scoped.outside
        assert take_back(second, bare, settings).kept
        yield looks


def import_(whose: Franchise, by: Member, path: Path, settings: Settings) -> ImportReport:
    options = Options(cadence_id=cadence_of(whose))
    return import_file(whose.database, settings, whose.org_id, by.id, path, options=options)


def take_back(whose: Franchise, report: ImportReport, settings: Settings) -> ImportReport:
    with whose.as_member(whose.owner) as session:
        turns.undo(session, report.import_id)
    return run_import(whose.database, settings, whose.org_id, report.import_id)


def cadence_of(whose: Franchise) -> uuid.UUID:
    with whose.admin() as session:
        known = session.scalars(select(Cadence.id).where(Cadence.org_id == whose.org_id)).first()
        if known is None:
            known = uuid7()
            session.add(Cadence(org_id=whose.org_id, id=known, name="Cold", target_stage="COLD"))
            session.flush()
            session.add(CadenceStep(org_id=whose.org_id, cadence_id=known, order=1, channel="CALL"))
        return known


def test_no_statement_of_an_import_walks_one_table_for_each_row_of_another(looks: Looks) -> None:
    assert looks.over(MOST) == {}
    names = {f"{module.__name__}.{name}": each for module in MODULES for name, each in constants_of(module)}
    assert {name for name, each in names.items() if not looks.ran(each)} == ONE_ROW
