"""Which records share a key, found in arrays of numbers: a million records take some hundred megabytes."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

import numpy as np

from outbound.matching.facts import Facts
from outbound.matching.keys import MOST_IN_A_BLOCK, Key, door_keys

_AT_A_TIME = 2_000_000


class Blocks:
    """Takes records in their order, then tells which of them to compare."""

    def __init__(self, most: int = MOST_IN_A_BLOCK) -> None:
        self._most = most
        self._keys = array("q")
        self._records = array("i")
        self._count = 0

    def add(self, facts: Facts, further: Iterable[Key] = ()) -> int:
        """Returns the record's number, counted from 0."""
        at = self._count
        self._count += 1
        for key in {*door_keys(facts), *further}:
            self._keys.append(hash(key))
            self._records.append(at)
        return at

    def pairs(self) -> Iterator[np.ndarray]:
        """Pairs of records, the earlier first, as arrays of two columns; each pair once.

        In a block of more than ``most`` each record is compared with the first and with the one before it.
        """
        found = np.unique(np.concatenate([*self._all_pairs(), np.empty(0, dtype=np.int64)]))
        for start in range(0, len(found), _AT_A_TIME):
            part = found[start : start + _AT_A_TIME]
            yield np.column_stack((part >> 32, part & 0xFFFFFFFF))

    def _all_pairs(self) -> Iterator[np.ndarray]:
        if not self._keys:
            return
        keys = np.frombuffer(self._keys, dtype=np.int64)
        records = np.frombuffer(self._records, dtype=np.int32).astype(np.int64)
        order = np.lexsort((records, keys))
        keys, records = keys[order], records[order]
        starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
        sizes = np.diff(np.concatenate((starts, [len(keys)])))
        small = (sizes > 1) & (sizes <= self._most)
        for size in np.unique(sizes[small]).tolist():
            rows = records[starts[small & (sizes == size)][:, None] + np.arange(size)]
            one, other = np.triu_indices(size, 1)
            yield (rows[:, one] << 32 | rows[:, other]).ravel()
        for start, size in zip(starts[sizes > self._most].tolist(), sizes[sizes > self._most].tolist(), strict=True):
            block = records[start : start + size]
            yield block[0] << 32 | block[1:]
            yield block[1:-1] << 32 | block[2:]
