"""Brings a database to the current schema, and gives the login roles their passwords."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, text

from outbound.errors import Misconfigured, Unavailable

OLDEST_SERVER = 15
LOGIN_ROLES = ("outbound_app", "outbound_etl")
_ADVISORY_LOCK = 0x6F757462  # "outb": one migration at a time in a database


def role_password(admin_url: URL, role: str) -> str:
    """The password of a login role, derived from the administrator's: nothing else has to be stored, and every
    machine that knows ``DATABASE_URL`` arrives at the same one."""
    secret = f"{admin_url.username}:{admin_url.password or ''}".encode()
    return hmac.new(secret, f"outbound role {role}".encode(), hashlib.sha256).hexdigest()


def migrate(engine: Engine, revision: str = "head") -> str:
    """Upgrades the database to the newest revision (or the one a backup was made at) and returns the newest's name.

    Raises :class:`Misconfigured` for a server that is too old or a schema newer than this program.
    """
    with engine.begin() as connection:
        _refuse_old_server(connection)
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        refuse_unknown_revision(connection)
        config = _config()
        config.attributes["connection"] = connection
        connection.execute(text("create schema if not exists outbound"))
        command.upgrade(config, revision)
        _set_passwords(connection, engine.url)
    return newest_revision()


def newest_revision() -> str:
    """The revision this program needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def current_revision(connection: Connection) -> str | None:
    """The revision the database has; none: it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def refuse_unknown_revision(connection: Connection) -> None:
    """Raises when a newer program has already changed this database."""
    revision = current_revision(connection)
    if revision is not None:
        refuse_unknown(revision)


def refuse_unknown(revision: str) -> None:
    """Raises for a revision, of a database or a backup, that only a newer program knows."""
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision not in known:
        raise Misconfigured(
            f"The database is at revision {revision}, which this version of Outbound does not know; "
            "run the newer version that made it, or restore a backup of this one."
        )


def refuse_other_schema(revision: str | None) -> None:
    """Raises, with what helps, unless the revision is the one this program needs: :class:`Unavailable` for a database
    that is empty or older, :class:`Misconfigured` for one that only a newer program knows."""
    if revision is None:
        empty = (
            "The database is empty; run `outbound init` to found a franchise in it, or `outbound restore` to bring a "
            "backup there."
        )
        raise Unavailable(empty, outside=empty)
    refuse_unknown(revision)
    if revision != newest_revision():
        older = (
            f"The database's schema is older than this version of Outbound (at {revision}, needs {newest_revision()}); "
            "run `outbound migrate`."
        )
        raise Unavailable(older, outside=older)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def _refuse_old_server(connection: Connection) -> None:
    version = connection.dialect.server_version_info
    if version is not None and int(version[0]) < OLDEST_SERVER:
        raise Misconfigured(
            f"The server of DATABASE_URL is PostgreSQL {version[0]}; Outbound needs {OLDEST_SERVER} or newer."
        )


def _set_passwords(connection: Connection, admin_url: URL) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    for role in LOGIN_ROLES:
        # Hashed here, so that no server log ever holds the password.
        scram = driver.pgconn.encrypt_password(
            role_password(admin_url, role).encode(), role.encode(), b"scram-sha-256"
        ).decode()
        connection.exec_driver_sql(f"alter role {role} password '{scram}'")
