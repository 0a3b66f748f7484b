"""Statements as the planner runs them where its statistics know another organisation only: how many rows each looks at.

So it is with the first list of an organisation in a large installation: its rows are few beside the others', or not
committed yet, and the planner takes all of them for one. A plan that is good for one row then walks the rows of one
table for each row of another. That shows in what a statement looks at, not in a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import event, text

from outbound.storage.database import Database

_EXPLAINED = re.compile(r"^(select|with|insert|update|delete|create temporary table \w+( on commit drop)? as)\b")
_COMMENT = re.compile(r"--[^\n]*")
_PARAMETER = re.compile(r"%\(\w+\)s(::\w+\b)?|%s|(?<!:):[a-z]\w*")
_HIDDEN = re.compile(r"\(select \?\)|\(select cast\(\? as uuid\)\)")
_TOLD = 10_000
"""Rows that a table is said to hold for each that it holds."""


@dataclass(frozen=True)
class Look:
    """A statement that was run."""

    statement: str
    most: int
    """Rows that the busiest step of its plan looked at."""
    step: str


@dataclass
class Looks:
    """What was run so far."""

    looks: list[Look] = field(default_factory=list)

    def over(self, most: int) -> dict[str, str]:
        """Statements of which a step looked at more rows than that, with the step."""
        return {look.statement: f"{look.step}: {look.most:,} rows" for look in self.looks if look.most > most}

    def ran(self, statement: str) -> bool:
        wanted = plain(statement)
        return any(look.statement == wanted for look in self.looks)


def plain(statement: str) -> str:
    """A statement in one line, its parameters all alike."""
    bare = " ".join(_COMMENT.sub("", statement).split())
    bare = _PARAMETER.sub("?", bare).replace("%%", "%")
    return _HIDDEN.sub("?", bare)


def pretend_large(database: Database) -> None:
    """Has the planner know what is in the tables now, many times over, and nothing of what comes."""
    with database.admin_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze"))
        connection.execute(
            text(
                "update pg_class set reltuples = reltuples * :told where relkind = 'r' and reltuples > 0"
                " and relnamespace = 'outbound'::regnamespace"
            ),
            {"told": _TOLD},
        )


@contextmanager
def watched(database: Database) -> Iterator[Looks]:
    """What the statements look at that are run within: each is tried beforehand, and what it did taken back."""
    looks = Looks()

    class Watching(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
            _look(self.connection, query, params, looks)
            return super().execute(query, params, **how)

    class WatchingInPieces(psycopg.ServerCursor[Any]):
        def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
            _look(self.connection, query, params, looks)
            return super().execute(query, params, **how)

    def connected(connection: psycopg.Connection[Any], _: Any) -> None:
        connection.cursor_factory = Watching
        connection.server_cursor_factory = WatchingInPieces
        connection.prepare_threshold = None

    database.engine.dispose()
    event.listen(database.engine, "connect", connected)
    try:
        yield looks
    finally:
        event.remove(database.engine, "connect", connected)
        database.engine.dispose()


def _look(connection: psycopg.Connection[Any], query: Any, params: Any, looks: Looks) -> None:
    if isinstance(query, sql.Composable):
        query = query.as_string(connection)
    statement = query.decode() if isinstance(query, bytes) else str(query)
    bare = plain(statement)
    if connection.autocommit or not _EXPLAINED.match(bare.lower()) or "outbound." not in bare:
        return
    own = psycopg.Cursor(connection)
    own.execute("savepoint looked")
    try:
        plan = own.execute(f"explain (analyze, timing off, format json) {statement}", params).fetchone()[0][0]["Plan"]  # type: ignore[index]
    except psycopg.Error:
        return  # it fails by itself in a moment, and says so
    finally:
        own.execute("rollback to savepoint looked")
        own.execute("release savepoint looked")
    most, step = max(_steps(plan))
    looks.looks.append(Look(bare, most, step))


def _steps(node: dict[str, Any]) -> Iterator[tuple[int, str]]:
    rows = node["Actual Rows"] + sum(count for name, count in node.items() if name.startswith("Rows Removed by"))
    where = node.get("Index Name") or node.get("Relation Name") or node.get("CTE Name") or ""
    yield int(rows * node["Actual Loops"]), f"{node['Node Type']} {where}".strip()
    for below in node.get("Plans", ()):
        yield from _steps(below)


def constants_of(module: Any) -> Iterator[tuple[str, str]]:
    """The statements of a module, by name; those that are put together from others are run as these are."""
    for name, value in vars(module).items():
        for statement in (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ():
            bare = plain(statement) if isinstance(statement, str) else ""
            if name.isupper() and _EXPLAINED.match(bare.lower()) and "outbound." in bare and "{" not in bare:
                yield name, statement
