"""Creating leads and moving them through the pipeline."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbound.activities.models import StagePolicy
from outbound.addresses.service import DoorDraft, find_or_add_door, known_door
from outbound.errors import Conflict, Forbidden, NotFound, PreconditionFailed
from outbound.identity.permissions import Operation, require
from outbound.ids import uuid7
from outbound.leads.models import Lead
from outbound.leads.moves import conflict_of, make, state_of
from outbound.leads.rules import LeadState, beginning, begun, entering, refuse_illegal_move
from outbound.storage.captures import first_capture
from outbound.storage.context import context_of
from outbound.vocabulary import LeadType, Stage


@dataclass(frozen=True)
class LeadDraft:
    """What is known of a lead when it is captured."""

    id: uuid.UUID | None
    door: DoorDraft | None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    email: str | None = None
    source: str | None = None
    language: str | None = None
    yard_size_sqft: int | None = None
    estimated_value_cents: int | None = None
    campaign_id: uuid.UUID | None = None
    owner_id: uuid.UUID | None = None
    address_id: uuid.UUID | None = None
    """A door that is known already, in place of one to be found."""
    lead_type: LeadType = LeadType.OUTBOUND


def get(session: Session, lead_id: uuid.UUID, *, lock: bool = False) -> Lead:
    """A lead within the caller's reach. With ``lock``, one that they may also change.

    Raises :class:`NotFound`, and :class:`Forbidden` for one that they may only read.
    """
    query = select(Lead).where(Lead.org_id == context_of(session).org_id, Lead.id == lead_id)
    lead = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if lead is None and lock and session.scalars(query).one_or_none() is not None:
        raise Forbidden("You may read this lead but not change it; ask its territory's owner.")
    if lead is None:
        raise NotFound(f"There is no lead {lead_id} in your reach.")
    return lead


def survivor_of(session: Session, lead: Lead) -> Lead:
    """The lead that a merged one turned out to be, locked; a lead that was never merged is its own."""
    while lead.merged_into_id is not None:
        lead = get(session, lead.merged_into_id, lock=True)
    return lead


def with_merged(session: Session, lead_id: uuid.UUID) -> list[uuid.UUID]:
    """The lead's id and those of all that were merged into it, however far down."""
    org_id = context_of(session).org_id
    tree = select(Lead.id).where(Lead.org_id == org_id, Lead.id == lead_id).cte(recursive=True)
    tree = tree.union(select(Lead.id).join(tree, Lead.merged_into_id == tree.c.id).where(Lead.org_id == org_id))
    return list(session.scalars(select(tree.c.id)))


def refuse_archived(lead: Lead) -> None:
    """Raises :class:`Conflict` for a lead that was put away or merged."""
    if lead.merged_into_id is not None:
        raise Conflict(
            f"This lead was merged into {lead.merged_into_id}; go on there.", merged_into_id=str(lead.merged_into_id)
        )
    if lead.archived_at is not None:
        raise Conflict("This lead was put away; restore it first.")


def create(session: Session, draft: LeadDraft, now: datetime) -> tuple[Lead, bool]:
    """Creates a lead; the second value is false where the same capture was stored already.

    Without a named owner, the lead is its creator's. Raises :class:`Conflict` when the address has an open lead, or
    the id was used for something else.
    """
    context = context_of(session)
    if draft.id is not None and not first_capture(session, "lead", draft.id, content_of(session, draft)):
        try:
            return get(session, draft.id), False
        except NotFound as error:
            raise Conflict("This lead was stored, and has left your reach since.", stored=True) from error
    if draft.owner_id not in (None, context.user_id):
        if not context.may_manage:
            raise Forbidden("Only a manager may give a lead to somebody else; leave the owner out to keep it yourself.")
        require(session, Operation.LEADS_REASSIGN)
    door = find_or_add_door(session, draft.door, now) if draft.door else None
    if door is None and draft.address_id is not None:
        door = known_door(session, draft.address_id)
    owner_id = draft.owner_id or context.user_id
    stands = begun(
        now,
        owner_id,
        sla_minutes(session, Stage.COLD),
        address_id=door.id if door else None,
        territory_id=door.territory_id if door else None,
        cell=door.cell if door else None,
    )
    lead = Lead(org_id=context.org_id, **row_of(session, draft, stands))
    session.add(lead)
    try:
        session.flush()
    except IntegrityError as error:
        raise conflict_of(error) from error
    make(session, beginning(lead.id, stands, now, context.user_id))
    return lead, True


