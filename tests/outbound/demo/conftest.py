"""One small demo, loaded once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from outbound.demo.load import Loaded, load_demo
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.support.server import Server

AS_OF = datetime(2026, 11, 18, 20, 15, tzinfo=UTC)
SIZE: dict[str, Any] = {"doors": 900, "reps": 3, "days": 40, "seed": 3, "as_of": AS_OF}


@pytest.fixture(scope="package")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="package")
def demo_settings(server: Server, home: Path) -> Iterator[Settings]:
    with server.clone() as url:
        yield Settings(home=home, database_url=url.render_as_string(hide_password=False))


@pytest.fixture(scope="package")
def demo_database(demo_settings: Settings) -> Iterator[Database]:
    database = Database.open(demo_settings)
    yield database
    database.dispose()


@pytest.fixture(scope="package")
def demo(demo_database: Database, demo_settings: Settings) -> Loaded:
    return load_demo(demo_database, demo_settings, **SIZE)
