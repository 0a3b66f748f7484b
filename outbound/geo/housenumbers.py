"""House numbers as places along a street: which come before which, and on which side.

Pure. A number is read as block and number: ``203-06`` (Queens: the sixth of the block that begins at 203rd Street)
is (203, 6), ``117`` is (0, 117). Sides go by the last part: odd and even. What cannot be read so (``N6W23001``)
has no place along its street and is only ever found by its text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

BITS = 20
"""Of a block and of a number within a key; both stay below 2**20."""
UNREAD_BLOCK = (1 << BITS) - 1
"""The block of numbers that could not be read."""
_MOST = UNREAD_BLOCK - 1
_NUMBER = re.compile(r"0*(\d{1,6})(?:-0*(\d{1,6}))?(?:[A-Z]{1,2}|[ -]?\d/\d|-[A-Z]{1,2}|/.*| .*)?")
_RANGE = re.compile(r"(\d{1,6})-(\d{1,6})")
_LONGEST_RANGE = 60
"""Numbers that one building may span; what spans more is no range but a number with a hyphen."""


class Place(NamedTuple):
    """A number's place along its street."""

    block: int
    number: int

    @property
    def is_read(self) -> bool:
        return self.block != UNREAD_BLOCK

    @property
    def packed(self) -> int:
        """One integer that sorts as the place does, below 2**40."""
        return self.block << BITS | self.number


@lru_cache(maxsize=262_144)
def place_of(number: str) -> Place:
    """The place of a normalised house number; one of ``UNREAD_BLOCK`` for what is no number."""
    match = _NUMBER.fullmatch(number)
    if match is None:
        return Place(UNREAD_BLOCK, 0)
    first, second = int(match.group(1)), match.group(2)
    block, last = (0, first) if second is None else (first, int(second))
    if block > _MOST or last > _MOST or (second is not None and block == 0):
        return Place(UNREAD_BLOCK, 0)
    return Place(block, last)


def spanned(number: str) -> list[int]:
    """The numbers that ``12-16`` or ``1016-18`` stands for, where hyphens mean "to"; none where it is no range.

    Of one side where both ends are of one side, and of both where they are not.
    """
    match = _RANGE.fullmatch(number)
    if match is None:
        return []
    first, written = int(match.group(1)), match.group(2)
    if len(written) < len(match.group(1)):  # 1016-18
        written = match.group(1)[: -len(written)] + written
    last = int(written)
    if not 0 < last - first <= _LONGEST_RANGE:
        return []
    return list(range(first, last + 1, 2 if (last - first) % 2 == 0 else 1))
