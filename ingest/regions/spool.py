"""Rows on their way from a file to columns: kept on disk, so that memory does not grow with the region."""

from __future__ import annotations

import errno
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc

from ingest.regions.wkb import cell

DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_BUFFERED = 65_536
_FEATURES_BUFFERED = 32_768


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


FEATURES = pa.schema([("geometry", pa.binary()), ("name", pa.string()), ("class", pa.string())])


class FeatureSpool:
    """Features of one map layer: a file of Arrow batches for each half degree."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._waiting: dict[int, list[tuple[bytes, str | None, str]]] = {}
        self._files: set[int] = set()
        self.count = 0

    def add(self, geometry: bytes, name: str | None, kind: str) -> None:
        """One feature: WKB in degrees."""
        self._waiting.setdefault(cell(geometry), []).append((geometry, name, kind))
        self.count += 1
        if self.count % _FEATURES_BUFFERED == 0:
            self.finish()

    def finish(self) -> None:
        """Write what waits. Files are opened for as long as that takes: a state has more cells than may be open."""
        for at, rows in self._waiting.items():
            columns = zip(*rows, strict=True)
            arrays = [pa.array(column, type=field.type) for column, field in zip(columns, FEATURES, strict=True)]
            with (self._folder / str(at)).open("ab") as file:
                file.write(pa.record_batch(arrays, schema=FEATURES).serialize())
            self._files.add(at)
        self._waiting.clear()

    @property
    def cells(self) -> list[int]:
        """The half degrees in which features begin, sorted."""
        return sorted(self._files)

    def batches(self, cells: Iterable[int], size: int, classes: Collection[str] = ()) -> Iterator[pa.RecordBatch]:
        """Features of these cells and classes (none: all), so many a batch however they were written."""
        held: list[pa.RecordBatch] = []
        rows = 0
        for batch in self._written(cells):
            rest = batch.filter(pc.is_in(batch["class"], pa.array(classes))) if classes else batch
            while rest.num_rows:
                held.append(rest.slice(0, size - rows))
                rows += held[-1].num_rows
                rest = rest.slice(held[-1].num_rows)
                if rows == size:
                    yield pa.concat_batches(held)
                    held, rows = [], 0
        if held:
            yield pa.concat_batches(held)

    def _written(self, cells: Iterable[int]) -> Iterator[pa.RecordBatch]:
        for at in cells:
            with pa.OSFile(str(self._folder / str(at))) as file:
                for message in pa.ipc.MessageReader.open_stream(file):
                    yield pa.ipc.read_record_batch(message, FEATURES)
