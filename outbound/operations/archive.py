"""A backup as one file: a ZIP of unpacked entries, and last a manifest that holds the hash of each.

``database.dump``, ``lake/…``, ``published/<organisation>/…``, ``files/<folder>/…``, ``blobs/<space>/…`` where files
lie in S3, ``settings.json``, ``manifest.json``. Never the key ring, never the list of the erased.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from outbound.errors import Invalid, OutboundError
from outbound.operations.dump import TableDigest

FORMAT = 1
MANIFEST = "manifest.json"
_PIECE = 1 << 20

Progress = Callable[[str, int, int], None]


class DamagedBackup(OutboundError):
    """A backup that is not what was written. Nothing was changed."""

    status = 422
    title = "Backup damaged"


@dataclass(frozen=True)
class Entry:
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. ``keys`` has for each key a word that only its holder can say."""

    made_at: str
    revision: str
    keys: dict[str, str]
    tables: dict[str, TableDigest]
    entries: dict[str, Entry] = field(default_factory=dict)


class Writer:
    """Adds entries to an archive, hashing what passes."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self.entries: dict[str, Entry] = {}

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        with self._packed.open(zipfile.ZipInfo(name), "w", force_zip64=True) as entry:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                entry.write(piece)
        self.entries[name] = Entry(digest.hexdigest(), size)

    def add_file(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self.add(name, iter(lambda: file.read(_PIECE), b""))

    def finish(self, manifest: dict[str, Any]) -> None:
        plain = {"format": FORMAT, **manifest, "entries": {name: asdict(each) for name, each in self.entries.items()}}
        self._packed.writestr(zipfile.ZipInfo(MANIFEST), json.dumps(plain, indent=1))


@contextmanager
def written(target: Path) -> Iterator[Writer]:
    """A new archive, whole under its name or not there at all. Raises :class:`Invalid` where it cannot be written."""
    if target.exists():
        raise Invalid(f"There is already a file {target}; name another, or move it away.")
    partial = target.with_name(target.name + ".partial")
    try:
        file = open(partial, "wb", opener=lambda name, flags: os.open(name, flags, 0o600))  # noqa: SIM115
    except OSError as error:
        raise Invalid(f"The backup cannot be written to {target}: {error.strerror}.") from None
    try:
        with file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
                yield Writer(packed)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        partial.unlink(missing_ok=True)


class Reader:
    """An archive whose manifest could be read."""

    def __init__(self, packed: zipfile.ZipFile, manifest: Manifest) -> None:
        self._packed = packed
        self.manifest = manifest

    def names(self, prefix: str) -> list[str]:
        return sorted(name for name in self.manifest.entries if name.startswith(prefix))

    def open(self, name: str) -> BinaryIO:
        return cast(BinaryIO, self._packed.open(name))

    def extract(self, name: str, target: Path) -> None:
        """Writes an entry to a file, durably."""
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.open(name) as entry, open(target, "xb", opener=lambda n, flags: os.open(n, flags, 0o600)) as file:
            while piece := entry.read(_PIECE):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())

    def check(self, progress: Progress | None = None) -> None:
        """Reads every byte. Raises :class:`DamagedBackup` for anything that is not what was written."""
        held = {info.filename for info in self._packed.infolist()} - {MANIFEST}
        if held != set(self.manifest.entries):
            raise DamagedBackup("The backup does not hold what its manifest names; take another one.")
        for done, (name, expected) in enumerate(self.manifest.entries.items()):
            digest, size = hashlib.sha256(), 0
            try:
                with self.open(name) as entry:
                    while piece := entry.read(_PIECE):
                        digest.update(piece)
                        size += len(piece)
            except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError) as error:
                raise DamagedBackup(f"The backup is damaged at {name} ({error}); take another one.") from None
            if Entry(digest.hexdigest(), size) != expected:
                raise DamagedBackup(f"The backup's {name} was altered; take another one.")
            if progress:
                progress("Checking the backup", done + 1, len(self.manifest.entries))


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """Raises :class:`DamagedBackup` for a file that is no whole backup, :class:`Invalid` where there is none."""
    if not path.is_file():
        raise Invalid(f"There is no backup {path}; check its name.")
    try:
        packed = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, EOFError):
        raise DamagedBackup(
            f"{path} is no whole backup: it is cut short, or something else; take another one."
        ) from None
    with packed:
        try:
            manifest = _manifest(json.loads(packed.read(MANIFEST)))
        except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, OSError):
            raise DamagedBackup(f"{path} has no manifest that can be read; take another backup.") from None
        yield Reader(packed, manifest)


def _manifest(plain: dict[str, Any]) -> Manifest:
    if plain["format"] != FORMAT:
        raise ValueError("of another format")
    entries = {name: Entry(**each) for name, each in plain["entries"].items()}
    for name in entries:
        parts = PurePosixPath(name).parts
        if name.startswith("/") or ".." in parts or "\\" in name or str(PurePosixPath(name)) != name:
            raise ValueError("an entry leads elsewhere")
    tables = {name: TableDigest(**each) for name, each in plain["tables"].items()}
    return Manifest(plain["made_at"], plain["revision"], dict(plain["keys"]), tables, entries)
