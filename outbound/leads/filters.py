"""What a list of leads can be asked for, as conditions that indexes serve under the policies."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import shapely
from sqlalchemy import ColumnElement, any_, func, or_, select
from sqlalchemy.orm import Session

from outbound.cadences.models import LeadCadenceEnrollment
from outbound.geo.cells import descendants
from outbound.geo.cover import EVERYWHERE, ranges_over
from outbound.leads.models import Lead, LeadTag
from outbound.leads.rules import DUE_SOON
from outbound.leads.search import found_by
from outbound.storage.context import context_of
from outbound.vocabulary import EnrollmentStatus, LeadType, SlaState, Stage

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

_MAX_RANGES = 200


@dataclass(frozen=True)
class LeadFilter:
    """Every condition that is given must hold; one left out asks for nothing."""

    lead_type: LeadType | None = LeadType.OUTBOUND
    stages: tuple[Stage, ...] = ()
    territory_id: uuid.UUID | None = None
    """This territory with all below it."""
    owner_id: uuid.UUID | None = None
    unowned: bool = False
    cadence_status: EnrollmentStatus | None = None
    sla: SlaState | None = None
    bbox: Box | None = None
    cell: int | None = None
    """An H3 cell of resolution 9 or coarser: doors within it."""
    campaign_id: uuid.UUID | None = None
    import_id: uuid.UUID | None = None
    tag: str | None = None
    updated_since: datetime | None = None
    q: str | None = None
    archived: bool = False
    """Those that are put away, in place of those that are not."""

    @property
    def is_selective(self) -> bool:
        """Whether a condition finds its leads by an index of its own, whatever the order."""
        return bool(self.q or self.tag or self.campaign_id or self.bbox or self.cell)


def conditions(session: Session, wanted: LeadFilter, now: datetime) -> list[ColumnElement[bool]]:
    """The filter as conditions on ``leads``; the territory's is left to :func:`below`."""
    org_id = context_of(session).org_id
    given: list[ColumnElement[bool]] = [
        Lead.org_id == org_id,
        Lead.archived_at.is_not(None) if wanted.archived else Lead.archived_at.is_(None),
    ]
    if wanted.lead_type is not None:
        given.append(Lead.lead_type == wanted.lead_type)
    if wanted.stages:
        given.append(Lead.pipeline_stage.in_(wanted.stages))
    if wanted.unowned:
        given.append(Lead.owner_id.is_(None))
    if wanted.owner_id is not None:
        given.append(Lead.owner_id == wanted.owner_id)
    if wanted.campaign_id is not None:
        given.append(Lead.campaign_id == wanted.campaign_id)
    if wanted.import_id is not None:
        given.append(Lead.import_id == wanted.import_id)
    if wanted.updated_since is not None:
        given.append(Lead.updated_at >= wanted.updated_since)
    if wanted.cadence_status is not None:
        given.append(
            select(LeadCadenceEnrollment.id)
            .where(
                LeadCadenceEnrollment.org_id == Lead.org_id,
                LeadCadenceEnrollment.lead_id == Lead.id,
                LeadCadenceEnrollment.status == wanted.cadence_status,
            )
            .exists()
        )
    if wanted.tag is not None:
        tagged = select(LeadTag.lead_id).where(LeadTag.org_id == org_id, LeadTag.tag == wanted.tag)
        given.append(Lead.id == any_(func.array(tagged.scalar_subquery())))
    if wanted.sla is not None:
        given += _sla(wanted.sla, now)
    if wanted.bbox is not None:
        given.append(_near(wanted.bbox))
    if wanted.cell is not None:
        given.append(Lead.cell.between(*descendants(wanted.cell)))
    if wanted.q:
        given.append(found_by(session, wanted.q))
    return given


def inside(position: tuple[float, float] | None, box: Box | None) -> bool:
    """Whether a position (latitude, longitude) lies in a box."""
    if position is None or box is None:
        return False
    west, south, east, north = box
    lat, lon = position
    return west <= lon <= east and south <= lat <= north


def _sla(state: SlaState, now: datetime) -> list[ColumnElement[bool]]:
    soon = now + DUE_SOON
    match state:
        case SlaState.OVERDUE:
            return [Lead.due_at < now]
        case SlaState.DUE_SOON:
            return [Lead.due_at >= now, Lead.due_at <= soon]
        case SlaState.OK:
            return [Lead.due_at > soon]
        case SlaState.NONE:
            return [Lead.due_at.is_(None)]


def near(cell: ColumnElement[int | None], box: Box) -> ColumnElement[bool]:
    """Whether a resolution-9 cell touches a box: as ranges that an index serves."""
    ranges = ranges_over(shapely.box(*box), most=_MAX_RANGES, margin=0)
    return cell.is_not(None) if ranges == EVERYWHERE else or_(*(cell.between(*each) for each in ranges))


def _near(box: Box) -> ColumnElement[bool]:
    return near(Lead.cell.expression, box)
