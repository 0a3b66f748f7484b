"""Which records share a key, found in arrays of numbers: a million records take some hundred megabytes."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import numpy as np

from outbound.matching.facts import Facts
from outbound.matching.keys import MOST_BY_SLIPS, MOST_IN_A_BLOCK, door_keys, slip_keys

_AT_A_TIME = 2_000_000
_COUNTED_FOR_ONE = 20
"""Pairs whose shared keys are weighed for each that may be compared."""
_RECORD_BITS = 27
_RECORD = (1 << _RECORD_BITS) - 1
_SLIP_KEY = (1 << 63 - _RECORD_BITS) - 1


class Blocks:
    """Takes records in their order, then tells which of them to compare."""

    def __init__(self, most: int = MOST_IN_A_BLOCK, most_by_slips: int = MOST_BY_SLIPS) -> None:
        self._most = most
        self._most_by_slips = most_by_slips
        self._keys = array("q")
        self._records = array("i")
        self._slips = array("q")
        """A key's hash and its record in one number, for there are many."""
        self._count = 0

    def add(self, facts: Facts) -> int:
        """Returns the record's number, counted from 0."""
        at = self._count
        self._count += 1
        for key in set(door_keys(facts)):
            self._keys.append(hash(key))
            self._records.append(at)
        self._slips.extend([(hash(key) & _SLIP_KEY) << _RECORD_BITS | at for key in set(slip_keys(facts))])
        return at

    def pairs(self) -> Iterator[np.ndarray]:
        """Pairs of records, the earlier first, as arrays of two columns; each pair once.

        All that share a key of a door or a contact: in a block of more than ``most`` each record is compared with the
        first and with the one before it. And those that share the most of names and parts of an address, no more than
        ``most_by_slips``: what few have tells more than what many have.
        """
        found = np.unique(np.concatenate([*self._at_doors(), *self._by_slips(), np.empty(0, dtype=np.int64)]))
        for start in range(0, len(found), _AT_A_TIME):
            part = found[start : start + _AT_A_TIME]
            yield np.column_stack((part >> 32, part & 0xFFFFFFFF))

    def _at_doors(self) -> Iterator[np.ndarray]:
        if not self._keys:
            return
        keys = np.frombuffer(self._keys, dtype=np.int64)
        records = np.frombuffer(self._records, dtype=np.int32).astype(np.int64)
        order = np.lexsort((records, keys))
        keys, records = keys[order], records[order]
        starts, sizes = _runs(keys)
        yield from (pairs for _, pairs in _all_of_each(records, starts, sizes, self._most))
        for start, size in zip(starts[sizes > self._most].tolist(), sizes[sizes > self._most].tolist(), strict=True):
            block = records[start : start + size]
            yield block[0] << 32 | block[1:]
            yield block[1:-1] << 32 | block[2:]

    def _by_slips(self) -> Iterator[np.ndarray]:
        if not self._slips:
            return
        both = np.sort(np.frombuffer(self._slips, dtype=np.int64))
        starts, sizes = _runs(both >> _RECORD_BITS)
        # The fewer share a key, the more it tells: of very many records the smallest blocks only.
        size, blocks_of_size = np.unique(sizes[(sizes > 1) & (sizes <= self._most)], return_counts=True)
        most = size[np.cumsum(blocks_of_size * size * (size - 1) // 2) <= _COUNTED_FOR_ONE * self._most_by_slips]
        if not len(most):
            return
        blocks = list(_all_of_each(both & _RECORD, starts, sizes, int(most[-1])))
        found, at = np.unique(np.concatenate([pairs for _, pairs in blocks]), return_inverse=True)
        if len(found) > self._most_by_slips:
            bits = np.concatenate([np.full(len(pairs), np.log2(self._count / size)) for size, pairs in blocks])
            told = np.bincount(at, weights=bits)
            found = found[np.argsort(-told, kind="stable")[: self._most_by_slips]]
        yield found


def _runs(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each key begins among the sorted ones, and how often it stands there."""
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return starts, np.diff(np.concatenate((starts, [len(keys)])))


def _all_of_each(
    records: np.ndarray, starts: np.ndarray, sizes: np.ndarray, most: int
) -> Iterator[tuple[int, np.ndarray]]:
    """Every pair of the blocks of a size that is not too large."""
    small = (sizes > 1) & (sizes <= most)
    for size in np.unique(sizes[small]).tolist():
        rows = records[starts[small & (sizes == size)][:, None] + np.arange(size)]
        one, other = np.triu_indices(size, 1)
        yield size, (rows[:, one] << 32 | rows[:, other]).ravel()
