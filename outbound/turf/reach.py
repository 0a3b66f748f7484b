"""A territory with all below it, as far as the caller may see."""

from __future__ import annotations

import uuid

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from outbound.errors import NotFound
from outbound.storage.context import context_of
from outbound.territories.models import Territory


def tree(org_id: uuid.UUID, territory_id: uuid.UUID) -> Select[uuid.UUID]:
    """A subquery of the ids; empty for one that is not there."""
    found = select(Territory.id).where(Territory.org_id == org_id, Territory.id == territory_id).cte(recursive=True)
    found = found.union(
        select(Territory.id).join(found, Territory.parent_id == found.c.id).where(Territory.org_id == org_id)
    )
    return select(found.c.id)


def below(session: Session, territory_id: uuid.UUID) -> list[uuid.UUID]:
    """The ids, the territory's own among them. Raises :class:`NotFound`."""
    found = list(session.scalars(tree(context_of(session).org_id, territory_id)))
    if not found:
        raise NotFound(f"There is no territory {territory_id} in your reach.")
    return found
