"""The one door to PostgreSQL: who connects as what, and the context every transaction runs in."""

from __future__ import annotations

import os
import secrets
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Engine, Row, TextClause, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from outbound import (
    deadline,
    tables,  # noqa: F401 (a foreign key is resolved by its table, so all of them are known before the first flush)
)
from outbound.errors import Forbidden, Invalid, Misconfigured, Unavailable
from outbound.settings import Settings
from outbound.storage import (
    embedded,
    keyproofs,
)
from outbound.storage.context import SYSTEM_ROLE, Context
from outbound.storage.crypto import KeyRing
from outbound.storage.home import make_private
from outbound.storage.migrate import (
    current_revision,
    migrate,
    newest_revision,
    refuse_other_schema,
    role_password,
)
from outbound.storage.system import ENTER_AS_MEMBER, become_system, enter_organisation
from outbound.storage.unfinished import refuse_unfinished_database, refuse_unfinished_home

CONNECTIONS = 20
"""As ``outbound_app``, at most so many at once in a process."""

APP_ROLES = frozenset(
    {
        "outbound_rep",
        "outbound_manager",
        "outbound_org_manager",
        "outbound_franchise",
        "outbound_ops",
        SYSTEM_ROLE,
    }
)


@dataclass(frozen=True)
class OrganisationName:
    """What a job needs to know before it enters an organisation."""

    id: uuid.UUID
    name: str
    slug: str
    zone: str
    is_demo: bool


