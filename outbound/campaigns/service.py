"""Campaigns: named, with a period; leads refer to them."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbound.audit.service import record
from outbound.campaigns.models import Campaign
from outbound.errors import Conflict, Forbidden, Invalid, NotFound
from outbound.ids import uuid7
from outbound.leads.models import Lead
from outbound.storage.captures import first_capture, of_before
from outbound.storage.context import context_of
from outbound.storage.versions import begin_edit


@dataclass(frozen=True)
class CampaignDraft:
    """Both days belong to the period; without them it has no end."""

    id: uuid.UUID | None
    name: str
    description: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    active: bool = True


def find(session: Session, *, active: bool | None, after: uuid.UUID | None, limit: int) -> list[Campaign]:
    """The organisation's campaigns by age."""
    query = select(Campaign).where(Campaign.org_id == context_of(session).org_id).order_by(Campaign.id)
    if active is not None:
        query = query.where(Campaign.active.is_(active))
    if after is not None:
        query = query.where(Campaign.id > after)
    return list(session.scalars(query.limit(limit)))


def get(session: Session, campaign_id: uuid.UUID, *, lock: bool = False) -> Campaign:
    """Raises :class:`NotFound`."""
    query = select(Campaign).where(Campaign.org_id == context_of(session).org_id, Campaign.id == campaign_id)
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFound(f"There is no campaign {campaign_id}.")
    return found


def create(session: Session, draft: CampaignDraft, now: datetime) -> tuple[Campaign, bool]:
    """Adds a campaign; false where the same request was stored already.

    Raises :class:`Conflict` for a name that is taken, :class:`Invalid` for a period that ends before it starts.
    """
    context = context_of(session)
    content = asdict(draft) | {"by": context.user_id}
    if draft.id is not None and not first_capture(session, "campaign", draft.id, content):
        with of_before():
            return get(session, draft.id), False
    values = asdict(draft) | {"id": draft.id or uuid7()}
    campaign = Campaign(org_id=context.org_id, **values)
    _check_period(campaign)
    session.add(campaign)
    _flush(session)
    record(session, "campaign", campaign.id, "created", after=_audited(campaign))
    session.flush()
    return campaign, True


def edit(
    session: Session, campaign_id: uuid.UUID, changes: dict[str, Any], now: datetime, *, expected: int | None
) -> Campaign:
    """Sets what is named. Raises :class:`PreconditionFailed` when another edit came between."""
    campaign = get(session, campaign_id, lock=True)
    begin_edit(campaign, expected)
    before = _audited(campaign)
    for name, value in changes.items():
        setattr(campaign, name, value)
    _check_period(campaign)
    _flush(session)
    record(session, "campaign", campaign.id, "edited", before=before, after=_audited(campaign))
    session.flush()
    return campaign


def delete(session: Session, campaign_id: uuid.UUID, now: datetime, *, expected: int | None) -> None:
    """Deletes a campaign that no lead refers to.

    Raises :class:`Conflict` where one does: it is history then, and made inactive instead. :class:`Forbidden` for who
    does not see every lead, so cannot know.
    """
    campaign = get(session, campaign_id, lock=True)
    begin_edit(campaign, expected)
    if not context_of(session).sees_whole_organisation:
        raise Forbidden("Leads beyond your territories may refer to it; make it inactive, or ask the owner.")
    used = select(Lead.id).where(Lead.org_id == campaign.org_id, Lead.campaign_id == campaign.id).limit(1)
    if session.scalars(used).first() is not None:
        raise Conflict("Leads refer to this campaign; make it inactive instead.")
    record(session, "campaign", campaign.id, "deleted", before=_audited(campaign))
    session.delete(campaign)
    session.flush()


def _check_period(campaign: Campaign) -> None:
    if campaign.starts_on and campaign.ends_on and campaign.ends_on < campaign.starts_on:
        raise Invalid(
            "The campaign ends before it starts.",
            errors=[{"field": "body.ends_on", "reason": "it lies before starts_on"}],
        )


def _audited(campaign: Campaign) -> dict[str, Any]:
    return {
        "starts_on": campaign.starts_on.isoformat() if campaign.starts_on else None,
        "ends_on": campaign.ends_on.isoformat() if campaign.ends_on else None,
        "active": campaign.active is not False,
    }


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        if constraint == "uq_campaigns_org_id_name":
            raise Conflict("There is a campaign of this name already; choose another.") from error
        raise Conflict("This id is taken; send it under a new one.") from error
