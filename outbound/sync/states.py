"""How things stand on the server, for a phone to compare with what it has."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outbound.addresses.models import Address
from outbound.cadences.models import LeadCadenceEnrollment
from outbound.identity.permissions import Operation, permitted
from outbound.leads.models import Lead
from outbound.leads.rules import sla_state
from outbound.shifts.models import Shift
from outbound.storage.context import context_of
from outbound.storage.rowset import among
from outbound.sync.operations import Need
from outbound.tasks.models import Task
from outbound.trips.models import Trip, TripStop

_READS = {
    "lead": Operation.LEADS_READ,
    "address": Operation.ADDRESSES_READ,
    "task": Operation.TASKS_READ,
    "trip": Operation.TRIPS_READ,
    "trip_stop": Operation.TRIPS_READ,
    "shift": Operation.SHIFTS_READ,
    "enrollment": Operation.ENROLLMENTS_READ,
}
_TOLD: dict[str, tuple[Any, tuple[str, ...]]] = {
    "lead": (
        Lead,
        ("pipeline_stage", "version", "owner_id", "territory_id", "due_at", "next_action_at", "last_activity_at"),
    ),
    "address": (Address, ("version", "do_not_knock", "territory_id")),
    "task": (Task, ("state", "version", "due_at")),
    "trip": (Trip, ("status", "version")),
    "trip_stop": (TripStop, ("status",)),
    "shift": (Shift, ("started_at", "ended_at")),
    "enrollment": (LeadCadenceEnrollment, ("status",)),
}


def states_of(session: Session, about: Iterable[Need], now: datetime) -> dict[Need, dict[str, Any]]:
    """Ids, versions and words of these rows as of ``now``, where they are in the caller's reach and
    such may be read."""
    session.flush()
    wanted: dict[str, set[uuid.UUID]] = defaultdict(set)
    for kind, row_id in about:
        if kind in _TOLD and permitted(session, _READS[kind]):
            wanted[kind].add(row_id)
    found: dict[Need, dict[str, Any]] = {}
    for kind, ids in wanted.items():
        model, names = _TOLD[kind]
        columns = [getattr(model, name) for name in names]
        query = select(model.id, *columns).where(model.org_id == context_of(session).org_id, among(model.id, ids))
        row: Any
        for row in session.execute(query):
            row_id, *values = row
            told = dict(zip(names, values, strict=True))
            if "pipeline_stage" in told:
                told["stage"] = told.pop("pipeline_stage")
                told["sla_state"] = sla_state(told["due_at"], now)
            found[(kind, row_id)] = {"id": row_id, **told}
    return found
