from __future__ import annotations

import uuid
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.common import ShortText, Utc, Wire
from outbound.attachments.models import Attachment
from outbound.attachments.service import AttachmentDraft
from outbound.storage.blobs import Blob
from outbound.vocabulary import AttachmentState, MediaType

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", min_length=64, max_length=64)]


class AttachmentFields(Wire):
    """What is said of a file beside its bytes: in the query, or as fields of the form (these count)."""

    id: uuid.UUID | None = Field(default=None, description="Made by the phone (UUIDv7): sent again, it is kept once.")
    activity_id: uuid.UUID | None = Field(default=None, description="The activity of this lead that it belongs to.")
    file_name: ShortText | None = Field(default=None, description="Only shown; folders and control signs are cut.")

    def draft(self, lead_id: uuid.UUID, sent: Blob) -> AttachmentDraft:
        return AttachmentDraft(
            id=self.id, lead_id=lead_id, sent=sent, activity_id=self.activity_id, file_name=self.file_name
        )


class UploadIn(AttachmentFields):
    """A file that will be sent directly."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0199d1c5-6a3e-7c58-9d0b-0a4a4f1c2e11",
                    "lead_id": "0199d1c5-6a3e-7c58-9d0b-0a4a4f1c2e12",
                    "media_type": "image/jpeg",
                    "size": 2_400_000,
                    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    "file_name": "front-yard.jpg",
                }
            ]
        }
    )

    lead_id: uuid.UUID
    media_type: MediaType
    size: int = Field(ge=1, le=2**53)
    """Bytes."""
    sha256: Sha256
    """Of the bytes as they will be sent, in hexadecimal."""


class AttachmentOut(BaseModel):
    """A file of a lead. Once ``stored``, size, hash and type are those of what is kept: photos are written anew,
    upright and without EXIF, GPS or XMP, so they are not those of what was sent."""

    id: uuid.UUID
    lead_id: uuid.UUID
    activity_id: uuid.UUID | None
    uploaded_by: uuid.UUID | None
    state: AttachmentState
    file_name: str
    media_type: MediaType
    sha256: str
    size: int
    width: int | None
    height: int | None
    created_at: Utc

    @classmethod
    def of(cls, attachment: Attachment) -> AttachmentOut:
        return cls.model_validate(attachment, from_attributes=True)


class TicketOut(BaseModel):
    """One direct upload: send the bytes by ``method`` to ``url`` with exactly these headers, before it expires."""

    method: str
    url: str
    headers: dict[str, str]
    expires_at: Utc


class UploadOut(BaseModel):
    """What was announced; ``upload`` is missing once it is stored."""

    attachment: AttachmentOut
    upload: TicketOut | None
