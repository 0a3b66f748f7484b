"""What became of a run is told where people look: beside the figures, and to the owners whose rows hold them back."""

from __future__ import annotations

import errno
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from outbound.errors import Conflict, Unavailable
from outbound.reports import WHOLE_ORGANISATION, Warehouse
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.vocabulary import FiguresState, NotificationKind
from outbound.warehouse.errors import BuildFailed
from outbound.warehouse.outcomes import run_marked
from outbound.warehouse.publish import Publication
from outbound.warehouse.telling import tell, telling_of_failure
from tests.support.franchise import Franchise

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(params=["duckdb", "postgres"])
def built_on(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    return settings.model_copy(update={"warehouse": request.param})


def test_a_run_that_published_leaves_nothing_to_say(
    database: Database, built_on: Settings, franchise: Franchise
) -> None:
    tell(database, built_on, published(franchise), NOW)
    outcome = Warehouse(built_on, franchise.org_id, WHOLE_ORGANISATION).last_run()
    assert outcome is not None
    assert (outcome.state, outcome.reason, outcome.is_trouble) == (FiguresState.PUBLISHED, "", False)


def test_before_the_first_run_there_is_nothing_to_say(built_on: Settings, franchise: Franchise) -> None:
    assert Warehouse(built_on, franchise.org_id, WHOLE_ORGANISATION).last_run() is None


def test_an_organisation_held_back_is_told_why_and_since_when_and_no_other(
    database: Database, built_on: Settings, franchise: Franchise, other_franchise: Franchise
) -> None:
    for hours in range(3):
        tell(database, built_on, held_back(franchise, ["not_null_leads"], other_franchise), NOW + hours * HOUR)
    outcome = Warehouse(built_on, franchise.org_id, WHOLE_ORGANISATION).last_run()
    assert outcome is not None
    assert outcome.state is FiguresState.HELD_BACK
    assert outcome.reason == (
        "The newest figures did not pass 1 of their tests (not_null_leads), so the last good ones stay."
    )
    assert (outcome.since, outcome.at) == (NOW, NOW + 2 * HOUR)
    other = Warehouse(built_on, other_franchise.org_id, WHOLE_ORGANISATION).last_run()
    assert other is not None
    assert other.state is FiguresState.PUBLISHED


def test_owners_are_told_once_for_as_long_as_the_same_tests_fail(
    database: Database, built_on: Settings, franchise: Franchise, other_franchise: Franchise
) -> None:
    for tests in (["a"], ["a"], ["a", "b"], ["a", "b"]):
        tell(database, built_on, held_back(franchise, tests, other_franchise), NOW)
    assert notes_of(database) == [(franchise.owner.id, ["a"]), (franchise.owner.id, ["a", "b"])]
    tell(database, built_on, published(franchise, other_franchise), NOW)
    assert len(notes_of(database)) == 2
    tell(database, built_on, held_back(franchise, ["a"], other_franchise), NOW)
    assert len(notes_of(database)) == 3, "it was well in between"


def test_a_build_that_fails_is_told_to_everyone(
    database: Database, built_on: Settings, franchise: Franchise, other_franchise: Franchise
) -> None:
    with pytest.raises(BuildFailed), telling_of_failure(database, built_on):
        raise BuildFailed("dbt could not build members. What was published before stays.")
    for each in (franchise, other_franchise):
        outcome = Warehouse(built_on, each.org_id, WHOLE_ORGANISATION).last_run()
        assert outcome is not None
        assert outcome.state is FiguresState.FAILED
        assert outcome.reason == "dbt could not build members. What was published before stays."
    assert notes_of(database) == [], "there is nothing that an owner could do"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_a_sentence(database: Database, settings: Settings, franchise: Franchise, code: int) -> None:
    with pytest.raises(Unavailable, match="There is no room left"), telling_of_failure(database, settings):
        raise OSError(code, "no room")
    outcome = Warehouse(settings, franchise.org_id, WHOLE_ORGANISATION).last_run()
    assert outcome is not None
    assert outcome.reason.startswith(f"There is no room left to write below {settings.home}; make room")


def test_a_bug_is_told_without_its_text(database: Database, settings: Settings, franchise: Franchise) -> None:
    with pytest.raises(KeyError), telling_of_failure(database, settings):
        raise KeyError("jane@private.test")
    outcome = Warehouse(settings, franchise.org_id, WHOLE_ORGANISATION).last_run()
    assert outcome is not None
    assert outcome.reason == "The run ended with an error (KeyError). What was published before stays."


def test_without_a_database_those_are_told_who_have_figures(
    database: Database, settings: Settings, franchise: Franchise
) -> None:
    tell(database, settings, published(franchise), NOW)
    gone = Database(database.admin_url.set(host="127.0.0.1", port=1, query={}), database.keys)
    with pytest.raises(Unavailable), telling_of_failure(gone, settings):
        raise Unavailable("The database could not be read for the lake.")
    outcome = Warehouse(settings, franchise.org_id, WHOLE_ORGANISATION).last_run()
    assert outcome is not None
    assert outcome.state is FiguresState.FAILED


def test_a_run_that_another_overtook_says_nothing(database: Database, settings: Settings, franchise: Franchise) -> None:
    with pytest.raises(Conflict), telling_of_failure(database, settings):
        raise Conflict("Another build has replaced this one.")
    assert Warehouse(settings, franchise.org_id, WHOLE_ORGANISATION).last_run() is None


def test_a_run_beside_another_is_no_sign_that_it_was_killed(
    database: Database, settings: Settings, franchise: Franchise
) -> None:
    warehouse = Warehouse(settings, franchise.org_id, WHOLE_ORGANISATION)
    with run_marked(settings):
        assert warehouse.last_run() is None
        with run_marked(settings):
            assert warehouse.last_run() is None
        assert warehouse.last_run() is None
    assert warehouse.last_run() is None


def published(*franchises: Franchise) -> Publication:
    return Publication(str(uuid.uuid4()), [str(each.org_id) for each in franchises])


def held_back(franchise: Franchise, tests: Sequence[str], *others: Franchise) -> Publication:
    return Publication(str(uuid.uuid4()), [str(each.org_id) for each in others], {str(franchise.org_id): tests})


def notes_of(database: Database) -> list[tuple[uuid.UUID, list[str]]]:
    """Who was told of which failed tests, oldest first."""
    with database.admin_engine.connect() as connection:
        rows = connection.execute(
            text("select user_id, payload from outbound.notifications where kind = :kind order by id"),
            {"kind": NotificationKind.FIGURES_HELD_BACK},
        )
        return [(row.user_id, row.payload["tests"]) for row in rows]
