"""A small history, built once on each engine, for everything that asks about the models themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from outbound.lake.extract import extract
from outbound.settings import Settings
from outbound.warehouse.build import build
from tests.support.marts import AS_OF, installation, on_postgres
from tests.support.server import Server


@dataclass
class Built:
    """Settings of the two engines over the same lake."""

    duckdb: Settings
    postgres: Settings


@pytest.fixture(scope="session")
def built(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    with installation(server, tmp_path_factory.mktemp("models")) as (database, settings):
        postgres = on_postgres(settings)
        extract(database, settings)
        build(settings, as_of=AS_OF)
        build(postgres, as_of=AS_OF)
        yield Built(settings, postgres)
