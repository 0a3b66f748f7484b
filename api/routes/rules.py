"""The organisation and its own rules."""

from __future__ import annotations

from fastapi import Response

from api.dependencies import Now, UnitOfWork
from api.etags import IfMatch, tag
from api.permissions import permits
from api.routing import Router
from api.schemas.rules import (
    OrganisationOut,
    OrganisationPatch,
    OutcomesIn,
    OutcomesOut,
    StageClocksIn,
    StageClocksOut,
)
from outbound.identity import organisation
from outbound.identity.permissions import Operation
from outbound.policies import service

router = Router(prefix="/api", tags=["rules"])
_reads = [permits(Operation.RULES_READ)]
_writes = [permits(Operation.RULES_WRITE)]


@router.get("/rules/stage-policies", dependencies=_reads)
def read_stage_policies(session: UnitOfWork, response: Response) -> StageClocksOut:
    """How soon a lead is owed a touch in each stage."""
    return _clocks(session, response)


@router.put("/rules/stage-policies", dependencies=_writes)
def replace_stage_policies(
    body: StageClocksIn, session: UnitOfWork, response: Response, expected: IfMatch
) -> StageClocksOut:
    """Puts another table in its place; every stage is named once. Clocks that run keep their due time."""
    service.replace_stage_clocks(session, body.clocks(), expected=expected)
    return _clocks(session, response)


@router.get("/rules/outcomes", dependencies=_reads)
def read_outcomes(session: UnitOfWork, response: Response) -> OutcomesOut:
    """What each result leads to in each stage: the next stage, a cadence, the next action."""
    return _outcomes(session, response)


@router.put("/rules/outcomes", dependencies=_writes)
def replace_outcomes(body: OutcomesIn, session: UnitOfWork, response: Response, expected: IfMatch) -> OutcomesOut:
    """Puts another table in its place; every result is named once for every stage, and leads where a lead may go."""
    service.replace_outcomes(session, body.outcomes(), expected=expected)
    return _outcomes(session, response)


@router.get("/organisation", dependencies=_reads)
def read_organisation(session: UnitOfWork, response: Response) -> OrganisationOut:
    """The caller's organisation."""
    found = organisation.read(session)
    tag(response, found.version)
    return OrganisationOut.of(found)


@router.patch("/organisation", dependencies=_writes)
def edit_organisation(
    body: OrganisationPatch, session: UnitOfWork, response: Response, now: Now, expected: IfMatch
) -> OrganisationOut:
    """Changes the organisation's name, zone, or the day it went live."""
    changed = organisation.edit(session, body.changes(), now, expected=expected)
    tag(response, changed.version)
    return OrganisationOut.of(changed)


def _clocks(session: UnitOfWork, response: Response) -> StageClocksOut:
    version = service.version_of(session)
    tag(response, version)
    return StageClocksOut.of(service.stage_clocks(session), version)


def _outcomes(session: UnitOfWork, response: Response) -> OutcomesOut:
    version = service.version_of(session)
    tag(response, version)
    return OutcomesOut.of(service.outcomes(session), version)
