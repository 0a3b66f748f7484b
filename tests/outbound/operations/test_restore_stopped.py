"""A restore that is stopped anywhere, however often, costs nothing: tables and files are what they were."""

from __future__ import annotations

import errno
import hashlib
import io
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from outbound.errors import Conflict, OutboundError, Unavailable
from outbound.operations import journal
from outbound.operations.backup import back_up
from outbound.operations.dump import digests
from outbound.operations.keys import export_ring
from outbound.operations.recover import Recovered, recover
from outbound.operations.restore import restore
from outbound.privacy import erased_list
from outbound.settings import Settings
from outbound.storage.blobs import open_store
from outbound.storage.database import Database
from outbound.storage.embedded.lease import SUPERVISOR, Lock
from outbound.storage.keyfile import add_key
from tests.cli.test_commands import assert_refused
from tests.support.command import outbound
from tests.support.franchise import Franchise
from tests.support.s3 import CREDENTIALS, s3_server
from tests.support.server import Server
from tests.support.stopped import NOW, recover_stopped, restore_stopped

BEFORE_THE_COMMIT = ["Files", "Database", "Rows", "Folders", "Whoever was erased since", "Lake", "Committing"]
OF_THE_BACKUP = hashlib.sha256(b"of the backup").hexdigest()
STAND = ("attachments", "uploads", "maps", "lake", "published", "warehouse")


def stopping_at(step: str, error: BaseException) -> Callable[[str, int, int], None]:
    def stop(what: str, done: int, total: int) -> None:
        if what == step:
            raise error

    return stop


@dataclass
class Installation:
    """One that has gone on working since its backup: rows, files and a key are of today."""

    settings: Settings
    backup: Path
    ring: Path
    """The copy of the key ring of the backup's time."""
    franchise: Franchise

    def state(self) -> dict[str, object]:
        """Every table, and every name and byte of the home that tells of the installation."""
        found: dict[str, object] = {}
        database = Database.open(self.settings)
        try:
            with database.admin_engine.connect() as connection:
                found |= digests(connection)
                named = "select nspname from pg_namespace where nspname like 'outbound%'"
                found["schemas"] = connection.scalars(text(named)).all()
                found["revision"] = connection.scalars(text("select version_num from public.alembic_version")).all()
        finally:
            database.dispose()
        home = self.settings.home
        for path in sorted(each for name in (*STAND, "keys") for each in (home / name).rglob("*")):
            if path.is_file() and path.name != ".lock":
                found[str(path.relative_to(home))] = path.readlink() if path.is_symlink() else path.read_bytes()
        found["home"] = sorted(each.name for each in home.iterdir() if each.name not in ("run", "erased.jsonl"))
        found["erased"] = list(erased_list.read(erased_list.path_of(self.settings)))
        return found

    def is_refused(self) -> None:
        with pytest.raises(OutboundError, match="restore --recover"):
            self.state()


@pytest.fixture
def installation(settings: Settings, database: Database, franchise: Franchise, tmp_path: Path) -> Installation:
    store = open_store(settings, "attachments")
    store.put(franchise.org_id, io.BytesIO(b"of the backup"), limit=100)
    published = settings.published_dir / str(franchise.org_id)
    published.mkdir(parents=True)
    (published / "1.duckdb").write_bytes(b"of the backup")
    (published / "current").symlink_to("1.duckdb")
    export_ring(settings, tmp_path / "ring.json")
    backup = back_up(database, settings, tmp_path / "one.backup", NOW).path
    franchise.add_lead(franchise.south_east)
    store.put(franchise.org_id, io.BytesIO(b"of today, and nowhere else"), limit=100)
    (published / "2.duckdb").write_bytes(b"of today")
    (published / "current").unlink()
    (published / "current").symlink_to("2.duckdb")
    for name in ("lake", "warehouse", "maps"):
        (settings.home / name).mkdir(exist_ok=True)
        (settings.home / name / "of-today").write_bytes(b"1")
    add_key(settings.keys_dir)
    database.dispose()
    return Installation(settings, backup, tmp_path / "ring.json", franchise)


@pytest.mark.parametrize("step", BEFORE_THE_COMMIT)
def test_stopped_at_any_step_and_again_everything_is_what_it_was(installation: Installation, step: str):
    before, settings = installation.state(), installation.settings
    restore_stopped(settings, installation.backup, step, by=signal.SIGINT, keys=installation.ring)
    assert installation.state() == before
    for _ in range(2):
        restore_stopped(settings, installation.backup, step, keys=installation.ring)
        installation.is_refused()
    assert recover(settings) is Recovered.UNDONE
    assert installation.state() == before


