"""What is there, in the caller's reach, of the things that operations name."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outbound.activities.models import Activity
from outbound.addresses.models import Address
from outbound.attachments.models import Attachment
from outbound.cadences.models import Cadence, LeadCadenceEnrollment
from outbound.campaigns.models import Campaign
from outbound.leads.models import Lead
from outbound.shifts.models import Shift
from outbound.storage.context import context_of
from outbound.sync.operations import Need
from outbound.tasks.models import Task
from outbound.trips.models import Trip, TripStop

_KINDS: dict[str, Any] = {
    "activity": Activity,
    "address": Address,
    "attachment": Attachment,
    "cadence": Cadence,
    "campaign": Campaign,
    "enrollment": LeadCadenceEnrollment,
    "lead": Lead,
    "shift": Shift,
    "task": Task,
    "trip": Trip,
    "trip_stop": TripStop,
}


def absent(session: Session, needs: Iterable[Need]) -> set[Need]:
    """Those that are not there, or not in the caller's reach: the two cannot be told apart."""
    wanted: dict[str, set[uuid.UUID]] = defaultdict(set)
    for kind, row_id in needs:
        wanted[kind].add(row_id)
    missing: set[Need] = set()
    for kind, ids in wanted.items():
        model = _KINDS[kind]
        query = select(model.id).where(model.org_id == context_of(session).org_id, model.id.in_(ids))
        found: set[uuid.UUID] = set(session.scalars(query))
        missing |= {(kind, row_id) for row_id in ids - found}
    return missing
