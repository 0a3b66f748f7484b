"""Statements that are planned alike for every organisation.

Told whose rows are asked for, the planner looks that organisation up in its statistics. One that they do not know, for
it is new, or small beside the others, it takes to have a single row of each table: then it walks the rows of one table
for each row of another, or fetches a row by an index of all the organisation's. Not told, it reckons with an
organisation of the usual size, and reaches each row by its key.
"""

from __future__ import annotations

import re

_WHOSE = re.compile(r"%\((org|import)\)s")


def for_any_organisation(statement: str) -> str:
    """A statement for the driver whose parameters ``org`` and ``import`` are hidden from the planner."""
    return _WHOSE.sub(r"(select %(\1)s::uuid)", statement)
