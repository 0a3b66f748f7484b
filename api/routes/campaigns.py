"""Campaigns that leads belong to."""

from __future__ import annotations

import uuid

from fastapi import Response

from api.dependencies import CursorDep, Now, UnitOfWork, id_after
from api.etags import IfMatch, tag
from api.paging import Limit, Page, Place, write_cursor
from api.permissions import permits
from api.routing import Router
from api.schemas.campaigns import CampaignIn, CampaignOut, CampaignPatch
from outbound.campaigns import service
from outbound.identity.permissions import Operation

router = Router(prefix="/api/campaigns", tags=["campaigns"])


@router.get("", dependencies=[permits(Operation.CAMPAIGNS_READ)])
def list_campaigns(
    session: UnitOfWork, cursor: CursorDep, active: bool | None = None, limit: Limit = 50
) -> Page[CampaignOut]:
    """The organisation's campaigns, by age."""
    found = service.find(session, active=active, after=id_after(cursor), limit=limit + 1)
    more = len(found) > limit
    found = found[:limit]
    return Page(
        items=[CampaignOut.of(each) for each in found],
        next_cursor=write_cursor(Place(found[-1].id)) if more else None,
    )


@router.post("", status_code=201, dependencies=[permits(Operation.CAMPAIGNS_WRITE)])
def create_campaign(body: CampaignIn, session: UnitOfWork, response: Response, now: Now) -> CampaignOut:
    """Adds a campaign; the same ``id`` again answers with 200."""
    campaign, created = service.create(session, body.draft(), now)
    if not created:
        response.status_code = 200
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
