"""Whether this installation can serve now, and what else ails it, in words.

Two questions: whoever routes traffic asks what every request needs (:func:`examine`); whoever runs the installation
also wants to know what some requests miss, and what people do not see yet (:func:`conditions`).
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from outbound.errors import Misconfigured, OutboundError, Unavailable
from outbound.reports import WHOLE_ORGANISATION, Warehouse
from outbound.settings import Settings
from outbound.storage.crypto import read_keys
from outbound.storage.database import Database
from outbound.storage.unfinished import refuse_unfinished_home

LEAST_FREE_BYTES = 256 << 20
"""With less room the database may stop in the middle of a write."""
SCARCE_BYTES = 1 << 30
"""With less room somebody should make some."""
_FRESH_SECONDS = 20.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``sentence`` says how it is, and what to do where it is wrong; ``outside`` says it
    without the name of a server, file or organisation."""

    name: str
    good: bool
    sentence: str
    outside: str


def examine(database: Database, settings: Settings) -> list[Finding]:
    """What every request needs; changes nothing."""
    return [
        _finding(
            "database", lambda: _database(database, settings), "The database does not answer, or has another schema."
        ),
        _finding(
            "keys",
            lambda: _keys(database, settings),
            "The key ring cannot be read or is not this database's; restore it from its backup.",
        ),
        _finding("disk", lambda: _disk(settings), "There is no room left on the disk."),
    ]


def conditions(database: Database, settings: Settings) -> list[Finding]:
    """What only some requests need, or what is served though it is not the newest; changes nothing."""
    found = [_finding("figures", lambda: _figures(database, settings), "The newest figures are held back.")]
    if settings.s3_url is not None:
        found.append(_finding("files", lambda: _files(settings), "The store of files cannot be reached."))
    found.append(_finding("room", lambda: _room(settings), "There is little room left on the disk."))
    return found


class Watch:
    """What :func:`conditions` found a moment ago: however many ask, each is looked at every so many seconds."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._look = lambda: conditions(database, settings)
        self._guard = threading.Lock()
        self._looked = 0.0
        self._found: list[Finding] = []

    def latest(self) -> list[Finding]:
        with self._guard:
            if not self._looked or time.monotonic() - self._looked > _FRESH_SECONDS:
                self._found, self._looked = self._look(), time.monotonic()
            return self._found


def _finding(name: str, look: Callable[[], str], outside: str) -> Finding:
    try:
        told = look()
    except OutboundError as error:
        return Finding(name, False, error.message, error.outside or outside)
    return Finding(name, True, told, told)


def _database(database: Database, settings: Settings) -> str:
    refuse_unfinished_home(settings.home)
    database.refuse_other_schema()
    return "The database answers and has this version's schema."


def _keys(database: Database, settings: Settings) -> str:
    count = len(read_keys(settings.keys_dir))
    database.check_keys()
    if database.keys.is_superseded:
        raise Misconfigured(
            "This process has another key ring than the file holds by now; start it anew, or put the former file back."
        )
    return f"The key ring is readable, {count} key{'s' if count != 1 else ''}."


def _disk(settings: Settings) -> str:
    free = shutil.disk_usage(settings.home).free
    if free < LEAST_FREE_BYTES:
        raise Unavailable(f"Only {free >> 20} MB are free on the disk of {settings.home}; make room there.")
    return f"{free >> 20:,} MB are free."


def _room(settings: Settings) -> str:
    free = shutil.disk_usage(settings.home).free
    if free < SCARCE_BYTES:
        raise Unavailable(f"{free >> 20} MB are free on the disk of {settings.home}; make room there soon.")
    return "There is room on the disk."


def _figures(database: Database, settings: Settings) -> str:
    behind = []
    for organisation in database.organisations():
        run = Warehouse(settings, organisation.id, WHOLE_ORGANISATION).last_run()
        if run is not None and run.is_trouble:
            behind.append(f"{organisation.name}, since {run.since:%Y-%m-%d %H:%M} UTC: {run.reason}")
    if behind:
        raise Unavailable(" ".join(behind))
    return "The newest figures are published."


def _files(settings: Settings) -> str:
    from outbound.storage.s3 import look  # the client costs half a second to load, and few need it

    look(settings)
    return "The store of files answers."
