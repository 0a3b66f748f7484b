"""The manifest: what belongs to the lake. A file that it does not name is no part of it, whatever its name.

Layout below ``OUTBOUND_HOME/lake``::

    manifest.json
    <generation>/<batch>/<table>.parquet
    <generation>/<first>-<last batch>/<table>.parquet

A generation begins with a full snapshot, batch 1; each later batch holds the rows that changed since. Batches become
one by compaction (:mod:`outbound.lake.compact`), which has the number of the last of them.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from outbound.lake.errors import LakeDamaged
from outbound.lake.tables import SNAPSHOT_TABLES
from outbound.storage.home import private_folder

FORMAT = 1
_CHUNK = 1 << 20


@dataclass(frozen=True)
class LakeFile:
    """One Parquet file. ``path`` is relative to the lake; ``content`` digests the rows of a snapshot table."""

    table: str
    path: str
    rows: int
    bytes: int
    sha256: str
    content: str = ""


@dataclass(frozen=True)
class Batch:
    """One extraction: everything its snapshot sees and the one before did not."""

    number: int
    snapshot: str
    extracted_at: datetime
    files: tuple[LakeFile, ...]

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)


@dataclass(frozen=True)
class Manifest:
    """A whole generation, as readers see it."""

    generation: str
    system_identifier: str
    layout: str
    organisations: tuple[str, ...]
    batches: tuple[Batch, ...] = field(default=())

    @property
    def head(self) -> Batch:
        return self.batches[-1]

    @property
    def base(self) -> int:
        """Number of the first batch: up to it, each row is there once."""
        return self.batches[0].number

    def holds(self, batch: int) -> bool:
        """Whether what was built up to this batch can be carried on: it was not merged with later ones."""
        return any(each.number == batch for each in self.batches)

    def files_of(self, table: str) -> list[LakeFile]:
        """The files that hold a table: all its batches, or the last one of a table taken whole."""
        files = [file for batch in self.batches for file in batch.files if file.table == table]
        return files[-1:] if table in _TAKEN_WHOLE else files


_TAKEN_WHOLE = frozenset(table.name for table in SNAPSHOT_TABLES)


class Lake:
    """The folder of the lake: reads and replaces its manifest, checks its files, clears what is superseded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._manifest_path = folder / "manifest.json"
        self._damage_path = folder / "damaged"

    def manifest(self) -> Manifest | None:
        """The current manifest; none: nothing was extracted yet. Raises :class:`LakeDamaged`."""
        try:
            text = self._manifest_path.read_text()
        except FileNotFoundError:
            return None
        try:
            return _parse(json.loads(text))
        except (ValueError, KeyError, TypeError) as error:
            self.mark_damaged(f"its manifest cannot be read ({error})")
            raise LakeDamaged(
                f"The lake's manifest {self._manifest_path} cannot be read; run the pipeline again: "
                "it will take a full snapshot."
            ) from error

    def manifest_bytes(self) -> bytes:
        """The manifest's file as it is now."""
        return self._manifest_path.read_bytes()

    def replace_manifest(self, manifest: Manifest) -> None:
        """Makes a batch part of the lake, in one step that a crash cannot split."""
        partial = self._manifest_path.with_suffix(".partial")
        with partial.open("w") as file:
            json.dump(_plain(manifest), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self._manifest_path)
        sync_folder(self.folder)
        self._damage_path.unlink(missing_ok=True)

    def path(self, file: LakeFile) -> Path:
        return self.folder / file.path

    def check(self, files: Iterable[LakeFile], *, whole: bool) -> None:
        """Raises :class:`LakeDamaged` for a file that is not what the manifest says.

        ``whole`` reads every byte; otherwise only the sizes are compared.
        """
        for file in files:
            path = self.path(file)
            size = path.stat().st_size if path.is_file() else None
            if size is None:
                reason = "is gone"
            elif size != file.bytes:
                reason = f"has {size} bytes instead of {file.bytes}"
            elif whole and _sha256(path) != file.sha256:
                reason = "was altered"
            else:
                continue
            self.mark_damaged(f"{file.path} {reason}")
            raise LakeDamaged(f"The lake's file {path} {reason}; run the pipeline again: it will take a full snapshot.")

    def mark_damaged(self, reason: str) -> None:
        """Tells the next extraction to begin a new generation."""
        self._damage_path.write_text(reason)

    @property
    def is_damaged(self) -> bool:
        return self._damage_path.exists()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Held by the one extraction that may write; a second one waits here."""
        with self._locked("writing", fcntl.LOCK_EX):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Held while files of a manifest are read, so that none is cleared meanwhile."""
        with self._locked("reading", fcntl.LOCK_SH):
            yield

    def clear_superseded(self, manifest: Manifest | None) -> None:
        """Removes everything that the manifest does not name, unless someone is still reading."""
        try:
            with self._locked("reading", fcntl.LOCK_EX | fcntl.LOCK_NB):
                for folder in self.folder.iterdir():
                    if folder.is_dir():
                        _clear_folder(folder, manifest)
        except BlockingIOError:
            return

    @contextmanager
    def _locked(self, name: str, mode: int) -> Iterator[None]:
        private_folder(self.folder)
        with (self.folder / f".{name}.lock").open("w") as file:
            fcntl.flock(file, mode)
            yield


def sync_folder(folder: Path) -> None:
    """Makes renames within a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _clear_folder(folder: Path, manifest: Manifest | None) -> None:
    if manifest is None or folder.name != manifest.generation:
        shutil.rmtree(folder)
        return
    named = {Path(file.path).relative_to(folder.name) for batch in manifest.batches for file in batch.files}
    in_use = {path.parts[0] for path in named}
    for batch in folder.iterdir():
        if batch.name not in in_use:
            with suppress(FileNotFoundError):
                shutil.rmtree(batch)
        else:
            for path in batch.iterdir():
                if path.relative_to(folder) not in named:
                    path.unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _plain(manifest: Manifest) -> dict[str, Any]:
    plain = {"format": FORMAT, **asdict(manifest)}
    for batch in plain["batches"]:
        batch["extracted_at"] = batch["extracted_at"].isoformat()
    return plain


def _parse(plain: dict[str, Any]) -> Manifest:
    if plain.pop("format") != FORMAT:
        raise ValueError("it is of another format")
    batches = tuple(
        Batch(
            number=batch["number"],
            snapshot=batch["snapshot"],
            extracted_at=datetime.fromisoformat(batch["extracted_at"]),
            files=tuple(LakeFile(**file) for file in batch["files"]),
        )
        for batch in plain.pop("batches")
    )
    if not batches:
        raise ValueError("it names no batch")
    return Manifest(organisations=tuple(plain.pop("organisations")), batches=batches, **plain)
