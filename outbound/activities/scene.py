"""Where, when and with whose lead something happened."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from outbound.activities.clocks import happened as when
from outbound.activities.drafts import ActivityDraft
from outbound.activities.rules import Occurrence
from outbound.leads.models import Lead
from outbound.leads.ownership import Standing, standing_at


@dataclass(frozen=True)
class Scene:
    """What an activity takes from its lead: its door, and whose it was at the time."""

    lead_id: uuid.UUID
    address_id: uuid.UUID | None
    cell: int | None
    happened: Occurrence
    standing: Standing
    owner_id: uuid.UUID | None = None
    """Of the lead, who is told in the log where somebody else worked it."""

    @classmethod
    def of(cls, session: Session, lead: Lead, draft: ActivityDraft, now: datetime) -> Scene:
        happened = when(session, draft.occurred_at, draft.client_sent_at, now)
        standing = standing_at(session, lead, happened.occurred_at)
        return cls(lead.id, lead.address_id, lead.cell, happened, standing, lead.owner_id)
