"""What is kept of imports for a while, and no longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from ingest.uploads import clear_staged
from outbound.audit.service import record
from outbound.settings import Settings
from outbound.storage.database import Database

STAGED_FOR = timedelta(days=2)
"""What was sent directly and never handed in is removed after this time."""


@dataclass(frozen=True)
class Tidied:
    """How many of each went. ``left``: imports that nobody went on with, now put away."""

    staged: int = 0
    imports: int = 0
    rows: int = 0
    left: int = 0


def tidy_imports(database: Database, settings: Settings, now: datetime) -> Tidied:
    """Removes rows of imports that can no longer be taken back, uploads that were never handed in, and puts imports
    away that waited for a person for too long."""
    staged = imports = rows = left = 0
    before = now - timedelta(days=settings.import_undo_days)
    for organisation in database.organisations():
        staged += clear_staged(settings, organisation.id, now - STAGED_FOR)
        values = {"org": organisation.id, "before": before, "now": now}
        with database.as_job(organisation.id, source="retention") as session:
            abandoned = session.scalars(text(_ABANDONED), values).all()
            for import_id in abandoned:
                record(session, "prospect_import", import_id, "put_away")
            left += len(abandoned)
        with database.as_job(organisation.id, source="retention") as session:
            done = session.scalars(text(_DONE), values).all()
        for import_id in done:
            with database.as_job(organisation.id, source="retention") as session:
                for table in ("import_changes", "import_progress", "import_rows"):
                    removed = session.execute(
                        text(f"delete from outbound.{table} where org_id = :org and import_id = :import"),  # noqa: S608
                        {"org": organisation.id, "import": import_id},
                    ).rowcount  # type: ignore[attr-defined]
                rows += removed
            imports += 1
    return Tidied(staged, imports, rows, left)


# Nothing of it was written: only what was asked for is forgotten. One that failed while it was written or taken back
# stays as it is, for its rows say what is whose.
_ABANDONED = """
update outbound.prospect_imports set
    status = 'undone', phase = 'undone', finished_at = :now, turn = turn + 1, updated_at = now()
where
    org_id = :org and status in ('uploaded', 'ready', 'paused', 'failed') and updated_at < :before
    and phase in ('reading', 'locating', 'matching', 'assigning', 'writing')
    and not exists (
        select from outbound.import_rows as r
        where
            r.org_id = prospect_imports.org_id and r.import_id = prospect_imports.id and r.written_at is not null
    )
returning id
"""
# Long over, or put away a moment ago.
_DONE = """
select i.id from outbound.prospect_imports as i
where
    i.org_id = :org and i.status in ('completed', 'undone') and (i.finished_at < :before or i.finished_at = :now)
    and (
        exists (select from outbound.import_rows as r where r.org_id = i.org_id and r.import_id = i.id)
        or exists (select from outbound.import_changes as c where c.org_id = i.org_id and c.import_id = i.id)
        or exists (select from outbound.import_progress as p where p.org_id = i.org_id and p.import_id = i.id)
    )
"""
