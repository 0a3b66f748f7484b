"""Campaigns that leads belong to."""

from __future__ import annotations

import uuid

from fastapi import Response

from api.dependencies import Now, UnitOfWork
from api.etags import IfMatch, tag
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.repeats import told_made
from api.routing import Router
from api.schemas.campaigns import CampaignIn, CampaignOut, CampaignPatch
from outbound.campaigns import service
from outbound.identity.permissions import Operation

router = Router(prefix="/api/campaigns", tags=["campaigns"])


@router.get("", dependencies=[permits(Operation.CAMPAIGNS_READ)])
def list_campaigns(session: UnitOfWork, paging: Paging, active: bool | None = None) -> Page[CampaignOut]:
    """The organisation's campaigns, by age."""
    found = service.find(session, active=active, after=paging.after, limit=paging.fetched)
    return paging.page(found, CampaignOut.of, lambda each: Place(each.id))


@router.post("", status_code=201, dependencies=[permits(Operation.CAMPAIGNS_WRITE)])
def create_campaign(body: CampaignIn, session: UnitOfWork, response: Response, now: Now) -> CampaignOut:
    """Adds a campaign; the same ``id`` again answers with 200."""
    campaign, created = service.create(session, body.draft(), now)
    told_made(response, created)
    tag(response, campaign.version)
    return CampaignOut.of(campaign)


@router.get("/{campaign_id}", dependencies=[permits(Operation.CAMPAIGNS_READ)])
def read_campaign(campaign_id: uuid.UUID, session: UnitOfWork, response: Response) -> CampaignOut:
    """One campaign."""
    campaign = service.get(session, campaign_id)
    tag(response, campaign.version)
    return CampaignOut.of(campaign)


@router.patch("/{campaign_id}", dependencies=[permits(Operation.CAMPAIGNS_WRITE)])
def edit_campaign(
    campaign_id: uuid.UUID, body: CampaignPatch, session: UnitOfWork, response: Response, now: Now, version: IfMatch
) -> CampaignOut:
    """Changes a campaign's name, description or period, or whether it is active."""
    campaign = service.edit(session, campaign_id, body.changes(), now, expected=version)
    session.refresh(campaign)
    tag(response, campaign.version)
    return CampaignOut.of(campaign)


@router.delete("/{campaign_id}", status_code=204, dependencies=[permits(Operation.CAMPAIGNS_WRITE)])
def delete_campaign(campaign_id: uuid.UUID, session: UnitOfWork, now: Now, version: IfMatch) -> None:
    """Deletes a campaign that no lead refers to; 409 where one does: make it inactive instead."""
    service.delete(session, campaign_id, now, expected=version)
