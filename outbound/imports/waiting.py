"""Why an import that was set going is not worked on yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from outbound.imports.models import ProspectImport
from outbound.storage.system import as_system
from outbound.vocabulary import ImportStatus

SOON = timedelta(seconds=30)
"""Whatever waits longer than this waits for somebody else."""


def why_it_waits(session: Session, job: ProspectImport, now: datetime) -> str | None:
    """In words for whoever handed it in; none where it is worked on, or is not to be."""
    if job.status != ImportStatus.PROCESSING or session.scalar(_CLAIMED, {"import": str(job.id)}):
        return None
    # A manager sees their own lists alone, and waits for those of others too.
    with as_system(session):
        before = session.scalar(_BEFORE, {"org": job.org_id, "id": job.id}) or 0
    return sentence(before, now - job.updated_at)


def sentence(before: int, waited: timedelta) -> str:
    """``before``: lists of the same organisation that are taken in first. Pure."""
    if before:
        lists = "one list of your organisation is" if before == 1 else f"{before:,} lists of your organisation are"
        return f"Waiting for its turn: {lists} before it."
    if waited < SOON:
        return "Waiting for its turn: it begins in a moment."
    return (
        "Waiting for its turn: lists of others take every place, or nothing takes lists in just now; if this lasts, "
        "ask whoever runs the server."
    )


# The lock that whoever runs it holds (ingest.turn.claimed), without trying to take it.
_CLAIMED = text("""
select exists (
    select from pg_locks as l, hashtextextended(:import, 0) as h (key)
    where
        l.locktype = 'advisory' and l.objsubid = 1 and l.granted
        and l.database = (select d.oid from pg_database as d where d.datname = current_database())
        and l.classid::bigint = (h.key >> 32) & 4294967295 and l.objid::bigint = h.key & 4294967295
)
""")
# Of an organisation the oldest is taken in first, and one that is at work before them all.
_BEFORE = text("""
select count(*) from outbound.prospect_imports
where org_id = :org and status = 'processing' and id < :id
""")
