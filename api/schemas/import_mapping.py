from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from ingest.fields import Field as ListField
from ingest.mapping import Because
from ingest.mapping_review import Column, Review
from outbound.wire import ShortText, Wire

_EXAMPLE: JsonDict = {"columns": {"address": "Site", "phone": "Tel.", "external_ref": None}, "remember": True}


class MappingPatch(Wire):
    """Which column holds a field; none where no column does. Fields that are not named stay as they are."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    columns: Annotated[dict[ListField, ShortText | None], Field(max_length=len(ListField))]
    remember: bool = Field(default=True, description="For the next list with the same header.")


class ColumnOut(BaseModel):
    """A column of the list."""

    position: int
    """Counted from 0."""
    name: str
    samples: list[str]
    """The first values that stand in it, each once."""
    field: ListField | None
    """What it is taken for now."""
    suggested: ListField | None
    """What its name and contents speak for."""
    confidence: float
    """0 to 1: of what it is taken for, or else of what is suggested."""
    because: Because | None

    @classmethod
    def of(cls, column: Column) -> ColumnOut:
        return cls.model_validate(column, from_attributes=True)


class MappingOut(BaseModel):
    """What is known of a list before its rows are read."""

    columns: list[ColumnOut]
    """The first 500 and those that hold a field."""
    columns_total: int
    fields: list[ListField]
    """All that a column may be taken for."""
    mapping: dict[ListField, str]
    """The name of the column by field."""
    has_header: bool
    skipped_lines: int
    """Above the header."""
    encoding: str
    delimiter: str
    sheet: str | None
    """Of a workbook: the one that is read."""
    remembered: bool
    """Whether what was said of an earlier list with the same header is taken over."""
    problem: str | None
    """Why the list cannot be read as it is mapped now."""

    @classmethod
    def of(cls, review: Review) -> MappingOut:
        return cls(
            columns=[ColumnOut.of(column) for column in review.columns],
            columns_total=review.columns_total,
            fields=list(ListField),
            mapping={ListField(field): column for field, column in review.mapping.items()},
            has_header=review.has_header,
            skipped_lines=review.skipped_lines,
            encoding=review.encoding,
            delimiter=review.delimiter,
            sheet=review.sheet,
            remembered=review.remembered,
            problem=review.problem,
        )
