"""What most commands begin with: an open, current database, and the organisation that is meant."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from outbound.errors import Invalid, NotFound
from outbound.identity.models import Membership, User
from outbound.identity.rules import folded_email
from outbound.settings import Settings, get_settings
from outbound.storage.database import Database, OrganisationName
from outbound.storage.embedded.layout import Layout
from outbound.vocabulary import Role


@contextmanager
def opened() -> Iterator[tuple[Settings, Database]]:
    """The settings and a database brought to this version's schema."""
    settings = get_settings()
    database = Database.open(settings)
    try:
        if not database.is_current():
            database.migrate()
        yield settings, database
    finally:
        database.dispose()


@contextmanager
def looked_at() -> Iterator[tuple[Settings, Database]]:
    """The settings and a database for a command that only reads: nothing is made, migrated or written down.

    Raises :class:`NotFound` where there is no database yet, and what helps for an empty one or another version's.
    """
    settings = get_settings()
    if settings.database_url is None and not Layout(settings.home).data.exists():
        raise NotFound(f"There is no database in {settings.home} yet; make one with `outbound init`.")
    database = Database.open(settings, reading=True)
    try:
        database.refuse_other_schema()
        yield settings, database
    finally:
        database.dispose()


def chosen_organisation(database: Database, slug: str | None) -> OrganisationName:
    """The organisation of that slug, or the only one. In a demo, its main franchise.

    Raises :class:`NotFound` where there is none, :class:`Invalid` where there are several to choose from.
    """
    known = database.organisations()
    if not known:
        raise NotFound("There is no organisation yet; make one with `outbound init`, or a demo with `outbound demo`.")
    listed = ", ".join(organisation.slug for organisation in known)
    if slug is not None:
        for organisation in known:
            if organisation.slug == slug:
                return organisation
        raise NotFound(f"There is no organisation called {slug}; there is: {listed}.")
    if len(known) > 1 and not all(organisation.is_demo for organisation in known):
        raise Invalid(f"There are several organisations; name one with --org: {listed}.")
    return known[0]


def member_by_email(database: Database, organisation: OrganisationName, email: str | None) -> uuid.UUID:
    """The member of that address, or the organisation's first owner. Raises :class:`NotFound`."""
    query = (
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.active, User.is_machine.is_(False))
    )
    query = (
        query.where(User.email == folded_email(email))
        if email is not None
        else query.where(Membership.role == Role.FRANCHISE_OWNER)
    )
    with database.as_job(organisation.id, source="cli") as session:
        found = session.scalars(query.order_by(Membership.created_at).limit(1)).one_or_none()
    if found is None:
        who = email or "an owner"
        raise NotFound(f"{organisation.name} has no member {who}; add one with `outbound user add`.")
    return found
