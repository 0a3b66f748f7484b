"""The build on PostgreSQL: the lake's batches loaded into schema ``lake``, models in schema ``build``."""

# ruff: noqa: S608
# Names of tables and columns come from outbound.lake.tables; values are always parameters.

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from adbc_driver_manager import dbapi as adbc
from adbc_driver_postgresql import dbapi as adbc_postgresql
from sqlalchemy import URL, make_url

from outbound.lake.manifest import Batch, Lake, Manifest
from outbound.lake.source import conninfo
from outbound.lake.tables import ALL_TABLES, CHANGE_TABLES, SNAPSHOT_TABLES
from outbound.settings import Settings
from outbound.storage import embedded
from outbound.warehouse import postgres_outcomes
from outbound.warehouse.dbt import Progress
from outbound.warehouse.outcomes import Outcome
from outbound.warehouse.postgres_publish import publish_schema
from outbound.warehouse.state import Built, State, named_in, zones_query

_TAKEN_WHOLE = frozenset(table.name for table in SNAPSHOT_TABLES)


def warehouse_url(settings: Settings) -> URL:
    """The administrator's URL of the warehouse: ``WAREHOUSE_URL``, or the operational server."""
    return make_url(settings.warehouse_url or settings.database_url or embedded.ensure_running(settings))


class PostgresBuild:
    """Builds in the schemas ``lake`` and ``build`` of the warehouse's server, publishes as schema ``marts``."""

    target = "postgres"

    def __init__(self, settings: Settings) -> None:
        self.url = warehouse_url(settings)

    @property
    def environment(self) -> Mapping[str, str]:
        """What the dbt profile needs."""
        host = self.url.host or self.url.query.get("host") or "localhost"
        port = self.url.port or self.url.query.get("port") or 5432
        return {
            "OUTBOUND_BUILD_HOST": str(host),
            "OUTBOUND_BUILD_PORT": str(port),
            "OUTBOUND_BUILD_USER": self.url.username or "",
            "OUTBOUND_BUILD_DATABASE": self.url.database or "",
            "DBT_ENV_SECRET_BUILD_PASSWORD": self.url.password or "",
        }

    def built(self) -> Built | None:
        """What the schemas hold; none: nothing usable."""
        with self.connect() as connection:
            if not _exists(connection, "lake.built"):
                return None
            row = connection.execute("select generation, batch, code from lake.built").fetchone()
        return Built(*row) if row else None

    def zones_differ(self, lake: Lake, manifest: Manifest) -> bool:
        """Whether an organisation or territory has moved to another time zone since the last build."""
        self._load(lake, manifest)
        with self.connect() as connection:
            row = connection.execute(zones_query("build")).fetchone()
        return bool(row and row[0])

    def begin_anew(self) -> None:
        """Forgets everything that was built."""
        with self.connect() as connection:
            connection.execute("drop schema if exists build cascade")
            connection.execute("drop table if exists lake.built")

    def prepare(self, lake: Lake, manifest: Manifest, state: State) -> None:
        """Loads the batches that are not there yet, and says what is to be built."""
        self._load(lake, manifest)
        with self.connect() as connection:
            connection.execute("create schema if not exists build")
            connection.execute(
                "create table if not exists lake.state (generation text, batch_from bigint, batch_to bigint,"
                " build_id text, as_of timestamptz, extracted_at timestamptz)"
            )
            connection.execute("delete from lake.state")
            connection.execute(
                "insert into lake.state values (%s, %s, %s, %s, %s, %s)",
                (
                    state.generation,
                    state.batch_from,
                    state.batch_to,
                    state.build_id,
                    state.as_of,
                    state.extracted_at,
                ),
            )
            connection.execute("analyze lake.state")  # else the planner takes its one row for thousands

    def mark_built(self, built: Built) -> None:
        """Records that the models hold every batch up to this one."""
        with self.connect() as connection:
            connection.execute("create table if not exists lake.built (generation text, batch bigint, code text)")
            connection.execute("delete from lake.built")
            connection.execute(
                "insert into lake.built values (%s, %s, %s)", (built.generation, built.batch, built.code)
            )

    def build_id(self) -> str | None:
        """The build that the schemas hold now."""
        with self.connect() as connection:
            if not _exists(connection, "lake.state"):
                return None
            row = connection.execute("select build_id from lake.state").fetchone()
        return row[0] if row else None

    def organisations(self) -> list[str]:
        """Every organisation of the build."""
        with self.connect() as connection:
            rows = connection.execute("select org_id::text from build.stg_organisations order by org_id")
            return [row[0] for row in rows]

    def organisations_in(self, sql: str) -> set[str] | None:
        """Organisations that the rows of a failed test name; none: the rows name no organisation."""
        with self.connect() as connection:
            rows = connection.execute(f"select * from ({sql}) as bad_rows limit 10000".encode())
            names = [column.name for column in rows.description or ()]
            if "org_id" not in names:
                return None
            at = names.index("org_id")
            return named_in([row[at] for row in rows])

    def publish(
        self,
        build_id: str,
        generation: str,
        passed: Sequence[str],
        held_back: Mapping[str, Sequence[str]],
        progress: Progress | None = None,
    ) -> None:
        """Puts the rows of organisations that passed in place, all at once; with none that did, all stays."""
        if passed:
            publish_schema(self.connect, self.url, build_id, passed, held_back, generation)

    def read_outcomes(self, organisations: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Outcome]:
        """What became of the last run, for every organisation that one has ended for. Raises
        :class:`psycopg.Error` when the warehouse does not answer."""
        with self.connect() as connection:
            return postgres_outcomes.read(connection)

    def write_outcomes(self, told: Mapping[uuid.UUID, Outcome]) -> None:
        """Replaces what is said of these organisations, and forgets the others; raises as :meth:`read_outcomes`."""
        with self.connect() as connection:
            postgres_outcomes.write(connection, self.url, told)

    @contextmanager
    def connect(self) -> Iterator[psycopg.Connection]:
        """One transaction as the administrator: committed at exit."""
        with psycopg.connect(conninfo(self.url)) as connection:
            yield connection

    def _load(self, lake: Lake, manifest: Manifest) -> None:
        """Takes up the batches that are new, and forgets what compaction left out of the others."""
        with self.connect() as connection:
            loaded = _loaded(connection)
            if (
                loaded is None
                or loaded.generation != manifest.generation
                or not manifest.base <= loaded.batch <= manifest.head.number
            ):
                _create_tables(connection, manifest)
                loaded = _Loaded(manifest.generation, 0, manifest.base)
            elif loaded.base < manifest.base:
                _forget_superseded(connection, loaded.base, manifest.base)
        with adbc_postgresql.connect(conninfo(self.url)) as connection:
            for batch in manifest.batches:
                if batch.number > loaded.batch:
                    _load_batch(connection, lake, batch)
        with self.connect() as connection:
            for table in ALL_TABLES:
                connection.execute(f"analyze lake.{table.name}".encode())


