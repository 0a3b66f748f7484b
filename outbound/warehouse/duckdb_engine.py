"""The build on DuckDB: the lake's files as views, models in one file."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psutil

from outbound.lake.manifest import Lake, Manifest
from outbound.lake.tables import ALL_TABLES, LakeTable
from outbound.settings import Settings
from outbound.storage.home import private_folder
from outbound.warehouse import outcomes
from outbound.warehouse.dbt import Progress
from outbound.warehouse.duckdb_publish import publish_files, remove_gone
from outbound.warehouse.outcomes import Outcome
from outbound.warehouse.state import Built, State, named_in, zones_query

_DUCKDB_TYPES = {"text": "varchar", "int": "integer"}
_MEMORY_SHARE = 0.4
_SCRATCH = "tmp"


class DuckDBBuild:
    """Builds in ``OUTBOUND_HOME/warehouse/build.duckdb``, publishes files in ``OUTBOUND_HOME/published``."""

    target = "duckdb"

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.warehouse_dir
        self.file = self.folder / "build.duckdb"
        self.published = settings.published_dir

    @property
    def environment(self) -> Mapping[str, str]:
        """What the dbt profile needs. Paths are seen from dbt's own folder: what dbt has parsed holds wherever the
        home lies."""
        megabytes = max(512, int(psutil.virtual_memory().total * _MEMORY_SHARE) >> 20)
        return {
            "OUTBOUND_BUILD_FILE": f"../{self.file.name}",
            "OUTBOUND_BUILD_MEMORY": f"{megabytes}MB",
            "OUTBOUND_BUILD_TEMP": f"../{_SCRATCH}",
        }

    def built(self) -> Built | None:
        """What the file holds; none: nothing usable."""
        if not self.file.is_file():
            return None
        try:
            with self.connect() as connection:
                row = connection.execute("select generation, batch, code from lake.built").fetchone()
        except duckdb.Error:
            return None
        return Built(*row) if row else None

    def zones_differ(self, lake: Lake, manifest: Manifest) -> bool:
        """Whether an organisation or territory has moved to another time zone since the last build."""
        with self.connect() as connection:
            self._show_lake(connection, lake, manifest)
            row = connection.execute(zones_query("build.build")).fetchone()
        return bool(row and row[0])

    def begin_anew(self) -> None:
        """Forgets everything that was built."""
        for path in (self.file, self.file.with_name(self.file.name + ".wal")):
            path.unlink(missing_ok=True)

    def prepare(self, lake: Lake, manifest: Manifest, state: State) -> None:
        """Shows the lake's files to dbt, and what is to be built."""
        private_folder(self.folder)
        shutil.rmtree(self.folder / _SCRATCH, ignore_errors=True)  # left behind by a build that was killed
        with self.connect() as connection:
            self._show_lake(connection, lake, manifest)
            connection.execute("create schema if not exists build.build")
            connection.execute(
                "create or replace table lake.state as select ?::varchar as generation, ?::bigint as batch_from,"
                " ?::bigint as batch_to, ?::varchar as build_id, ?::timestamptz as as_of,"
                " ?::timestamptz as extracted_at",
                [state.generation, state.batch_from, state.batch_to, state.build_id, state.as_of, state.extracted_at],
            )

    def mark_built(self, built: Built) -> None:
        """Records that the models hold every batch up to this one."""
        with self.connect() as connection:
            connection.execute(
                "create or replace table lake.built as"
                " select ?::varchar as generation, ?::bigint as batch, ?::varchar as code",
                [built.generation, built.batch, built.code],
            )

    def build_id(self) -> str | None:
        """The build that the file holds now."""
        if not self.file.is_file():
            return None
        with self.connect() as connection:
            row = connection.execute("select build_id from lake.state").fetchone()
        return row[0] if row else None

    def organisations(self) -> list[str]:
        """Every organisation of the build."""
        with self.connect() as connection:
            rows = connection.execute("select org_id from build.build.stg_organisations order by org_id")
            return [str(row[0]) for row in rows.fetchall()]

    def organisations_in(self, sql: str) -> set[str] | None:
        """Organisations that the rows of a failed test name; none: the rows name no organisation."""
        with self.connect() as connection:
            rows = connection.sql(sql)
            if "org_id" not in rows.columns:
                return None
            return named_in([row[0] for row in rows.select("org_id").distinct().fetchall()])

    def publish(
        self,
        build_id: str,
        generation: str,
        passed: Sequence[str],
        held_back: Mapping[str, Sequence[str]],
        progress: Progress | None = None,
    ) -> None:
        """Puts a file for each organisation that passed in place; those of organisations that are gone go."""
        publish_files(self.published, self.file, build_id, generation, passed, progress)
        remove_gone(self.published, {*passed, *held_back})

    def read_outcomes(self, organisations: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Outcome]:
        """What became of the last run, for those of these organisations that one has ended for."""
        found = {org_id: outcomes.read_outcome(self.published / str(org_id)) for org_id in organisations}
        return {org_id: outcome for org_id, outcome in found.items() if outcome}

    def write_outcomes(self, told: Mapping[uuid.UUID, Outcome]) -> None:
        """Replaces what is said of these organisations."""
        for org_id, outcome in told.items():
            outcomes.write_outcome(self.published / str(org_id), outcome)

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection to the build; closed at exit, so that dbt's process can open the file."""
        connection = duckdb.connect(str(self.file))
        try:
            connection.execute("set timezone = 'UTC'")
            yield connection
        finally:
            connection.close()

    def _show_lake(self, connection: duckdb.DuckDBPyConnection, lake: Lake, manifest: Manifest) -> None:
        connection.execute("create schema if not exists lake")
        for table in ALL_TABLES:
            paths = [lake.path(file) for file in manifest.files_of(table.name)]
            connection.execute(f"create or replace view lake.{table.name} as {_select(table, paths)}")


def _select(table: LakeTable, paths: list[Path]) -> str:
    if paths:
        listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        return f"select * from read_parquet([{listed}])"  # noqa: S608
    columns = ", ".join(f'null::{_DUCKDB_TYPES.get(kind, kind)} as "{name}"' for name, kind in table.ddl_columns())
    return f"select {columns} where false"
