"""At least one row in every table that belongs to an organisation, with every reference filled in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import text

from outbound.activities.models import ActivityOutcome
from outbound.addresses.models import DoorChange
from outbound.attachments.models import Attachment
from outbound.audit.models import AuditEntry
from outbound.bulk.models import BulkChange, BulkChangeItem
from outbound.cadences.models import Cadence, CadenceStep, LeadCadenceEnrollment
from outbound.campaigns.models import Campaign
from outbound.geocoding.models import GeocoderAnswer, GeocodingAttempt
from outbound.ids import uuid7
from outbound.imports.models import (
    ImportChange,
    ImportMapping,
    ImportProgress,
    ImportReject,
    ImportRow,
    ProspectImport,
)
from outbound.leads.models import Lead, LeadMerge, LeadStageChange, LeadTag
from outbound.matching.models import MatchPair, MatchThresholds
from outbound.messaging.models import Message, MessageTemplate
from outbound.notifications.models import Notification
from outbound.onboarding.models import OnboardingHandoff
from outbound.positions.models import LocationLook, RepPosition
from outbound.privacy.models import Erasure, OrganisationDeletion, OrganisationExport
from outbound.segments.models import Segment
from outbound.shifts.models import Shift
from outbound.storage.captures import Capture
from outbound.storage.crypto import seal_position
from outbound.sync.models import Departure, SyncOperation
from outbound.tasks.models import Task
from outbound.trips.models import Trip, TripStop
from tests.support.franchise import Franchise
from tests.support.signing_in import rows_of_signing_in


@dataclass(frozen=True)
class Everything:
    """Ids of what was added around one lead of the franchise (``franchise.leads_in(north_west)[0]``)."""

    lead_id: UUID
    activity_id: UUID
    trip_id: UUID
    stop_id: UUID
    task_id: UUID
    campaign_id: UUID
    cadence_id: UUID
    enrollment_id: UUID
    message_id: UUID
    handoff_id: UUID
    import_id: UUID
    audit_id: UUID


def add_everything(franchise: Franchise) -> Everything:
    """Adds a campaign, an import, a trip with a stop, an activity, a task, a cadence … around one lead."""
    org_id, turf, rep = franchise.org_id, franchise.north_west, franchise.rep
    lead_id = franchise.leads_in(turf)[0]
    now = datetime.now(UTC)
    added = Everything(lead_id, *(uuid7() for _ in range(11)))
    template_id, step_id, shift_id = uuid7(), uuid7(), uuid7()
    signing_in = rows_of_signing_in(franchise, now)
    bulk_id = uuid7()
    position_id, answer_id = uuid7(), uuid7()
    row_door_id = uuid7()

    def sealed(row_id: UUID) -> bytes:
        return seal_position(franchise.database.keys, org_id, row_id, 41.6, -93.6)

    with franchise.admin() as session:
        lead = session.get_one(Lead, (org_id, lead_id))
        where = {"territory_id": turf.id, "owner_id": rep.id}
        rows = [
            [
                Campaign(org_id=org_id, id=added.campaign_id, name="Spring"),
                Capture(org_id=org_id, kind="task", digest="0" * 32),
                Erasure(org_id=org_id, lead_id=uuid7(), erased_at=now, erased_by=franchise.owner.id, former="0" * 32),
                GeocoderAnswer(
                    org_id=org_id,
                    id=answer_id,
                    provider="pelias geocoder.test",
                    digest="0" * 32,
                    position=sealed(answer_id),
                    accuracy=10,
                    confidence=0.9,
                    expires_at=now,
                ),
                GeocodingAttempt(org_id=org_id, address_id=lead.address_id, next_at=now),
                OrganisationExport(org_id=org_id, requested_by=franchise.owner.id, expires_at=now),
                OrganisationDeletion(
                    org_id=org_id,
                    requested_by=franchise.owner.id,
                    requested_at=now,
                    due_at=now,
                    withdrawn_at=now,
                    withdrawn_by=franchise.owner.id,
                ),
                SyncOperation(
                    org_id=org_id,
                    user_id=rep.id,
                    kind="activity",
                    digest="0" * 32,
                    status="deferred",
                    occurred_at=now,
                    waits_for_kind="lead",
                    waits_for_id=uuid7(),
                    payload=b"sealed",
                ),
                Departure(org_id=org_id, table_name="leads", row_id=lead_id, **where),
                DoorChange(
                    org_id=org_id,
                    address_id=lead.address_id,
                    changed_at=now,
                    cell=lead.cell,
                    territory_id=turf.id,
                    do_not_knock=False,
                ),
                Segment(org_id=org_id, name="Corner lots", filter={}, owner_id=rep.id),
                BulkChange(
                    org_id=org_id,
                    id=bulk_id,
                    action="tag",
                    params={"value": "corner lot"},
                    matched=1,
                    changed=1,
                    skipped={},
                    created_by_id=franchise.manager.id,
                    made_at=now,
                    undone_by=rep.id,
                ),
                ProspectImport(
                    org_id=org_id,
                    id=added.import_id,
                    uploaded_by=franchise.manager.id,
                    source="CSV",
                    file_url="uploads/list.csv",
                    file_name="list.csv",
                    file_sha256="0" * 64,
                ),
                MessageTemplate(org_id=org_id, id=template_id, name="Hello", channel="SMS", body="Hello"),
                Cadence(org_id=org_id, id=added.cadence_id, name="Cold", target_stage="COLD"),
                Trip(
                    org_id=org_id,
                    id=added.trip_id,
                    created_by_id=rep.id,
                    start_position=sealed(added.trip_id),
                    start_cell=lead.cell,
                    **where,
                ),
                Shift(org_id=org_id, id=shift_id, user_id=rep.id, started_at=now),
                LocationLook(
                    org_id=org_id,
                    user_id=rep.id,
                    looked_by=franchise.manager.id,
                    looked_at=now,
                    kind="latest",
                    window_from=now,
                    window_until=now,
                ),
                *signing_in.first,
                AuditEntry(
                    org_id=org_id,
                    id=added.audit_id,
                    acted_by=franchise.manager.id,
                    acted_for=rep.id,
                    entity="lead",
                    entity_id=lead_id,
                    action="changed",
                    source="test",
                ),
            ],
            [
                RepPosition(
                    org_id=org_id,
                    id=position_id,
                    user_id=rep.id,
                    shift_id=shift_id,
                    occurred_at=now,
                    position=sealed(position_id),
                    cell=lead.cell,
                ),
                *signing_in.then,
                ImportReject(org_id=org_id, import_id=added.import_id, line=2, reason="no street", raw={}),
                ImportRow(
                    org_id=org_id,
                    import_id=added.import_id,
                    line=3,
                    fate="same",
                    raw={"name": "Ann Lee"},
                    door_id=row_door_id,
                    position=sealed(row_door_id),
                    lead_id=uuid7(),
                    matched_lead_id=lead_id,
                ),
                ImportChange(
                    org_id=org_id,
                    import_id=added.import_id,
                    line=3,
                    entity="lead",
                    entity_id=lead_id,
                    columns=["phone"],
                ),
                ImportProgress(org_id=org_id, import_id=added.import_id, phase="reading", rows=1, began_at=now),
                ImportMapping(
                    org_id=org_id, source_key="0" * 64, columns={}, used_at=now, created_by_id=franchise.manager.id
                ),
                CadenceStep(
                    org_id=org_id,
                    id=step_id,
                    cadence_id=added.cadence_id,
                    order=1,
                    channel="SMS",
                    template_id=template_id,
                ),
                TripStop(
                    org_id=org_id,
                    id=added.stop_id,
                    trip_id=added.trip_id,
                    order=1,
                    lead_id=lead_id,
                    address_id=lead.address_id,
                ),
                OnboardingHandoff(org_id=org_id, id=added.handoff_id, lead_id=franchise.scheduled, scheduled_at=now),
            ],
            [
                LeadCadenceEnrollment(
                    org_id=org_id,
                    id=added.enrollment_id,
                    lead_id=lead_id,
                    cadence_id=added.cadence_id,
                    current_step_id=step_id,
                )
            ],
            [
                Message(
                    org_id=org_id,
                    id=added.message_id,
                    lead_id=lead_id,
                    enrollment_id=added.enrollment_id,
                    step_id=step_id,
                    template_id=template_id,
                    channel="SMS",
                    **where,
                )
            ],
        ]
        for batch in rows:
            session.add_all(batch)
            session.flush()
        franchise.add_activity(
            lead_id,
            by=rep,
            id=added.activity_id,
            owner_id=rep.id,
            trip_stop_id=added.stop_id,
            position=sealed(added.activity_id),
            session=session,
        )
        session.add_all(
            [
                Attachment(
                    org_id=org_id,
                    lead_id=lead_id,
                    activity_id=added.activity_id,
                    uploaded_by=rep.id,
                    state="stored",
                    file_name="photo.jpg",
                    media_type="image/jpeg",
                    sha256="0" * 64,
                    size=1,
                ),
                Task(
                    org_id=org_id,
                    id=added.task_id,
                    lead_id=lead_id,
                    assignee_id=rep.id,
                    title="Call back",
                    activity_id=added.activity_id,
                    enrollment_id=added.enrollment_id,
                    step_id=step_id,
                ),
                LeadTag(org_id=org_id, lead_id=lead_id, tag="corner lot", created_by_id=rep.id),
                LeadMerge(
                    org_id=org_id,
                    survivor_id=lead_id,
                    merged_id=franchise.leads_in(turf)[1],
                    merged_at=now,
                    merged_by=rep.id,
                    filled=[],
                    before={},
                    undone_at=now,
                    undone_by=rep.id,
                ),
                BulkChangeItem(org_id=org_id, bulk_id=bulk_id, lead_id=lead_id, before={}),
                MatchThresholds(org_id=org_id, same=0.9, unsure=0.3),
                MatchPair(
                    org_id=org_id,
                    import_id=added.import_id,
                    line=2,
                    lead_id=lead_id,
                    score=0.5,
                    evidence={},
                    found_at=now,
                ),
                MatchPair(
                    org_id=org_id,
                    lead_id=lead_id,
                    other_lead_id=franchise.leads_in(turf)[1],
                    score=0.99,
                    evidence={},
                    found_at=now,
                    decision="same",
                    decided_at=now,
                    decided_by=rep.id,
                    merged_id=franchise.leads_in(turf)[1],
                ),
                LeadStageChange(
                    org_id=org_id,
                    lead_id=lead_id,
                    from_stage="COLD",
                    to_stage="COLD",
                    occurred_at=now,
                    user_id=rep.id,
                    acted_by=rep.id,
                    activity_id=added.activity_id,
                    **where,
                ),
            ]
        )
        session.flush()
        session.add(
            Notification(
                org_id=org_id,
                user_id=rep.id,
                kind="task_assigned",
                lead_id=lead_id,
                task_id=added.task_id,
                territory_id=turf.id,
                caused_by=franchise.manager.id,
            )
        )
        lead.campaign_id, lead.import_id, lead.created_by_id = added.campaign_id, added.import_id, rep.id
        session.flush()
        session.execute(
            ActivityOutcome.__table__.update()
            .where(ActivityOutcome.org_id == org_id)
            .values(cadence_id=added.cadence_id)
        )
        session.execute(
            text(
                "insert into outbound.tombstones (org_id, id, table_name, row_id)"
                " values (:org, gen_random_uuid(), 'leads', gen_random_uuid())"
            ),
            {"org": org_id},
        )
    return added
