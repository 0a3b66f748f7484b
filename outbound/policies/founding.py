"""Founding an organisation, with the rules that it starts with."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import insert
from sqlalchemy.orm import Session

from outbound.activities.models import ActivityOutcome, StagePolicy
from outbound.activities.rules import default_outcomes
from outbound.audit.service import record
from outbound.errors import Conflict
from outbound.identity.models import Organisation
from outbound.identity.service import refuse_unknown_zone, slug_of
from outbound.ids import uuid7
from outbound.leads.rules import DEFAULT_SLA_MINUTES
from outbound.storage.context import context_of
from outbound.storage.database import Database


def create_organisation(
    database: Database,
    *,
    name: str,
    zone: str,
    slug: str | None = None,
    go_live_on: date | None = None,
    is_demo: bool = False,
    org_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Founds an organisation with the rules it starts with. Raises :class:`Invalid` for a zone that is none, and
    :class:`Conflict` when its slug is taken."""
    refuse_unknown_zone(zone)
    slug = slug or slug_of(name)
    org_id = org_id or uuid7()
    if slug in {found.slug for found in database.organisations()}:
        raise Conflict(f"There is already an organisation called {slug}; choose another name or slug.")
    with database.as_job(org_id, source="cli") as session:
        session.execute(
            insert(Organisation).values(
                id=org_id, name=name, slug=slug, zone=zone, go_live_on=go_live_on, is_demo=is_demo
            )
        )
        seed_rules(session)
        record(session, "organisation", org_id, "created", after={"slug": slug, "zone": zone})
    return org_id


def seed_rules(session: Session) -> None:
    """Writes the default stage SLAs and result table of a new organisation."""
    org_id = context_of(session).org_id
    session.add_all(
        StagePolicy(org_id=org_id, stage=stage, sla_minutes=minutes) for stage, minutes in DEFAULT_SLA_MINUTES.items()
    )
    session.add_all(
        ActivityOutcome(
            org_id=org_id,
            result=outcome.result,
            stage=outcome.stage,
            to_stage=outcome.to_stage,
            next_action_minutes=outcome.next_action_minutes,
        )
        for outcome in default_outcomes()
    )
    session.flush()
