"""Where models are built and marts are published: DuckDB or PostgreSQL. What differs between the two stands behind one
:class:`Engine`; who reads what was published stands behind :class:`outbound.reports.reader.Reader`."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from outbound.lake.manifest import Lake, Manifest
from outbound.settings import Settings
from outbound.warehouse.dbt import Progress
from outbound.warehouse.duckdb_engine import DuckDBBuild
from outbound.warehouse.outcomes import Outcome
from outbound.warehouse.postgres_engine import PostgresBuild
from outbound.warehouse.state import Built, State


class Engine(Protocol):
    """Holds the build, puts what passed where readers find it, and remembers what became of the last run."""

    target: str
    """Its name among dbt's profiles."""

    @property
    def environment(self) -> Mapping[str, str]: ...
    def built(self) -> Built | None: ...
    def zones_differ(self, lake: Lake, manifest: Manifest) -> bool: ...
    def begin_anew(self) -> None: ...
    def prepare(self, lake: Lake, manifest: Manifest, state: State) -> None: ...
    def mark_built(self, built: Built) -> None: ...
    def build_id(self) -> str | None: ...
    def organisations(self) -> list[str]: ...
    def organisations_in(self, sql: str) -> set[str] | None: ...
    def publish(
        self,
        build_id: str,
        generation: str,
        passed: Sequence[str],
        held_back: Mapping[str, Sequence[str]],
        progress: Progress | None = None,
    ) -> None: ...
    def read_outcomes(self, organisations: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Outcome]: ...
    def write_outcomes(self, told: Mapping[uuid.UUID, Outcome]) -> None: ...
    def connect(self) -> AbstractContextManager[Any]: ...


def engine_of(settings: Settings) -> Engine:
    """Where this installation builds and publishes."""
    return PostgresBuild(settings) if settings.warehouse == "postgres" else DuckDBBuild(settings)
