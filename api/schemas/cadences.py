from __future__ import annotations

import uuid
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.schemas.common import Utc
from api.schemas.objects import SmallObject
from outbound.cadences.enrollments import EnrollmentRow, Refusal
from outbound.cadences.models import CadenceStep, LeadCadenceEnrollment
from outbound.cadences.rules import LONGEST_WAIT_MINUTES, MOST_STEPS, StepDraft
from outbound.cadences.service import CadenceDraft, CadenceRow
from outbound.vocabulary import EnrollmentEnd, EnrollmentStatus, Stage, StepChannel
from outbound.wire import LongText, Name, Patch, Wire

Minutes = Annotated[int, Field(ge=0, le=LONGEST_WAIT_MINUTES)]
Sla = Annotated[int, Field(ge=1, le=LONGEST_WAIT_MINUTES)]
Order = Annotated[int, Field(ge=1, le=MOST_STEPS)]
_ID = "0199d1c5-6a3e-7c58-9d0b-0a4a4f1c2e11"
_STEP: dict[str, Any] = {
    "channel": "CALL",
    "wait_minutes": 1440,
    "sla_minutes": 480,
    "metadata": {"title": "Ask about the fence"},
}


class StepIn(Wire):
    """A step. With the ``id`` of one that is there, that one stays, changed or moved; without, it is new."""

    model_config = ConfigDict(json_schema_extra={"examples": [_STEP]})

    id: uuid.UUID | None = None
    channel: StepChannel
    template_id: uuid.UUID | None = None
    """Needed for SMS and EMAIL, and of the same channel; none for the others."""
    wait_minutes: Minutes = 0
    """From the step before, or from the enrolment."""
    sla_minutes: Sla | None = None
    """How soon its task is owed."""
    auto_complete: bool = False
    metadata: SmallObject | None = None
    """``title``: what the step's task is called."""

    def draft(self) -> StepDraft:
        return StepDraft(**self.model_dump())


class NewStepIn(StepIn):
    order: Order | None = None
    """Its place, 1 is the first; without, the last."""

    def draft(self) -> StepDraft:
        return StepDraft(**self.model_dump(exclude={"order"}))


class StepPatch(Patch):
    never_null = frozenset({"channel", "wait_minutes", "auto_complete", "order"})

    model_config = ConfigDict(json_schema_extra={"examples": [{"wait_minutes": 2880, "order": 1}]})

    channel: StepChannel | None = None
    template_id: uuid.UUID | None = None
    wait_minutes: Minutes | None = None
    sla_minutes: Sla | None = None
    auto_complete: bool | None = None
    metadata: SmallObject | None = None
    order: Order | None = None


class CadenceIn(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "Warm follow-up", "target_stage": "FOLLOW_UP", "steps": [_STEP]}],
        }
    )

    id: uuid.UUID | None = None
    name: Name
    description: LongText | None = None
    target_stage: Stage
    """The open stage that leads are enrolled from."""
    active: bool = True
    steps: list[StepIn] = Field(default=[], max_length=MOST_STEPS)

    def draft(self) -> CadenceDraft:
        values = self.model_dump(exclude={"steps"})
        return CadenceDraft(steps=tuple(step.draft() for step in self.steps), **values)


class CadencePatch(Patch):
    """What is left out stays; ``steps`` is the whole list."""

    never_null = frozenset({"name", "target_stage", "active", "steps"})

    model_config = ConfigDict(json_schema_extra={"examples": [{"active": False}]})

    name: Name | None = None
    description: LongText | None = None
    target_stage: Stage | None = None
    active: bool | None = None
    steps: list[StepIn] | None = Field(default=None, max_length=MOST_STEPS)

    def changes(self) -> dict[str, Any]:
        given = self.model_dump(exclude_unset=True, exclude={"steps"})
        return given | ({"steps": [step.draft() for step in self.steps]} if self.steps is not None else {})


