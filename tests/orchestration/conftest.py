"""Runs of Dagster in this process, on this test's own database and home."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.definitions import defs
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.support.marts import give_parsed_models


@dataclass
class OpenedSystem:
    """Stands for ``orchestration.resources.System`` on a database that the test has open."""

    settings: Settings
    database: Database


@pytest.fixture
def system(settings: Settings, database: Database) -> OpenedSystem:
    give_parsed_models(settings)
    return OpenedSystem(settings, database)


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """Dagster's own records, gone after the test."""
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
        yield instance


class Runs:
    """Runs jobs as the code server's processes do, but here."""

    def __init__(self, instance: dg.DagsterInstance, system: OpenedSystem) -> None:
        self.instance = instance
        self.system = system

    def __call__(
        self,
        job: str,
        run_config: dg.RunConfig | Mapping[str, Any] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> dg.ExecuteInProcessResult:
        return defs.resolve_job_def(job).execute_in_process(
            instance=self.instance,
            resources={"system": self.system},
            run_config=run_config,
            tags=tags,
            raise_on_error=False,
        )


@pytest.fixture
def run(instance: dg.DagsterInstance, system: OpenedSystem) -> Runs:
    return Runs(instance, system)
