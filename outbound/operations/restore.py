"""Putting a backup in place, whole or not at all; whoever was erased since does not come back."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, text

from outbound.errors import Conflict, Misconfigured, NotFound
from outbound.operations.archive import DamagedBackup, Progress, Reader, opened
from outbound.operations.backup import FOLDERS
from outbound.operations.dump import digests, load
from outbound.privacy import erased_list
from outbound.privacy.deletion import forget_organisation
from outbound.privacy.erasure import erase_person
from outbound.settings import Settings
from outbound.storage.blobs import open_store
from outbound.storage.database import Database
from outbound.storage.keyfile import RingFile, put_ring, read_ring, read_ring_file
from outbound.storage.migrate import current_revision, migrate, refuse_unknown

_STAGED = ".restoring"
_ASIDE = "outbound_before_restore"


@dataclass(frozen=True)
class Restored:
    """What a restore did."""

    made_at: datetime
    rows: int
    erased: int
    """People and organisations of the list of the erased whom the backup still held."""


def restore(
    settings: Settings,
    path: Path,
    now: datetime,
    *,
    keys: Path | None = None,
    erased: Path | None = None,
    replace: bool = False,
    progress: Progress | None = None,
) -> Restored:
    """Restores a backup into the home and database of the settings, which are to be empty unless ``replace``.

    ``keys`` is the copy of the key ring, where the home has none; ``erased`` the list of the erased of the
    installation that the backup is of, besides the one that is here. Raises :class:`DamagedBackup`,
    :class:`Misconfigured` for a ring that is another one, :class:`Conflict` for a place that is not empty.
    """
    say = progress or (lambda what, done, total: None)
    with opened(path) as archive:
        archive.check(progress)
        refuse_unknown(archive.manifest.revision)
        entries = [
            entry for file in (erased, erased_list.path_of(settings)) if file for entry in erased_list.read(file)
        ]
        ring = _ring(settings, archive, keys)
        _refuse_files(settings, replace)
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with ExitStack() as stack:
            folder = stack.enter_context(_staged(settings))
            say("Files", 1, 5)
            for name in archive.names(""):
                if not name.startswith("blobs/"):
                    archive.extract(name, folder / name)
            stack.enter_context(_ring_in_place(settings, ring))
            database = Database.attached(settings)
            try:
                say("Database", 2, 5)
                with _schema_replaced(database.admin_engine, replace):
                    migrate(database.admin_engine, archive.manifest.revision)
                    load(database.admin_url, folder / "database.dump")
                    _compare(database.admin_engine, archive)
                    migrate(database.admin_engine)
                    # The lake begins anew: this database has a history of its own from here.
                    with database.admin_engine.begin() as connection:
                        connection.execute(text("truncate outbound.lake_heads"))
                    say("Whoever was erased since", 3, 5)
                    _put_blobs(settings, archive)
                    _place(settings, folder, "files", FOLDERS)
                    gone = _apply(database, settings, entries, now)
                say("Lake", 4, 5)
                if gone == 0:
                    _place(settings, folder, "", ("lake",))
                    _place_published(settings, folder)
                else:  # they still tell of who was erased; the next run of the pipeline makes both
                    for name in ("lake", "published", "warehouse"):
                        shutil.rmtree(settings.home / name, ignore_errors=True)
            finally:
                database.dispose()
    say("Done", 5, 5)
    rows = sum(each.rows for each in archive.manifest.tables.values())
    return Restored(datetime.fromisoformat(archive.manifest.made_at), rows, gone)


def _ring(settings: Settings, archive: Reader, keys: Path | None) -> RingFile:
    """The ring that opens what the backup holds."""
    if keys is not None:
        ring = read_ring_file(keys)
    elif (settings.keys_dir / "ring.json").exists():
        ring = read_ring(settings.keys_dir)
    else:
        raise Misconfigured("The backup holds no key ring; name the copy of it with --keys.")
    proofs = ring.proofs()
    if any(proofs.get(key_id) != proof for key_id, proof in archive.manifest.keys.items()):
        raise Misconfigured("This key ring is not the one of the backup; name the copy of that time with --keys.")
    return ring


@contextmanager
def _ring_in_place(settings: Settings, ring: RingFile) -> Iterator[None]:
    """The backup's ring; another one that was there is kept beside it, and comes back should the restore fail."""
    file = settings.keys_dir / "ring.json"
    before = file.read_bytes() if file.exists() else None
    put_ring(settings.keys_dir, ring)
    if before is not None and before != file.read_bytes():
        kept = settings.keys_dir / "ring-before-restore.json"
        kept.touch(mode=0o600)
        kept.write_bytes(before)
    try:
        yield
    except BaseException:
        if before is None:
            file.unlink()
        else:
            file.write_bytes(before)
        raise


