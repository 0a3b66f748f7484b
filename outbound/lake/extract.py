"""Extraction: what changed in the operational tables since the last batch becomes the next one.

The difference of two transaction snapshots says what changed, never a clock: no late commit is skipped, no open
transaction holds it up. The lake's head is also written into the database; a database that does not know it (a
restored copy, another server) gets a new generation, which begins with everything.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from sqlalchemy import text

from outbound.ids import uuid7
from outbound.lake.errors import LakeDamaged
from outbound.lake.manifest import Batch, Lake, LakeFile, Manifest, sync_folder
from outbound.lake.source import Source, open_source
from outbound.lake.tables import CHANGE_TABLES, SNAPSHOT_TABLES, TOMBSTONES, layout
from outbound.lake.writer import write_table
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.storage.home import private_folder

Progress = Callable[[str, int, int], None]
"""Called with what is being done, steps done and steps in all."""

_HEADS_KEPT = 8


@dataclass(frozen=True)
class Extraction:
    """What one extraction did. ``rows`` is 0 and ``changed`` false when there was nothing new."""

    generation: str
    batch: int
    rows: int
    changed: bool
    full: bool
    """Whether the batch began a new generation."""
    reason: str
    """Why a full snapshot was taken; empty otherwise."""
    seconds: float


def extract(database: Database, settings: Settings, progress: Progress | None = None) -> Extraction:
    """Adds at most one batch to the lake. A second extraction waits for the first, then does its own.

    Raises :class:`outbound.errors.Unavailable` when the database cannot be read.
    """
    started = time.monotonic()
    lake = Lake(settings.lake_dir)
    with lake.writing(), open_source(database.etl_url) as source:
        current = _readable_manifest(lake)
        lake.clear_superseded(current)
        reason = _why_anew(lake, source, current)
        base = None if reason else current
        generation = base.generation if base else str(uuid7())
        batch = _write_batch(lake, source, base, generation, progress)
        if batch is None:
            assert base is not None
            return _result(base, base.head, reason, started, changed=False)
        manifest = Manifest(
            generation=generation,
            system_identifier=source.system_identifier,
            layout=layout(),
            organisations=tuple(source.organisations),
            batches=(*(base.batches if base else ()), batch),
        )
        # The database hears first: a crash in between leaves a head that the lake never reached, which the next
        # extraction writes over.
        _record_head(database, manifest)
        lake.replace_manifest(manifest)
        if base is None:
            lake.clear_superseded(manifest)
        return _result(manifest, batch, reason, started, changed=True)


def _readable_manifest(lake: Lake) -> Manifest | None:
    try:
        return lake.manifest()
    except LakeDamaged:
        return None


def _why_anew(lake: Lake, source: Source, manifest: Manifest | None) -> str:
    """Why a new generation has to begin; empty: the manifest can be added to."""
    if lake.is_damaged:
        return "the lake was damaged"
    if manifest is None:
        return "the lake was empty"
    if manifest.layout != layout():
        return "the lake's tables are others now"
    if manifest.system_identifier != source.system_identifier:
        return "the database is another one"
    head = manifest.head
    if not source.knows_head(manifest.generation, head.number, head.snapshot):
        return "the database does not know the lake's last batch"
    if not set(manifest.organisations) <= set(source.organisations):
        return "an organisation is gone"
    if source.erased_since(manifest.batches[0].snapshot):
        return "a person was erased"
    try:
        lake.check((file for batch in manifest.batches for file in batch.files), whole=False)
    except LakeDamaged as error:
        return error.message
    return ""


def _write_batch(
    lake: Lake, source: Source, base: Manifest | None, generation: str, progress: Progress | None
) -> Batch | None:
    number = base.head.number + 1 if base else 1
    folder = lake.folder / generation / f"{number:06d}"
    shutil.rmtree(folder, ignore_errors=True)  # left behind by one that was killed, while someone read
    private_folder(folder.parent)
    folder.mkdir(mode=0o700)
    steps = len(SNAPSHOT_TABLES) + len(CHANGE_TABLES) + 1
    files: list[LakeFile] = []
    for done, file in enumerate(_files(lake, source, base, number, folder)):
        if file is not None:
            files.append(file)
        if progress:
            progress("Extracting", done + 1, steps)
    if not files:
        folder.rmdir()
        return None
    for path in (folder, folder.parent, lake.folder):
        sync_folder(path)
    return Batch(number, source.snapshot, datetime.now(UTC), tuple(files))


def _files(lake: Lake, source: Source, base: Manifest | None, number: int, folder: Path) -> Iterator[LakeFile | None]:
    for table in SNAPSHOT_TABLES:
        rows = list(source.everything(table))
        content = _digest(rows)
        known = base.files_of(table.name) if base else []
        if known and known[0].content == content:
            yield None
        else:
            file = write_table(table, iter(rows), number, folder, lake.folder, keep_empty=True)
            yield replace(file, content=content) if file else None
    for table in CHANGE_TABLES:
        pieces = source.changes(table, base.head.snapshot) if base else source.everything(table)
        yield write_table(table, pieces, number, folder, lake.folder)
    pieces = source.tombstones(base.head.snapshot) if base else iter(())
    yield write_table(TOMBSTONES, pieces, number, folder, lake.folder)


def _record_head(database: Database, manifest: Manifest) -> None:
    head = manifest.head
    with database.as_system_of_none() as session:
        session.execute(
            text(
                "delete from outbound.lake_heads where generation = :generation"
                " and (batch >= :batch or batch < :batch - :kept)"
            ),
            {"generation": manifest.generation, "batch": head.number, "kept": _HEADS_KEPT},
        )
        session.execute(
            text(
                "insert into outbound.lake_heads (generation, batch, snapshot, system_identifier)"
                " values (:generation, :batch, :snapshot, :system_identifier)"
            ),
            {
                "generation": manifest.generation,
                "batch": head.number,
                "snapshot": head.snapshot,
                "system_identifier": manifest.system_identifier,
            },
        )


def _digest(rows: list[pa.RecordBatch]) -> str:
    """The same for the same rows in any order."""
    lines = sorted(repr(sorted(row.items())) for piece in rows for row in piece.to_pylist())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _result(manifest: Manifest, batch: Batch, reason: str, started: float, *, changed: bool) -> Extraction:
    return Extraction(
        generation=manifest.generation,
        batch=batch.number,
        rows=batch.rows if changed else 0,
        changed=changed,
        full=bool(reason),
        reason=reason,
        seconds=time.monotonic() - started,
    )
