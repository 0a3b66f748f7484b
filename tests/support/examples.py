"""How many examples a property with a database behind it is tried on: a part by day, all with a setting."""

from __future__ import annotations

import os

THOROUGH_VARIABLE = "OUTBOUND_TEST_THOROUGH"
_SHARE_BY_DAY = 4
_FEWEST = 5


def examples(all_of_them: int) -> int:
    """The number to try now: a quarter, unless ``OUTBOUND_TEST_THOROUGH`` is set."""
    if os.environ.get(THOROUGH_VARIABLE):
        return all_of_them
    return max(_FEWEST, all_of_them // _SHARE_BY_DAY)
