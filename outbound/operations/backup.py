"""Taking a backup while everything serves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from outbound.lake.errors import LakeDamaged
from outbound.lake.manifest import Lake
from outbound.operations.archive import Progress, Writer, written
from outbound.operations.dump import dumped, snapshot
from outbound.settings import Settings
from outbound.storage.blobs import open_store
from outbound.storage.database import Database
from outbound.storage.keyfile import read_ring

FOLDERS = ("attachments", "uploads", "maps")
"""Folders of ``OUTBOUND_HOME`` that hold what people handed in; their files never change once they are there."""
_UNFINISHED = frozenset({"incoming", "staged"})
TOLD = frozenset(
    {
        *("api_port", "api_public_url", "api_workers", "dagster_port", "dashboards_port", "dashboards_public_url"),
        *("attachment_max_bytes", "attachment_max_pixels", "import_max_bytes", "import_undo_days"),
        *("deletion_days", "position_days", "session_days", "request_seconds", "shutdown_seconds"),
        *("geocoder", "geocoder_cache_days", "geocoder_import_seconds", "geocoder_monthly_calls"),
        *("geocoder_per_second", "geocoder_seconds", "geocoder_url"),
        *("host", "public_host", "log_level", "mail_from", "smtp_url", "s3_endpoint", "s3_region", "s3_url"),
        "warehouse",
    }
)
"""Settings that a backup tells, for whoever sets the installation up again; addresses without the login in them. A new
setting is told to nobody until it stands here."""


@dataclass(frozen=True)
class Taken:
    """A backup that was taken."""

    path: Path
    bytes: int
    rows: int
    files: int


def back_up(
    database: Database, settings: Settings, target: Path, now: datetime, progress: Progress | None = None
) -> Taken:
    """Writes a backup to a file, or under a name of its own into a folder.

    The database is one snapshot. Files are taken before and after it: they never change, and go only after the rows
    that name them, so that what the snapshot names is there. Raises :class:`outbound.errors.Invalid` for a target that
    cannot be written, :class:`outbound.errors.Unavailable` when the database stops answering.
    """
    if target.is_dir():
        target = target / f"outbound-{now:%Y%m%dT%H%M%SZ}.backup"
    say = progress or (lambda what, done, total: None)
    with written(target) as archive:
        say("Files", 0, 4)
        _add_files(archive, settings)
        say("Database", 1, 4)
        with snapshot(database.admin_engine) as taken:
            archive.add("database.dump", dumped(database.admin_url, taken.name))
        say("Files", 2, 4)
        _add_files(archive, settings)
        say("Lake", 3, 4)
        _add_lake(archive, settings)
        _add_published(archive, settings)
        archive.add("settings.json", [json.dumps(_told(settings), indent=1).encode()])
        archive.finish(
            {
                "made_at": now.isoformat(),
                "revision": taken.revision,
                # Of that moment: a key may come or go while the backup is taken.
                "keys": taken.keys or read_ring(settings.keys_dir).proofs(),
                "tables": {name: asdict(each) for name, each in taken.tables.items()},
            }
        )
    say("Done", 4, 4)
    rows = sum(each.rows for each in taken.tables.values())
    return Taken(target, target.stat().st_size, rows, len(archive.entries))


def _told(settings: Settings) -> dict[str, Any]:
    plain = settings.model_dump(mode="json", include=set(TOLD))
    told = {name: _without_login(value) if isinstance(value, str) else value for name, value in plain.items()}
    if settings.geocoder_url:  # some have their key in the path
        told["geocoder_url"] = "/".join(told["geocoder_url"].split("/", 3)[:3])
    return told


def _without_login(value: str) -> str:
    """An address as anybody may read it: scheme, host, port and path."""
    if "://" not in value:
        return value
    scheme, _, rest = value.partition("://")
    # Whatever stands before the last @ is a login: a password may hold any character.
    return f"{scheme}://{re.split('[?#]', rest.rpartition('@')[2])[0]}"


def _add_files(archive: Writer, settings: Settings) -> None:
    """Those that are not there yet."""
    for folder in FOLDERS:
        top = settings.home / folder
        for path in sorted(top.rglob("*")) if top.is_dir() else ():
            name = f"files/{path.relative_to(settings.home).as_posix()}"
            if name in archive.entries or not path.is_file() or _UNFINISHED & set(path.parts):
                continue
            if path.name.startswith("incoming-"):
                continue
            try:
                archive.add_file(name, path)
            except FileNotFoundError:
                continue  # taken back meanwhile, and its row before it
    if settings.s3_url is not None:
        for space in ("attachments", "uploads"):
            store = open_store(settings, space)
            for kept in store.walk():
                name = f"blobs/{space}/{kept.org_id}/{kept.sha256}"
                if name not in archive.entries:
                    archive.add(name, store.read(kept.org_id, kept.sha256))


def _add_lake(archive: Writer, settings: Settings) -> None:
    """The lake as its manifest names it; one that is damaged heals by itself at the next extraction."""
    lake = Lake(settings.lake_dir)
    with lake.reading():
        try:
            manifest = lake.manifest()
            if manifest is None:
                return
            files = [file for batch in manifest.batches for file in batch.files]
            lake.check(files, whole=False)
        except LakeDamaged:
            return
        archive.add("lake/manifest.json", [lake.manifest_bytes()])
        for file in files:
            archive.add_file(f"lake/{file.path}", lake.path(file))


def _add_published(archive: Writer, settings: Settings) -> None:
    for folder, build in _current_builds(settings.published_dir):
        for file in (build, folder / "outcome.json"):
            try:
                archive.add_file(f"published/{folder.name}/{file.name}", file)
            except FileNotFoundError:
                continue  # replaced meanwhile by a newer one, which the next build makes again


def _current_builds(published: Path) -> Iterator[tuple[Path, Path]]:
    for folder in sorted(published.iterdir()) if published.is_dir() else ():
        link = folder / "current"
        if link.exists():
            yield folder, link.resolve()
