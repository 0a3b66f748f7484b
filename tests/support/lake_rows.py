"""Reads the lake's latest state and the tables themselves, so that a test can hold the one to the other."""

from __future__ import annotations

from typing import Any

import duckdb
from sqlalchemy import Engine, text

from outbound.lake.manifest import Lake
from outbound.lake.tables import CHANGE_TABLES, SNAPSHOT_TABLES, LakeTable
from outbound.settings import Settings

Rows = set[tuple[Any, ...]]


def lake_state(settings: Settings) -> dict[str, Rows]:
    """The latest version of every row of every table, as the manifest's files tell it."""
    lake = Lake(settings.lake_dir)
    manifest = lake.manifest()
    assert manifest is not None
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")

        def files(table: str) -> list[str]:
            return [str(lake.path(file)) for file in manifest.files_of(table)]

        gone = files("tombstones")
        tombstones = (
            f"select row_id as id, batch from read_parquet({gone}) where table_name = $table"
            if gone
            else "select null::uuid as id, 0 as batch where $table is null"
        )
        state: dict[str, Rows] = {}
        for table in (*SNAPSHOT_TABLES, *CHANGE_TABLES):
            paths = files(table.name)
            if not paths:
                state[table.name] = set()
                continue
            columns = ", ".join(f'rows."{column}"' for column in table.columns)
            if table.snapshot:
                query = f"select {columns} from read_parquet({paths}) as rows where $table is not null"
            else:
                query = (
                    f"with rows as (select * from read_parquet({paths})), gone as ({tombstones}),"
                    " last as (select id, max(batch) as batch from"
                    " (select id, batch from rows union all select id, batch from gone) group by id)"
                    f" select {columns} from rows join last on rows.id = last.id and rows.batch = last.batch"
                )
            found = connection.execute(query, {"table": table.name}).fetchall()
            state[table.name] = set(found)
            assert len(found) == len(state[table.name]), f"{table.name} repeats a row"
        return state


def table_state(engine: Engine) -> dict[str, Rows]:
    """The same columns of every row of the operational tables."""
    with engine.connect() as connection:
        return {
            table.name: {
                tuple(row) for row in connection.execute(text(f"select {_columns(table)} from {_name(table)}"))
            }
            for table in (*SNAPSHOT_TABLES, *CHANGE_TABLES)
        }


def _name(table: LakeTable) -> str:
    return f"outbound.{table.source_table}"


def _columns(table: LakeTable) -> str:
    return table.select_list
