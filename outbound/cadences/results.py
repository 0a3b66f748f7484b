"""Enrolments that results of activities ask for, many at once; one is a batch of one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbound.audit.service import Line, record_many
from outbound.cadences.rules import due, refuse_unfit_stage
from outbound.cadences.service import RUNNING
from outbound.errors import Conflict
from outbound.ids import uuid7
from outbound.leads.models import Lead
from outbound.leads.rules import other_than
from outbound.storage.bulk import driver_of
from outbound.storage.context import Context, context_of
from outbound.storage.planning import for_any_organisation
from outbound.storage.rowset import array_of, insert_rows, told_by_sqlalchemy
from outbound.vocabulary import EnrollmentStatus, Stage


@dataclass(frozen=True)
class Asked:
    """A lead that a result wants in a cadence, as it stands after its move."""

    lead_id: uuid.UUID
    cadence_id: uuid.UUID
    at: datetime
    stage: Stage
    owner_id: uuid.UUID | None


@dataclass(frozen=True)
class Beginning:
    """An enrolment to be written, and its entry of the audit log."""

    row: tuple[Any, ...]
    line: Line


def beginnings(connection: psycopg.Connection[Any], context: Context, asked: Sequence[Asked]) -> list[Beginning]:
    """What follows for locked leads: where the cadence fits, and none runs already.

    What happened at the door is kept either way, so nothing is raised.
    """
    if not asked:
        return []
    values = {
        "org": context.org_id,
        "cadences": array_of({each.cadence_id for each in asked}, "uuid"),
        "leads": array_of({each.lead_id for each in asked}, "uuid"),
        "running": array_of(RUNNING, "text"),
    }
    with connection.pipeline():
        cursors = [connection.execute(query, values) for query in (_CADENCES, _RUNNING)]
        cadences, running = [cursor.fetchall() for cursor in cursors]
    first = {cadence_id: (Stage(target), *rest) for cadence_id, target, *rest in cadences}
    busy = {lead_id for (lead_id,) in running}
    found = []
    for each in asked:
        if each.cadence_id not in first or each.lead_id in busy:
            continue
        target, edition, step_id, wait_minutes = first[each.cadence_id]
        try:
            refuse_unfit_stage(target, each.stage)
        except Conflict:
            continue
        busy.add(each.lead_id)
        enrollment_id = uuid7()
        row = (enrollment_id, each.lead_id, each.cadence_id, step_id, each.at, due(each.at, wait_minutes), edition)
        after = {"lead_id": str(each.lead_id), "cadence_id": str(each.cadence_id), "edition": edition}
        acted_for = other_than(context.user_id, each.owner_id)
        found.append(Beginning(row, Line("enrollment", enrollment_id, "created", None, after, acted_for)))
    return found


def write(connection: psycopg.Connection[Any], context: Context, begun: Sequence[Beginning]) -> None:
    """Writes enrolments, but for their entries of the audit log."""
    same = {"org_id": context.org_id, "status": EnrollmentStatus.ACTIVE}
    insert_rows(connection, "lead_cadence_enrollments", _COLUMNS, [each.row for each in begun], same)


def follow_result(session: Session, lead: Lead, cadence_id: uuid.UUID, at: datetime) -> None:
    """Enrols a locked lead because a result of an activity asks for it, as :func:`beginnings` says."""
    context = context_of(session)
    asked = Asked(lead.id, cadence_id, at, Stage(lead.pipeline_stage), lead.owner_id)
    session.flush()
    try:
        with session.begin_nested(), told_by_sqlalchemy():
            connection = driver_of(session)
            begun = beginnings(connection, context, [asked])
            write(connection, context, begun)
            record_many(connection, context, [each.line for each in begun])
    except IntegrityError:
        return  # it runs through another by now


_CADENCES = for_any_organisation("""
    select distinct on (c.id) c.id, c.target_stage, c.edition, s.id, s.wait_minutes
    from outbound.cadences as c
    join outbound.cadence_steps as s on s.org_id = c.org_id and s.cadence_id = c.id and s.last_edition is null
    where c.org_id = %(org)s and c.id = any(%(cadences)s::uuid[]) and c.active and c.retired_at is null
    order by c.id, s."order"
""").encode()
"""Those that may begin, with their first step."""
_RUNNING = for_any_organisation("""
    select lead_id from outbound.lead_cadence_enrollments
    where org_id = %(org)s and lead_id = any(%(leads)s::uuid[]) and status = any(%(running)s::text[])
""").encode()
_COLUMNS = {
    "id": "uuid",
    "lead_id": "uuid",
    "cadence_id": "uuid",
    "current_step_id": "uuid",
    "started_at": "timestamptz",
    "next_run_at": "timestamptz",
    "edition": "integer",
}
