from __future__ import annotations

import uuid
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict

from api.schemas.common import Utc
from outbound.campaigns.models import Campaign
from outbound.campaigns.service import CampaignDraft
from outbound.wire import LongText, Name, Patch, Wire


def _in_range(value: date) -> date:
    if not 2000 <= value.year < 2100:
        raise ValueError("the year must lie between 2000 and 2099")
    return value


Day = Annotated[date, AfterValidator(_in_range)]


class CampaignIn(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0197a1c0-0000-7000-8000-000000000401",
                    "name": "Spring clean-up",
                    "starts_on": "2026-03-01",
                    "ends_on": "2026-05-31",
                }
            ]
        }
    )

    id: uuid.UUID | None = None
    """Made by the client (UUIDv7): the same request again returns the first result."""
    name: Name
    description: LongText | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    active: bool = True

    def draft(self) -> CampaignDraft:
        return CampaignDraft(**self.model_dump())


class CampaignPatch(Patch):
    """What is left out stays as it is; the days and the description may be null."""

    never_null = frozenset({"name", "active"})

    model_config = ConfigDict(json_schema_extra={"examples": [{"ends_on": "2026-06-15", "active": False}]})

    name: Name | None = None
    description: LongText | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    active: bool | None = None

    def changes(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set}


class CampaignOut(BaseModel):
    id: uuid.UUID
    name: str
    description: str | None
    starts_on: date | None
    ends_on: date | None
    active: bool
    version: int
    created_at: Utc
    updated_at: Utc

    @classmethod
    def of(cls, campaign: Campaign) -> CampaignOut:
        return cls.model_validate(campaign, from_attributes=True)
