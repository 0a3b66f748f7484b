from __future__ import annotations

import uuid
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.schemas.common import Utc
from outbound.attachments.requests import Sha256
from outbound.imports.models import ImportReject, ProspectImport
from outbound.vocabulary import ImportPhase, ImportSource, ImportStatus
from outbound.wire import ShortText, Text, Wire

Columns = Annotated[dict[ShortText, ShortText], Field(max_length=50)]
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_ID = "0199d1c5-6a3e-7c58-9d0b-0a4a4f1c2e11"


class ImportFields(Wire):
    """What is said of a list beside its bytes: in the query, or as fields of the form (these count)."""

    id: uuid.UUID | None = Field(default=None, description="Made by the client (UUIDv7): sent again, it is one import.")
    source: ImportSource = ImportSource.CSV
    file_name: ShortText | None = Field(default=None, description="What its owner calls it; only shown.")
    columns: Text | None = Field(
        default=None,
        max_length=1000,
        description='Which column holds a field, where the obvious one is wrong: JSON such as `{"city": "Town"}`.',
    )
    review: bool = Field(
        default=False,
        description="It waits, first for its columns to be agreed to (`start`), then before anything is written"
        " (`commit`).",
    )
    cadence_id: uuid.UUID | None = Field(default=None, description="New leads are enrolled in it.")
    campaign_id: uuid.UUID | None = None


class ImportIn(Wire):
    """A list that was sent directly to the store: see ``/api/prospect-imports/uploads``."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"upload_id": _ID, "sha256": _SHA256, "file_name": "elm-street.csv"}]}
    )

    id: uuid.UUID | None = None
    upload_id: uuid.UUID
    sha256: Sha256 | None = None
    """Of the bytes as they were sent: another file is refused."""
    file_name: ShortText = "list.csv"
    source: ImportSource = ImportSource.CSV
    columns: Columns = Field(default_factory=dict)
    review: bool = False
    cadence_id: uuid.UUID | None = None
    campaign_id: uuid.UUID | None = None


class ListUploadIn(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [{"size": 2_400_000, "sha256": _SHA256}]})

    size: int = Field(ge=1, le=2**53)
    """Bytes."""
    sha256: Sha256


class ListUploadOut(BaseModel):
    """Where to send the bytes: by ``method`` to ``url``, with exactly these headers. Then hand ``upload_id`` in."""

    upload_id: uuid.UUID
    method: str
    url: str
    headers: dict[str, str]
    expires_at: Utc


class ImportOut(BaseModel):
    id: uuid.UUID
    uploaded_by: uuid.UUID
    source: ImportSource
    status: ImportStatus
    phase: ImportPhase | None
    """What is done next, or was done last where it waits, is paused, or failed."""
    options: dict[str, Any]
    """What was asked for: `review`, `cadence_id`, `campaign_id`."""
    file_name: str
    file_sha256: str
    stats: dict[str, Any]
    """Counts, the mapping of columns and reasons: of what it would do as long as it is `ready`, of what it did once
    it is completed, of what was kept once it is undone."""
    error: str | None
    """Why it is paused or failed, in one sentence."""
    waits: str | None = None
    """Why it is not worked on yet, in one sentence; told where one import is read."""
    created_at: Utc
    finished_at: Utc | None

    @field_validator("stats", mode="before")
    @classmethod
    def _some(cls, value: dict[str, Any] | None) -> dict[str, Any]:
        return value or {}

    @classmethod
    def of(cls, job: ProspectImport, waits: str | None = None) -> ImportOut:
        shown = {"waits": waits, "stats": {"columns": job.columns} | (job.stats or {})}
        return cls.model_validate(job, from_attributes=True).model_copy(update=shown)


class RejectOut(BaseModel):
    """A row that could not be used."""

    id: uuid.UUID
    line: int
    """Of the file, 1 is the first."""
    reason: str
    raw: dict[str, Any]
    """Its cells as they were written, by column."""

    @classmethod
    def of(cls, reject: ImportReject) -> RejectOut:
        return cls.model_validate(reject, from_attributes=True)
