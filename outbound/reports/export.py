"""Whole marts for analysts: as CSV or Parquet, the same from either engine, no further than the caller may see."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from outbound.errors import Forbidden, NotFound
from outbound.reports.errors import NothingPublished
from outbound.reports.warehouse import Warehouse
from outbound.spreadsheets import safe
from outbound.warehouse.marts import MARTS

_ROWS = 20_000
_TYPES: dict[str, pa.DataType] = {
    "UUID": pa.string(),
    "TEXT": pa.string(),
    "VARCHAR": pa.string(),
    "CHARACTER VARYING": pa.string(),
    "BOOLEAN": pa.bool_(),
    "SMALLINT": pa.int64(),
    "INTEGER": pa.int64(),
    "BIGINT": pa.int64(),
    "HUGEINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "DOUBLE PRECISION": pa.float64(),
    "NUMERIC": pa.float64(),
    "DECIMAL": pa.float64(),
    "DATE": pa.date32(),
    "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", tz="UTC"),
}
_PLACES = {"territories": "id"}
"""Marts whose territory stands in another column than ``territory_id``."""


class Format(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True)
class Mart:
    """A published mart: its columns in order, and the one that says whose ground a row is of."""

    name: str
    schema: pa.Schema
    order: tuple[str, ...]
    place: str | None

    @property
    def is_of_the_whole_organisation(self) -> bool:
        """Its rows belong to no territory, so only who sees all of them may have it."""
        return self.place is None


def published(warehouse: Warehouse) -> list[Mart]:
    """The marts of the published build that may be had within the reach, by name. Raises
    :class:`NothingPublished`."""
    return [each for each in _all(warehouse) if warehouse.reach.is_whole or not each.is_of_the_whole_organisation]


def _all(warehouse: Warehouse) -> list[Mart]:
    warehouse.build()
    rows = warehouse.columns()
    fields: dict[str, list[pa.Field]] = {}
    for row in rows.itertuples():
        kind = str(row.data_type).partition("(")[0]
        fields.setdefault(str(row.table_name), []).append(pa.field(str(row.column_name), _TYPES[kind]))
    marts = []
    for name in sorted(set(MARTS) & set(fields)):
        schema = pa.schema(fields[name])
        place = _PLACES.get(name, "territory_id")
        marts.append(Mart(name, schema, MARTS[name], place if place in schema.names else None))
    return marts


def mart_named(warehouse: Warehouse, name: str) -> Mart:
    """A mart that the caller may have. Raises :class:`NotFound`, :class:`Forbidden` and :class:`NothingPublished`."""
    found = next((mart for mart in _all(warehouse) if mart.name == name), None)
    if found is None:
        raise NotFound(f"There is no mart {name[:60]}; GET /api/reports/marts names those there are.")
    if not warehouse.reach.is_whole and found.is_of_the_whole_organisation:
        raise Forbidden(f"{name} is not told by territory; ask an owner for it.")
    return found


def rows_of(warehouse: Warehouse, mart: Mart) -> Iterator[list[tuple[Any, ...]]]:
    """Its rows in their order, some at a time, as far as the reach goes."""
    columns = ", ".join(mart.schema.names)
    order = ", ".join(f"{column} nulls last" for column in mart.order)
    return warehouse.rows(mart.name, columns, mart.place, order, _ROWS)


def write(warehouse: Warehouse, mart: Mart, file: BinaryIO, format: Format) -> int:
    """Writes a mart to an open file; returns its number of rows. Raises :class:`NothingPublished`."""
    pieces = rows_of(warehouse, mart)
    return _write_csv(mart, pieces, file) if format is Format.CSV else _write_parquet(mart, pieces, file)


def _write_csv(mart: Mart, pieces: Iterator[list[tuple[Any, ...]]], file: BinaryIO) -> int:
    count = 0
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(mart.schema.names)
    for rows in pieces:
        writer.writerows([_cell(value) for value in row] for row in rows)
        count += len(rows)
    text.detach()
    return count


def _write_parquet(mart: Mart, pieces: Iterator[list[tuple[Any, ...]]], file: BinaryIO) -> int:
    count = 0
    with pq.ParquetWriter(file, mart.schema, compression="zstd") as writer:
        for rows in pieces:
            columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [() for _ in mart.schema]
            arrays = [
                pa.array([_plain(value) for value in column], field.type)
                for column, field in zip(columns, mart.schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=mart.schema))
            count += len(rows)
    return count


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return str(value) if isinstance(value, uuid.UUID) else value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return safe(str(value)) if isinstance(value, str) else str(value)


__all__ = ["Format", "Mart", "NothingPublished", "mart_named", "published", "rows_of", "write"]
