"""The journal of a restore: written into the home before its first step, gone when it has finished or was undone.

It says what there was before. What has become of it is read from the disk and the database, never from the journal:
so it is written once, and no step can be lost between a deed and its note.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from outbound.errors import Misconfigured
from outbound.lake.manifest import sync_folder
from outbound.storage.unfinished import ASIDE, JOURNAL

_DONE = "restore-done.json"


@dataclass(frozen=True)
class Journal:
    """One restore. Every name that it uses is its own, and never another restore's."""

    id: str
    started_at: str
    backup: str
    server: str
    """The server's and the database's own numbers: a home may be told of another database meanwhile."""
    folders: list[str]
    """Those of the home that stood there."""
    ring: bool
    """Whether a key ring stood there."""
    erased: int
    """Bytes of the list of the erased; a restore appends to it."""

    @property
    def schema(self) -> str:
        """What the schema that is set aside is called."""
        return f"{ASIDE}_{self.id}"


def begin(
    home: Path, now: datetime, backup: Path, *, server: str, folders: list[str], ring: bool, erased: int
) -> Journal:
    """A journal that is on the disk when this returns."""
    name = f"{now:%Y%m%d%H%M%S}_{secrets.token_hex(4)}"
    journal = Journal(name, now.isoformat(), backup.name, server, folders, ring, erased)
    write_json(home / JOURNAL, asdict(journal))
    return journal


def unfinished(home: Path) -> Journal | None:
    """The restore of a home that has neither finished nor been undone. Raises :class:`Misconfigured`."""
    return _read(home / JOURNAL)


def done(home: Path) -> Journal | None:
    """The restore that has committed, and whose remains are still to be removed."""
    return _read(home / _DONE)


def mark_done(home: Path) -> None:
    """It has committed: from here the home works with what was restored. Needs no room on the disk."""
    (home / JOURNAL).replace(home / _DONE)
    sync_folder(home)


def end(home: Path) -> None:
    """Nothing is left of it, or everything is as it was."""
    for name in (JOURNAL, f"{JOURNAL}.partial", _DONE):
        (home / name).unlink(missing_ok=True)
    sync_folder(home)


def write_json(path: Path, plain: Any) -> None:
    """A file that is there whole or not at all, for its owner only, through to the disk."""
    partial = path.with_name(path.name + ".partial")
    with open(partial, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        json.dump(plain, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_folder(path.parent)


def _read(path: Path) -> Journal | None:
    try:
        return Journal(**json.loads(path.read_text()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise Misconfigured(
            f"The journal of a restore, {path}, cannot be read ({error}); the folders .restore-* beside it and schemas "
            f"{ASIDE}_* hold what it had set aside."
        ) from None
