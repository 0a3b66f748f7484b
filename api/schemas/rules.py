from __future__ import annotations

import uuid
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from outbound.activities.rules import Outcome, default_outcomes
from outbound.identity.models import Organisation
from outbound.leads.rules import DEFAULT_SLA_MINUTES
from outbound.policies.rules import StageClock
from outbound.vocabulary import ActivityResult, Stage
from outbound.wire import Name, Patch, ShortText, Wire

YEAR = 366 * 24 * 60
Minutes = Annotated[int, Field(ge=1, le=YEAR)]


class StageClockWire(Wire):
    stage: Stage
    sla_minutes: Minutes | None = None
    """How soon a lead that enters the stage is owed a touch; null: never."""


class StageClocksIn(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"items": [{"stage": str(stage), "sla_minutes": m} for stage, m in DEFAULT_SLA_MINUTES.items()]}
            ]
        }
    )

    items: Annotated[list[StageClockWire], Field(min_length=1, max_length=50)]
    """Every stage once."""

    def clocks(self) -> list[StageClock]:
        return [StageClock(**each.model_dump()) for each in self.items]


class StageClocksOut(BaseModel):
    items: list[StageClockWire]
    version: int

    @classmethod
    def of(cls, clocks: list[StageClock], version: int) -> StageClocksOut:
        items = [StageClockWire(stage=each.stage, sla_minutes=each.sla_minutes) for each in clocks]
        return cls(items=items, version=version)


class OutcomeWire(Wire):
    result: ActivityResult
    stage: Stage
    to_stage: Stage
    next_action_minutes: Annotated[int, Field(ge=0, le=YEAR)] | None = None
    cadence_id: uuid.UUID | None = None
    """The cadence that the result enrols its lead in."""


class OutcomesIn(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "result": str(each.result),
                            "stage": str(each.stage),
                            "to_stage": str(each.to_stage),
                            "next_action_minutes": each.next_action_minutes,
                        }
                        for each in default_outcomes()
                    ]
                }
            ]
        }
    )

    items: Annotated[list[OutcomeWire], Field(min_length=1, max_length=500)]
    """Every result once for every stage."""

    def outcomes(self) -> list[Outcome]:
        return [Outcome(**each.model_dump()) for each in self.items]


class OutcomesOut(BaseModel):
    items: list[OutcomeWire]
    version: int

    @classmethod
    def of(cls, outcomes: list[Outcome], version: int) -> OutcomesOut:
        items = [OutcomeWire.model_validate(each, from_attributes=True) for each in outcomes]
        return cls(items=items, version=version)


class OrganisationPatch(Patch):
    """What is left out stays; ``go_live_on`` may be null."""

    never_null = frozenset({"name", "zone"})

    model_config = ConfigDict(json_schema_extra={"examples": [{"zone": "America/Chicago", "go_live_on": "2026-03-01"}]})

    name: Name | None = None
    zone: ShortText | None = None
    go_live_on: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2099, 12, 31))] | None = None
    """First day of work with Outbound: reports show the change against the 90 days before it."""


class OrganisationOut(BaseModel):
    id: uuid.UUID
    name: str
    slug: str
    zone: str
    go_live_on: date | None
    is_demo: bool
    version: int

    @classmethod
    def of(cls, organisation: Organisation) -> OrganisationOut:
        return cls.model_validate(organisation, from_attributes=True)
