"""What clients say of a file, ahead of its bytes or beside them."""

from __future__ import annotations

import uuid
from typing import Annotated

from pydantic import ConfigDict, Field

from outbound.attachments.service import AttachmentDraft
from outbound.storage.blobs import Blob
from outbound.vocabulary import MediaType
from outbound.wire import ShortText, Wire

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


class UploadFields(Wire):
    """A file that will be sent, apart from its id."""

    lead_id: uuid.UUID
    media_type: MediaType
    size: int = Field(ge=1, le=2**53)
    """Bytes."""
    sha256: Sha256
    """Of the bytes as they will be sent, in hexadecimal."""
    activity_id: uuid.UUID | None = Field(default=None, description="The activity of this lead that it belongs to.")
    file_name: ShortText | None = Field(default=None, description="Only shown; folders and control signs are cut.")

    def draft(self, id: uuid.UUID | None) -> AttachmentDraft:
        return AttachmentDraft(id, self.lead_id, Blob(self.sha256, self.size), self.activity_id, self.file_name)


class UploadIn(UploadFields):
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

    id: uuid.UUID | None = Field(default=None, description="Made by the phone (UUIDv7): sent again, it is kept once.")
