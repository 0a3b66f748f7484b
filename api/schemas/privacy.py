from __future__ import annotations

import uuid
from typing import Literal

from pydantic import BaseModel, ConfigDict

from api.schemas.common import Utc
from outbound.privacy.erasure import Erased, Preview
from outbound.privacy.models import OrganisationDeletion, OrganisationExport
from outbound.wire import Name, Wire


class EraseIn(Wire):
    """There is no way back, so the caller says that they mean it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"confirm": True}]})

    confirm: Literal[True]


class ErasePreviewOut(BaseModel):
    lead_ids: list[uuid.UUID]
    """The lead, and those merged with it: the same person."""
    activities: int
    messages: int
    tasks: int
    attachments: int
    same_contact: list[uuid.UUID]
    """Other leads with the same number or address, which stay unless they are erased too."""
    already_erased: bool

    @classmethod
    def of(cls, found: Preview) -> ErasePreviewOut:
        return cls.model_validate(found, from_attributes=True)


class ErasedOut(BaseModel):
    lead_ids: list[uuid.UUID]
    """Ids of the rows that stay for the counts; they tell of nobody."""
    erased_at: Utc
    again: bool
    """Whether the person had been erased before."""

    @classmethod
    def of(cls, done: Erased) -> ErasedOut:
        return cls(lead_ids=list(done.lead_ids), erased_at=done.erased_at, again=done.again)


class ExportOut(BaseModel):
    id: uuid.UUID
    url: str
    """Where the ZIP is fetched, signed in as an owner, until ``expires_at``."""
    expires_at: Utc

    @classmethod
    def of(cls, row: OrganisationExport) -> ExportOut:
        return cls(id=row.id, url=f"/api/organisation/export/{row.id}", expires_at=row.expires_at)


class DeletionIn(Wire):
    """``confirm``: the organisation's own short name."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"confirm": "green-acres"}]})

    confirm: Name


class DeletionOut(BaseModel):
    requested_at: Utc
    requested_by: uuid.UUID
    due_at: Utc
    """When everything goes, unless the wish is withdrawn before."""
    withdrawn_at: Utc | None

    @classmethod
    def of(cls, row: OrganisationDeletion) -> DeletionOut:
        return cls.model_validate(row, from_attributes=True)
