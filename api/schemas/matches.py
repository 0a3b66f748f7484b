from __future__ import annotations

import uuid
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.common import Utc
from outbound.matching.queue import Side, Waiting
from outbound.matching.rules import Thresholds
from outbound.matching.service import Likely
from outbound.vocabulary import LeadType, MatchDecision, Stage
from outbound.wire import Wire


class SideOut(BaseModel):
    """A lead (``lead_id``), or a row of a list by its ``line``; null where nothing is known."""

    lead_id: uuid.UUID | None
    line: int | None
    address: str
    city: str | None
    postcode: str | None
    first_name: str | None
    last_name: str | None
    phone: str | None
    email: str | None
    language: str | None
    yard_size_sqft: int | None
    lead_type: LeadType | None
    stage: Stage | None
    owner_id: uuid.UUID | None
    territory_id: uuid.UUID | None
    last_activity_at: Utc | None
    created_at: Utc | None

    @classmethod
    def of(cls, side: Side) -> SideOut:
        return cls.model_validate(side, from_attributes=True)


class MatchOut(BaseModel):
    """Two records that may be one lead, side by side."""

    id: uuid.UUID
    kind: Literal["row", "leads"]
    """``row``: ``left`` is a row of a list. ``leads``: both are leads."""
    import_id: uuid.UUID | None
    score: float
    """The probability that they are one, 0 to 1."""
    evidence: dict[str, str]
    """What speaks for and against, a word for each thing that both tell: same, similar, typo, different …"""
    because: str | None
    """Why a person is asked."""
    found_at: Utc
    decision: MatchDecision | None
    decided_at: Utc | None
    decided_by: uuid.UUID | None
    left: SideOut
    right: SideOut

    @classmethod
    def of(cls, found: Waiting) -> MatchOut:
        pair = found.pair
        return cls(
            id=pair.id,
            kind="leads" if pair.import_id is None else "row",
            import_id=pair.import_id,
            score=round(pair.score, 4),
            evidence=pair.evidence,
            because=pair.because,
            found_at=pair.found_at,
            decision=MatchDecision(pair.decision) if pair.decision else None,
            decided_at=pair.decided_at,
            decided_by=pair.decided_by,
            left=SideOut.of(found.left),
            right=SideOut.of(found.right),
        )


class DecisionIn(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [{"decision": "same"}]})

    decision: MatchDecision
    """``same``: one lead. ``new``: two."""


class ThresholdsIn(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [{"same": 0.95, "unsure": 0.25}]})

    same: Annotated[float, Field(ge=0.5, le=1)]
    """From this probability on two records are one, unasked."""
    unsure: Annotated[float, Field(ge=0, le=1)]
    """From this probability on a person is asked; at most ``same``."""


class ThresholdsOut(BaseModel):
    same: float
    unsure: float
    version: int
    """0 as long as nobody has set them."""

    @classmethod
    def of(cls, thresholds: Thresholds, version: int) -> ThresholdsOut:
        return cls(same=thresholds.same, unsure=thresholds.unsure, version=version)


class LikelyOut(BaseModel):
    """A lead in the caller's reach that another one may be."""

    lead_id: uuid.UUID
    score: float
    outcome: Literal["same", "unsure"]
    evidence: dict[str, str]

    @classmethod
    def of(cls, likely: Likely) -> LikelyOut:
        match = likely.match
        outcome: Literal["same", "unsure"] = "same" if match.outcome == "same" else "unsure"
        return cls(lead_id=likely.lead_id, score=round(match.score, 4), outcome=outcome, evidence=match.evidence.told())
