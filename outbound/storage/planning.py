"""Statements that are planned alike for every organisation.

Told whose rows are asked for, the planner looks that organisation up in its statistics. One that they do not know, for
it is new, or small beside the others, it takes to have a single row of each table: then it walks the rows of one table
for each row of another, or fetches a row by an index of all the organisation's. Not told, it reckons with an
organisation of the usual size, and reaches each row by its key.
"""

from __future__ import annotations

import re
import uuid

from sqlalchemy import ColumnElement, select

_WHOSE = re.compile(r"%\((org|import|bulk)\)s")
_NAMED = re.compile(r"(?<!:):(org|import|bulk)\b")


def for_any_organisation(statement: str) -> str:
    """A statement for the driver whose parameters ``org``, ``import`` and ``bulk`` are hidden from the planner."""
    return _WHOSE.sub(r"(select %(\1)s::uuid)", statement)


def named_for_any_organisation(statement: str) -> str:
    """The same of a statement for SQLAlchemy's ``text``."""
    return _NAMED.sub(r"(select cast(:\1 as uuid))", statement)


def hidden(org_id: ColumnElement[uuid.UUID]) -> ColumnElement[uuid.UUID]:
    """The same of a value in a statement that is put together."""
    return select(org_id).scalar_subquery()
