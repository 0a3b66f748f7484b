from __future__ import annotations

import uuid

from pydantic import BaseModel

from api.schemas.common import Utc
from outbound.attachments.models import Attachment
from outbound.vocabulary import AttachmentState, MediaType


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
