"""Whether this installation can serve now, in words."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from outbound.errors import OutboundError, Unavailable
from outbound.settings import Settings
from outbound.storage.crypto import read_keys
from outbound.storage.database import Database
from outbound.storage.unfinished import refuse_unfinished_home

LEAST_FREE_BYTES = 256 << 20
"""With less room the database may stop in the middle of a write."""


@dataclass(frozen=True)
class Finding:
    """One thing that serving needs. ``sentence`` says how it is, and what to do where it is wrong."""

    name: str
    good: bool
    sentence: str


def examine(database: Database, settings: Settings) -> list[Finding]:
    """Looks at each thing; changes nothing."""
    return [
        _finding("database", lambda: _database(database, settings)),
        _finding("keys", lambda: _keys(settings)),
        _finding("disk", lambda: _disk(settings)),
    ]


def _finding(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, look())
    except OutboundError as error:
        return Finding(name, False, error.message)


def _database(database: Database, settings: Settings) -> str:
    refuse_unfinished_home(settings.home)
    database.refuse_other_schema()
    return "The database answers and has this version's schema."


def _keys(settings: Settings) -> str:
    count = len(read_keys(settings.keys_dir))
    return f"The key ring is readable, {count} key{'s' if count != 1 else ''}."


def _disk(settings: Settings) -> str:
    free = shutil.disk_usage(settings.home).free
    if free < LEAST_FREE_BYTES:
        raise Unavailable(f"Only {free >> 20} MB are free on the disk of {settings.home}; make room there.")
    return f"{free >> 20:,} MB are free."