def content_of(session: Session, draft: LeadDraft) -> dict[str, Any]:
    """What a capture says, and who sent it: the same again is a repeat."""
    return asdict(draft) | {"by": context_of(session).user_id}


def row_of(session: Session, draft: LeadDraft, stands: LeadState) -> dict[str, Any]:
    """The columns of a new lead."""
    return {
        "id": draft.id or uuid7(),
        "lead_type": draft.lead_type,
        "pipeline_stage": stands.stage,
        "stage_entered_at": stands.stage_entered_at,
        "address_id": stands.address_id,
        "territory_id": stands.territory_id,
        "cell": stands.cell,
        "created_by_id": context_of(session).user_id,
        "owner_id": stands.owner_id,
        "due_at": stands.due_at,
        "next_action_at": stands.next_action_at,
        "first_name": draft.first_name,
        "last_name": draft.last_name,
        "phone": draft.phone,
        "email": draft.email,
        "source": draft.source,
        "language": draft.language,
        "yard_size_sqft": draft.yard_size_sqft,
        "estimated_value_cents": draft.estimated_value_cents,
        "campaign_id": draft.campaign_id,
    }


def change_stage(
    session: Session,
    lead_id: uuid.UUID,
    to_stage: Stage,
    now: datetime,
    *,
    version: int | None = None,
    expected: int | None = None,
) -> Lead:
    """Moves a lead to a stage.

    ``version`` and ``expected`` both say what the caller read: as part of what was sent, or as ``If-Match``. Raises
    :class:`Conflict` for an illegal move or another version, :class:`PreconditionFailed` for another than expected.
    """
    lead = get(session, lead_id, lock=True)
    if expected is not None:
        refuse_other_version(lead, expected)
    refuse_archived(lead)
    if version is not None and version != lead.version:
        raise Conflict(
            f"The lead has changed since you read it (version {lead.version}, not {version}); read it again.",
            version=lead.version,
            stage=lead.pipeline_stage,
        )
    enter_stage(session, lead, to_stage, now)
    return lead


def enter_stage(
    session: Session,
    lead: Lead,
    to_stage: Stage,
    occurred_at: datetime,
    *,
    activity_id: uuid.UUID | None = None,
) -> bool:
    """Puts a locked lead into a stage, with all that follows; false where it is there already.

    Raises :class:`Conflict` for an illegal move, or where the address has another open lead.
    """
    stands = state_of(lead)
    refuse_illegal_move(stands.stage, to_stage)
    if to_stage is stands.stage:
        return False
    minutes = sla_minutes(session, to_stage)
    move = entering(lead.id, stands, to_stage, occurred_at, context_of(session).user_id, minutes, activity_id)
    try:
        make(session, move)
    except IntegrityError as error:  # a lead reopens where another one is open by now
        raise conflict_of(error) from error
    return True


def refuse_other_version(lead: Lead, expected: int) -> None:
    """Raises :class:`PreconditionFailed` when another edit came between."""
    if lead.version != expected:
        raise PreconditionFailed(
            f"The lead has changed since you read it (version {lead.version}, not {expected}); read it again.",
            version=lead.version,
        )


def sla_minutes(session: Session, stage: Stage) -> int | None:
    """How soon a touch is owed in a stage, by the organisation's own setting."""
    return session.scalars(
        select(StagePolicy.sla_minutes).where(
            StagePolicy.org_id == context_of(session).org_id, StagePolicy.stage == stage
        )
    ).one_or_none()
