"""Numpy columns with gaps as Arrow columns: what bulk writes take."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from outbound.demo.calendar import NEVER


def ids_at(ids: np.ndarray, index: np.ndarray) -> pa.Array:
    """Identifiers ((k, 16) uint8) picked by index; null where it is negative."""
    present = index >= 0
    data = ids[np.where(present, index, 0)] if len(ids) else np.zeros((len(index), 16), dtype=np.uint8)
    return nullable_ids(data, present)


def nullable_ids(data: np.ndarray, present: np.ndarray) -> pa.Array:
    """(n, 16) uint8 as an Arrow column with nulls where not `present`."""
    packed = np.ascontiguousarray(data, dtype=np.uint8)
    validity = None if present.all() else pa.py_buffer(np.packbits(present, bitorder="little"))
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(packed), [validity, pa.py_buffer(packed)])


def times(ms: np.ndarray) -> pa.Array:
    """UTC milliseconds as timestamps; null where negative or NEVER."""
    absent = (ms < 0) | (ms >= NEVER)
    micros = np.where(absent, 0, ms) * 1000
    return pa.array(micros.astype(np.int64), mask=absent).cast(pa.timestamp("us", "UTC"))


def words(vocabulary: Sequence[str | None], index: np.ndarray) -> pa.Array:
    """Words by index; null where it is negative."""
    source = pa.array([*vocabulary, None], pa.large_string())
    return source.take(pa.array(np.where(index < 0, len(vocabulary), index)))


def numbers(values: np.ndarray, kind: pa.DataType) -> pa.Array:
    """Non-negative numbers; null where negative."""
    return pa.array(np.where(values < 0, 0, values), mask=values < 0).cast(kind)


def texts(values: np.ndarray) -> pa.Array:
    """Strings (numpy str or object) as they are; None stays null."""
    return pa.array(values.tolist(), pa.large_string())
