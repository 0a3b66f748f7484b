"""Whole marts for analysts: the same from either engine, no further than somebody may see."""

from __future__ import annotations

import csv
import io
import tempfile
from typing import Any

import pyarrow.parquet as pq
import pytest

from outbound.errors import Forbidden, NotFound
from outbound.reports import Warehouse, export
from outbound.reports.export import Format
from outbound.warehouse.marts import MARTS
from tests.outbound.reports.conftest import Installed

BOTH = ("duckdb", "postgres")


@pytest.fixture(params=BOTH)
def warehouse(request: pytest.FixtureRequest, installed: Installed) -> Warehouse:
    return installed.warehouse(request.param)


def as_csv(warehouse: Warehouse, name: str) -> list[dict[str, str]]:
    with tempfile.TemporaryFile() as file:
        export.write(warehouse, export.mart_named(warehouse, name), file, Format.CSV)
        file.seek(0)
        return list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline="")))


def as_parquet(warehouse: Warehouse, name: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryFile() as file:
        count = export.write(warehouse, export.mart_named(warehouse, name), file, Format.PARQUET)
        file.seek(0)
        rows: list[dict[str, Any]] = pq.read_table(file).to_pylist()
    assert len(rows) == count
    return rows


def test_every_mart_can_be_had_with_its_columns(warehouse: Warehouse) -> None:
    marts = export.published(warehouse)
    assert [mart.name for mart in marts] == sorted(MARTS)
    for mart in marts:
        assert "org_id" in mart.schema.names
        assert set(mart.order) <= set(mart.schema.names)


def test_both_engines_write_the_same(installed: Installed) -> None:
    for name in sorted(set(MARTS) - {"build_info"}):
        duckdb, postgres = (as_parquet(installed.warehouse(engine), name) for engine in BOTH)
        assert duckdb == postgres, name
        assert as_csv(installed.warehouse("duckdb"), name) == as_csv(installed.warehouse("postgres"), name), name


def test_a_mart_holds_what_the_pages_read(warehouse: Warehouse) -> None:
    rows = as_csv(warehouse, "territory_weeks")
    assert sum(int(row["touches"]) for row in rows) == warehouse.weeks()["touches"].sum()
    assert rows == sorted(rows, key=lambda row: (row["week_start"], row["territory_id"]))


def test_whoever_sees_some_territories_has_their_rows_alone(warehouse: Warehouse) -> None:
    mine = list(warehouse.territories()["id"])[-1:]
    whole, part = as_csv(warehouse, "territory_weeks"), as_csv(warehouse.within(mine), "territory_weeks")
    assert part == [row for row in whole if row["territory_id"] in mine]
    assert part
    assert [row["id"] for row in as_csv(warehouse.within(mine), "territories")] == mine


def test_what_is_told_of_the_whole_organisation_is_not_for_them(warehouse: Warehouse) -> None:
    with pytest.raises(Forbidden, match="not told by territory"):
        export.mart_named(warehouse.within([]), "north_star")


def test_nobody_has_a_row_of_any_mart_whose_territories_are_none(warehouse: Warehouse) -> None:
    nobody = warehouse.within([])
    names = [mart.name for mart in export.published(nobody)]
    assert names
    assert "north_star" not in names
    for name in names:
        assert as_csv(nobody, name) == [], name
    (whole,) = [mart for mart in export.published(warehouse) if mart.name == "north_star"]
    with pytest.raises(Forbidden, match="not told by territory"):
        list(export.rows_of(nobody, whole))


@pytest.mark.parametrize("name", ["nothing", "stg_leads", "pg_tables", "marts.members; drop table members"])
def test_what_is_no_mart_is_not_there(warehouse: Warehouse, name: str) -> None:
    with pytest.raises(NotFound, match="names those there are"):
        export.mart_named(warehouse, name)
