"""Judged rows into doors and leads: a chunk at a time, set-wise under the policies, each chunk in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from psycopg import sql
from sqlalchemy import text
from sqlalchemy.orm import Session

from ingest import statements
from outbound.cadences import service as cadences
from outbound.cadences.rules import due, stages_of
from outbound.errors import NotFound
from outbound.leads.rules import due_at
from outbound.leads.service import sla_minutes
from outbound.storage.bulk import driver_of, hold_statistics
from outbound.storage.context import context_of, keys_of
from outbound.storage.crypto import readable_position, seal_position
from outbound.storage.planning import for_any_organisation
from outbound.vocabulary import OPEN_STAGES, LeadType, Stage

CHUNK = 20_000
"""Rows a transaction."""


@dataclass(frozen=True)
class Scope:
    """Who imports, and where they may: ``territories`` none means everywhere."""

    user_id: uuid.UUID
    territories: frozenset[uuid.UUID] | None


@dataclass(frozen=True)
class Wish:
    """What is asked for of the leads that are added."""

    cadence_id: uuid.UUID | None = None
    campaign_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Written:
    """What reached the tables; see :class:`ingest.report.ImportReport`. ``rows``: of the import, looked at."""

    rows: int = 0
    new: int = 0
    new_doors: int = 0
    filled: int = 0
    enrolled: int = 0
    positions_added: int = 0

    def __add__(self, other: Written) -> Written:
        return Written(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Written)))


class Statements:
    """Runs statements on the rows of one import."""

    def __init__(self, session: Session, import_id: uuid.UUID, **always: Any) -> None:
        self.connection = driver_of(session)
        self.org_id = context_of(session).org_id
        self._always = {"org": self.org_id, "import": import_id} | always

    def run(self, statement: str, **values: Any) -> int:
        """Returns how many rows it reached."""
        return self.connection.execute(*self.bound(statement, **values)).rowcount

    def rows(self, statement: str, **values: Any) -> list[Any]:
        return self.connection.execute(*self.bound(statement, **values)).fetchall()

    def bound(self, statement: str, **values: Any) -> tuple[sql.SQL, dict[str, Any] | None]:
        if "%(" not in statement:
            return sql.SQL(statement), None
        plain = {
            name: str(value) if isinstance(value, StrEnum) else value for name, value in (self._always | values).items()
        }
        return sql.SQL(for_any_organisation(statement)), plain


def write_rows(
    session: Session,
    import_id: uuid.UUID,
    scope: Scope,
    source: str,
    wish: Wish,
    now: datetime,
    *,
    lines: Sequence[int] | None = None,
    limit: int | None = None,
) -> Written:
    """Writes the next rows that are judged and not written, or those of ``lines``: ``new`` ones become leads,
    ``same`` ones fill what is empty in theirs. Rows that are ``unsure`` wait for their decision.

    All in the caller's transaction. ``rows`` of what is returned is 0 when none was left.
    """
    run = Statements(
        session,
        import_id,
        by=scope.user_id,
        now=now,
        open=[str(stage) for stage in OPEN_STAGES],
        lead_type=LeadType.OUTBOUND,
    )
    rows = run.run(statements.CHUNK, lines=list(lines) if lines is not None else None, limit=limit or CHUNK)
    if not rows:
        run.run("drop table import_chunk")
        return Written()
    run.run("create unique index on import_chunk (line)")
    run.run("create index on import_chunk (canonical)")
    run.run("analyze import_chunk")
    run.run(statements.INTO_OTHER_ROWS)
    run.run(statements.NEW_AFTER_ALL)
    hold_statistics(session, "addresses", "leads")
    new_doors = run.run(statements.ADD_DOORS)
    placed = _add_positions(session, run)
    minutes = sla_minutes(session, Stage.COLD)
    clock = {
        "stage": Stage.COLD,
        "due": due_at(Stage.COLD, minutes, now, has_owner=True),
        "undue": due_at(Stage.COLD, minutes, now, has_owner=False),
    }
    new = run.run(statements.ADD_LEADS, lead_source=source, campaign=_campaign(session, wish), **clock)
    run.run(statements.YIELD_TO_OTHERS)
    run.run(statements.ADD_HISTORY, **clock)
    enrolled = _enrol(session, run, wish, now)
    filled = run.run(statements.FILL)
    run.run(statements.WRITTEN)
    run.run("drop table import_chunk")
    return Written(rows, new, new_doors, filled, enrolled, placed)


def writable_scope(session: Session, user_id: uuid.UUID) -> Scope | None:
    """Where somebody may import; none for who may not, or is no member any more."""
    row = session.execute(
        text("select member_role, readable, writable from outbound.scope_of(:org, :user)"),
        {"org": context_of(session).org_id, "user": user_id},
    ).one_or_none()
    if row is None or row.member_role not in ("FRANCHISE_OWNER", "SALES_MANAGER"):
        return None
    scoped = row.member_role == "SALES_MANAGER" and row.readable
    return Scope(user_id, frozenset(row.writable) if scoped else None)


def _add_positions(session: Session, run: Statements) -> int:
    """Gives doors that were known without a position, or a rough one, that of the list, sealed for their own row."""
    bare = run.rows(statements.BARE_DOORS)
    if not bare:
        return 0
    keys, sealed = keys_of(session), []
    for door_id, line, staged_id, position, cell, territory_id, *worth in bare:
        place = readable_position(keys, run.org_id, staged_id, position)
        if place is None:
            continue  # the door stays as it was known
        own = seal_position(keys, run.org_id, door_id, *place)
        sealed.append((line, door_id, own, cell, territory_id, *worth))
    with run.connection.cursor() as cursor:
        cursor.execute(_POSITIONS)
        with cursor.copy("copy import_positions from stdin") as copy:
            copy.set_types(["int8", "uuid", "bytea", "int8", "uuid", "text", "float8", "float4"])
            for row in sealed:
                copy.write_row(row)
    run.run(statements.HOLD_DOORS)
    run.run(statements.HOLD_LEADS)
    placed = run.run(statements.PLACE_DOORS)
    run.run(statements.PLACE_LEADS)
    run.run("drop table import_positions")
    return placed


_POSITIONS = """
create temporary table import_positions (
    line bigint, door_id uuid, position bytea, cell bigint, territory_id uuid, location_source text,
    location_accuracy double precision, location_confidence real
) on commit drop
"""


def _campaign(session: Session, wish: Wish) -> uuid.UUID | None:
    """The campaign, unless it was deleted since it was asked for."""
    if wish.campaign_id is None:
        return None
    return session.scalar(
        text("select id from outbound.campaigns where org_id = :org and id = :id"),
        {"org": context_of(session).org_id, "id": wish.campaign_id},
    )


def _enrol(session: Session, run: Statements, wish: Wish, now: datetime) -> int:
    """Enrols the new leads of the chunk; nobody in a cadence that was retired or set inactive since it was asked
    for."""
    if wish.cadence_id is None:
        return 0
    try:
        cadence = cadences.get(session, wish.cadence_id)
    except NotFound:
        return 0
    steps = cadences.steps_of(session, cadence.id)
    if not cadence.active or not steps or Stage.COLD not in stages_of(cadence.target_stage):
        return 0
    return run.run(
        statements.ENROL,
        cadence=cadence.id,
        step=steps[0].id,
        next=due(now, steps[0].wait_minutes),
        edition=cadence.edition,
    )
