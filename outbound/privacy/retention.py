"""What is kept for a while, and no longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, text

from outbound.privacy.deletion import delete_due
from outbound.privacy.files import drop_old_uploads
from outbound.privacy.models import OrganisationExport
from outbound.privacy.rules import KEEP_CAPTURES
from outbound.settings import Settings
from outbound.storage.captures import Capture
from outbound.storage.context import context_of
from outbound.storage.database import Database


@dataclass(frozen=True)
class Tidied:
    """How many of each went."""

    captures: int
    tombstones: int
    exports: int
    lists: int
    organisations: int


def tidy(database: Database, settings: Settings, now: datetime) -> Tidied:
    """Removes what has been kept long enough, and organisations whose waiting period is over."""
    gone = delete_due(database, settings, now)
    captures = tombstones = exports = lists = 0
    for organisation in database.organisations():
        with database.as_job(organisation.id, source="retention") as session:
            org_id = context_of(session).org_id
            captures += session.execute(
                delete(Capture).where(Capture.org_id == org_id, Capture.created_at < now - KEEP_CAPTURES)
            ).rowcount  # type: ignore[attr-defined]
            tombstones += (
                session.scalar(text("select outbound.forget_tombstones(:then)"), {"then": now - KEEP_CAPTURES}) or 0
            )
            exports += session.execute(
                delete(OrganisationExport).where(
                    OrganisationExport.org_id == org_id, OrganisationExport.expires_at < now
                )
            ).rowcount  # type: ignore[attr-defined]
        lists += drop_old_uploads(database, settings, organisation.id, now)
    return Tidied(captures, tombstones, exports, lists, len(gone))
