"""Fixtures of the whole suite. What they are made of stands in ``tests/support``."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from hypothesis import HealthCheck
from sqlalchemy import URL

from outbound.settings import Settings, get_settings
from outbound.storage.database import Database
from tests.support import budget
from tests.support import server as test_server
from tests.support.franchise import Franchise
from tests.support.marts import give_documentation, give_parsed_models
from tests.support.server import Server
from tests.support.skips import in_ci

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REPOSITORY = Path(__file__).parents[1]
_home_to_remove = pytest.StashKey[Path]()

hypothesis.settings.register_profile(
    "outbound",
    deadline=None,
    max_examples=50,
    derandomize=in_ci(),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis.settings.load_profile("outbound")


def pytest_configure(config: pytest.Config) -> None:
    # No test may reach the database or the folder somebody really works with.
    for name in ("DATABASE_URL", "WAREHOUSE_URL", *(n for n in os.environ if n.startswith("OUTBOUND_"))):
        if not name.startswith("OUTBOUND_TEST_") and name != "OUTBOUND_SHARED_DATA":
            os.environ.pop(name, None)
    if not hasattr(config, "workerinput"):  # the process that started the workers, or the only one
        home = test_server.prepare_home()
        if home is not None:
            config.stash[_home_to_remove] = home
    budget.watch(config)
    os.environ["OUTBOUND_HOME"] = str(Path(os.environ[test_server.HOME_VARIABLE]) / "unused")


def pytest_unconfigure(config: pytest.Config) -> None:
    home = config.stash.get(_home_to_remove, None)
    if home is not None:
        test_server.remove_home(home)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The PostgreSQL of this run: embedded, or the one in ``OUTBOUND_TEST_DATABASE_URL``."""
    server = Server.open()
    yield server
    server.close()


@dataclass(frozen=True)
class Founded:
    """A database with one franchise in it, to be cloned, and the key ring that opens what is sealed there."""

    name: str
    keys: Path
    franchise: Franchise


@pytest.fixture(scope="session")
def founded(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Founded]:
    """What the tests with a franchise begin with. To found one takes three times as long as to clone it, so it is done
    once a process, and in this run: nothing in it is older."""
    with server.clone() as url:
        settings = Settings(
            home=tmp_path_factory.mktemp("founded"), database_url=url.render_as_string(hide_password=False)
        )
        database = Database.open(settings)
        franchise = Franchise(database, "Green Acres")
        database.dispose()
        assert url.database is not None
        yield Founded(url.database, settings.keys_dir, franchise)


@pytest.fixture
def cloned_from(request: pytest.FixtureRequest) -> Founded | None:
    """What this test's database is a clone of: a franchise, where the test takes one; otherwise it is empty."""
    founded: Founded | None = request.getfixturevalue("founded") if "franchise" in request.fixturenames else None
    return founded


@pytest.fixture
def database_url(server: Server, cloned_from: Founded | None) -> Iterator[URL]:
    """Administrator's URL of a migrated database of this test's own, empty but for the franchise that it takes."""
    with server.clone(cloned_from.name if cloned_from else None) as url:
        yield url


@pytest.fixture
def settings(
    database_url: URL, cloned_from: Founded | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """A temporary home, free ports and this test's database, also in the environment of what it starts."""
    monkeypatch.setenv("OUTBOUND_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATABASE_URL", database_url.render_as_string(hide_password=False))
    for name, port in zip(("API", "DASHBOARDS", "DAGSTER"), free_ports(3), strict=True):
        monkeypatch.setenv(f"OUTBOUND_{name}_PORT", str(port))
    monkeypatch.setenv("OUTBOUND_API_WORKERS", "1")  # whatever the machine has
    get_settings.cache_clear()
    settings = get_settings()
    if cloned_from is not None:  # with its key ring, before anything is started
        settings.home.mkdir(mode=0o700, exist_ok=True)
        shutil.copytree(cloned_from.keys, settings.keys_dir)
    yield settings
    get_settings.cache_clear()


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The migrated database, as the program opens it."""
    database = Database.open(settings)
    yield database
    database.dispose()


@pytest.fixture
def models_known(settings: Settings) -> None:
    """The home of this test holds what dbt makes of the models' source, and their documentation, so that its first
    build begins with building. For tests that build, and ask for neither."""
    give_parsed_models(settings)
    give_documentation(settings)


@pytest.fixture
def franchise(database: Database, founded: Founded) -> Franchise:
    """A franchise with people, territories and leads: see :class:`Franchise`."""
    return founded.franchise.on(database)


@pytest.fixture
def other_franchise(database: Database) -> Franchise:
    """Another one, on the same ground, whose rows nobody of the first may ever see."""
    return Franchise(database, "Blue Lawns")


@pytest.fixture
def make_franchise(database: Database) -> Callable[[str], Franchise]:
    """Makes more of them, by name."""
    return lambda name: Franchise(database, name)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real address lists, polygons and files that the project is given beside its repository."""
    folder = Path(os.environ.get("OUTBOUND_SHARED_DATA") or REPOSITORY.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder}: set OUTBOUND_SHARED_DATA to run the tests on real files")
    return folder


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a browser profile of its own: no cookie, no cache, no service worker."""
    with ExitStack() as stack:
        context = browser.new_context()
        stack.callback(context.close)
        yield context.new_page()


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now, all different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for found in sockets:
            found.bind(("127.0.0.1", 0))
        return [found.getsockname()[1] for found in sockets]
