from __future__ import annotations

import uuid
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.schemas.common import Utc
from outbound.onboarding.service import HandoffRow
from outbound.vocabulary import HandoffStatus, Stage
from outbound.wire import Wire


class HandoffPatch(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "quoted", "value_cents": 64000}]})

    status: Literal[HandoffStatus.QUOTED, HandoffStatus.ACCEPTED, HandoffStatus.DECLINED] | None = None
    value_cents: int | None = Field(default=None, ge=0, le=10**15)
    """What the quote says, in cents."""

    @model_validator(mode="after")
    def _something(self) -> HandoffPatch:
        if self.status is None and self.value_cents is None:
            raise ValueError("say what became of it: status or value_cents")
        return self


class HandoffLeadOut(BaseModel):
    """What whoever quotes needs to know of the lead."""

    stage: Stage
    first_name: str | None
    last_name: str | None
    phone: str | None
    email: str | None
    owner_id: uuid.UUID | None
    line: str
    unit: str
    city: str
    state: str
    postcode: str


class HandoffOut(BaseModel):
    id: uuid.UUID
    lead_id: uuid.UUID
    scheduled_at: Utc
    status: HandoffStatus
    decided_at: Utc | None
    value_cents: int | None
    lead: HandoffLeadOut | None
    """None where the caller may not see the lead: operations one that went back to the board, or a key without
    `leads:read`."""

    @classmethod
    def of(cls, row: HandoffRow) -> HandoffOut:
        names = [name for name in cls.model_fields if name != "lead"]
        return cls(**{name: getattr(row.handoff, name) for name in names}, lead=_lead(row))


def _lead(row: HandoffRow) -> HandoffLeadOut | None:
    lead = row.lead
    if lead is None:
        return None
    return HandoffLeadOut(
        stage=lead.pipeline_stage,
        first_name=lead.first_name,
        last_name=lead.last_name,
        phone=lead.phone,
        email=lead.email,
        owner_id=lead.owner_id,
        line=f"{lead.house_number or ''} {lead.street or ''}".strip(),
        unit=lead.unit or "",
        city=lead.city or "",
        state=lead.state or "",
        postcode=lead.postcode or "",
    )
