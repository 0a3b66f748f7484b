"""The database's part of a backup: PostgreSQL's own dump of one snapshot, and a digest of every table in it."""

# ruff: noqa: S608
# Names of tables come from the catalogue.

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, text

from outbound.errors import Misconfigured, Unavailable
from outbound.storage.embedded.binaries import MAJOR, binary
from outbound.storage.keyproofs import proofs_in
from outbound.storage.migrate import current_revision

_PIECE = 1 << 20
_HEAD = 1 << 16
_UNKNOWN_TO_OLD_SERVERS = b"SET transaction_timeout = 0;\n"


@dataclass(frozen=True)
class TableDigest:
    """Rows of a table, and a sum over them that is the same in any order."""

    rows: int
    digest: str


@dataclass(frozen=True)
class Snapshot:
    """One moment of the database, as long as its transaction is held."""

    name: str
    revision: str
    tables: dict[str, TableDigest]
    keys: dict[str, str]
    """What proves that a ring is the one that opens it; empty where nothing was written down yet."""


@contextmanager
def snapshot(engine: Engine) -> Iterator[Snapshot]:
    """Holds a moment of the database for :func:`dumped`. Raises :class:`Misconfigured` where the schema is missing."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        revision = current_revision(connection)
        if revision is None:
            raise Misconfigured("There is no database to back up yet; run `outbound init` first.")
        name = connection.scalar(text("select pg_export_snapshot()"))
        assert name is not None
        yield Snapshot(name, revision, digests(connection), proofs_in(connection) or {})
        connection.rollback()


def digests(connection: Connection) -> dict[str, TableDigest]:
    """Every table of the schema, as this transaction sees it."""
    names = connection.scalars(
        text("select tablename from pg_tables where schemaname = 'outbound' order by tablename")
    ).all()
    found = {}
    for name in names:
        row = connection.execute(
            text(
                "select count(*) as rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text as digest"
                f" from outbound.{name} as t"
            )
        ).one()
        found[name] = TableDigest(row.rows, row.digest)
    return found


def dumped(url: URL, snapshot_name: str) -> Iterator[bytes]:
    """The dump in pieces. Raises :class:`Unavailable` when pg_dump gives up, after the last piece."""
    command = ["--format=custom", "--schema=outbound", "--no-owner", f"--snapshot={snapshot_name}"]
    with _running(url, "pg_dump", command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while piece := process.stdout.read(_PIECE):
            yield piece


def load(url: URL, dump: Path, *, name: str = "outbound restore", first: str = "") -> None:
    """Puts the rows of a dump into an empty schema of the same revision, all of them or none.

    ``name`` is what its connection is called; ``first`` is said before, in the same transaction.
    """
    # Through a script, for the server may be older than the programs; foreign keys held when the rows were taken.
    script = ["--file=-", "--data-only", "--disable-triggers", "--schema=outbound", "--no-owner", str(dump)]
    into = ["--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    with (
        _running(None, "pg_restore", script, stdout=subprocess.PIPE) as reader,
        _running(url, "psql", into, stdin=subprocess.PIPE, name=name) as writer,
    ):
        assert reader.stdout is not None
        assert writer.stdin is not None
        head = reader.stdout.read(_HEAD).replace(_UNKNOWN_TO_OLD_SERVERS, b"")
        try:
            writer.stdin.write(first.encode())
            writer.stdin.write(head)
            shutil.copyfileobj(reader.stdout, writer.stdin, _PIECE)
        except BrokenPipeError:
            pass  # psql has said why it stopped
        finally:
            writer.stdin.close()
            reader.stdout.close()


@contextmanager
def _running(
    url: URL | None,
    program: str,
    arguments: Iterable[str],
    *,
    stdin: int | None = None,
    stdout: int | None = None,
    name: str = "",
) -> Iterator[subprocess.Popen[bytes]]:
    """One of PostgreSQL's programs; raises :class:`Unavailable` with its own words where it fails."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [str(_program(program)), *arguments],
            stdin=stdin if stdin is not None else subprocess.DEVNULL,
            stdout=stdout if stdout is not None else subprocess.DEVNULL,
            stderr=errors,
            env={
                **os.environ,
                **(_environment(url) if url is not None else {}),
                **({"PGAPPNAME": name} if name else {}),
            },
        )
        try:
            yield process
        except BaseException:
            process.kill()
            process.wait()
            raise
        if process.wait() != 0:
            errors.seek(0)
            lines = errors.read().decode(errors="replace").strip().splitlines()
            # The first line says what; the following may repeat a row.
            raise Unavailable(f"{program} gave up: {lines[0] if lines else f'status {process.returncode}'}.")


def _program(name: str) -> Path:
    try:
        return binary(name)
    except Misconfigured:
        found = shutil.which(name)
        if found is None:
            raise Misconfigured(
                f"PostgreSQL's {name} is missing; install its client programs, {MAJOR} or newer."
            ) from None
        return Path(found)


def _environment(url: URL) -> dict[str, str]:
    """A URL as libpq's variables, so that no list of processes shows the password."""
    named = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port or url.query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
        "PGSSLROOTCERT": url.query.get("sslrootcert"),
        "PGTZ": "UTC",
    }
    return {name: str(value) for name, value in named.items() if value}
