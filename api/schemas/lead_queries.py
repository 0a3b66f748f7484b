"""Filters of leads: as query parameters of the lists, and as bodies of bulk changes and segments."""

from __future__ import annotations

import uuid
from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from pydantic import ConfigDict, Field, field_validator

from api.dependencies import BoxDep, UnitOfWork
from api.schemas.common import Word
from outbound.geo.cells import from_hex
from outbound.leads.filters import LeadFilter
from outbound.leads.tags import LONGEST
from outbound.segments import service as segments
from outbound.storage.context import context_of
from outbound.vocabulary import EnrollmentStatus, LeadType, SlaState, Stage
from outbound.wire import Latitude, Longitude, Moment, Wire

Owner = uuid.UUID | Literal["me", "none"]
Words = Annotated[Word, Field(min_length=1, max_length=100)]
TagWord = Annotated[Word, Field(min_length=1, max_length=LONGEST)]
Cell = Annotated[str, Field(pattern="^8[5-9][0-9a-f]{13}$", examples=["892664c9a4fffff"])]
Stages = Annotated[list[Stage], Field(max_length=len(Stage))]


class LeadQuery(Wire):
    """Conditions that must all hold; one left out asks for nothing."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"stage": ["COLD", "CONTACTED"], "owner_id": "none", "sla": "overdue"}]}
    )

    lead_type: LeadType | None = None
    stage: Stages = Field(default_factory=list)
    territory_id: uuid.UUID | None = None
    owner_id: Owner | None = None
    cadence_status: EnrollmentStatus | None = None
    sla: SlaState | None = None
    bbox: tuple[Longitude, Latitude, Longitude, Latitude] | None = None
    """West, south, east, north in degrees."""
    cell: Cell | None = None
    """An H3 cell of resolution 5 to 9, as maps spell it: doors within it."""
    campaign_id: uuid.UUID | None = None
    import_id: uuid.UUID | None = None
    tag: TagWord | None = None
    updated_since: Moment | None = None
    q: Words | None = None

    @field_validator("bbox")
    @classmethod
    def _in_the_world(cls, box: tuple[float, float, float, float] | None) -> tuple[float, float, float, float] | None:
        if box is not None and not (box[0] <= box[2] and box[1] <= box[3]):
            raise ValueError("bbox must be west, south, east, north: west before east and south before north")
        return box

    def given(self) -> dict[str, Any]:
        """What was asked for, as it is stored."""
        return {name: value for name, value in self.model_dump(mode="json").items() if value not in (None, [])}

    def to_filter(self, session: UnitOfWork, *, archived: bool = False) -> LeadFilter:
        """The filter, with ``me`` as the caller."""
        values = self.model_dump(exclude={"stage", "owner_id", "cell"})
        owner = context_of(session).user_id if self.owner_id == "me" else self.owner_id
        return LeadFilter(
            **values,
            cell=from_hex(self.cell) if self.cell else None,
            stages=tuple(self.stage),
            owner_id=None if owner == "none" else owner,  # type: ignore[arg-type]
            unowned=owner == "none",
            archived=archived,
        )


def read_query(
    session: UnitOfWork,
    bbox: BoxDep,
    stage: Annotated[Stages | None, Query(description="One or several.")] = None,
    territory_id: Annotated[uuid.UUID | None, Query(description="With all below it.")] = None,
    owner_id: Annotated[Owner | None, Query(description="An id, `me`, or `none` for those without.")] = None,
    cadence_status: EnrollmentStatus | None = None,
    sla: SlaState | None = None,
    cell: Annotated[Cell | None, Query(description="An H3 cell of resolution 5 to 9: doors within it.")] = None,
    campaign_id: uuid.UUID | None = None,
    import_id: uuid.UUID | None = None,
    tag: Annotated[TagWord | None, Query()] = None,
    updated_since: Annotated[Moment | None, Query()] = None,
    q: Annotated[Words | None, Query()] = None,
    segment_id: Annotated[
        uuid.UUID | None, Query(description="A saved filter; what is given beside it takes its place.")
    ] = None,
) -> LeadQuery:
    """The filter in a list's address, on top of a saved one."""
    given = LeadQuery(
        stage=stage or [],
        territory_id=territory_id,
        owner_id=owner_id,
        cadence_status=cadence_status,
        sla=sla,
        bbox=bbox,
        cell=cell,
        campaign_id=campaign_id,
        import_id=import_id,
        tag=tag,
        updated_since=updated_since,
        q=q,
    )
    if segment_id is None:
        return given
    saved = LeadQuery.model_validate(segments.get(session, segment_id).filter)
    return saved.model_copy(update={name: getattr(given, name) for name in given.given()})


LeadQueryDep = Annotated[LeadQuery, Depends(read_query)]