def test_interrupted_again_while_it_puts_back_and_killed_while_it_recovers(installation: Installation):
    before, settings = installation.state(), installation.settings
    steps = ("Committing", "Putting files back")
    restore_stopped(settings, installation.backup, *steps, by=signal.SIGINT, keys=installation.ring)
    for step in ("Putting the database back", "Putting files back", "Everything is as it was"):
        installation.is_refused()
        recover_stopped(settings, step)
    assert recover(settings) is Recovered.UNDONE
    assert installation.state() == before
    assert recover(settings) is Recovered.NOTHING


def test_killed_after_its_commit_it_has_happened_and_what_it_replaced_goes(installation: Installation):
    settings = installation.settings
    ring = (settings.keys_dir / "ring.json").read_bytes()
    restore_stopped(settings, installation.backup, "Removing what was replaced", keys=installation.ring)
    installation.is_refused()
    assert recover(settings) is Recovered.FINISHED
    after = installation.state()
    assert after["schemas"] == ["outbound"]
    assert [name for name in after if name.startswith("attachments/")] == [
        f"attachments/{installation.franchise.org_id}/{OF_THE_BACKUP[:2]}/{OF_THE_BACKUP}"
    ]
    assert [after[name] for name in after if name.startswith("keys/ring-before-restore")] == [ring]
    restore(settings, installation.backup, NOW, keys=installation.ring, replace=True)
    again = installation.state()
    assert [name for name in again if again[name] != after.get(name)] == []


def test_what_it_replaced_cannot_be_removed_and_nobody_is_told_that_it_was_undone(installation: Installation):
    settings = installation.settings
    restore_stopped(settings, installation.backup, "Removing what was replaced", keys=installation.ring)
    own = journal.unfinished(settings.home)
    assert own is not None
    in_the_way = settings.keys_dir / f"ring-before-restore-{own.id}.json"
    in_the_way.mkdir()
    for _ in range(2):
        with pytest.raises(Unavailable, match=r"^The restore has succeeded, but what it replaced could not be removed"):
            recover(settings)
    in_the_way.rmdir()
    assert recover(settings) is Recovered.FINISHED


def test_a_damaged_key_ring_is_replaced_and_stays_beside(installation: Installation):
    settings = installation.settings
    (settings.keys_dir / "ring.json").write_text("damaged")
    restore(settings, installation.backup, NOW, keys=installation.ring, replace=True)
    assert recover(settings) is Recovered.NOTHING
    after = installation.state()
    assert [after[name] for name in after if name.startswith("keys/ring-before-restore")] == [b"damaged"]


@pytest.mark.parametrize("step", ["Folders", "Lake"])
def test_a_full_disk_is_a_sentence_and_everything_is_as_it_was(installation: Installation, step: str):
    before = installation.state()

    full = stopping_at(step, OSError(errno.ENOSPC, "No space left on device", "attachments"))
    with pytest.raises(Unavailable, match=r"No space left on device: attachments.*everything is as it was"):
        restore(installation.settings, installation.backup, NOW, keys=installation.ring, replace=True, progress=full)
    assert installation.state() == before


class TestAnotherHomeOnTheSameDatabase:
    def test_it_knows_and_can_bring_the_rows_back_alone(self, installation: Installation, tmp_path: Path):
        before = installation.state()
        restore_stopped(installation.settings, installation.backup, "Committing", keys=installation.ring)
        other = installation.settings.model_copy(update={"home": tmp_path / "other"})
        with pytest.raises(Conflict, match=f"A restore of {installation.settings.home} on"):
            restore(other, installation.backup, NOW, keys=installation.ring, replace=True)
        database = Database.open(other)
        try:
            with pytest.raises(OutboundError, match="restore --recover"):
                database.is_current()
            assert recover(other) is Recovered.UNDONE
            assert database.is_current()
        finally:
            database.dispose()
        installation.is_refused()
        assert recover(installation.settings) is Recovered.UNDONE
        assert installation.state() == before

    def test_nothing_is_put_back_into_another_database(self, installation: Installation, server: Server):
        before = installation.state()
        restore_stopped(installation.settings, installation.backup, "Lake", keys=installation.ring)
        with server.empty() as url:
            other = url.render_as_string(hide_password=False)
            with pytest.raises(Conflict, match="another database than DATABASE_URL"):
                recover(installation.settings.model_copy(update={"database_url": other}))
        recover(installation.settings)
        assert installation.state() == before

    def test_what_an_older_version_left_comes_back_and_what_stands_there_is_kept(self, installation: Installation):
        before, settings = installation.state(), installation.settings
        engine = create_engine(settings.database_url or "")
        with engine.begin() as connection:
            connection.execute(text("alter schema outbound rename to outbound_before_restore"))
            connection.execute(text("alter table public.alembic_version set schema outbound_before_restore"))
            connection.execute(text("create schema outbound"))
        engine.dispose()
        with pytest.raises(Conflict, match="older version"):
            restore(settings, installation.backup, NOW, keys=installation.ring, replace=True)
        assert recover(settings) is Recovered.UNDONE
        after = installation.state()
        kept = [name for name in after.pop("schemas") if name.startswith("outbound_left_by_restore")]
        assert len(kept) == 1
        assert after == {name: value for name, value in before.items() if name != "schemas"}


