"""Rows that requests of cadences, templates and imports need beside those of ``everything``."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update

from outbound.cadences.models import Cadence, LeadCadenceEnrollment
from outbound.ids import uuid7
from outbound.messaging.models import MessageTemplate
from tests.support.cast import Member, Turf
from tests.support.ground import Ground

LIST = b"house number,street,zip\n1,Elm St,50309\n"


def turf_of(ground: Ground, member: Member) -> Turf:
    """A territory in which this member may write, where there is one."""
    franchise = ground.franchise
    return franchise.south_west if member == franchise.helper else franchise.north_west


def free_lead(ground: Ground, member: Member) -> dict[str, str]:
    """One that runs through no cadence."""
    return {"lead_id": str(ground.franchise.add_lead(turf_of(ground, member)))}


def empty_cadence(ground: Ground, _: Member) -> dict[str, str]:
    """One that nobody runs through."""
    row = Cadence(org_id=ground.franchise.org_id, id=uuid7(), name=f"Empty {uuid.uuid4()}", target_stage="COLD")
    with ground.franchise.admin() as session:
        session.add(row)
    return {"cadence_id": str(row.id)}


def idle_template(ground: Ground, _: Member) -> dict[str, str]:
    """One that no step sends."""
    row = MessageTemplate(
        org_id=ground.franchise.org_id, id=uuid7(), name=f"Idle {uuid.uuid4()}", channel="SMS", body="Hi"
    )
    with ground.franchise.admin() as session:
        session.add(row)
    return {"template_id": str(row.id)}


def paused_enrollment(ground: Ground, member: Member) -> dict[str, str]:
    row = LeadCadenceEnrollment(
        org_id=ground.franchise.org_id,
        id=uuid7(),
        lead_id=ground.franchise.add_lead(turf_of(ground, member)),
        cadence_id=ground.everything.cadence_id,
        status="paused",
        paused_at=datetime.now(UTC),
    )
    with ground.franchise.admin() as session:
        session.add(row)
    return {"enrollment_id": str(row.id)}


def make_due(ground: Ground, _: Member) -> dict[str, Any]:
    """The enrolment of ``everything`` has something to do."""
    with ground.franchise.admin() as session:
        session.execute(
            update(LeadCadenceEnrollment)
            .where(LeadCadenceEnrollment.id == ground.everything.enrollment_id)
            .values(next_run_at=datetime(2026, 1, 1, tzinfo=UTC))
        )
    return {}


def list_file(*_: object) -> dict[str, Any]:
    return {"files": {"file": ("elm.csv", LIST, "text/csv")}}


def list_to_map(ground: Ground, member: Member) -> dict[str, Any]:
    """A list of the member's own that waits for its columns to be agreed to, its file where uploads lie."""
    digest = hashlib.sha256(LIST).hexdigest()
    url = f"uploads/{ground.franchise.org_id}/{digest[:2]}/{digest}"
    path = ground.files.parent / url
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(LIST)
    waiting = {"status": "uploaded", "file_url": url, "file_sha256": digest, "uploaded_by": member.id}
    return {"import_id": str(ground.another("prospect_imports", **waiting))}
