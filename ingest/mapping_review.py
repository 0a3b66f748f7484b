"""The columns of a list as a person sees and settles them: names, samples, what each seems to hold, and why."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ingest.fields import Field, Mapped, key_of
from ingest.limits import glance
from ingest.mapping import NONE, Because, Suggestion, map_columns, refuse_without_address, suggest
from ingest.sniff import Layout, sniff
from ingest.uploads import on_disk
from ingest.workbooks import Workbook
from outbound.audit.service import record
from outbound.errors import Invalid
from outbound.imports import mappings
from outbound.imports import service as imports
from outbound.imports.models import ProspectImport
from outbound.imports.rejects import COLUMNS as REJECT_COLUMNS
from outbound.imports.rules import refuse_start
from outbound.settings import Settings
from outbound.storage.context import context_of

MOST_COLUMNS_SHOWN = 500
_SAMPLES = 5
_SAMPLE_CHARS = 120


@dataclass(frozen=True)
class Column:
    """A column of the list, with the first values that stand in it."""

    position: int
    name: str
    samples: tuple[str, ...]
    field: Field | None
    """What it is taken for now."""
    suggested: Field | None
    confidence: float
    """Of what it is taken for, or of what is suggested where it is taken for nothing; 0 to 1."""
    because: Because | None


@dataclass(frozen=True)
class Review:
    """What is known of a list before its rows are read."""

    columns: tuple[Column, ...]
    """At most :data:`MOST_COLUMNS_SHOWN`, those that hold a field among them."""
    columns_total: int
    mapping: dict[str, str]
    """Name of the column by field."""
    has_header: bool
    skipped_lines: int
    encoding: str
    delimiter: str
    sheet: str | None
    remembered: bool
    """Whether a list of the same source was settled before, and that is taken over."""
    problem: str | None
    """Why the list cannot be read as it is mapped now."""


def source_of(layout: Layout) -> str | None:
    """What a list's source is remembered by; none for a list without a header."""
    names = [key_of(name) for name in layout.header if name not in REJECT_COLUMNS]
    return mappings.source_key(names) if layout.has_header else None


def settled(session: Session, layout: Layout, given: Mapping[str, str]) -> dict[str, str]:
    """What is known of a list's columns: said for this list, or else for the last one of its source."""
    key = source_of(layout)
    known = mappings.recall(session, key) if key else {}
    names = set(layout.header)
    keys = {key_of(name) for name in names}
    fits = {
        field: column
        for field, column in known.items()
        if field in set(Field) and (column == NONE or column in names or key_of(column) in keys)
    }
    taken = set(given.values()) - {NONE}
    return {**{field: column for field, column in fits.items() if column not in taken}, **given}


def resolve(session: Session, layout: Layout, given: Mapping[str, str], *, need_address: bool = True) -> Mapped:
    """The mapping by which a list is read: see :func:`settled` and :func:`ingest.mapping.map_columns`."""
    known = settled(session, layout, given)
    return map_columns(layout.header, layout.samples, known, need_address=need_address)


def remember(session: Session, layout: Layout, given: Mapping[str, str], now: datetime) -> None:
    """Keeps what was said of a list's columns for the next list of its source."""
    key = source_of(layout)
    if key and given:
        mappings.remember(session, key, settled(session, layout, given), now, context_of(session).user_id)


def review(session: Session, layout: Layout, given: Mapping[str, str]) -> Review:
    """What a person is shown of a list. ``given``: what was said of this list so far."""
    known = settled(session, layout, given)
    mapped = map_columns(layout.header, layout.samples, known, need_address=False)
    suggestions = {guess.column: guess for guess in suggest(layout.header, layout.samples)}
    of_column = {position: field for field, position in mapped.items()}
    said = {**dict.fromkeys(known, Because.REMEMBERED), **dict.fromkeys(given, Because.GIVEN)}
    shown = sorted({*of_column, *range(min(len(layout.header), MOST_COLUMNS_SHOWN - len(of_column)))})
    return Review(
        columns=tuple(_column(layout, at, of_column.get(at), suggestions.get(at), said) for at in shown),
        columns_total=len(layout.header),
        mapping=named(layout, mapped),
        has_header=layout.has_header,
        skipped_lines=layout.skipped_lines,
        encoding=layout.text.encoding,
        delimiter=layout.dialect.delimiter,
        sheet=layout.text.sheet.name if isinstance(layout.text, Workbook) else None,
        remembered=bool(known.keys() - given.keys()),
        problem=_problem(mapped, layout),
    )


def review_import(session: Session, settings: Settings, import_id: uuid.UUID) -> Review:
    """The columns of a list that was handed in. Raises :class:`outbound.errors.NotFound`, also where its file is no
    longer kept."""
    job = imports.get(session, import_id)
    with on_disk(settings, job) as path:
        return review(session, sniff(path, job.file_name, glance()), said_of(job))


def change(
    session: Session,
    settings: Settings,
    import_id: uuid.UUID,
    columns: Mapping[Field, str | None],
    now: datetime,
    *,
    keep: bool = True,
) -> Review:
    """Says of fields which column holds them (none: no column does); what is not named stays as it was.

    With ``keep`` it is remembered for the next list of the source. Rows are read by it from the next start on.
    Raises :class:`Invalid` for a column that is not there, :class:`outbound.errors.Conflict` for an import whose rows
    are read already, and :class:`outbound.errors.NotFound`.
    """
    job = imports.get(session, import_id)
    session.refresh(job, with_for_update=True)
    refuse_start(job.status)
    before = said_of(job)
    given = {**before, **{str(field): column or NONE for field, column in columns.items()}}
    with on_disk(settings, job) as path:
        layout = sniff(path, job.file_name, glance())
        found = review(session, layout, given)
        if keep:
            remember(session, layout, given, now)
    job.columns = given
    record(
        session, "prospect_import", job.id, "mapped", before={"fields": sorted(before)}, after={"fields": sorted(given)}
    )
    session.flush()
    return found


def said_of(job: ProspectImport) -> dict[str, str]:
    """What was said of the columns of this list."""
    return dict(job.columns)


def named(layout: Layout, mapped: Mapped) -> dict[str, str]:
    """Name of the column by field."""
    return {str(field): layout.header[at] for field, at in mapped.items() if at < len(layout.header)}


def _column(
    layout: Layout, at: int, field: Field | None, guess: Suggestion | None, said: Mapping[str, Because]
) -> Column:
    values = (row[at].strip() for row in layout.samples if at < len(row))
    samples = tuple(list(dict.fromkeys(v[:_SAMPLE_CHARS] for v in values if v))[:_SAMPLES])
    because: Because | None
    if field is not None and field in said:
        confidence, because = 1.0, said[field]
    else:
        confidence, because = (guess.confidence, guess.because) if guess else (0.0, None)
    return Column(at, layout.header[at], samples, field, guess.field if guess else None, confidence, because)


def _problem(mapped: Mapped, layout: Layout) -> str | None:
    try:
        refuse_without_address(mapped, layout.header)
    except Invalid as error:
        return error.message
    return None
