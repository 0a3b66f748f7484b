"""Leads and rows of lists that may be one: the queue, what is said of each, and how sure a match must be."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from fastapi import Query, Response

from api.dependencies import Now, UnitOfWork
from api.etags import IfMatch, tag
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.routing import Router
from api.schemas.matches import DecisionIn, MatchOut, ThresholdsIn, ThresholdsOut
from ingest import review
from outbound.identity.permissions import Operation
from outbound.matching import queue, service

router = Router(prefix="/api", tags=["matches"])
_decides, _reads = permits(Operation.LEADS_MERGE), permits(Operation.LEADS_READ)


@router.get("/matches", dependencies=[_decides, _reads])
def list_matches(
    session: UnitOfWork,
    paging: Paging,
    import_id: Annotated[uuid.UUID | None, Query(description="Rows of this list alone.")] = None,
    kind: Annotated[Literal["row", "leads"] | None, Query(description="Rows of lists, or two leads.")] = None,
    decided: Annotated[bool, Query(description="Those that were decided, in place of those that wait.")] = False,
) -> Page[MatchOut]:
    """Pairs that wait for a person, side by side, the longest waiting first."""
    found = queue.waiting(
        session,
        import_id=import_id,
        lists=None if kind is None else kind == "row",
        decided=decided,
        after=paging.after,
        limit=paging.fetched,
    )
    return paging.page(found, MatchOut.of, lambda each: Place(each.pair.id))


@router.get("/matches/{match_id}", dependencies=[_decides, _reads])
def read_match(match_id: uuid.UUID, session: UnitOfWork) -> MatchOut:
    """One pair, decided or not."""
    return MatchOut.of(queue.one(session, match_id))


@router.put("/matches/{match_id}/decision", dependencies=[_decides, _reads])
def decide_match(match_id: uuid.UUID, body: DecisionIn, session: UnitOfWork, now: Now) -> MatchOut:
    """Says whether the two are one lead. Two leads that are one are merged; a row fills in its lead or becomes one, at
    once where its list is written, else with the list. Saying the same again changes nothing."""
    review.decide(session, match_id, body.decision, now)
    return MatchOut.of(queue.one(session, match_id))


@router.delete("/matches/{match_id}/decision", dependencies=[_decides, _reads])
def take_decision_back(match_id: uuid.UUID, session: UnitOfWork, now: Now) -> MatchOut:
    """Takes what was said back: merged leads are parted, what a row became goes; 409 when somebody worked on it."""
    review.take_back(session, match_id, now)
    return MatchOut.of(queue.one(session, match_id))


@router.get("/rules/match-thresholds", dependencies=[permits(Operation.RULES_READ)])
def read_match_thresholds(session: UnitOfWork, response: Response) -> ThresholdsOut:
    """How sure a match must be."""
    return _thresholds(session, response)


@router.put("/rules/match-thresholds", dependencies=[permits(Operation.RULES_WRITE)])
def set_match_thresholds(
    body: ThresholdsIn, session: UnitOfWork, response: Response, expected: IfMatch
) -> ThresholdsOut:
    """Sets both; what was judged before stays as it was judged."""
    service.set_thresholds(session, body.same, body.unsure, expected=expected)
    return _thresholds(session, response)


def _thresholds(session: UnitOfWork, response: Response) -> ThresholdsOut:
    version = service.version_of_thresholds(session)
    tag(response, version)
    return ThresholdsOut.of(service.thresholds_of(session), version)
