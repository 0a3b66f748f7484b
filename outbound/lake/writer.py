"""Streams rows into Parquet, hashing what it writes: memory holds a few pieces, never a table."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Full, Queue

import pyarrow as pa
import pyarrow.parquet as pq

from outbound.lake.manifest import LakeFile
from outbound.lake.tables import LakeTable

_AHEAD = 3
"""Pieces read from the database while earlier ones are written."""


class _HashingFile:
    """A binary file that digests its bytes as they pass."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._digest = hashlib.sha256()
        self.bytes = 0

    def write(self, data: bytes | memoryview) -> int:
        self._digest.update(data)
        self.bytes += len(data)
        return self._file.write(data)

    def tell(self) -> int:
        return self.bytes

    def flush(self) -> None:
        self._file.flush()

    @property
    def closed(self) -> bool:
        return self._file.closed

    def close(self) -> None:
        if not self._file.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def write_table(
    table: LakeTable,
    pieces: Iterator[pa.RecordBatch],
    batch: int,
    folder: Path,
    relative_to: Path,
    *,
    keep_empty: bool = False,
) -> LakeFile | None:
    """Writes one table of a batch; no rows, no file, unless ``keep_empty``.

    Returns what the manifest has to say of it.
    """
    schema = table.arrow_schema()
    path = folder / f"{table.name}.parquet"
    rows = 0
    sink: _HashingFile | None = None
    writer: pq.ParquetWriter | None = None
    try:
        for piece in _read_ahead(pieces):
            if piece.num_rows == 0:
                continue
            if writer is None:
                sink = _HashingFile(path)
                writer = _parquet_writer(sink, schema)
            writer.write_batch(_with_batch_number(piece, schema, batch), row_group_size=piece.num_rows)
            rows += piece.num_rows
        if writer is None and keep_empty:
            sink = _HashingFile(path)
            writer = _parquet_writer(sink, schema)
    finally:
        if writer is not None:
            writer.close()
        if sink is not None:
            sink.close()
    if sink is None:
        return None
    return LakeFile(
        table=table.name,
        path=str(path.relative_to(relative_to)),
        rows=rows,
        bytes=sink.bytes,
        sha256=sink.hexdigest(),
    )


def _parquet_writer(sink: _HashingFile, schema: pa.Schema) -> pq.ParquetWriter:
    # An id is never repeated, so a dictionary of ids would only cost.
    repeated = [field.name for field in schema if field.name not in {"id", "occurred_at", "received_at"}]
    return pq.ParquetWriter(
        pa.PythonFile(sink, mode="w"), schema, compression="lz4", use_dictionary=repeated, version="2.6"
    )


def _with_batch_number(piece: pa.RecordBatch, schema: pa.Schema, batch: int) -> pa.RecordBatch:
    number = pa.repeat(pa.scalar(batch, pa.int64()), piece.num_rows)
    columns = [
        column if column.type == field.type else column.cast(field.type)
        for column, field in zip(piece.columns, schema, strict=False)
    ]
    return pa.RecordBatch.from_arrays([*columns, number], schema=schema)


def _read_ahead(pieces: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Reads in a thread of its own, so that one core receives while the other writes."""
    queue: Queue[pa.RecordBatch | BaseException | None] = Queue(maxsize=_AHEAD)
    stop = threading.Event()

    def put(item: pa.RecordBatch | BaseException | None) -> None:
        while not stop.is_set():
            try:
                queue.put(item, timeout=0.5)
            except Full:
                continue
            return

    def read() -> None:
        try:
            for piece in pieces:
                put(piece)
                if stop.is_set():
                    return
        except BaseException as error:  # noqa: BLE001 (raised again by the reader below)
            put(error)
        else:
            put(None)

    reader = threading.Thread(target=read, name="lake-reader", daemon=True)
    reader.start()
    try:
        while True:
            try:
                item = queue.get(timeout=5)
            except Empty:
                continue
            if item is None:
                return
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop.set()
        reader.join()
