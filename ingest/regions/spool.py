"""Rows on their way from a file to columns: kept on disk, so that memory does not grow with the region."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.ipc

_BUFFERED = 65_536


class Spool:
    """Appends rows of one dtype to a file, and maps it once it is whole."""

    def __init__(self, path: Path, dtype: Any) -> None:
        self._path = path
        self._dtype = np.dtype(dtype)
        self._rows: list[Any] = []
        self._file = path.open("wb")
        self._count = 0
        self._mapped: np.ndarray | None = None

    def add(self, row: Any) -> None:
        self._rows.append(row)
        if len(self._rows) >= _BUFFERED:
            self._flush()

    def extend(self, rows: Any) -> None:
        """A sequence of rows, or an array of them."""
        self._rows.extend(rows)
        if len(self._rows) >= _BUFFERED:
            self._flush()

    def __len__(self) -> int:
        return self._count + len(self._rows)

    def _flush(self) -> None:
        np.array(self._rows, dtype=self._dtype).tofile(self._file)
        self._count += len(self._rows)
        self._rows.clear()

    def finished(self) -> np.ndarray:
        """All rows, mapped from disk; no more can be added."""
        if self._mapped is None:
            self._flush()
            self._file.close()
            shape = (self._count,)
            self._mapped = (
                np.memmap(self._path, dtype=self._dtype, mode="r", shape=shape)
                if self._count
                else np.empty(0, dtype=self._dtype)
            )
        return self._mapped


class Interned:
    """Texts as numbers, each text kept once. Number 0 is the empty text."""

    def __init__(self) -> None:
        self._at: dict[str, int] = {"": 0}

    def __call__(self, text: str) -> int:
        at = self._at.get(text)
        if at is None:
            at = self._at[text] = len(self._at)
        return at

    @property
    def texts(self) -> list[str]:
        return list(self._at)


FEATURES = pa.schema([("geometry", pa.binary()), ("name", pa.string()), ("class", pa.string()), ("cell", pa.int32())])
_CELLS = 2
"""Cells of a feature spool in a degree: they are about 50 km wide."""
_FIRST_POSITION = {2: 9, 3: 13, 6: 22}
"""Where the first position stands in the WKB of a line, a polygon, several polygons."""


class FeatureSpool:
    """Features of one map layer, in an Arrow file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._columns: tuple[list[bytes], list[str | None], list[str], list[int]] = ([], [], [], [])
        self._writer = pa.ipc.new_stream(path, FEATURES)
        self.count = 0

    def add(self, geometry: bytes, name: str | None, kind: str) -> None:
        """One feature: WKB in degrees."""
        geometries, names, kinds, cells = self._columns
        geometries.append(geometry)
        names.append(name)
        kinds.append(kind)
        cells.append(_cell(geometry))
        self.count += 1
        if len(self._columns[0]) >= _BUFFERED // 4:
            self._flush()

    def _flush(self) -> None:
        arrays = [pa.array(column, type=field.type) for column, field in zip(self._columns, FEATURES, strict=True)]
        self._writer.write_batch(pa.record_batch(arrays, schema=FEATURES))
        for column in self._columns:
            column.clear()

    def finish(self) -> None:
        self._flush()
        self._writer.close()


def _cell(geometry: bytes) -> int:
    """The half degree in which a feature begins; 0 for a point."""
    at = _FIRST_POSITION.get(geometry[1])
    if at is None:
        return 0
    lon, lat = struct.unpack_from("<dd", geometry, at)
    return (int((lat + 90) * _CELLS) << 16) + int((lon + 180) * _CELLS) + 1
