"""The key ring of an installation: a new key, everything sealed under it, and old keys gone."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from outbound.errors import Conflict, Invalid
from outbound.operations.sealed import Progress, Resealed, reseal, usage
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.storage.keyfile import add_key, read_ring, remove_key
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
    """Every key with its use, oldest first."""
    used = usage(database)
    ids = sorted(read_ring(settings.keys_dir).keys)
    return [Key(key_id, used[key_id], key_id == ids[-1]) for key_id in ids]


def rotate(database: Database, settings: Settings, progress: Progress | None = None) -> tuple[Resealed, bool]:
    """Adds a key and seals everything anew under it, while everything serves. One that was stopped is finished first,
    without another key.

    Returns what was done, and whether it was the finishing of an earlier one. Raises
    :class:`outbound.errors.Unavailable` when rows stay locked.
    """
    newest = max(read_ring(settings.keys_dir).keys)
    unfinished = any(count for key, count in usage(database).items() if key != newest)
    if not unfinished:
        add_key(settings.keys_dir)
    time.sleep(_TAKEN_UP_SECONDS)
    return reseal(database, progress), unfinished


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
    used = usage(database)[key_id]
    if used:
        raise Conflict(f"Key {key_id} still seals {used:,} values; run `outbound keys rotate`.")
    remove_key(settings.keys_dir, key_id)


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