def _refuse_files(settings: Settings, replace: bool) -> None:
    for name in (*FOLDERS, "lake", "published"):
        folder = settings.home / name
        if not replace and folder.is_dir() and any(each.is_file() for each in folder.rglob("*")):
            raise Conflict(f"{folder} is not empty; restore into another OUTBOUND_HOME, or say --replace.")


@contextmanager
def _staged(settings: Settings) -> Iterator[Path]:
    folder = settings.home / _STAGED
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _schema_replaced(engine: Engine, replace: bool) -> Iterator[None]:
    """What is there steps aside, and comes back unless everything succeeds."""
    with engine.begin() as connection:
        there = connection.scalar(text("select to_regnamespace('outbound') is not null"))
        if there and current_revision(connection) is not None:
            held = connection.scalar(text("select exists (select from outbound.organisations)"))
            if held and not replace:
                raise Conflict("The database holds organisations already; name another one, or say --replace.")
        connection.execute(text(f"drop schema if exists {_ASIDE} cascade"))
        if there:
            connection.execute(text(f"alter schema outbound rename to {_ASIDE}"))
            connection.execute(text(f"alter table if exists public.alembic_version set schema {_ASIDE}"))
    try:
        yield
    except BaseException:
        with engine.begin() as connection:
            connection.execute(text("drop schema if exists outbound cascade"))
            connection.execute(text("drop table if exists public.alembic_version"))
            if there:
                connection.execute(text(f"alter table if exists {_ASIDE}.alembic_version set schema public"))
                connection.execute(text(f"alter schema {_ASIDE} rename to outbound"))
        raise
    with engine.begin() as connection:
        connection.execute(text(f"drop schema if exists {_ASIDE} cascade"))


def _compare(engine: Engine, archive: Reader) -> None:
    """Every table is what it was, row for row."""
    with engine.connect() as connection:
        found = digests(connection)
    for name, expected in archive.manifest.tables.items():
        if found.get(name) != expected:
            raise DamagedBackup(f"The table {name} is not what was backed up; take another backup.")


def _put_blobs(settings: Settings, archive: Reader) -> None:
    for name in archive.names("blobs/"):
        _, space, org_id, sha256 = name.split("/")
        with archive.open(name) as content:
            kept = open_store(settings, space).put(  # type: ignore[arg-type]
                uuid.UUID(org_id), content, limit=archive.manifest.entries[name].bytes
            )
        if kept.sha256 != sha256:
            raise DamagedBackup(f"The backup's {name} is not what its name says; take another one.")


def _place(settings: Settings, staged: Path, below: str, names: tuple[str, ...]) -> None:
    """Moves folders into place; those that were there go."""
    for name in names:
        fresh, place = staged / below / name, settings.home / name
        former = staged / f"former-{name}"
        if place.exists():
            place.rename(former)
        if fresh.exists():
            fresh.rename(place)


def _place_published(settings: Settings, staged: Path) -> None:
    """Each organisation's build with its link, readable and not to be written."""
    for folder in sorted((staged / "published").glob("*")):
        for build in folder.glob("*.duckdb"):
            build.chmod(0o444)
            (folder / "current").symlink_to(build.name)
    _place(settings, staged, "", ("published",))


def _apply(database: Database, settings: Settings, entries: list[erased_list.Entry], now: datetime) -> int:
    """Erases again whom the backup brought back."""
    here = {organisation.id for organisation in database.organisations()}
    gone = 0
    for entry in entries:
        if entry.org_id in here:
            if entry.lead_id is None:
                forget_organisation(database, settings, entry.org_id, now)
                here.discard(entry.org_id)
                gone += 1
            else:
                try:
                    done = erase_person(database, settings, entry.org_id, entry.lead_id, now, source="restore")
                except NotFound:
                    continue
                gone += not done.again
    known = {(each.org_id, each.lead_id) for each in erased_list.read(erased_list.path_of(settings))}
    erased_list.add(settings, (each for each in entries if (each.org_id, each.lead_id) not in known))
    return gone
