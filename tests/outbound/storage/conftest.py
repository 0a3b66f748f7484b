"""Rows of every kind, and the extraction's connection."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine

from outbound.storage.database import Database
from tests.support.everything import Everything, add_everything
from tests.support.franchise import Franchise


@pytest.fixture
def everything(franchise: Franchise) -> Everything:
    return add_everything(franchise)


@pytest.fixture
def etl(database: Database) -> Iterator[Connection]:
    """A connection as the extraction has it."""
    engine = create_engine(database.etl_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()