def _exists(connection: psycopg.Connection, table: str) -> bool:
    row = connection.execute("select to_regclass(%s) is not null", (table,)).fetchone()
    return bool(row and row[0])


@dataclass(frozen=True)
class _Loaded:
    """What the tables of schema ``lake`` hold: up to ``base``, each row once."""

    generation: str
    batch: int
    base: int


def _loaded(connection: psycopg.Connection) -> _Loaded | None:
    if not _exists(connection, "lake.loaded"):
        return None
    connection.execute("alter table lake.loaded add column if not exists base bigint not null default 1")
    row = connection.execute("select generation, batch, base from lake.loaded").fetchone()
    return _Loaded(*row) if row else None


def _forget_superseded(connection: psycopg.Connection, base: int, newer: int) -> None:
    """Leaves each row once among batches up to ``newer``, and none that is gone."""
    for table in CHANGE_TABLES:
        statement = (
            f"delete from lake.{table.name} as version using ("
            " select org_id, id, max(batch) as batch from ("
            f"  select org_id, id, batch from lake.{table.name} where batch > %(base)s and batch <= %(newer)s"
            "  union all select org_id, row_id, batch from lake.tombstones"
            "  where table_name = %(table)s and batch <= %(newer)s"
            " ) as changes group by org_id, id"
            ") as latest"
            " where latest.org_id = version.org_id and latest.id = version.id and version.batch < latest.batch"
        )
        connection.execute(statement.encode(), {"base": base, "newer": newer, "table": table.name})
    connection.execute("delete from lake.tombstones where batch <= %s", (newer,))
    connection.execute("update lake.loaded set base = %s", (newer,))


def _create_tables(connection: psycopg.Connection, manifest: Manifest) -> None:
    connection.execute("drop schema if exists build cascade")
    connection.execute("drop schema if exists lake cascade")
    connection.execute("create schema lake")
    for table in ALL_TABLES:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in table.ddl_columns())
        connection.execute(f"create table lake.{table.name} ({columns})".encode())
    for table in CHANGE_TABLES:
        connection.execute(f"create index on lake.{table.name} (org_id, id)".encode())
        connection.execute(f"create index on lake.{table.name} (batch)".encode())
    connection.execute("create table lake.loaded (generation text, batch bigint, base bigint not null)")
    connection.execute("insert into lake.loaded values (%s, 0, %s)", (manifest.generation, manifest.base))


def _load_batch(connection: adbc.Connection, lake: Lake, batch: Batch) -> None:
    """Loads a batch and takes note of it in one transaction."""
    with connection.cursor() as cursor:
        for file in batch.files:
            if file.table in _TAKEN_WHOLE:
                cursor.execute(f"delete from lake.{file.table}")
            with pq.ParquetFile(lake.path(file)) as parquet:
                pieces = pa.RecordBatchReader.from_batches(parquet.schema_arrow, parquet.iter_batches())
                cursor.adbc_ingest(file.table, pieces, mode="append", db_schema_name="lake")
        cursor.execute(f"update lake.loaded set batch = {int(batch.number)}")
    connection.commit()
