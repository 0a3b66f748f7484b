"""Ending a restore that was stopped: everything comes back, or, where it had committed, what it replaced goes."""

from __future__ import annotations

from enum import Enum

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from outbound.errors import Conflict, OutboundError, Unavailable
from outbound.operations import aside, buckets, journal
from outbound.operations.alone import alone
from outbound.operations.archive import Progress
from outbound.operations.folders import Folders
from outbound.operations.journal import Journal
from outbound.settings import Settings
from outbound.storage.database import server_url
from outbound.storage.embedded.layout import Layout
from outbound.storage.unfinished import RECOVER, UnfinishedRestore


class Recovered(Enum):
    """What was found, and done."""

    NOTHING = "There is no restore to recover from."
    UNDONE = "Everything is as it was before the restore."
    FINISHED = "The restore had succeeded; what it replaced is removed now."


def recover(settings: Settings, progress: Progress | None = None) -> Recovered:
    """Ends whatever restore of this home or its database was stopped, as often as it takes.

    Raises :class:`Conflict` while a restore is at work, or where the home is told of another database than the
    restore was of, and :class:`UnfinishedRestore` with the reason where it cannot be ended yet.
    """
    own = journal.unfinished(settings.home)
    over = journal.done(settings.home)
    embedded = settings.database_url is None
    if own is None and over is None and embedded and not Layout(settings.home).data.exists():
        return Recovered.NOTHING
    with alone(settings):
        return settle(settings, progress, others=True)


def settle(settings: Settings, progress: Progress | None = None, *, others: bool = False) -> Recovered:
    """The same for who has the home alone; with ``others`` it ends in the database those of other homes too."""
    say = progress or (lambda what, done, total: None)
    outcome = Recovered.NOTHING
    over = journal.done(settings.home)
    if over is not None:
        _finish(settings, over)
        outcome = Recovered.FINISHED
    own = journal.unfinished(settings.home)
    if own is None and not others:
        return outcome
    try:
        with aside.held(server_url(settings)) as connection:
            if own is not None:
                outcome = _settle_own(settings, connection, own, say)
            for each in aside.found(connection) if others else ():
                aside.put_back(connection, each)
                outcome = Recovered.UNDONE
    except (DBAPIError, OSError, Unavailable) as error:
        if isinstance(error, Unavailable) and journal.done(settings.home) is not None:
            raise  # it has succeeded, and says so
        raise UnfinishedRestore(
            f"What the restore had set aside is safe, but could not be put back yet ({reason(error)}); mend that, "
            f"and run {RECOVER}."
        ) from error
    return outcome


def reason(error: BaseException) -> str:
    """What went wrong, in a few words."""
    if isinstance(error, DBAPIError):
        return (str(error.orig).strip().splitlines() or [type(error).__name__])[0]
    if isinstance(error, OSError):
        return f"{error.strerror}: {error.filename}" if error.filename else str(error.strerror or error)
    return error.message if isinstance(error, OutboundError) else type(error).__name__


def finish(settings: Settings, own: Journal) -> None:
    """After the commit: what was replaced goes, and with it the journal. Raises :class:`Unavailable` where it cannot
    be removed; the home works with what was restored all the same."""
    journal.mark_done(settings.home)
    _finish(settings, own)


def _settle_own(settings: Settings, connection: Connection, own: Journal, say: Progress) -> Recovered:
    if aside.server_of(connection) != own.server:
        raise Conflict(
            "The restore that has not finished was of another database than DATABASE_URL names; set it to that one, "
            f"and run {RECOVER}."
        )
    if aside.committed(connection, own.id):
        finish(settings, own)
        return Recovered.FINISHED
    folders = Folders(settings, own)
    say("Putting the database back", 1, 4)
    for each in aside.found(connection):
        if each.id == own.id:
            aside.put_back(connection, each)
    say("Putting files back", 2, 4)
    buckets.take_back(settings, folders.top)
    folders.put_back()
    say("Everything is as it was", 3, 4)
    journal.end(settings.home)
    return Recovered.UNDONE


def _finish(settings: Settings, over: Journal) -> None:
    folders = Folders(settings, over)
    try:
        buckets.delete_noted(settings, folders.top)
        folders.remove()
        journal.end(settings.home)
    except (OSError, Unavailable) as error:
        raise Unavailable(
            f"The restore has succeeded, but what it replaced could not be removed ({reason(error)}); mend that, and "
            f"run {RECOVER}."
        ) from error
