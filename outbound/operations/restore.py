"""Putting a backup in place, whole or not at all; whoever was erased since does not come back.

Before the first step a journal is written; everything that is there is set aside by renaming; the database's commit,
which drops the schema that was set aside, decides. Before it everything comes back, whatever happened: at once, or by
:func:`outbound.operations.recover.recover` where the process was killed. After it, what was replaced is removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from outbound.errors import Conflict, Misconfigured, NotFound, Unavailable
from outbound.operations import aside, buckets, journal
from outbound.operations.alone import alone
from outbound.operations.archive import DamagedBackup, Progress, Reader, opened
from outbound.operations.backup import FOLDERS
from outbound.operations.dump import digests, load
from outbound.operations.folders import RESTORED, Folders, standing, sync_tree
from outbound.operations.recover import Recovered, finish, reason, settle
from outbound.privacy import erased_list
from outbound.privacy.deletion import forget_organisation
from outbound.privacy.erasure import erase_person
from outbound.settings import Settings
from outbound.storage.crypto import KeyRing
from outbound.storage.database import Database, server_url
from outbound.storage.home import make_private
from outbound.storage.keyfile import RingFile, put_ring, read_ring, read_ring_file
from outbound.storage.migrate import migrate, refuse_unknown

_STEPS = 9


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
    installation that the backup is of, besides the one that is here. An earlier restore of this home that was killed
    is put back first. Raises :class:`DamagedBackup`, :class:`Misconfigured` for a ring that is another one,
    :class:`Conflict` for a place that is not empty or that something serves from.
    """
    say = progress or (lambda what, done, total: None)
    with opened(path) as archive:
        archive.check(progress)
        refuse_unknown(archive.manifest.revision)
        if journal.unfinished(settings.home) or journal.done(settings.home):
            with alone(settings):
                settle(settings, progress)
        entries = [
            entry for file in (erased, erased_list.path_of(settings)) if file for entry in erased_list.read(file)
        ]
        ring = _ring(settings, archive, keys)
        _refuse_files(settings, replace)
        make_private(settings.home)
        with alone(settings):
            gone = _restored(settings, archive, path, now, ring, entries, replace, say)
    say("Done", _STEPS, _STEPS)
    rows = sum(each.rows for each in archive.manifest.tables.values())
    return Restored(datetime.fromisoformat(archive.manifest.made_at), rows, gone)


def _restored(
    settings: Settings,
    archive: Reader,
    path: Path,
    now: datetime,
    ring: RingFile,
    entries: list[erased_list.Entry],
    replace: bool,
    say: Progress,
) -> int:
    """Everything in place, or everything as it was."""
    url = server_url(settings)
    begun, gone = False, 0
    try:
        with aside.held(url) as connection:
            _refuse_place(connection, replace)
            server = aside.server_of(connection)
            connection.rollback()
            begun = True
            own = journal.begin(settings.home, now, path, server=server, **standing(settings))
            folders = Folders(settings, own)
            say("Files", 1, _STEPS)
            _unpack(archive, folders, ring)
            folders.place_ring()
            say("Database", 2, _STEPS)
            aside.set_aside(connection, own, settings.home)
            aside.refuse_others(connection)  # whoever came before it was set aside; from here nobody can
            gone = _filled(settings, archive, folders, url, entries, now, say)
            say("Committing", 7, _STEPS)
            aside.commit(connection, own)
    except BaseException as error:
        if not begun:
            raise
        outcome = _settled(settings, error, say)
        if not isinstance(error, DBAPIError | OSError):
            raise
        if outcome is not Recovered.FINISHED:
            raise Unavailable(f"The restore could not go on ({reason(error)}); everything is as it was.") from error
        return gone  # only the answer to the commit was lost
    try:
        say("Removing what was replaced", 8, _STEPS)
    finally:
        finish(settings, own)
    return gone


def _settled(settings: Settings, error: BaseException, say: Progress) -> Recovered:
    try:
        return settle(settings, say)
    except BaseException as failed:
        raise failed from error


def _filled(
    settings: Settings,
    archive: Reader,
    folders: Folders,
    url: URL,
    entries: list[erased_list.Entry],
    now: datetime,
    say: Progress,
) -> int:
    """Rows and files of the backup in the place of what was set aside. Returns how many were erased again."""
    database = Database(url, KeyRing.open(settings.keys_dir), restoring=True)
    try:
        engine = database.admin_engine
        migrate(engine, archive.manifest.revision)
        say("Rows", 3, _STEPS)
        load(
            url,
            folders.fresh / "database.dump",
            name=f"{aside.WORKER} {folders.journal.id}",
            first=aside.load_guard(folders.journal),
        )
        _compare(engine, archive)
        migrate(engine)
        # The lake begins anew: this database has a history of its own from here.
        with engine.begin() as connection:
            connection.execute(text("truncate outbound.lake_heads"))
        say("Folders", 4, _STEPS)
        folders.set_aside(RESTORED)
        folders.place(FOLDERS)
        buckets.put_blobs(settings, archive, folders.top)
        say("Whoever was erased since", 5, _STEPS)
        with buckets.deletions_noted(settings, folders.top):
            gone = _apply(database, settings, entries, now)
        say("Lake", 6, _STEPS)
        if gone == 0:
            folders.place(("lake", "published"))
        else:  # they still tell of who was erased; the next run of the pipeline makes both
            folders.set_aside(("warehouse",))
        return gone
    finally:
        database.dispose()


def _unpack(archive: Reader, folders: Folders, ring: RingFile) -> None:
    """What the backup holds, beside what is there."""
    folders.make()
    for name in archive.names(""):
        if not name.startswith("blobs/"):
            archive.extract(name, folders.fresh / name.removeprefix("files/"))
    for folder in sorted((folders.fresh / "published").glob("*")):
        for build in folder.glob("*.duckdb"):  # readable and not to be written, with its link
            build.chmod(0o444)
            (folder / "current").symlink_to(build.name)
    put_ring(folders.fresh, ring)
    sync_tree(folders.fresh)


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


def _refuse_place(connection: Connection, replace: bool) -> None:
    """Where the database is not to be restored into now."""
    for each in aside.found(connection):
        raise Conflict(aside.whose(each))
    there = connection.scalar(text("select to_regclass('outbound.organisations') is not null"))
    if not replace and there and connection.scalar(text("select exists (select from outbound.organisations)")):
        raise Conflict("The database holds organisations already; name another one, or say --replace.")
    connection.rollback()
    aside.refuse_others(connection)


def _refuse_files(settings: Settings, replace: bool) -> None:
    for name in RESTORED:
        folder = settings.home / name
        if not replace and folder.is_dir() and any(each.is_file() for each in folder.rglob("*")):
            raise Conflict(f"{folder} is not empty; restore into another OUTBOUND_HOME, or say --replace.")


def _compare(engine: Engine, archive: Reader) -> None:
    """Every table is what it was, row for row."""
    with engine.connect() as connection:
        found = digests(connection)
    for name, expected in archive.manifest.tables.items():
        if found.get(name) != expected:
            raise DamagedBackup(f"The table {name} is not what was backed up; take another backup.")


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
