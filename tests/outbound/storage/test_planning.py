"""Work on many rows of an organisation that the statistics of the planner do not know: no statement walks the rows of
one table for each row of another."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType

from shapely.geometry import shape

from outbound.activities.batch import log_many
from outbound.activities.drafts import ActivityDraft
from outbound.bulk import service as bulk
from outbound.bulk import statements as bulk_statements
from outbound.bulk.rules import Change
from outbound.bulk.targets import Target
from outbound.cadences.executor import execute
from outbound.campaigns.models import Campaign
from outbound.geocoding import backlog
from outbound.ids import uuid7
from outbound.matching import nightly
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.sync.changes import changes
from outbound.territories import placement
from outbound.territories.models import Territory
from outbound.vocabulary import ActivityResult, ActivityType, BulkAction, Stage, TerritoryType
from tests.support.franchise import Franchise
from tests.support.plans import constants_of, pretend_large, watched

ROWS = 120
MOST = 10 * ROWS
PLANNER = 18
"""The embedded server's. An older one takes another way through tables as small as these, whatever it is told of them:
tags of 120 rows are read through for each lead."""
NOW = datetime(2026, 3, 8, 18, tzinfo=UTC)
MODULES: tuple[ModuleType, ...] = (bulk_statements, nightly, placement)


def crowd(whose: Franchise) -> list[uuid.UUID]:
    with whose.admin() as session:
        return [
            whose.add_lead(whose.north_west, session=session, phone=f"+1515556{n:04d}", email=None) for n in range(ROWS)
        ]


def test_no_work_on_many_rows_walks_one_table_for_each_row_of_another(
    database: Database, settings: Settings, franchise: Franchise, make_franchise: Callable[[str], Franchise]
) -> None:
    crowd(franchise)
    pretend_large(database)
    second = make_franchise("Blue Lawns")
    ids = tuple(crowd(second))
    with second.admin() as session:
        campaign = uuid7()
        session.add(Campaign(org_id=second.org_id, id=campaign, name="Spring"))
    with watched(database) as looks:
        for action, value in (
            (BulkAction.TAG, "new"),
            (BulkAction.REASSIGN, second.rep.id),
            (BulkAction.CAMPAIGN, campaign),
            (BulkAction.STAGE, Stage.CONTACTED),
        ):
            with second.as_member(second.owner) as session:
                done, _ = bulk.execute(session, Target(ids=ids), Change(action, value), NOW)
            with second.as_member(second.owner) as session:
                bulk.undo(session, done.id, NOW + timedelta(hours=1))
        with second.as_member(second.rep) as session:
            cursor = changes(session, None, NOW, limit=10_000).cursor
        second.add_territory("Above", TerritoryType.MICRO, second.north_west.box, parent=second.west)
        with second.admin() as session:
            session.get_one(Territory, (second.org_id, second.north_west.id)).active = False
        with second.as_member(second.owner) as session:
            assert placement.place_again(session, shape(second.north_west.box.geometry), NOW).leads >= ROWS
        with second.as_member(second.rep) as session:
            changes(session, cursor, NOW, limit=10_000)
        with second.as_member(second.owner) as session:
            given = [
                (each, ActivityDraft(uuid7(), ActivityType.DOOR_KNOCK, NOW, result=ActivityResult.NOT_HOME))
                for each in ids
            ]
            log_many(session, given, NOW)
        with second.as_job() as session:
            nightly.find_duplicates(session, NOW)
            execute(session, NOW)
        backlog.is_due(database, settings, NOW)
    if (database.admin_engine.dialect.server_version_info or (0,))[0] >= PLANNER:
        assert looks.over(MOST) == {}
    names = {f"{module.__name__}.{name}": each for module in MODULES for name, each in constants_of(module)}
    assert {name for name, each in names.items() if not looks.ran(each)} == set()