class StepOut(BaseModel):
    id: uuid.UUID
    order: int
    channel: StepChannel
    template_id: uuid.UUID | None
    wait_minutes: int
    sla_minutes: int | None
    auto_complete: bool
    metadata: dict[str, Any] | None = Field(validation_alias="step_metadata")
    first_edition: int
    """The edition of the cadence that this step came with."""

    @classmethod
    def of(cls, step: CadenceStep) -> StepOut:
        return cls.model_validate(step, from_attributes=True)


class CadenceOut(BaseModel):
    id: uuid.UUID
    name: str
    description: str | None
    target_stage: Stage
    active: bool
    edition: int
    """Counts the changes of the steps."""
    version: int
    steps: list[StepOut]
    running: int
    """Leads in the caller's reach that run through it."""
    created_at: Utc
    updated_at: Utc

    @classmethod
    def of(cls, row: CadenceRow) -> CadenceOut:
        names = [name for name in cls.model_fields if name not in ("steps", "running")]
        return cls(
            **{name: getattr(row.cadence, name) for name in names},
            steps=[StepOut.of(step) for step in row.steps],
            running=row.running,
        )


class EnrollIn(Wire):
    """One lead, under an ``id`` of the client's if it likes; or many at once."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lead_id": _ID}]})

    lead_id: uuid.UUID | None = None
    lead_ids: list[uuid.UUID] | None = Field(default=None, min_length=1, max_length=500)
    id: uuid.UUID | None = None

    @model_validator(mode="after")
    def _one_or_many(self) -> EnrollIn:
        if (self.lead_id is None) == (self.lead_ids is None):
            raise ValueError("give lead_id for one lead, or lead_ids for many")
        if self.id is not None and self.lead_id is None:
            raise ValueError("id names the enrolment of one lead; leave it out for many")
        return self


class NextAction(BaseModel):
    """What happens next, and when it is due."""

    step_id: uuid.UUID
    order: int
    channel: StepChannel
    template_id: uuid.UUID | None
    due_at: Utc | None
    """None while it is paused. A message goes out no earlier than the law allows."""


class EnrollmentOut(BaseModel):
    id: uuid.UUID
    lead_id: uuid.UUID
    cadence_id: uuid.UUID
    cadence_name: str
    edition: int
    """The cadence's when it began."""
    status: EnrollmentStatus
    ended_because: EnrollmentEnd | None
    current_step_id: uuid.UUID | None
    started_at: Utc
    last_executed_at: Utc | None
    next_run_at: Utc | None
    paused_at: Utc | None
    completed_at: Utc | None
    cancelled_at: Utc | None
    next_action: NextAction | None

    @classmethod
    def of(cls, row: EnrollmentRow) -> EnrollmentOut:
        names = [name for name in cls.model_fields if name not in ("cadence_name", "next_action")]
        return cls(
            **{name: getattr(row.enrollment, name) for name in names},
            cadence_name=row.cadence_name,
            next_action=_next(row.enrollment, row.step),
        )


class RefusedOut(BaseModel):
    lead_id: uuid.UUID
    status: int
    """What the same request for this lead alone would answer."""
    reason: str

    @classmethod
    def of(cls, refusal: Refusal) -> RefusedOut:
        return cls(lead_id=refusal.lead_id, status=refusal.status, reason=refusal.reason)


class EnrolledOut(BaseModel):
    """What was enrolled, and which leads were not and why (of many; one that cannot be is an error)."""

    items: list[EnrollmentOut]
    refused: list[RefusedOut]


class ExecutedOut(BaseModel):
    """What one batch did; ``more``: call again at once."""

    processed: int
    messages_queued: int
    messages_suppressed: int
    tasks_created: int
    completed: int
    cancelled: int
    more: bool


def _next(enrollment: LeadCadenceEnrollment, step: CadenceStep | None) -> NextAction | None:
    if step is None or enrollment.status not in (EnrollmentStatus.ACTIVE, EnrollmentStatus.PAUSED):
        return None
    return NextAction(
        step_id=step.id,
        order=step.order,
        channel=step.channel,
        template_id=step.template_id,
        due_at=enrollment.next_run_at if enrollment.status == EnrollmentStatus.ACTIVE else None,
    )