class TestNotBesideWhatServes:
    def test_not_while_up_runs_in_this_home(self, installation: Installation):
        before = installation.state()
        installation.settings.run_dir.mkdir()
        lock = Lock(installation.settings.run_dir / SUPERVISOR)
        lock.take()
        try:
            with pytest.raises(Conflict, match="stop it first"):
                restore(installation.settings, installation.backup, NOW, keys=installation.ring, replace=True)
        finally:
            lock.close()
        assert installation.state() == before

    def test_not_while_another_process_works_on_the_database(self, installation: Installation):
        before = installation.state()
        database = Database.open(installation.settings)
        login = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        database.dispose()
        with psycopg.connect(login), pytest.raises(Conflict, match=r"1 connections work.*as outbound_app"):
            restore(installation.settings, installation.backup, NOW, keys=installation.ring, replace=True)
        assert installation.state() == before

    def test_not_beside_who_came_while_it_unpacked(self, installation: Installation):
        before = installation.state()
        database = Database.open(installation.settings)
        login = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        database.dispose()
        came: list[psycopg.Connection] = []

        def come(what: str, done: int, total: int) -> None:
            if what == "Files":
                came.append(psycopg.connect(login))

        with pytest.raises(Conflict, match=r"1 connections work.*as outbound_app"):
            restore(
                installation.settings, installation.backup, NOW, keys=installation.ring, replace=True, progress=come
            )
        came[0].close()
        assert installation.state() == before

    def test_an_organisation_that_was_erased_since_takes_nothing_of_the_home_with_it(self, installation: Installation):
        before = installation.state()
        gone = [erased_list.Entry(installation.franchise.org_id, None, NOW)]
        listed = installation.settings.model_copy(update={"home": installation.backup.parent / "list"})
        erased_list.add(listed, gone)
        file = erased_list.path_of(listed)
        restore_stopped(installation.settings, installation.backup, "Committing", keys=installation.ring, erased=file)
        recover(installation.settings)
        assert installation.state() == before


class TestInS3:
    def test_what_was_put_is_taken_back_and_what_was_to_be_deleted_stays(
        self,
        settings: Settings,
        database: Database,
        franchise: Franchise,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ):
        for name, value in CREDENTIALS.items():
            monkeypatch.setenv(name, value)
        with s3_server("files") as endpoint:
            there = {"s3_url": "s3://files/a", "s3_endpoint": endpoint, "s3_region": "us-east-1"}
            settings = settings.model_copy(update=there)
            store = open_store(settings, "attachments")
            lost = store.put(franchise.org_id, io.BytesIO(b"of the backup"), limit=100)
            backup = back_up(database, settings, tmp_path / "one.backup", NOW).path
            store.delete(franchise.org_id, lost.sha256)
            store.put(franchise.org_id, io.BytesIO(b"of today"), limit=100)
            before = [each.sha256 for each in store.walk()]
            listed = settings.model_copy(update={"home": tmp_path / "list"})
            erased_list.add(listed, [erased_list.Entry(franchise.org_id, None, NOW)])
            database.dispose()
            how = {"erased": erased_list.path_of(listed), "replace": True}
            with pytest.raises(RuntimeError, match="stop"):
                restore(settings, backup, NOW, progress=stopping_at("Committing", RuntimeError("stop")), **how)
            assert [each.sha256 for each in store.walk()] == before
            restore(settings, backup, NOW, **how)
            assert list(store.walk()) == []


def test_the_commands_refuse_and_name_the_one_that_helps(installation: Installation):
    before = installation.state()
    restore_stopped(installation.settings, installation.backup, "Lake", keys=installation.ring)
    for command in (["migrate"], ["keys", "list"], ["keys", "export", str(installation.ring.parent / "more.json")]):
        assert_refused(outbound(*command), "outbound restore --recover")
    told = outbound("doctor")
    assert "✗ Restore" in told.out
    assert "outbound restore --recover" in told.out
    assert "migrate" not in told.out
    done = outbound("restore", "--recover")
    assert (done.status, "as it was" in done.out) == (0, True), done
    assert installation.state() == before
