from __future__ import annotations

import uuid
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.common import Utc
from outbound.geo.cells import to_hex
from outbound.imports.models import ImportProgress, ImportRow
from outbound.vocabulary import ImportPhase, LocationSource, MatchDecision, RowFate
from outbound.wire import Wire

_ID = "0199d1c5-6a3e-7c58-9d0b-0a4a4f1c2e11"


class CommitIn(Wire):
    """What is asked for of the leads that are added."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    cadence_id: uuid.UUID | None = None
    """New leads are enrolled in it."""
    campaign_id: uuid.UUID | None = None


class ProgressOut(BaseModel):
    """How far the phase is that runs, or ran last."""

    phase: ImportPhase
    rows: int
    total: int | None
    share: float | None
    """0 to 1; null where it cannot be told."""
    rate: float | None
    """Rows a second."""
    seconds_left: float | None
    began_at: Utc
    updated_at: Utc

    @classmethod
    def of(cls, found: ImportProgress | None) -> ProgressOut | None:
        return cls.model_validate(found, from_attributes=True) if found is not None else None


class RowOut(BaseModel):
    """A row of a list, what becomes of it, and why."""

    line: int
    """Of the file, 1 is the first."""
    fate: RowFate | None
    """Null as long as nobody has judged it."""
    reason: str | None
    notes: list[str]
    """What was mended in it, or left out of it."""
    raw: dict[str, Any] | None
    """Its cells as they were written, by column."""
    house_number: str | None
    street: str | None
    unit: str | None
    city: str | None
    state: str | None
    postcode: str | None
    first_name: str | None
    last_name: str | None
    phone: str | None
    email: str | None
    cell: str | None = Field(description="The H3 cell it lies in, as maps take it.")
    location_source: LocationSource | None
    location_accuracy: float | None
    """Metres."""
    location_confidence: float | None
    """0 to 1."""
    territory_id: uuid.UUID | None
    owner_id: uuid.UUID | None
    lead_id: uuid.UUID | None
    """Of the lead it became; null before it is written."""
    matched_lead_id: uuid.UUID | None
    matched_line: int | None
    match_score: float | None
    match_evidence: dict[str, Any] | None
    decision: MatchDecision | None
    written_at: Utc | None

    @classmethod
    def of(cls, row: ImportRow) -> RowOut:
        names = set(cls.model_fields) - {"cell", "lead_id", "notes"}
        return cls.model_validate(
            {name: getattr(row, name) for name in names}
            | {
                "notes": row.notes or [],
                "cell": to_hex(row.cell) if row.cell is not None else None,
                "lead_id": (row.matched_lead_id or row.lead_id) if row.written_at is not None else None,
            }
        )
