"""The door to the embedded server: attach to it, or start it, and hold on to it."""

from __future__ import annotations

import atexit
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

import psutil

from outbound.errors import Misconfigured, Unavailable
from outbound.storage.embedded import keeper, postmaster
from outbound.storage.embedded.account import choose
from outbound.storage.embedded.layout import PORT, Layout
from outbound.storage.embedded.lease import Lock, is_free, taken

if TYPE_CHECKING:
    from psycopg import Connection

DATABASE = "outbound"
ATTEMPT_SECONDS = 10

_leases: dict[Path, Lock] = {}
_guard = threading.RLock()


class HasHome(Protocol):
    """Settings, as far as this module reads them."""

    @property
    def home(self) -> Path: ...


@dataclass(frozen=True)
class Status:
    """What can be told about the server without starting it."""

    running: bool
    """Whether a connection answers and the data folder behind it is ours."""
    data: Path
    log: Path
    pid: int | None
    keeper: int | None
    """Process id of the keeper, if one watches."""


def ensure_running(settings: HasHome) -> str:
    """Attach to the server of ``settings.home``, starting or repairing it first where that is needed.

    The server stays at least until this process ends or calls :func:`release`. Cheap when it runs already
    (10 ms), so call it again whenever a connection fails. Returns the superuser's URL in SQLAlchemy's
    form (``postgresql+psycopg://…``); :func:`libpq_url` makes it libpq's, for ADBC, psql and pg_dump.

    Raises :class:`Misconfigured` for a folder that is not ours to use, :class:`Unavailable` if the server
    will not start; both in one sentence.
    """
    layout = Layout(settings.home)
    with _guard:
        if not (layout.home in _leases and _leases[layout.home].current and _answers(layout)):
            layout.prepare()
            _hold_lease(layout)
            with taken(layout.start_lock) as lock:
                keeper.ensure(layout)  # first, so that a server never runs unwatched
                if not _answers(layout):
                    _start(layout, lock.fd)
        elif is_free(layout.keeper_lock):
            with taken(layout.start_lock):
                keeper.ensure(layout)
    return _url(layout, DATABASE)


def libpq_url(url: str) -> str:
    """The same URL as libpq, ADBC, psql and pg_dump take it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def release(settings: HasHome) -> None:
    """Let go of the server; it stops once nobody else uses it."""
    with _guard:
        lease = _leases.pop(Layout(settings.home).home, None)
        if lease is not None:
            lease.close()


def stop(settings: HasHome) -> None:
    """Stop the server now, whoever uses it, and let go of it. Committed work stays."""
    layout = Layout(settings.home)
    if layout.data.exists():
        layout.prepare()
        with _guard, taken(layout.start_lock):
            postmaster.stop(layout, choose(layout.home, layout.data))
    release(settings)


def status(settings: HasHome) -> Status:
    """What is the case now; starts nothing, holds nothing."""
    layout = Layout(settings.home)
    process = postmaster.process_of(layout)
    watching = layout.keeper_lock.exists() and not is_free(layout.keeper_lock)
    return Status(
        running=_answers(layout),
        data=layout.data,
        log=layout.log,
        pid=process.pid if process else None,
        keeper=int(layout.keeper_lock.read_text()) if watching else None,
    )


def _hold_lease(layout: Layout) -> None:
    held = _leases.get(layout.home)
    if held is not None and held.current:
        return
    if held is not None:
        held.close()
    lease = Lock(layout.lease)
    lease.share()  # waits while a keeper stops the server
    _leases[layout.home] = lease


def _start(layout: Layout, start_lock: int) -> None:
    layout.password()
    postmaster.settle(layout)
    process = postmaster.process_of(layout)
    if process is not None and _comes_up(layout, process):
        return
    account = choose(layout.home, layout.data)
    account.give(layout.server)
    account.give_tree(layout.data)
    if layout.log.exists():
        account.give(layout.log)
    if not layout.data.exists():
        postmaster.create(layout, account, start_lock)
    postmaster.start(layout, account)
    if not _answers(layout):
        raise Unavailable(f"PostgreSQL started in {layout.home} but does not answer: see {layout.log}.")


def _comes_up(layout: Layout, process: psutil.Process) -> bool:
    """Wait for a server that somebody else started: true once it answers, false if its process ended."""
    deadline = time.monotonic() + postmaster.START_SECONDS
    while not postmaster.wait_gone(process, 0.1):
        if _answers(layout):
            return True
        if time.monotonic() > deadline:
            raise Unavailable(
                f"PostgreSQL (process {process.pid}) runs in {layout.home} but has not answered for "
                f"{postmaster.START_SECONDS} seconds: see {layout.log}, or end that process and try again."
            )
    return False


def _answers(layout: Layout) -> bool:
    """Whether a connection works and leads to our data folder. Makes the database if it is missing."""
    import psycopg  # here, because the keeper has no use for it and should stay small

    folder = layout.socket_dir()
    if folder is None or not layout.password_file.exists():
        return False
    try:
        with psycopg.connect(
            host=str(folder),
            port=PORT,
            user=postmaster.SUPERUSER,
            password=layout.password(),
            dbname="postgres",
            options="",
            connect_timeout=ATTEMPT_SECONDS,
            autocommit=True,
        ) as connection:
            row = connection.execute(
                "select current_setting('data_directory'), exists (select from pg_database where datname = %s)",
                [DATABASE],
            ).fetchone()
            assert row is not None
            if not (layout.data.exists() and Path(row[0]).samefile(layout.data)):
                return False
            if not row[1]:
                _create_database(connection)
            return True
    except psycopg.OperationalError as error:
        if "authentication failed" in str(error):
            raise Misconfigured(
                f"The database in {layout.home} does not accept the password in {layout.password_file}: "
                "restore the file that belongs to it."
            ) from error
        return False


def _create_database(connection: Connection) -> None:
    from psycopg.errors import DuplicateDatabase, UniqueViolation

    with suppress(DuplicateDatabase, UniqueViolation):  # another process may be faster
        connection.execute(f'create database "{DATABASE}"')


def _url(layout: Layout, database: str) -> str:
    folder = quote(str(layout.socket_dir()), safe="/")
    login = f"{postmaster.SUPERUSER}:{quote(layout.password(), safe='')}"
    return f"postgresql+psycopg://{login}@/{database}?host={folder}&port={PORT}"


@atexit.register
def _leave_a_keeper() -> None:
    """If the keeper was killed, leave another behind: the server must not outlive its users."""
    for home, lease in list(_leases.items()):
        layout = Layout(home)
        if lease.current and postmaster.process_of(layout) is not None and is_free(layout.keeper_lock):
            with taken(layout.start_lock):
                keeper.ensure(layout)
