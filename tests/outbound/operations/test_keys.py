"""A new key while everything serves: every value opens before, during and after, and the old key can go."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from outbound.addresses.models import Address
from outbound.errors import Conflict, Misconfigured
from outbound.operations.alone import alone
from outbound.operations.keys import listed, replace_lost, retire, rotate
from outbound.operations.readiness import examine
from outbound.operations.sealed import SEALED, UNSEALED, usage
from outbound.settings import Settings
from outbound.storage.crypto import KeyRing, open_position, seal_position
from outbound.storage.database import Database
from outbound.storage.keyfile import add_key
from outbound.storage.migrations.steps import run_sql_beside
from tests.support.everything import Everything, add_everything
from tests.support.franchise import Franchise
from tests.support.wrong_keys import seal_strangely

LATER = timedelta(hours=1)
BEFORE_PROOFS = "2026_11_30_06"


@pytest.fixture
def everything(franchise: Franchise) -> Everything:
    return add_everything(franchise)


def positions(franchise: Franchise, ring: KeyRing) -> dict[object, tuple[float, float]]:
    with franchise.admin() as session:
        rows = session.query(Address).filter(Address.org_id == franchise.org_id, Address.position.is_not(None))
        return {row.id: open_position(ring, row.org_id, row.id, row.position) for row in rows}


def test_every_column_of_bytes_is_known_as_sealed_or_as_a_hash(database: Database):
    with database.admin_engine.connect() as connection:
        found = connection.execute(
            text(
                "select table_name, column_name from information_schema.columns"
                " where table_schema = 'outbound' and data_type = 'bytea'"
            )
        ).all()
    assert {tuple(row) for row in found} == set(SEALED) | UNSEALED


def test_the_same_places_are_known_after_a_rotation(database: Database, settings: Settings, franchise: Franchise):
    before = positions(franchise, database.keys)
    done, finished_earlier = rotate(database, settings)
    assert not finished_earlier
    assert done.key == 2
    assert done.values >= len(before) > 5
    assert set(usage(database)) == {2}
    assert positions(franchise, KeyRing.open(settings.keys_dir)) == before


def test_what_is_sealed_anew_is_no_change_to_the_lake_or_phones(
    database: Database, settings: Settings, franchise: Franchise
):
    stamps = "select id, xact::text, updated_at, version from outbound.addresses order by id"
    with database.admin_engine.connect() as connection:
        before = connection.execute(text(stamps)).all()
    rotate(database, settings)
    with database.admin_engine.connect() as connection:
        assert connection.execute(text(stamps)).all() == before


def test_nobody_else_passes_a_change_off_as_a_rotation(database: Database, franchise: Franchise):
    stamp = "select xact::text from outbound.leads where id = :id"
    lead = franchise.scheduled
    with database.admin_engine.connect() as connection:
        before = connection.scalar(text(stamp), {"id": lead})
    with franchise.as_job() as session:
        session.execute(text("select set_config('app.resealing', 'on', true)"))
        session.execute(text("update outbound.leads set first_name = 'Other' where id = :id"), {"id": lead})
    with database.admin_engine.connect() as connection:
        assert connection.scalar(text(stamp), {"id": lead}) != before


def test_a_running_process_takes_up_a_key_that_another_added(settings: Settings, database: Database):
    mine, org_id, row_id = KeyRing.open(settings.keys_dir), uuid.uuid4(), uuid.uuid4()
    add_key(settings.keys_dir)
    other = KeyRing.open(settings.keys_dir)
    sealed = seal_position(other, org_id, row_id, 41.6, -93.6)
    assert sealed[:4] == (2).to_bytes(4, "big")
    assert open_position(mine, org_id, row_id, sealed) == (41.6, -93.6)
    assert mine.newest == 2
    assert mine.fingerprint(org_id, b"x") == other.fingerprint(org_id, b"x")


def test_it_is_done_under_writers_who_never_see_a_value_they_cannot_open(
    database: Database, settings: Settings, franchise: Franchise
):
    doors = [lead for turf in franchise.micros for lead in franchise.leads_in(turf)]
    stop, errors, written = threading.Event(), [], []

    def write() -> None:
        own = Database.open(settings)
        try:
            while not stop.is_set():
                for lead in doors:
                    with own.as_job(franchise.org_id) as session:
                        door = session.execute(
                            text(
                                "select a.id, a.position from outbound.addresses as a join outbound.leads as l"
                                " on l.org_id = a.org_id and l.address_id = a.id where l.id = :lead for update of a"
                            ),
                            {"lead": lead},
                        ).one()
                        lat, lon = open_position(own.keys, franchise.org_id, door.id, bytes(door.position))
                        sealed = seal_position(own.keys, franchise.org_id, door.id, lat, lon)
                        session.execute(
                            text("update outbound.addresses set position = :p where id = :id"),
                            {"p": sealed, "id": door.id},
                        )
                        written.append(door.id)
        except Exception as error:  # noqa: BLE001
            errors.append(error)
        finally:
            own.dispose()

    before = positions(franchise, database.keys)
    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        rotate(database, settings)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert not errors
    assert written
    assert set(usage(database)) == {2}
    assert positions(franchise, KeyRing.open(settings.keys_dir)) == before


def test_one_that_was_killed_is_finished_by_the_next(database: Database, settings: Settings, franchise: Franchise):
    add_key(settings.keys_dir)
    slow = (
        "import os, signal; from outbound.operations import sealed; from outbound.settings import get_settings;"
        "from outbound.storage.database import Database;"
        "sealed.reseal(Database.open(get_settings()), lambda what, done, total: os.kill(os.getpid(), signal.SIGKILL),"
        " batch=2)"
    )
    killed = subprocess.run([sys.executable, "-c", slow], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert set(usage(database)) == {1, 2}
    _, finished_earlier = rotate(database, settings)
    assert finished_earlier
    assert [(key.id, key.seals, key.values > 0) for key in listed(database, settings)] == [
        (1, False, False),
        (2, True, True),
    ]


class TestOneValueThatDoesNotOpen:
    @pytest.fixture
    def door(self, database: Database, franchise: Franchise) -> uuid.UUID:
        with franchise.admin() as session:
            door = session.query(Address).filter(Address.org_id == franchise.org_id).first()
            seal_strangely(database, only=(("addresses", "position", door.id),))
            return door.id

    def test_a_rotation_leaves_it_and_seals_the_others(self, database: Database, settings: Settings, door: uuid.UUID):
        done, _ = rotate(database, settings)
        assert (done.key, done.not_readable) == (2, 1)
        assert usage(database)[1] == 1

    def test_the_next_rotation_is_no_finishing_of_the_one_before(
        self, database: Database, settings: Settings, door: uuid.UUID
    ):
        rotate(database, settings)
        done, finished_earlier = rotate(database, settings)
        assert (done.key, done.not_readable, finished_earlier) == (3, 1, False)

    def test_its_key_can_go(self, database: Database, settings: Settings, door: uuid.UUID):
        rotate(database, settings)
        retire(database, settings, 1, datetime.now(UTC) + LATER)
        with database.admin_engine.connect() as connection:
            left = set(connection.scalars(text("select key from outbound.key_proofs")))
        assert left == {"2", "fingerprint"}
        assert Database.open(settings).keys.ids == [2]


class TestRetiring:
    def test_a_key_goes_once_nothing_uses_it(self, database: Database, settings: Settings, franchise: Franchise):
        name = database.keys.fingerprint(franchise.org_id, b"a place")
        rotate(database, settings)
        retire(database, settings, 1, datetime.now(UTC) + LATER)
        ring = KeyRing.open(settings.keys_dir)
        assert ring.ids == [2]
        assert ring.fingerprint(franchise.org_id, b"a place") == name
        assert positions(franchise, ring)

    def test_not_while_it_still_seals(self, database: Database, settings: Settings, franchise: Franchise):
        add_key(settings.keys_dir)
        with pytest.raises(Conflict, match="still seals"):
            retire(database, settings, 1, datetime.now(UTC) + LATER)

    def test_not_a_moment_after_a_change(self, database: Database, settings: Settings, franchise: Franchise):
        add_key(settings.keys_dir)
        with pytest.raises(Conflict, match="a moment ago"):
            retire(database, settings, 1, datetime.now(UTC))

    def test_not_the_one_that_seals(self, database: Database, settings: Settings):
        with pytest.raises(Conflict, match="rotate first"):
            retire(database, settings, 1, datetime.now(UTC) + LATER)


def test_a_ring_that_is_no_ring_is_refused(settings: Settings, database: Database):
    for content in ("{}", "[]", '{"1": "c2hvcnQ="}', "x"):
        (settings.keys_dir / "ring.json").write_text(content)
        with pytest.raises(Misconfigured, match="restore it from its backup"):
            KeyRing.open(settings.keys_dir)


class TestReplacingALostRing:
    def test_a_database_from_before_the_proofs_is_brought_up_to_date(
        self, settings: Settings, database: Database, franchise: Franchise, monkeypatch: pytest.MonkeyPatch
    ):
        def run_the_proofs_alone(file: str) -> None:  # what came after them is there
            if "key_proofs" in file:
                run_sql_beside(file)

        monkeypatch.setattr("outbound.storage.migrations.steps.run_sql_beside", run_the_proofs_alone)
        with database.admin_engine.begin() as connection:
            connection.execute(text("drop table outbound.key_proofs"))
            connection.execute(text("update public.alembic_version set version_num = :r"), {"r": BEFORE_PROOFS})
        (settings.keys_dir / "ring.json").unlink()
        assert replace_lost(settings, datetime.now(UTC)).id == 2
        opened = Database.open(settings)
        assert (opened.is_current(), opened.keys.newest) == (True, 2)
        opened.dispose()

    def test_not_while_outbound_serves_with_it(self, settings: Settings, database: Database, franchise: Franchise):
        (settings.keys_dir / "ring.json").unlink()
        with alone(settings), pytest.raises(Conflict, match="stop it first"):
            replace_lost(settings, datetime.now(UTC))
        assert not (settings.keys_dir / "ring.json").exists()

    def test_a_process_that_still_has_the_former_is_not_ready(
        self, settings: Settings, database: Database, franchise: Franchise
    ):
        (settings.keys_dir / "ring.json").unlink()
        replace_lost(settings, datetime.now(UTC))
        found = {each.name: each for each in examine(database, settings)}
        assert (found["keys"].good, "start it anew" in found["keys"].sentence) == (False, True)
