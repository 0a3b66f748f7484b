"""No key ring is made or used where something is sealed that it does not open, and every command says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from outbound.errors import Misconfigured
from outbound.settings import Settings
from outbound.storage.crypto import KeyRing
from outbound.storage.database import Database
from outbound.storage.keyfile import RingFile, add_key, put_ring, read_ring
from tests.support.franchise import Franchise
from tests.support.wrong_keys import seal_strangely

ANOTHER = RingFile({1: b"x" * 32})


def reopened(settings: Settings) -> Database:
    database = Database.open(settings)
    database.dispose()
    return database


def proofs(database: Database) -> dict[str, str]:
    with database.admin_engine.connect() as connection:
        return {row.key: row.proof for row in connection.execute(text("select * from outbound.key_proofs"))}


def forget(database: Database) -> None:
    """As an installation from before the proofs is, right after its migration."""
    with database.admin_engine.begin() as connection:
        connection.execute(text("delete from outbound.key_proofs"))


@pytest.fixture
def ring(settings: Settings, franchise: Franchise) -> Path:
    return settings.keys_dir / "ring.json"


def test_the_database_knows_its_ring_from_the_first_start(database: Database, settings: Settings, ring: Path):
    assert proofs(database) == read_ring(settings.keys_dir).proofs()
    assert set(proofs(database)) == {"1", "fingerprint"}


@pytest.mark.parametrize("known", [True, False], ids=["with proofs", "from before there were proofs"])
class TestWhereSomethingIsSealed:
    def test_a_lost_ring_is_not_made_anew(self, database: Database, settings: Settings, ring: Path, known: bool):
        if not known:
            forget(database)
        ring.unlink()
        with pytest.raises(
            Misconfigured, match=r"no key ring .*ring\.json.* key 1; put the copy .* keys export"
        ) as told:
            Database.open(settings)
        assert "\n" not in str(told.value)
        assert not ring.exists()

    def test_another_ring_is_not_used(self, database: Database, settings: Settings, ring: Path, known: bool):
        if not known:
            forget(database)
        put_ring(settings.keys_dir, ANOTHER)
        with pytest.raises(Misconfigured, match=r"key 1.*put the copy") as told:
            Database.open(settings)
        assert "\n" not in str(told.value)
        assert ANOTHER.proofs()["1"] not in proofs(database).values()

    def test_the_true_ring_opens_though_some_rows_were_sealed_under_another(
        self, database: Database, settings: Settings, franchise: Franchise, ring: Path, known: bool
    ):
        door = next(iter(franchise.all_leads))
        with franchise.admin() as session:
            door = session.scalar(text("select address_id from outbound.leads where id = :id"), {"id": door})
        seal_strangely(database, only=(("addresses", "position", door),))
        if not known:
            forget(database)
        reopened(settings)
        assert proofs(database) == read_ring(settings.keys_dir).proofs()


def test_where_most_was_sealed_under_another_ring_this_one_is_not_taken_for_it(
    database: Database, settings: Settings, franchise: Franchise
):
    seal_strangely(database)
    for _ in range(3):
        franchise.add_lead(franchise.north_west)  # sealed under the ring that was made in the lost one's place
    forget(database)
    with pytest.raises(Misconfigured, match=r"opens 3 of \d+ values"):
        Database.open(settings)


def test_a_ring_is_made_where_nothing_is_sealed(settings: Settings, database: Database):
    shutil.rmtree(settings.keys_dir)
    forget(database)
    reopened(settings)
    assert proofs(database) == read_ring(settings.keys_dir).proofs()


def test_a_key_that_came_just_before_a_crash_is_written_down_at_the_next_start(
    database: Database, settings: Settings, ring: Path
):
    add_key(settings.keys_dir)  # and killed before the proof
    assert set(proofs(database)) == {"1", "fingerprint"}
    reopened(settings)
    assert proofs(database) == read_ring(settings.keys_dir).proofs()
    assert set(proofs(database)) == {"1", "2", "fingerprint"}


def test_a_copy_from_before_a_rotation_is_refused(database: Database, settings: Settings, ring: Path):
    before = read_ring(settings.keys_dir)
    add_key(settings.keys_dir)
    reopened(settings)
    put_ring(settings.keys_dir, before)
    with pytest.raises(Misconfigured, match="key 2 is missing"):
        Database.open(settings)


def test_a_running_process_does_not_take_up_another_ring(
    database: Database, settings: Settings, franchise: Franchise, ring: Path
):
    sealed = database.keys.seal(franchise.org_id, franchise.org_id, b"x")
    put_ring(settings.keys_dir, ANOTHER)
    database.keys._looked -= 10  # a second later
    anew = database.keys.seal(franchise.org_id, franchise.org_id, b"x")
    kept = KeyRing(database.keys._keys.ring.keys)
    for each in (sealed, anew):
        assert kept.open_sealed(franchise.org_id, franchise.org_id, each) == b"x"


def test_who_only_reads_makes_nothing(database: Database, settings: Settings):
    shutil.rmtree(settings.keys_dir)
    forget(database)
    with pytest.raises(Misconfigured, match="no key ring"):
        Database.open(settings, reading=True)
    assert not settings.keys_dir.exists()
    assert proofs(database) == {}
