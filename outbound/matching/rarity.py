"""How much it tells that two records share a value: a rare name more than one that a tenth of a list has."""

from __future__ import annotations

import math
from collections import Counter

from outbound.matching.facts import Facts

COUNTED = ("first", "last", "street", "city")
_SHARE = 0.3
"""Of what a value's frequency would say if each record stood alone: the records of one lead make a value frequent too,
and a name that is rare in a list may be a slip."""
_MOST = 3.0
"""Bits that one value adds or takes at most."""


class Rarity:
    """Counts the values of the records that are compared with each other: a list, or a base."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {name: Counter() for name in COUNTED}
        self._typical: dict[str, float] = {}

    def add(self, facts: Facts) -> None:
        """Takes a record. All are added before the first is compared."""
        for name, counts in self._counts.items():
            value = getattr(facts, name)
            if value:
                counts[value] += 1
        self._typical.clear()

    def bits(self, a: Facts, b: Facts) -> float:
        """What the values that two records share add to what the weights say of values that are as frequent as most,
        in bits; nothing for a value that was never added. Symmetric."""
        total = 0.0
        for name, counts in self._counts.items():
            value = getattr(a, name)
            count = counts.get(value, 0) if value and value == getattr(b, name) else 0
            if count:
                more = _SHARE * (self._usual(name) - math.log2(count))
                total += max(-_MOST, min(_MOST, more))
        return total

    def _usual(self, name: str) -> float:
        """The mean over all records of the logarithm of how many share a record's value."""
        known = self._typical.get(name)
        if known is None:
            counts = self._counts[name].values()
            known = self._typical[name] = sum(n * math.log2(n) for n in counts) / sum(counts)
        return known
