from __future__ import annotations

import uuid

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.common import Utc
from outbound.messaging.models import Message, MessageTemplate
from outbound.messaging.rendering import LONGEST_SOURCE, NAMES, Rendered
from outbound.messaging.service import TemplateDraft
from outbound.vocabulary import MessageChannel, MessageDirection, MessageStatus
from outbound.wire import Name, Patch, Text, Wire

_NAMES = ", ".join(f"`{name}`" for name in NAMES)


class TemplateIn(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Thanks for talking",
                    "channel": "SMS",
                    "body": "Hi {{ first_name | default('there') }}, thanks for your time. Reply STOP to opt out.",
                }
            ]
        }
    )

    id: uuid.UUID | None = None
    name: Name
    channel: MessageChannel
    subject: Text | None = Field(default=None, min_length=1, max_length=998)
    """Of an e-mail, which needs one."""
    body: Text = Field(
        min_length=1,
        max_length=LONGEST_SOURCE,
        description=f"Text with `{{{{ names }}}}`, simple filters and `{{% if %}}`. Names: {_NAMES}.",
    )

    def draft(self) -> TemplateDraft:
        return TemplateDraft(**self.model_dump())


class TemplatePatch(Patch):
    never_null = frozenset({"name", "body"})

    model_config = ConfigDict(json_schema_extra={"examples": [{"body": "Hi {{ first_name }}, shall we come by?"}]})

    name: Name | None = None
    subject: Text | None = Field(default=None, min_length=1, max_length=998)
    body: Text | None = Field(default=None, min_length=1, max_length=LONGEST_SOURCE)


class TemplateOut(BaseModel):
    id: uuid.UUID
    name: str
    channel: MessageChannel
    subject: str | None
    body: str
    version: int
    created_at: Utc
    updated_at: Utc

    @classmethod
    def of(cls, template: MessageTemplate) -> TemplateOut:
        return cls.model_validate(template, from_attributes=True)


class PreviewIn(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [{"lead_id": "0199d1c5-6a3e-7c58-9d0b-0a4a4f1c2e11"}]})

    lead_id: uuid.UUID


class PreviewOut(BaseModel):
    """What the template says to this lead."""

    subject: str | None
    body: str
    missing: list[str]
    """Names it uses that this lead has no value for."""
    unknown: list[str]
    """Names it uses that no lead has."""

    @classmethod
    def of(cls, rendered: Rendered) -> PreviewOut:
        return cls.model_validate(rendered, from_attributes=True)


class MessageOut(BaseModel):
    id: uuid.UUID
    lead_id: uuid.UUID
    enrollment_id: uuid.UUID | None
    step_id: uuid.UUID | None
    template_id: uuid.UUID | None
    channel: MessageChannel
    direction: MessageDirection
    status: MessageStatus
    reason: str | None
    """Why it was suppressed, or failed."""
    scheduled_for: Utc | None
    sent_at: Utc | None
    delivered_at: Utc | None
    created_at: Utc

    @classmethod
    def of(cls, message: Message) -> MessageOut:
        return cls.model_validate(message, from_attributes=True)
