"""Words that people hang on leads."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from outbound.errors import Invalid
from outbound.leads.models import Lead, LeadTag
from outbound.storage.context import context_of

LONGEST = 50
MOST = 50
"""Tags a lead may carry."""


def spelled(tag: str) -> str:
    """A tag in its one spelling: small letters, single spaces. Raises :class:`Invalid` for none, or too long a one."""
    word = " ".join(tag.lower().split())
    if not 1 <= len(word) <= LONGEST:
        raise Invalid(f"A tag has 1 to {LONGEST} characters.")
    return word


def of(session: Session, lead: Lead) -> set[str]:
    """The tags of a lead."""
    return set(session.scalars(select(LeadTag.tag).where(LeadTag.org_id == lead.org_id, LeadTag.lead_id == lead.id)))


def set_tags(session: Session, lead: Lead, wanted: Iterable[str]) -> tuple[list[str], list[str]]:
    """Makes these the tags of a locked lead; returns which were added and which removed, sorted."""
    words = {spelled(tag) for tag in wanted}
    if len(words) > MOST:
        raise Invalid(f"A lead carries up to {MOST} tags.")
    present = of(session, lead)
    added, removed = sorted(words - present), sorted(present - words)
    for tag in added:
        session.add(LeadTag(org_id=lead.org_id, lead_id=lead.id, tag=tag, created_by_id=context_of(session).user_id))
    if removed:
        session.execute(
            delete(LeadTag).where(LeadTag.org_id == lead.org_id, LeadTag.lead_id == lead.id, LeadTag.tag.in_(removed))
        )
    session.flush()
    return added, removed


def counted(session: Session, *, after: str | None, limit: int) -> list[tuple[str, int]]:
    """Every tag in the caller's reach with its number of leads, by name, after one."""
    query = select(LeadTag.tag, func.count()).where(LeadTag.org_id == context_of(session).org_id)
    if after is not None:
        query = query.where(LeadTag.tag > after)
    rows = session.execute(query.group_by(LeadTag.tag).order_by(LeadTag.tag).limit(limit))
    return [(tag, count) for tag, count in rows]


def known_ids(session: Session, tag: str, ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these leads carry a tag."""
    return set(
        session.scalars(
            select(LeadTag.lead_id).where(
                LeadTag.org_id == context_of(session).org_id, LeadTag.tag == tag, LeadTag.lead_id.in_(list(ids))
            )
        )
    )
