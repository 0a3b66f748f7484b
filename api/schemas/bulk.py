from __future__ import annotations

import uuid
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.dependencies import UnitOfWork
from api.schemas.common import Utc
from api.schemas.lead_queries import LeadQuery, TagWord
from outbound.bulk.models import BulkChange
from outbound.bulk.rules import SAMPLES, Change
from outbound.bulk.service import Preview
from outbound.bulk.targets import MOST, Target
from outbound.vocabulary import BulkAction, SkipReason, Stage
from outbound.wire import Wire

_PARAM = {
    BulkAction.REASSIGN: "owner_id",
    BulkAction.STAGE: "stage",
    BulkAction.TAG: "tag",
    BulkAction.UNTAG: "tag",
    BulkAction.CAMPAIGN: "campaign_id",
}
_NULLABLE = frozenset({BulkAction.REASSIGN, BulkAction.CAMPAIGN})
_EXAMPLE: dict[str, Any] = {
    "action": "tag",
    "params": {"tag": "spring"},
    "filter": {"lead_type": "outbound", "stage": ["COLD"]},
}


class BulkParams(Wire):
    """The one value that the action needs; ``owner_id`` and ``campaign_id`` may be null."""

    owner_id: uuid.UUID | None = None
    stage: Stage | None = None
    tag: TagWord | None = None
    campaign_id: uuid.UUID | None = None


class BulkPreviewIn(Wire):
    """An action, its one parameter, and the leads: by ``filter`` or by ``ids``."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    action: BulkAction
    params: BulkParams
    filter: LeadQuery | None = None
    ids: Annotated[list[uuid.UUID], Field(min_length=1, max_length=MOST)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> BulkPreviewIn:
        if (self.filter is None) == (self.ids is None):
            raise ValueError("give either a filter or ids")
        needed = _PARAM[self.action]
        if self.params.model_fields_set != {needed}:
            raise ValueError(f"{self.action} needs params.{needed} and nothing else")
        if getattr(self.params, needed) is None and self.action not in _NULLABLE:
            raise ValueError(f"params.{needed} cannot be null")
        return self

    def change(self) -> Change:
        return Change(self.action, getattr(self.params, _PARAM[self.action]))

    def target(self, session: UnitOfWork) -> Target:
        if self.filter is not None:
            return Target(filter=self.filter.to_filter(session))
        return Target(ids=tuple(self.ids or ()))

    def told(self) -> dict[str, Any] | None:
        return self.filter.given() if self.filter is not None else None


class BulkIn(BulkPreviewIn):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": "0197a1c0-0000-7000-8000-000000000501", **_EXAMPLE}]}
    )

    id: uuid.UUID | None = None
    """Made by the client (UUIDv7): the same request again returns the first result."""


class SkippedOut(BaseModel):
    reason: SkipReason
    count: int
    samples: list[uuid.UUID]


class BulkPreviewOut(BaseModel):
    """What would happen. ``most`` is what one call changes: a filter that matches more must be narrowed."""

    matched: int
    changes: int
    skipped: list[SkippedOut]
    samples: list[uuid.UUID]
    most: int = MOST

    @classmethod
    def of(cls, preview: Preview) -> BulkPreviewOut:
        verdict = preview.verdict
        return cls(
            matched=preview.matched,
            changes=len(verdict.changes),
            samples=[lead.id for lead in verdict.changes[:SAMPLES]],
            skipped=[
                SkippedOut(reason=reason, count=len(ids), samples=ids[:SAMPLES])
                for reason, ids in sorted(verdict.skipped.items())
            ],
        )


class UndoneOut(BaseModel):
    restored: int
    kept: dict[SkipReason, int]


class BulkOut(BaseModel):
    id: uuid.UUID
    action: BulkAction
    value: str | None
    filter: dict[str, Any] | None
    matched: int
    changed: int
    skipped: dict[SkipReason, int]
    created_by_id: uuid.UUID | None
    made_at: Utc
    undone_at: Utc | None
    undone_by: uuid.UUID | None
    undone: UndoneOut | None

    @classmethod
    def of(cls, bulk: BulkChange) -> BulkOut:
        names = set(cls.model_fields) - {"value", "undone"}
        undone = UndoneOut.model_validate(bulk.undone) if bulk.undone else None
        return cls.model_validate(
            {name: getattr(bulk, name) for name in names} | {"value": bulk.params["value"], "undone": undone}
        )
