"""The published marts of several organisations, as an analyst at a terminal writes them to files."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from outbound.warehouse.pipeline import run_pipeline
from tests.cli.test_commands import assert_refused
from tests.support.command import Outcome, outbound
from tests.support.marts import installation, organisations
from tests.support.server import Server

pytestmark = pytest.mark.slow

NOBODY = "00000000-0000-0000-0000-000000000000"


@dataclass
class Installed:
    """An installation of two organisations whose marts are published."""

    environment: dict[str, str]
    ids: dict[str, str]
    folder: Path

    def marts(self, *arguments: str) -> Outcome:
        return outbound("marts", *arguments, **self.environment)

    def exported(self, mart: str, organisation: str, ending: str) -> list[dict[str, str]]:
        """The rows of the file that the command writes, each value as text."""
        file = self.folder / f"{organisation}-{mart}.{ending}"
        done = self.marts("export", mart, str(file), "--org", organisation)
        assert done.status == 0, done
        if ending == "csv":
            with file.open(newline="") as lines:
                rows = list(csv.DictReader(lines))
        else:
            rows = [{name: str(value) for name, value in row.items()} for row in pq.read_table(file).to_pylist()]
        assert f"{len(rows):,} rows written to" in done.out
        return rows


@pytest.fixture(scope="module")
def installed(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    home = tmp_path_factory.mktemp("exports")
    with installation(server, home) as (database, settings):
        run_pipeline(database, settings)
        assert settings.database_url is not None
        environment = {"OUTBOUND_HOME": str(settings.home), "DATABASE_URL": settings.database_url}
        ids = {slug: str(org_id) for slug, org_id in organisations(database).items()}
        yield Installed(environment, ids, tmp_path_factory.mktemp("files"))


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("mart", ["stage_history", "territory_weeks"])
def test_a_file_holds_nothing_of_another_organisation(installed: Installed, mart: str, ending: str):
    found = {}
    for organisation, org_id in installed.ids.items():
        rows = installed.exported(mart, organisation, ending)
        assert {row["org_id"] for row in rows} == {org_id}
        content = " ".join(value for row in rows for value in row.values())
        found[organisation] = set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", content))
        assert len(found[organisation]) > 3
    first, second = found.values()
    assert first & second <= {NOBODY}


def test_where_there_are_several_organisations_one_must_be_named(installed: Installed):
    assert_refused(installed.marts("export", "members"), "name one with --org")
