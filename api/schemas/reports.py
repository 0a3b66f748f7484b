from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from api.schemas.common import Utc
from outbound.reports.export import Mart
from outbound.reports.summary import Row, Summary
from outbound.vocabulary import Stage, TerritoryType


class Section(StrEnum):
    """Parts of the report, each a table of its own as CSV."""

    WEEKS = "weeks"
    COVERAGE = "coverage"
    CONVERSION = "conversion"
    REPS = "reps"
    PIPELINE = "pipeline"


class _Figures(BaseModel):
    model_config = ConfigDict(extra="ignore")


class WeekOut(_Figures):
    """The north-star figures of a week (its Monday). A change is against the 90 days before the go-live date."""

    week_start: date
    cold_cohort: int
    cold_without_follow_up: int
    cold_ratio: float | None
    cold_baseline: float | None
    cold_change: float | None
    trips_completed: int
    trip_closes: int
    closes_per_trip: float | None
    closes_baseline: float | None
    closes_change: float | None
    workable_cells: int
    covered_cells: int
    gap_ratio: float | None


class CoverageOut(_Figures):
    """A territory with all below it, in the last week of the span."""

    territory_id: uuid.UUID
    name: str
    type: TerritoryType
    parent_id: uuid.UUID | None
    week_start: date
    doors: int
    workable_cells: int
    covered_cells: int
    reached_cells: int
    gap_ratio: float | None
    had_owner: bool
    touches: int
    door_touches: int
    scheduled: int
    won: int
    cold_ratio: float | None
    closes_per_trip: float | None


class ConversionOut(_Figures):
    """What a week's touches stand beside: leads that entered SCHEDULED and WON in it."""

    week_start: date
    touches: int
    door_touches: int
    cadence_messages: int
    scheduled: int
    won: int


class RepOut(_Figures):
    """A member's activity over the span."""

    user_id: uuid.UUID
    name: str | None = None
    touches: int
    door_touches: int
    calls: int
    interested: int
    follow_ups: int
    said_scheduled: int
    said_won: int


class PipelineOut(_Figures):
    """Leads in a stage, as of the build."""

    stage: Stage
    leads: int
    unowned: int
    overdue: int
    estimated_value_cents: int


class BuildOut(BaseModel):
    build_id: str
    extracted_at: Utc
    """When the data was taken: nothing later is in the figures."""
    built_at: Utc
    zone: str
    go_live_on: date | None


class ReportOut(BaseModel):
    state: Literal["published", "nothing_published"]
    message: str | None
    """What to do where nothing is published yet."""
    build: BuildOut | None
    since: date | None
    until: date | None
    """Mondays of the first and the last week, both included."""
    weeks: list[WeekOut]
    coverage: list[CoverageOut]
    conversion: list[ConversionOut]
    reps: list[RepOut]
    pipeline: list[PipelineOut]

    @classmethod
    def of(cls, summary: Summary, names: dict[uuid.UUID, str]) -> ReportOut:
        build = summary.build
        return cls(
            state="published" if build else "nothing_published",
            message=None if build else "No figures have been published yet; the next hourly run makes them.",
            build=BuildOut.model_validate(build, from_attributes=True) if build else None,
            since=summary.span.since if summary.span else None,
            until=summary.span.until if summary.span else None,
            weeks=[WeekOut.model_validate(row) for row in summary.weeks],
            coverage=[CoverageOut.model_validate(row) for row in summary.coverage if row["name"]],
            conversion=[ConversionOut.model_validate(row) for row in summary.conversion],
            reps=[_rep(row, names) for row in summary.reps],
            pipeline=[PipelineOut.model_validate(row) for row in summary.pipeline],
        )

    def table(self, section: Section) -> list[list[str | int | float | date | datetime | None]]:
        """One section with its header."""
        kind = _KINDS[section]
        rows: list[BaseModel] = getattr(self, section)
        return [list(kind.model_fields), *(list(row.model_dump().values()) for row in rows)]


_KINDS: dict[Section, type[BaseModel]] = {
    Section.WEEKS: WeekOut,
    Section.COVERAGE: CoverageOut,
    Section.CONVERSION: ConversionOut,
    Section.REPS: RepOut,
    Section.PIPELINE: PipelineOut,
}


def _rep(row: Row, names: dict[uuid.UUID, str]) -> RepOut:
    return RepOut.model_validate({**row, "name": names.get(uuid.UUID(str(row["user_id"])))})


class ColumnOut(BaseModel):
    name: str
    type: str
    """As Parquet has it."""


class MartOut(BaseModel):
    """A table of the published build."""

    name: str
    columns: list[ColumnOut]

    @classmethod
    def of(cls, mart: Mart) -> MartOut:
        return cls(name=mart.name, columns=[ColumnOut(name=each.name, type=str(each.type)) for each in mart.schema])
