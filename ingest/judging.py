"""What the rows of an import come to, counted before and after they are written."""

# ruff: noqa: S608
# Nothing but constants of this module stands in the statements; values are always parameters.

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from ingest import statements
from ingest.report import ImportReport
from ingest.write import Scope, Statements
from outbound.vocabulary import RowFate

_EXAMPLES = 5
_LISTED = 100


@dataclass(frozen=True)
class Fates:
    """Rows by what becomes of them."""

    by_fate: dict[str, int]

    def __getitem__(self, fate: RowFate) -> int:
        return self.by_fate.get(fate, 0)


def know_doors(session: Session, import_id: uuid.UUID) -> int:
    """Gives rows whose door is known with its place that place, and its territory. Returns how many changed."""
    return Statements(session, import_id).run(statements.KNOWN_DOORS)


def keep_within(session: Session, import_id: uuid.UUID, scope: Scope) -> int:
    """Judges as ``outside`` what is not the importer's to write. Returns how many rows that were."""
    if scope.territories is None:
        return 0
    run = Statements(session, import_id, by=scope.user_id)
    return run.run(statements.OUTSIDE, writable=list(scope.territories))


def refresh(session: Session, import_id: uuid.UUID) -> None:
    """Forgets territories and owners that are no more, before rows are written that were judged some time ago."""
    run = Statements(session, import_id)
    run.run(statements.GONE_TURF)
    run.run(statements.GONE_OWNERS)


def tell(session: Session, import_id: uuid.UUID, report: ImportReport, read: dict[str, Any]) -> None:
    """Counts the rows into a report. ``read``: reasons and examples of what was rejected when the file was read."""
    run = Statements(session, import_id)
    fates = Fates(dict(run.rows(_FATES)))
    report.new, report.same, report.unsure = fates[RowFate.NEW], fates[RowFate.SAME], fates[RowFate.UNSURE]
    report.duplicates_in_file, report.outside = fates[RowFate.DUPLICATE], fates[RowFate.OUTSIDE]
    report.rejected = fates[RowFate.REJECTED]
    report.reasons = dict(read.get("reasons", {}))
    for reason, count, lines in run.rows(_REASONS):
        report.reasons[reason] = report.reasons.get(reason, 0) + count
        report.examples[reason] = list(lines)[:_EXAMPLES]
    report.notes = {}
    for note, count, lines in run.rows(_NOTES):
        report.notes[note], report.examples[note] = count, list(lines)[:_EXAMPLES]
    placed: dict[str | None, int] = dict(run.rows(_LOCATIONS))
    report.without_position = placed.pop(None, 0)
    report.locations = {source: count for source, count in placed.items() if source is not None}
    turf = run.rows(_TERRITORIES)
    report.without_territory = sum(count for territory, count in turf if territory is None)
    report.territories = {str(territory): count for territory, count in turf if territory is not None}
    people = run.rows(_OWNERS)
    report.with_owner = sum(count for _, count in people)
    report.owners = {str(owner): count for owner, count in people[:_LISTED]}


def foresee_doors(session: Session, import_id: uuid.UUID) -> int:
    """How many doors the new rows would add."""
    return int(Statements(session, import_id).rows(_NEW_DOORS)[0][0])


_OF = "from outbound.import_rows where org_id = %(org)s and import_id = %(import)s"
_BECOMES_NEW = "(fate = 'new' or (fate = 'unsure' and decision = 'new' and written_at is not null))"

# An unsure row that was decided and written is what it was decided to be.
_FATES = f"""
select case when fate = 'unsure' and written_at is not null then decision else fate end, count(*) {_OF}
and fate is not null group by 1
"""
# Of a duplicate the line it repeats is told in its row; here it would make each reason a reason of its own.
_REASONS = f"""
with told as (
    select line, regexp_replace(reason, ' in line [0-9]+', ' in another line') as reason {_OF}
    and fate in ('same', 'unsure', 'duplicate', 'outside') and reason is not null
), ranked as (
    select line, reason, row_number() over (partition by reason order by line) as rank from told
)
select reason, count(*), array_agg(line order by line) filter (where rank <= {_EXAMPLES}) from ranked group by reason
order by 2 desc limit {_LISTED}
"""
_NOTES = f"""
with told as (select line, jsonb_array_elements_text(notes) as note {_OF} and notes is not null), ranked as (
    select line, note, row_number() over (partition by note order by line) as rank from told
)
select note, count(*), array_agg(line order by line) filter (where rank <= {_EXAMPLES}) from ranked group by note
order by 2 desc limit {_LISTED}
"""
_LOCATIONS = f"select case when cell is not null then location_source end, count(*) {_OF} and {_BECOMES_NEW} group by 1"
_TERRITORIES = f"""
select territory_id, count(*) {_OF} and {_BECOMES_NEW} and cell is not null group by 1
order by territory_id is null desc, 2 desc limit {_LISTED + 1}
"""
_OWNERS = f"select owner_id, count(*) {_OF} and {_BECOMES_NEW} and owner_id is not null group by 1 order by 2 desc"
_NEW_DOORS = f"""
select count(*) from (select distinct canonical {_OF} and fate = 'new') as c
where not exists (
    select from outbound.addresses as a where a.org_id = %(org)s and a.canonical = c.canonical
)
"""
