"""The leads that a bulk change is asked to change, read as they stand."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, func, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from outbound.bulk.rules import Change, Standing
from outbound.errors import Invalid
from outbound.leads.filters import LeadFilter, conditions
from outbound.leads.models import Lead, LeadTag
from outbound.storage.context import context_of
from outbound.territories.reach import tree
from outbound.vocabulary import OPEN_STAGES, BulkAction

MOST = 10_000
"""Leads that one call may change."""


@dataclass(frozen=True)
class Target:
    """Which leads: a filter, or named ones."""

    filter: LeadFilter | None = None
    ids: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True)
class Found:
    """The leads by id, the ids that were named and are out of reach, and how many there are in all."""

    leads: list[Standing]
    missing: list[uuid.UUID]
    matched: int


def read(session: Session, target: Target, change: Change, now: datetime, *, lock: bool) -> Found:
    """Reads the target, up to :data:`MOST` leads by id; with ``lock`` they are held until the end.

    Raises :class:`Invalid` for a locking read of more: narrow the filter.
    """
    org_id = context_of(session).org_id
    if target.filter is not None:
        given: list[ColumnElement[bool]] = conditions(session, target.filter, now)
        if target.filter.territory_id is not None:
            given.append(Lead.territory_id.in_(tree(org_id, target.filter.territory_id)))
        matched = session.scalars(select(func.count()).select_from(Lead).where(*given)).one()
        if lock and matched > MOST:
            raise Invalid(f"The filter finds {matched} leads; one call changes up to {MOST:,}: narrow it.")
    else:
        given = [Lead.org_id == org_id, among(target.ids)]
        matched = len(set(target.ids))
    ids = list(session.scalars(select(Lead.id).where(*given).order_by(Lead.id).limit(MOST)))
    if lock and ids:
        # A policy may let a caller read what they may not lock: such rows are simply not locked.
        session.execute(select(Lead.id).where(Lead.org_id == org_id, among(ids)).order_by(Lead.id).with_for_update())
    leads = standings(session, ids, change)
    missing = sorted(set(target.ids) - {lead.id for lead in leads}) if target.filter is None else []
    return Found(leads, missing, matched)


def among(ids: Iterable[uuid.UUID]) -> ColumnElement[bool]:
    """Whether a lead is one of these: one parameter, however many they are."""
    return Lead.id == any_(literal(sorted(set(ids)), ARRAY(Uuid())))


def standings(session: Session, ids: Sequence[uuid.UUID], change: Change) -> list[Standing]:
    """These leads as they stand now, by id."""
    if not ids:
        return []
    context = context_of(session)
    tag = change.value if change.action in (BulkAction.TAG, BulkAction.UNTAG) else None
    tagged = select(LeadTag.lead_id).where(LeadTag.org_id == Lead.org_id, LeadTag.lead_id == Lead.id)
    other = aliased(Lead)
    taken = select(other.id).where(
        other.org_id == Lead.org_id,
        other.address_id == Lead.address_id,
        other.lead_type == Lead.lead_type,
        other.id != Lead.id,
        other.archived_at.is_(None),
        other.pipeline_stage.in_(OPEN_STAGES),
    )
    writable: ColumnElement[bool] = true()
    if not context.sees_whole_organisation:
        writable = or_(
            Lead.owner_id == context.user_id, Lead.territory_id == any_(func.outbound.writable_territories())
        )
    query = select(
        Lead.id,
        Lead.pipeline_stage,
        Lead.owner_id,
        Lead.campaign_id,
        Lead.archived_at,
        Lead.stage_entered_at,
        Lead.due_at,
        Lead.next_action_at,
        func.coalesce(writable, False).label("writable"),
        (tagged.where(LeadTag.tag == tag).exists() if tag else ~true()).label("has_tag"),
        (tagged.with_only_columns(func.count()).scalar_subquery() if tag else literal(0)).label("tags"),
        (taken.exists() if change.action is BulkAction.STAGE else ~true()).label("taken"),
    ).where(Lead.org_id == context.org_id, among(ids))
    return [
        Standing(
            id=row.id,
            stage=row.pipeline_stage,
            owner_id=row.owner_id,
            campaign_id=row.campaign_id,
            is_writable=row.writable,
            is_archived=row.archived_at is not None,
            has_tag=row.has_tag,
            tags=row.tags,
            address_taken=row.taken,
            stage_entered_at=row.stage_entered_at,
            due_at=row.due_at,
            next_action_at=row.next_action_at,
        )
        for row in session.execute(query.order_by(Lead.id))
    ]
