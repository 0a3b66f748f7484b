"""The one door: transactions commit whole or not at all, and a server that does not answer is told in a sentence."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from outbound.errors import Unavailable
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.support.franchise import Franchise


def test_what_a_member_does_is_stored_when_the_block_ends(franchise: Franchise):
    with franchise.as_member(franchise.owner) as session:
        session.execute(text("update outbound.leads set language = 'es'"))
    with franchise.as_member(franchise.owner) as session:
        assert session.scalars(text("select distinct language from outbound.leads")).all() == ["es"]


def test_an_error_leaves_nothing_of_the_transaction(franchise: Franchise):
    def change_and_stumble() -> None:
        with franchise.as_member(franchise.owner) as session:
            session.execute(text("update outbound.leads set language = 'es'"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_stumble()
    with franchise.as_member(franchise.owner) as session:
        assert session.scalars(text("select distinct language from outbound.leads")).all() == [None]


def test_organisations_are_listed_for_jobs(database: Database, franchise: Franchise, other_franchise: Franchise):
    found = {(each.id, each.name, each.slug, each.zone) for each in database.organisations()}
    assert found == {(each.org_id, each.name, each.slug, each.zone) for each in (franchise, other_franchise)}


def test_every_session_speaks_utc(franchise: Franchise):
    with franchise.as_member(franchise.rep) as session:
        assert session.scalar(text("show timezone")) == "UTC"


@pytest.mark.parametrize("call", ["migrate", "is_current"])
def test_a_server_that_does_not_answer_is_told_in_one_sentence(tmp_path: Path, call: str):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"postgresql://me:s3cret@127.0.0.1:{closed.getsockname()[1]}/outbound"
        database = Database.open(Settings(home=tmp_path, database_url=url))
        with pytest.raises(Unavailable) as caught:
            getattr(database, call)()
    _is_one_sentence_with_advice(str(caught.value))


def test_a_wrong_password_and_a_missing_database_are_told_in_one_sentence(settings: Settings):
    assert settings.database_url is not None
    right = make_url(settings.database_url)
    for url in (right.set(password="wrong"), right.set(database="nowhere"), right.set(username="nobody_here")):
        text_of_url = url.render_as_string(hide_password=False)
        database = Database.open(Settings(home=settings.home, database_url=text_of_url))
        with pytest.raises(Unavailable) as caught:
            database.migrate()
        _is_one_sentence_with_advice(str(caught.value))
        assert "wrong" not in str(caught.value)
        database.dispose()


def test_entering_an_organisation_while_the_server_is_gone_is_told_in_one_sentence(
    tmp_path: Path, franchise: Franchise
):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"postgresql://me:s3cret@127.0.0.1:{closed.getsockname()[1]}/outbound"
        database = Database.open(Settings(home=tmp_path, database_url=url))
        for entering in (
            database.as_job(franchise.org_id),
            database.as_member(franchise.org_id, franchise.rep.id),
        ):
            with pytest.raises(Unavailable) as caught, entering:
                pytest.fail("entered")
            _is_one_sentence_with_advice(str(caught.value))
        with pytest.raises(Unavailable):
            database.organisations()


def _is_one_sentence_with_advice(message: str) -> None:
    assert "\n" not in message
    assert "s3cret" not in message
    assert re.search(r"PostgreSQL at .* does not answer: .*\. Check that it runs", message), message


def test_who_opens_a_database_knows_every_table_a_foreign_key_may_name():
    """A process that has imported only some models would fail at its first flush."""
    program = (
        "from outbound.storage.database import Database; from outbound.storage.base import Base;"
        "print([key.column.name for table in Base.metadata.tables.values() for key in table.foreign_keys][:1])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
