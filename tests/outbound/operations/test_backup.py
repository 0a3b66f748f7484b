"""A backup taken under load, restored elsewhere, is what it was; a damaged one changes nothing."""

from __future__ import annotations

import io
import json
import threading
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from outbound.activities import service as activities
from outbound.errors import Conflict, Invalid, Misconfigured
from outbound.lake.extract import extract
from outbound.operations.archive import DamagedBackup, opened
from outbound.operations.backup import back_up
from outbound.operations.dump import digests
from outbound.operations.keys import export_ring
from outbound.operations.restore import restore
from outbound.privacy import erased_list
from outbound.privacy.erasure import erase_person
from outbound.reports import WHOLE_ORGANISATION, Warehouse
from outbound.settings import Settings
from outbound.storage.blobs import open_store
from outbound.storage.database import Database
from outbound.storage.keyfile import add_key, remove_key
from outbound.warehouse.pipeline import run_pipeline
from tests.support.everything import add_everything
from tests.support.franchise import Franchise
from tests.support.server import Server

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def elsewhere(server: Server, settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Another machine: an empty home and an empty database."""
    with server.empty() as url, server.roles_to_myself():
        yield settings.model_copy(
            update={
                "home": tmp_path / "elsewhere",
                "database_url": url.render_as_string(hide_password=False),
            }
        )


@pytest.fixture
def keys(settings: Settings, database: Database, tmp_path: Path) -> Path:
    """The key ring, kept apart."""
    export_ring(settings, tmp_path / "ring-copy.json")
    return tmp_path / "ring-copy.json"


@contextmanager
def there(settings: Settings) -> Iterator[Database]:
    database = Database.open(settings)
    try:
        yield database
    finally:
        database.dispose()


def everything(database: Database) -> dict[str, object]:
    with database.admin_engine.connect() as connection:
        found: dict[str, object] = dict(digests(connection))
    del found["lake_heads"]  # a restored database begins a lake of its own
    return found


def files(home: Path) -> dict[str, bytes]:
    named = ("attachments", "uploads", "lake", "published")
    found = [path for name in named for path in sorted((home / name).rglob("*"))]
    return {str(path.relative_to(home)): path.read_bytes() for path in found if path.is_file() and path.name[0] != "."}


def is_empty(settings: Settings) -> bool:
    with there(settings) as database, database.admin_engine.connect() as connection:
        schemas = connection.scalars(text("select nspname from pg_namespace where nspname like 'outbound%'")).all()
    return not schemas and not files(settings.home)


@pytest.mark.usefixtures("models_known")
def test_what_is_restored_is_what_was_backed_up(
    database: Database, settings: Settings, franchise: Franchise, elsewhere: Settings, keys: Path, tmp_path: Path
):
    add_everything(franchise)
    kept = open_store(settings, "attachments").put(franchise.org_id, io.BytesIO(b"a photo"), limit=100)
    run_pipeline(database, settings)
    taken = back_up(database, settings, tmp_path, NOW)
    assert taken.path.stat().st_mode & 0o777 == 0o600
    done = restore(elsewhere, taken.path, NOW, keys=keys)
    assert (done.rows, done.erased) == (taken.rows, 0)
    with there(elsewhere) as restored:
        assert everything(restored) == everything(database)
        assert files(elsewhere.home) == files(settings.home)
        assert b"".join(open_store(elsewhere, "attachments").read(franchise.org_id, kept.sha256)) == b"a photo"
        assert (
            Warehouse(elsewhere, franchise.org_id, WHOLE_ORGANISATION).build()
            == Warehouse(settings, franchise.org_id, WHOLE_ORGANISATION).build()
        )
        anew = extract(restored, elsewhere)
        assert (anew.full, anew.batch) == (True, 1)
        with restored.as_member(franchise.org_id, franchise.rep.id) as session:
            activities.log(session, franchise.scheduled, draft(), datetime.now(UTC))


def test_it_names_the_keys_of_its_own_moment_though_one_comes_and_one_goes_meanwhile(
    database: Database, settings: Settings, franchise: Franchise, elsewhere: Settings, keys: Path, tmp_path: Path
):
    def change(what: str, done: int, total: int) -> None:
        if what == "Lake":
            add_key(settings.keys_dir)
            remove_key(settings.keys_dir, 1)

    taken = back_up(database, settings, tmp_path, NOW, progress=change)
    with pytest.raises(Misconfigured, match="not the one of the backup"):
        restore(elsewhere, taken.path, NOW, keys=settings.keys_dir / "ring.json")
    restore(elsewhere, taken.path, NOW, keys=keys)
    with there(elsewhere) as restored:
        assert everything(restored) == everything(database)


def draft() -> activities.ActivityDraft:
    return activities.ActivityDraft(id=uuid.uuid4(), type="CALL", occurred_at=datetime.now(UTC))


def test_taken_under_load_it_is_one_moment_and_holds_all_that_was_acknowledged_before(
    database: Database, settings: Settings, franchise: Franchise, elsewhere: Settings, keys: Path, tmp_path: Path
):
    stop, acknowledged = threading.Event(), []

    def work() -> None:
        while not stop.is_set():
            made = draft()
            with franchise.as_member(franchise.rep) as session:
                activities.log(session, franchise.rep_elsewhere, made, datetime.now(UTC))
            acknowledged.append(made.id)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    try:
        while len(acknowledged) < 20:
            extract(database, settings)
        before = set(acknowledged)
        taken = back_up(database, settings, tmp_path / "busy.backup", NOW)
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert len(acknowledged) > len(before)
    restore(elsewhere, taken.path, NOW, keys=keys)
    with there(elsewhere) as restored, restored.as_job(franchise.org_id) as session:
        rows = session.execute(text("select id, lead_id from outbound.activities")).all()
        orphans = session.scalar(
            text(
                "select count(*) from outbound.activities as a where not exists ("
                "select from outbound.leads as l where l.org_id = a.org_id and l.id = a.lead_id)"
            )
        )
    assert before <= {row.id for row in rows} <= set(acknowledged)
    assert orphans == 0


def test_the_key_ring_and_secrets_are_in_no_backup(
    database: Database, settings: Settings, franchise: Franchise, tmp_path: Path
):
    erase_person(database, settings, franchise.org_id, franchise.scheduled, NOW)
    ring = json.loads((settings.keys_dir / "ring.json").read_text())
    path = back_up(database, settings, tmp_path, NOW).path
    with opened(path) as archive:
        assert not [name for name in archive.names("") if "key" in name or "erased" in name or "ring" in name]
    content = path.read_bytes()
    for secret in (*ring.values(), settings.database_url):
        assert secret.encode() not in content


class TestErasedSince:
    @pytest.mark.usefixtures("models_known")
    def test_who_was_erased_after_the_backup_does_not_come_back(
        self,
        database: Database,
        settings: Settings,
        franchise: Franchise,
        elsewhere: Settings,
        keys: Path,
        tmp_path: Path,
    ):
        lead = add_everything(franchise).lead_id
        with franchise.admin() as session:
            session.execute(text("update outbound.leads set first_name = 'Zebedee' where id = :id"), {"id": lead})
        run_pipeline(database, settings)
        path = back_up(database, settings, tmp_path, NOW).path
        erase_person(database, settings, franchise.org_id, lead, NOW)
        done = restore(elsewhere, path, NOW, keys=keys, erased=erased_list.path_of(settings))
        assert done.erased == 1
        with there(elsewhere) as restored, restored.admin_engine.connect() as connection:
            found = connection.execute(
                text("select first_name, erased_at from outbound.leads where id = :id"), {"id": lead}
            )
            assert found.all() == []
            assert connection.scalar(text("select count(*) from outbound.leads where first_name = 'Zebedee'")) == 0
        assert not (elsewhere.home / "lake").exists()
        assert not (elsewhere.home / "published").exists()
        assert [entry.lead_id for entry in erased_list.read(erased_list.path_of(elsewhere))].count(lead) == 1

    def test_nor_does_an_organisation(
        self,
        database: Database,
        settings: Settings,
        franchise: Franchise,
        other_franchise: Franchise,
        elsewhere: Settings,
        keys: Path,
        tmp_path: Path,
    ):
        path = back_up(database, settings, tmp_path, NOW).path
        erased_list.add(settings, [erased_list.Entry(franchise.org_id, None, NOW)])
        restore(elsewhere, path, NOW, keys=keys, erased=erased_list.path_of(settings))
        with there(elsewhere) as restored:
            assert [each.id for each in restored.organisations()] == [other_franchise.org_id]


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-2000])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def one_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None], more: dict[str, bytes] | None = None) -> None:
    with zipfile.ZipFile(path) as old:
        entries = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, content in entries.items():
            changed = change(name, content)
            if changed is not None:
                new.writestr(name, changed)
        for name, content in (more or {}).items():
            new.writestr(name, content)


def altered(path: Path) -> None:
    rewritten(path, lambda name, content: content + b" " if name == "settings.json" else content)


def without_a_file(path: Path) -> None:
    rewritten(path, lambda name, content: None if name == "database.dump" else content)


def with_one_more(path: Path) -> None:
    rewritten(path, lambda name, content: content, {"files/more": b"x"})


def leading_elsewhere(path: Path) -> None:
    def escape(name: str, content: bytes) -> bytes:
        if name != "manifest.json":
            return content
        plain = json.loads(content)
        plain["entries"]["../../escaped"] = plain["entries"]["settings.json"]
        return json.dumps(plain).encode()

    rewritten(path, escape, {"../../escaped": b"x"})


@pytest.mark.parametrize(
    "damage", [cut_short, emptied, one_bit, altered, without_a_file, with_one_more, leading_elsewhere]
)
def test_a_damaged_backup_is_told_in_a_sentence_and_changes_nothing(
    database: Database,
    settings: Settings,
    franchise: Franchise,
    elsewhere: Settings,
    keys: Path,
    tmp_path: Path,
    damage: Callable[[Path], None],
):
    path = back_up(database, settings, tmp_path, NOW).path
    damage(path)
    with pytest.raises(DamagedBackup, match="take another"):
        restore(elsewhere, path, NOW, keys=keys)
    assert not elsewhere.home.exists()
    assert not (tmp_path / "escaped").exists()


class TestWhereItGoes:
    def test_rows_that_are_not_what_was_counted_undo_everything(
        self,
        database: Database,
        settings: Settings,
        franchise: Franchise,
        elsewhere: Settings,
        keys: Path,
        tmp_path: Path,
    ):
        path = back_up(database, settings, tmp_path, NOW).path

        def miscounted(name: str, content: bytes) -> bytes:
            if name != "manifest.json":
                return content
            plain = json.loads(content)
            plain["tables"]["leads"]["rows"] += 1
            return json.dumps(plain).encode()

        rewritten(path, miscounted)
        with pytest.raises(DamagedBackup, match="table leads"):
            restore(elsewhere, path, NOW, keys=keys)
        assert not (elsewhere.keys_dir / "ring.json").exists()
        assert is_empty(elsewhere)

    def test_not_over_what_is_there_unless_told(
        self, database: Database, settings: Settings, franchise: Franchise, tmp_path: Path
    ):
        path = back_up(database, settings, tmp_path, NOW).path
        before = everything(database)
        later = franchise.add_lead(franchise.south_east)
        with pytest.raises(Conflict, match="--replace"):
            restore(settings, path, NOW)
        assert franchise.lead(later)
        restore(settings, path, NOW, replace=True)
        with there(settings) as restored:
            assert everything(restored) == before

    def test_a_failure_leaves_what_was_there(
        self, database: Database, settings: Settings, franchise: Franchise, tmp_path: Path
    ):
        path = back_up(database, settings, tmp_path, NOW).path
        franchise.add_lead(franchise.south_east)
        before = everything(database)
        rewritten(
            path, lambda name, content: content.replace(b'"rows": 1', b'"rows": 9') if "manifest" in name else content
        )
        with pytest.raises(DamagedBackup):
            restore(settings, path, NOW, replace=True)
        with there(settings) as still:
            assert everything(still) == before

    def test_not_without_the_ring_of_its_time(
        self, database: Database, settings: Settings, franchise: Franchise, elsewhere: Settings, tmp_path: Path
    ):
        path = back_up(database, settings, tmp_path, NOW).path
        with pytest.raises(Misconfigured, match="--keys"):
            restore(elsewhere, path, NOW)
        other = tmp_path / "other.json"
        other.write_text('{"1": "' + "A" * 43 + '="}')
        with pytest.raises(Misconfigured, match="not the one of the backup"):
            restore(elsewhere, path, NOW, keys=other)
        assert not elsewhere.home.exists()

    def test_a_backup_is_never_written_over_another(
        self, database: Database, settings: Settings, franchise: Franchise, tmp_path: Path
    ):
        back_up(database, settings, tmp_path / "one", NOW)
        with pytest.raises(Invalid, match="already a file"):
            back_up(database, settings, tmp_path / "one", NOW)
        with pytest.raises(Invalid, match="cannot be written"):
            back_up(database, settings, tmp_path / "no" / "folder", NOW)


def test_no_login_of_any_setting_is_in_a_backup(
    database: Database, settings: Settings, franchise: Franchise, tmp_path: Path
):
    secret = "Tr0ub4dor"
    logins = {
        "smtp_url": f"smtp://mailer:{secret}/@!@mail.test:587",
        "s3_endpoint": f"https://user:{secret}@s3.test?token={secret}",
        "geocoder_url": f"https://pelias.test/{secret}/v1",
        "geocoder_key": secret,
        "metrics_token": secret * 2,
        "warehouse_url": f"postgresql+psycopg://u:{secret}@warehouse.test/w",
    }
    told = back_up(database, settings.model_copy(update=logins), tmp_path / "one", NOW).path
    assert secret.encode() not in told.read_bytes()
    with opened(told) as archive, archive.open("settings.json") as file:
        plain = json.load(file)
    assert plain["smtp_url"] == "smtp://mail.test:587"
    assert plain["geocoder_url"] == "https://pelias.test"
    assert secret not in repr(settings.model_copy(update=logins))
