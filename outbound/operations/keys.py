"""The key ring of an installation: a new key, everything sealed under it, and old keys gone."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import text

from outbound.errors import Conflict, Invalid, Misconfigured
from outbound.operations.alone import alone
from outbound.operations.sealed import Progress, Resealed, reseal, usage
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.storage.keyfile import RingFile, add_key, put_ring, read_ring, refuse_removal, remove_key
from outbound.storage.keyproofs import (
    drop_proof,
    locked,
    looked_through,
    proved_keys,
    replace_proofs,
    write_proofs,
)
from outbound.storage.migrate import migrate
from outbound.storage.unfinished import refuse_unfinished_home

_TAKEN_UP_SECONDS = 2.0
"""Every process looks at the ring again within one second."""
REST = timedelta(minutes=10)
"""An old key stays this long after the last change: something sealed just before may not be stored yet."""


@dataclass(frozen=True)
class Key:
    """One key. ``values``: how many it has sealed."""

    id: int
    values: int
    seals: bool


def listed(database: Database, settings: Settings) -> list[Key]:
    """Every key with its use, oldest first; also one that the ring does not hold, where it has sealed something."""
    ids, used = read_ring(settings.keys_dir).keys, usage(database)
    return [Key(key_id, used[key_id], key_id == max(ids)) for key_id in sorted({*ids, *used})]


def rotate(database: Database, settings: Settings, progress: Progress | None = None) -> tuple[Resealed, bool]:
    """Adds a key and seals everything anew under it, while everything serves. One that was stopped is finished first,
    without another key.

    Returns what was done, and whether it was the finishing of an earlier one. Raises
    :class:`outbound.errors.Unavailable` when rows stay locked.
    """
    unfinished = bool(_to_do(database, settings))
    if not unfinished:
        with locked(database.admin_engine) as connection:
            # Killed between the two, the ring holds a key that nothing proves yet: the next start writes it down.
            add_key(settings.keys_dir)
            write_proofs(connection, read_ring(settings.keys_dir))
    time.sleep(_TAKEN_UP_SECONDS)
    return reseal(database, progress), unfinished


def _to_do(database: Database, settings: Settings) -> Counter[int]:
    """How many values each older key still seals that open: with the others nothing can be done."""
    found = Counter[int]()
    for each in looked_through(database, database.keys, but=max(read_ring(settings.keys_dir).keys)):
        found[each.key] += each.values - each.not_readable
    return +found


def retire(database: Database, settings: Settings, key_id: int, now: datetime, *, rest: timedelta = REST) -> None:
    """Destroys a key that nothing uses. Backups from before need the ring of their time.

    Raises :class:`Conflict` while a value, an open transaction or the ring's own youth stands against it.
    """
    changed = datetime.fromtimestamp((settings.keys_dir / "ring.json").stat().st_mtime, UTC)
    if abs(now - changed) < rest:  # well ahead of now it was changed by a clock that has been set back since
        raise Conflict(
            f"The key ring was changed a moment ago; wait until {(changed + rest):%H:%M} UTC, so that whatever was "
            "sealed before is stored."
        )
    with database.admin_engine.connect() as connection:
        older = connection.scalar(
            text(
                "select count(*) from pg_stat_activity where datname = current_database()"
                " and pid <> pg_backend_pid() and xact_start < :changed"
            ),
            {"changed": changed},
        )
    if older:
        raise Conflict(f"{older} transactions from before the key ring's last change are still open; end them first.")
    used = _to_do(database, settings)[key_id]
    if used:
        raise Conflict(f"Key {key_id} still seals {used:,} values; run `outbound keys rotate`.")
    with locked(database.admin_engine):
        refuse_removal(settings.keys_dir, key_id)
        # First: killed between the two, the ring holds a key too many, which the next start writes down again.
        drop_proof(database.admin_engine, key_id)
        remove_key(settings.keys_dir, key_id)


def replace_lost(settings: Settings, now: datetime) -> Key:
    """Makes a new ring where the former is lost for good. What that sealed is left as it is, not readable.

    Raises :class:`Conflict` while the ring that is here opens what is sealed, and while ``outbound up`` has the home:
    its programs would go on sealing with the ring that they still have.
    """
    with alone(settings):
        database = Database.attached(settings)
        try:
            try:
                database.check_keys()
            except Misconfigured:
                migrate(database.admin_engine)  # a database from before has no place for proofs yet
            else:
                raise Conflict(
                    "The key ring that is here opens what is sealed; `outbound keys rotate` adds a key to it."
                )
            return _replaced(database, settings, now)
        finally:
            database.dispose()


def _replaced(database: Database, settings: Settings, now: datetime) -> Key:
    with locked(database.admin_engine) as connection:
        lost: Counter[int] = Counter()
        for each in looked_through(database, None):
            lost[each.key] += each.values
        # A number of its own: what the lost keys sealed is never taken for this one's.
        number = max([*lost, *proved_keys(connection)]) + 1
        ring = settings.keys_dir / "ring.json"
        if ring.exists():
            ring.rename(ring.with_name(f"ring-put-aside-{now:%Y%m%dT%H%M%SZ}.json"))
        fresh = RingFile({number: AESGCM.generate_key(bit_length=256)})
        put_ring(settings.keys_dir, fresh)
        replace_proofs(connection, fresh)
    return Key(number, sum(lost.values()), True)


def export_ring(settings: Settings, target: Path) -> None:
    """Copies the ring for safe keeping, readable by its owner only. Raises :class:`Invalid` where a file is."""
    refuse_unfinished_home(settings.home)
    ring = settings.keys_dir / "ring.json"
    read_ring(settings.keys_dir)
    if target.exists():
        raise Invalid(f"There is already a file {target}; name another, or move it away.")
    partial = target.with_name(target.name + ".partial")
    try:
        with open(partial, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(ring.read_bytes())
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise Invalid(f"The key ring cannot be copied to {target}: {error.strerror}.") from None
