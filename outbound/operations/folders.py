"""What of the home a restore changes, its folders, the key ring and the list of the erased: set aside, placed and put
back by renaming.

Each function looks at what lies where, so that any of them may be stopped anywhere and run again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from outbound.lake.manifest import sync_folder
from outbound.operations.backup import FOLDERS
from outbound.operations.journal import Journal
from outbound.privacy import erased_list
from outbound.settings import Settings
from outbound.storage.keyfile import put_ring, read_ring_file

RESTORED = (*FOLDERS, "lake", "published")
"""What a backup has of the home."""
REPLACED = (*RESTORED, "warehouse")
"""What of the home belongs to one state of the database; the last is built anew."""
RING = "ring.json"


@dataclass(frozen=True)
class Folders:
    """One restore's folders in the home."""

    settings: Settings
    journal: Journal

    @property
    def top(self) -> Path:
        """Holds everything below; gone with the restore."""
        return self.settings.home / f".restore-{self.journal.id}"

    @property
    def fresh(self) -> Path:
        """What the backup holds, until it is placed."""
        return self.top / "fresh"

    @property
    def before(self) -> Path:
        """What was set aside."""
        return self.top / "before"

    def make(self) -> None:
        for folder in (self.top, self.fresh, self.before):
            folder.mkdir(mode=0o700)
        sync_folder(self.settings.home)

    def set_aside(self, names: Iterable[str]) -> None:
        """What stands in the home under these names steps aside."""
        for name in names:
            if _stands(self.settings.home / name):
                (self.settings.home / name).rename(self.before / name)
        self._sync()

    def place(self, names: Iterable[str]) -> None:
        """What the backup holds under these names takes their place."""
        for name in names:
            if (self.fresh / name).exists():
                (self.fresh / name).rename(self.settings.home / name)
        self._sync()

    def place_ring(self) -> None:
        """The ring of the backup in the place of the one that is there, of which a copy is kept first."""
        if self.journal.ring:
            _copy(self._ring, self.before / RING)
        put_ring(self.settings.keys_dir, read_ring_file(self.fresh / RING))

    def put_back(self) -> None:
        """Everything is as it was; what the restore had placed goes."""
        dropped = self.top / "dropped"
        if self.fresh.exists():  # first, for the disk may be full
            fresh_ring = (self.fresh / RING).read_bytes() if (self.fresh / RING).exists() else None
            self._put_ring_back(fresh_ring)
            shutil.rmtree(self.fresh)
        erased_list.cut(self.settings, self.journal.erased)
        if self.top.exists():
            dropped.mkdir(mode=0o700, exist_ok=True)
            for name in REPLACED:
                self._put_folder_back(name, dropped)
            self._sync()
            shutil.rmtree(self.top)
            sync_folder(self.settings.home)

    def remove(self) -> None:
        """What the restore has replaced goes. Another key ring than the present one stays beside it."""
        kept = self.before / RING
        if kept.exists() and kept.read_bytes() != self._ring.read_bytes():  # not read: it may be a damaged one
            kept.rename(self.settings.keys_dir / f"ring-before-restore-{self.journal.id}.json")
            sync_folder(self.settings.keys_dir)
        if self.top.exists():
            shutil.rmtree(self.top)
        sync_folder(self.settings.home)

    @property
    def _ring(self) -> Path:
        return self.settings.keys_dir / RING

    def _put_ring_back(self, fresh: bytes | None) -> None:
        if self.journal.ring:
            if (self.before / RING).exists():
                _copy(self.before / RING, self._ring)
        elif self._ring.exists() and fresh is not None and self._ring.read_bytes() == fresh:
            self._ring.unlink()
            sync_folder(self.settings.keys_dir)

    def _put_folder_back(self, name: str, dropped: Path) -> None:
        place, before = self.settings.home / name, self.before / name
        set_aside = _stands(before)
        if _stands(place) and (set_aside or name not in self.journal.folders):
            place.rename(dropped / name)
        if set_aside:
            before.rename(place)

    def _sync(self) -> None:
        for folder in (self.before, self.fresh, self.settings.home):
            if folder.exists():
                sync_folder(folder)


class Standing(TypedDict):
    """What of a home there is."""

    folders: list[str]
    ring: bool
    erased: int


def standing(settings: Settings) -> Standing:
    """What stands in the home now, for the journal."""
    return {
        "folders": [name for name in REPLACED if _stands(settings.home / name)],
        "ring": (settings.keys_dir / RING).exists(),
        "erased": erased_list.size(settings),
    }


def sync_tree(folder: Path) -> None:
    """Makes the names of every file below a folder durable."""
    for each in (folder, *(path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())):
        sync_folder(each)


def _copy(source: Path, target: Path) -> None:
    """A file's bytes under another name, there whole or not at all, for its owner only."""
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(source.read_bytes())
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(target)
    sync_folder(target.parent)


def _stands(path: Path) -> bool:
    return path.is_symlink() or path.exists()
