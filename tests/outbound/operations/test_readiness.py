"""What serving needs, in sentences that help in each case."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from cli import doctor
from outbound.operations.readiness import examine
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.cli.test_commands import assert_refused
from tests.support.command import outbound
from tests.support.server import Server


@pytest.mark.parametrize(
    ("revision", "advice", "never"),
    [
        ("2999_01_01_01", "run the newer version", "outbound migrate"),
        ("2026_11_29_03", "run `outbound migrate`", "outbound init"),
    ],
)
def test_a_database_of_another_version_is_told_what_helps(
    settings: Settings, database: Database, revision: str, advice: str, never: str
):
    with database.admin_engine.begin() as connection:
        connection.execute(text("update public.alembic_version set version_num = :one"), {"one": revision})
    (finding,) = [each for each in doctor.database(settings) if each.is_problem]
    ready = {each.name: each for each in examine(database, settings)}["database"]
    for sentence in (finding.text, ready.sentence):
        assert advice in sentence
        assert never not in sentence


def test_an_empty_database_of_ones_own_is_told_to_begin(server: Server, settings: Settings):
    with server.empty() as url:
        empty = settings.model_copy(update={"database_url": url.render_as_string(hide_password=False)})
        (finding,) = [each for each in doctor.database(empty) if each.is_problem]
        database = Database.open(empty)
        try:
            ready = {each.name: each for each in examine(database, empty)}["database"]
        finally:
            database.dispose()
    for sentence in (finding.text, ready.sentence):
        assert "outbound init" in sentence
        assert "migrate" not in sentence


def test_migrating_says_what_is_still_missing(settings: Settings, database: Database):
    assert "outbound init" in outbound("migrate").out


def test_a_login_that_may_not_make_the_schema_is_told_so(server: Server, settings: Settings):
    with server.empty() as url, create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("create role limited_to_looking login password 'limited'"))
        limited = url.set(username="limited_to_looking", password="limited").render_as_string(hide_password=False)
        try:
            assert_refused(outbound("migrate", DATABASE_URL=limited), "may not make", "permission denied")
        finally:
            connection.execute(text("drop role limited_to_looking"))
