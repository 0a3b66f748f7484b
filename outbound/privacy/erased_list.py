"""The list of the erased: a file beside the data and outside every backup, which a restore applies before it serves.

One JSON object a line: ids and times, nothing of anybody.
"""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from outbound.errors import Invalid, Unavailable
from outbound.settings import Settings


@dataclass(frozen=True)
class Entry:
    """One who was erased; without ``lead_id``, a whole organisation."""

    org_id: uuid.UUID
    lead_id: uuid.UUID | None
    at: datetime


def path_of(settings: Settings) -> Path:
    return settings.home / "erased.jsonl"


def add(settings: Settings, entries: Iterable[Entry]) -> None:
    """Appends to the list, through to the disk."""
    lines = "".join(
        json.dumps(
            {"org_id": str(each.org_id), "lead_id": str(each.lead_id) if each.lead_id else None, "at": str(each.at)}
        )
        + "\n"
        for each in entries
    )
    if not lines:
        return
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path_of(settings), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        before = os.fstat(descriptor).st_size
        written = os.write(descriptor, lines.encode())
        if written < len(lines):  # a full disk takes a part; half a line would make the whole list unreadable
            os.ftruncate(descriptor, before)
            raise Unavailable(f"There is no room left to write {path_of(settings)}; make some, and try again.")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def size(settings: Settings) -> int:
    """Bytes of the list as it is now; 0 where there is none."""
    path = path_of(settings)
    return path.stat().st_size if path.exists() else 0


def cut(settings: Settings, size: int) -> None:
    """Takes back what was appended since it had this size, for whoever undoes what the entries tell of."""
    path = path_of(settings)
    if not path.exists():
        return
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if file.seek(0, os.SEEK_END) > size:
            file.truncate(size)
            os.fsync(file.fileno())


def read(path: Path) -> Iterator[Entry]:
    """Every entry; nothing where there is no list. Raises :class:`Invalid` for a file that is none."""
    with suppress(FileNotFoundError), path.open() as file:
        for number, line in enumerate(file, 1):
            try:
                stored = json.loads(line)
                lead_id = uuid.UUID(stored["lead_id"]) if stored["lead_id"] else None
                yield Entry(uuid.UUID(stored["org_id"]), lead_id, datetime.fromisoformat(stored["at"]))
            except (ValueError, KeyError, TypeError, AttributeError):
                raise Invalid(f"Line {number} of {path} is no entry of the list of the erased.") from None
