"""Two organisations with a past, published on both engines: once for all tests that only read them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from outbound.lake.extract import extract
from outbound.reports import WHOLE_ORGANISATION, Reach, Warehouse
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.warehouse.build import build_and_verify
from outbound.warehouse.publish import publish
from tests.support.marts import AS_OF, at_once, installation, on_postgres, organisations
from tests.support.server import Server


@dataclass
class Installed:
    """The same data published on both engines."""

    database: Database
    settings: dict[str, Settings]
    first: uuid.UUID
    second: uuid.UUID

    def warehouse(self, engine: str, org_id: uuid.UUID | None = None, reach: Reach = WHOLE_ORGANISATION) -> Warehouse:
        return Warehouse(self.settings[engine], org_id or self.first, reach)

    def territories(self, *types: str) -> list[str]:
        found = self.warehouse("duckdb").territories()
        return list(found[found["type"].isin(types)]["id"])


@pytest.fixture(scope="session")
def installed(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    with installation(server, tmp_path_factory.mktemp("reports")) as (database, settings):
        postgres = on_postgres(settings)
        extract(database, settings)
        at_once(_publish, settings, postgres)
        ids = organisations(database)
        yield Installed(database, {"duckdb": settings, "postgres": postgres}, ids["first"], ids["second"])


def _publish(settings: Settings) -> None:
    made, verdict = build_and_verify(settings, as_of=AS_OF)
    assert dict(verdict.failed) == {}
    publish(settings, made, verdict)