class Database:
    """Engines for the administrator (migrations, demo data) and for ``outbound_app`` (everything else)."""

    def __init__(self, admin_url: URL, keys: KeyRing | Path, *, reading: bool = False, restoring: bool = False) -> None:
        """``keys`` is a ring, or the folder of one that is proved when it is first needed; with ``reading`` nothing is
        made or written down then. ``restoring``: a restore's own, which works where everything else is refused
        meanwhile."""
        self.admin_url = admin_url
        self._folder = keys if isinstance(keys, Path) else None
        self._ring = None if isinstance(keys, Path) else keys
        self._reading = reading
        self._proving = threading.Lock()
        self.admin_engine = _engine(admin_url, restoring, pool_size=1, max_overflow=4)
        self.engine = _engine(self._login("outbound_app"), restoring, pool_size=5, max_overflow=CONNECTIONS - 5)
        event.listen(self.engine, "before_cursor_execute", _stop_what_is_late)
        self._asking = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @classmethod
    def open(cls, settings: Settings, *, reading: bool = False) -> Database:
        """Attaches to the server of ``DATABASE_URL``, or starts the embedded one.

        Raises :class:`Misconfigured` where something is sealed that the key ring does not open, and
        :class:`Unavailable` while a restore of this home has not finished.
        """
        database = cls.attached(settings, reading=reading)
        try:
            database.prove_keys()
        except Unavailable:
            # A process may start before its server does: whatever it is asked for first looks, and says so.
            return database
        except BaseException:
            database.dispose()
            raise
        return database

    @classmethod
    def attached(cls, settings: Settings, *, reading: bool = False) -> Database:
        """The same without a look at the keys."""
        if not reading:
            make_private(settings.home)
        refuse_unfinished_home(settings.home)
        return cls(server_url(settings), settings.keys_dir, reading=reading)

    @property
    def keys(self) -> KeyRing:
        """The key ring, which opens what is sealed here; made where nothing is. Raises :class:`Misconfigured`."""
        if self._ring is None:
            with self._proving:
                if self._ring is None:
                    self.prove_keys()
        assert self._ring is not None
        return self._ring

    def check_keys(self) -> None:
        """As :meth:`prove_keys`, of the ring that is on file now, and changing nothing."""
        if self._folder is not None:
            with _one_sentence(self.admin_url):
                keyproofs.check(self, self._folder)

    def prove_keys(self) -> None:
        """Looks whether the ring on file is the one of this database.

        Raises :class:`Misconfigured` where something is sealed that it does not open, or no ring is there to read.
        """
        if self._folder is None:
            return
        with _one_sentence(self.admin_url):
            if not self._reading:
                self._ring = keyproofs.settled(self, self._folder)
                return
            ring = keyproofs.check(self, self._folder)
        if ring is None:
            raise Misconfigured(f"There is no key ring {self._folder / 'ring.json'} yet; `outbound init` makes it.")
        self._ring = KeyRing.of(ring, self._folder)

    @property
    def etl_url(self) -> URL:
        """Login of the extraction: reads every organisation, no personal column."""
        return self._login("outbound_etl")

    def migrate(self) -> str:
        """Brings the schema up to date and returns its revision. Raises :class:`Misconfigured` where the login of
        ``DATABASE_URL`` may not."""
        try:
            with _one_sentence(self.admin_url):
                revision = migrate(self.admin_engine)
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", None) != "42501":
                raise
            reason = str(error.orig).strip().splitlines()[0]
            raise Misconfigured(
                f"The login of DATABASE_URL may not make Outbound's schema ({reason}); name an administrator's, who "
                "may create schemas and roles."
            ) from error
        self.prove_keys()  # the proofs have a place now
        return revision

    def is_current(self) -> bool:
        """Whether the schema is the one this program needs. Raises :class:`Unavailable`."""
        with _one_sentence(self.admin_url), self.admin_engine.connect() as connection:
            return current_revision(connection) == newest_revision()

    def refuse_other_schema(self) -> None:
        """Raises the sentence that helps where the schema is not the one this program needs, and while a restore of
        this database has not finished."""
        with _one_sentence(self.admin_url), self.admin_engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            refuse_unfinished_database(driver)
            refuse_other_schema(current_revision(connection))

    @contextmanager
    def as_member(
        self,
        org_id: uuid.UUID,
        user_id: uuid.UUID,
        *,
        source: str = "api",
        request_id: str | None = None,
        statement_seconds: float | None = None,
    ) -> Iterator[Session]:
        """One transaction with a member's rights: committed at exit, rolled back on error.

        No statement of it takes longer than ``statement_seconds``, where that is given, and for no longer are its
        locks held between two of them. Raises :class:`Forbidden` when the person is no active member.
        """
        keys = self.keys
        with _storable_only(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            with _one_sentence(self.admin_url):
                entered = session.execute(
                    ENTER_AS_MEMBER,
                    {"org_id": org_id, "user_id": user_id, "limit": str(int((statement_seconds or 0) * 1000))},
                ).one()
            if entered.role not in APP_ROLES:
                raise Forbidden("You are no longer a member of this organisation; ask its owner.")
            scopes = None if entered.scopes is None else frozenset(entered.scopes)
            session.info["context"] = Context(org_id, user_id, entered.role, source, request_id, scopes)
            session.info["keys"] = keys
            driver = session.connection().connection.driver_connection
            with deadline.interrupting(driver.cancel_safe):  # type: ignore[union-attr] # psycopg's
                yield session
            deadline.check()  # what was answered 504 is not committed after all

    @contextmanager
    def as_job(self, org_id: uuid.UUID, *, source: str = "job", one_snapshot: bool = False) -> Iterator[Session]:
        """One transaction of the system's own work in one organisation; with ``one_snapshot`` it sees what was
        committed at its start, to its end."""
        keys = self.keys
        with self.without_keys(org_id, source=source, one_snapshot=one_snapshot) as session:
            session.info["keys"] = keys
            yield session

    @contextmanager
    def without_keys(self, org_id: uuid.UUID, *, source: str = "job", one_snapshot: bool = False) -> Iterator[Session]:
        """The same for who seals and opens nothing, and so for the proving of the keys itself."""
        with _storable_only(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            if one_snapshot:
                with _one_sentence(self.admin_url):
                    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            with _one_sentence(self.admin_url):
                enter_organisation(session, org_id)
            become_system(session, Context(org_id, None, SYSTEM_ROLE, source, None))
            yield session
            deadline.check()

    @contextmanager
    def as_system_of_none(self) -> Iterator[Session]:
        """One transaction of the system's own work beside every organisation: tenant tables read empty."""
        with _one_sentence(self.admin_url), Session(self.engine) as session, session.begin():
            become_system(session)
            yield session

    @contextmanager
    def as_nobody(self) -> Iterator[Session]:
        """A transaction before an organisation is known: only the narrow functions answer."""
        with (
            _one_sentence(self.admin_url),
            _storable_only(),
            Session(self.engine) as session,
            session.begin(),
        ):
            yield session
            deadline.check()

    def ask_as_nobody(self, statement: TextClause, values: dict[str, Any]) -> Row[Any] | None:
        """One question to a narrow function: a single round trip, no transaction around it. At most one row."""
        with _one_sentence(self.admin_url), self._asking.connect() as connection:
            return connection.execute(statement, values).one_or_none()

    def organisations(self) -> list[OrganisationName]:
        """Every organisation, for jobs that visit each in turn."""
        found = []
        for org_id in self.organisation_ids():
            with self.as_job(org_id) as session:
                row = session.execute(text("select id, name, slug, zone, is_demo from outbound.organisations")).one()
                found.append(OrganisationName(row.id, row.name, row.slug, row.zone, row.is_demo))
        return found

    def organisation_ids(self) -> list[uuid.UUID]:
        with self.as_nobody() as session:
            return list(session.scalars(text("select outbound.organisation_ids()")))

    def refresh_statistics(self, table: str) -> None:
        """Tells the planner what a table of the schema holds now, after many rows were committed to it: until the
        server does so by itself, it takes them for a handful and joins them row by row."""
        with (
            _one_sentence(self.admin_url),
            self.admin_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        ):
            connection.exec_driver_sql(f'analyze outbound."{table}"')

    def dispose(self) -> None:
        """Closes every pooled connection."""
        self.engine.dispose()
        self.admin_engine.dispose()

    def _login(self, role: str) -> URL:
        return self.admin_url.set(username=role, password=role_password(self.admin_url, role))


_FRESH_SECONDS = 2.0
_PROCESS = secrets.token_hex(4)


def server_url(settings: Settings) -> URL:
    """The administrator's URL: of ``DATABASE_URL``, or of the embedded server, which is started where it does not run.

    Raises :class:`Unavailable` when that server does not start.
    """
    return make_url(settings.database_url or embedded.ensure_running(settings))


def application_name() -> str:
    """What the connections of this process are called in ``pg_stat_activity``: no other process has the same."""
    return f"outbound {os.getpid()} {_PROCESS}"


def _engine(url: URL, restoring: bool, **pool: int) -> Engine:
    options = {"connect_timeout": 10, "options": "-c timezone=UTC", "application_name": application_name()}
    engine = create_engine(url, connect_args=options, **pool)
    if not restoring:
        event.listen(engine, "connect", _refuse_unfinished)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _ping_unless_fresh)
    return engine


def _refuse_unfinished(connection: psycopg.Connection, _: Any) -> None:
    try:
        refuse_unfinished_database(connection)
    except BaseException:
        connection.close()
        raise


def _stop_what_is_late(*_: Any) -> None:
    deadline.check()


def _note_use(_: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _ping_unless_fresh(connection: Any, record: Any, _: Any) -> None:
    """Asks whether the server is still there, but of a connection that was used a moment ago."""
    used = record.info.get("used")
    if used is None or time.monotonic() - used < _FRESH_SECONDS:
        return
    try:
        connection.execute("")
        connection.rollback()
    except psycopg.Error as error:
        raise DisconnectionError("the server has gone away") from error


@contextmanager
def _one_sentence(url: URL) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[-1]
        where = f"{url.host or 'its socket'}:{url.port or 5432}"
        raise Unavailable(
            f"PostgreSQL at {where} (database {url.database}) does not answer: {reason}. "
            "Check that it runs and that DATABASE_URL names it.",
            outside="The database does not answer; try again in a moment.",
        ) from error


_UNSTORABLE = ("22021", "22P05")
"""SQLSTATE of a text with a NUL or half of a surrogate pair, and of JSON with a NUL."""


@contextmanager
def _storable_only() -> Iterator[None]:
    """What came from outside with a character that PostgreSQL cannot keep is at fault itself. Doors say so field by
    field; what comes in by none of them ends here. Raises :class:`Invalid`."""
    problem = Invalid("A text holds a character that cannot be stored (a NUL, or half of a pair); leave it out.")
    try:
        yield
    except UnicodeEncodeError as error:
        if error.encoding != "utf-8":
            raise
        raise problem from error
    except DBAPIError as error:
        client_side = isinstance(error.orig, psycopg.DataError) and "NUL" in str(error.orig)
        half_a_pair = getattr(error.orig, "sqlstate", None) == "22P02" and "surrogate" in str(error.orig)  # in JSON
        if getattr(error.orig, "sqlstate", None) not in _UNSTORABLE and not client_side and not half_a_pair:
            raise
        raise problem from error
