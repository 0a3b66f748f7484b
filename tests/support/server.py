"""One real PostgreSQL for the whole run, one migrated template in it, one clone of that a test.

The server is the one in ``OUTBOUND_TEST_DATABASE_URL``, or an embedded one in ``OUTBOUND_TEST_HOME`` that the
first process of the run makes and removes. Set ``OUTBOUND_TEST_HOME`` yourself to keep it between runs.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import psycopg
from sqlalchemy import URL, create_engine, make_url

from outbound.storage import embedded, migrations
from outbound.storage.migrate import migrate
from tests.support.budget import CLONED

HOME_VARIABLE = "OUTBOUND_TEST_HOME"
SERVER_VARIABLE = "OUTBOUND_TEST_DATABASE_URL"

# A test's data need not outlive a power cut.
_LOCAL_CONF = """\
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
shared_buffers = '128MB'
max_connections = 200
"""


class Server:
    """A server that clones the migrated template for whoever asks."""

    def __init__(self, admin_url: URL, lock: Path) -> None:
        self.admin_url = admin_url
        self._lock = lock
        self._numbers = itertools.count()
        self._connection = psycopg.connect(_libpq(admin_url.set(database="postgres")), autocommit=True)
        self._template = self._make_template()

    @classmethod
    def open(cls) -> Server:
        """Attaches to the server of this run, starting it if this is the first process to need it."""
        home = Path(os.environ[HOME_VARIABLE])
        given = os.environ.get(SERVER_VARIABLE)
        if given:
            return cls(make_url(given).set(drivername="postgresql+psycopg"), home / "template.lock")
        conf = home / "postgres" / "local.conf"
        with _exclusively(home / "start.lock"):
            if not conf.exists():
                conf.parent.mkdir(mode=0o700, exist_ok=True)
                conf.write_text(_LOCAL_CONF)
        url = make_url(embedded.ensure_running(SimpleNamespace(home=home)))
        return cls(url, home / "template.lock")

    @contextmanager
    def clone(self, template: str | None = None) -> Iterator[URL]:
        """A migrated database of its own, dropped afterwards: empty, or a copy of one that nobody is connected to.
        Yields the administrator's URL."""
        with self._database(f'template "{template or self._template}" strategy file_copy') as url:
            yield url

    @contextmanager
    def empty(self) -> Iterator[URL]:
        """A database that was never migrated, dropped afterwards."""
        with self._database("template template0") as url:
            yield url

    @contextmanager
    def roles_to_myself(self) -> Iterator[None]:
        """Held while migrating: roles belong to the whole server, and two migrations at once collide."""
        with _exclusively(self._lock):
            yield

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _database(self, source: str) -> Iterator[URL]:
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        sys.audit(CLONED)
        self._connection.execute(f'create database "{name}" {source}')
        try:
            yield self.admin_url.set(database=name)
        finally:
            self._connection.execute(f'drop database "{name}" with (force)')

    def _make_template(self) -> str:
        name = f"outbound_template_{_digest_of_migrations()}"
        with self.roles_to_myself():
            if self._exists(name):
                return name
            fresh = f"{name}_new"
            self._connection.execute(f'drop database if exists "{fresh}" with (force)')
            self._connection.execute(f'create database "{fresh}" template template0')
            engine = create_engine(self.admin_url.set(database=fresh))
            migrate(engine)
            engine.dispose()
            self._connection.execute(f'alter database "{fresh}" rename to "{name}"')
        return name

    def _exists(self, name: str) -> bool:
        found = self._connection.execute("select from pg_database where datname = %s", [name]).fetchone()
        return found is not None


def prepare_home() -> Path | None:
    """Makes the folder of this run's server and tells the workers. Returns it if it is ours to remove."""
    if HOME_VARIABLE in os.environ:
        Path(os.environ[HOME_VARIABLE]).mkdir(parents=True, exist_ok=True)
        return None
    home = Path(tempfile.mkdtemp(prefix="outbound-tests-", dir=_memory()))
    os.environ[HOME_VARIABLE] = str(home)
    return home


def remove_home(home: Path) -> None:
    """Stops this run's server, if it was ever started, and removes its folder."""
    with contextlib.suppress(KeyError):
        del os.environ[HOME_VARIABLE]
    embedded.stop(SimpleNamespace(home=home))
    shutil.rmtree(home)


def _memory() -> Path | None:
    """A folder in memory with room for every clone, where there is one: a database is cloned there in half the time."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 4 * 1024**3 else None


def _digest_of_migrations() -> str:
    digest = hashlib.sha256()
    for path in sorted((Path(migrations.__file__).parent).rglob("*")):
        if path.suffix in {".py", ".sql"}:
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _libpq(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def _exclusively(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
