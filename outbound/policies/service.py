"""An organisation's own rules for its pipeline: what a result leads to, and how soon a stage is owed a touch.

A change holds from now on: what was decided by the rules of its time stands, and a clock that runs keeps its due time.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outbound.activities.models import ActivityOutcome, StagePolicy
from outbound.activities.rules import Outcome
from outbound.audit.service import record
from outbound.cadences.models import Cadence
from outbound.identity.models import Organisation
from outbound.policies.rules import StageClock, refuse_outcomes, refuse_stage_clocks, unknown_cadence
from outbound.storage.context import context_of
from outbound.storage.versions import begin_edit
from outbound.vocabulary import ActivityResult, Stage

_STAGES, _RESULTS = list(Stage), list(ActivityResult)


def version_of(session: Session) -> int:
    """The version of the organisation, which its rules share."""
    return session.scalars(select(Organisation.version).where(Organisation.id == context_of(session).org_id)).one()


def stage_clocks(session: Session) -> list[StageClock]:
    """How soon each stage is owed a touch, in the order of the pipeline."""
    rows = session.scalars(select(StagePolicy).where(StagePolicy.org_id == context_of(session).org_id))
    found = [StageClock(row.stage, row.sla_minutes) for row in rows]
    return sorted(found, key=lambda rule: _STAGES.index(rule.stage))


def replace_stage_clocks(session: Session, rules: Sequence[StageClock], *, expected: int | None = None) -> None:
    """Puts another table in the place of the one there is.

    Raises :class:`Invalid` for a stage that is missing or named twice, or a clock where none runs, and
    :class:`PreconditionFailed` when ``expected`` is no longer the organisation's version.
    """
    refuse_stage_clocks(rules)
    org_id = _begin(session, expected)
    rows = session.scalars(select(StagePolicy).where(StagePolicy.org_id == org_id))
    known = {row.stage: row for row in rows}
    before = {str(stage): row.sla_minutes for stage, row in known.items()}
    for rule in rules:
        if rule.stage in known:
            known[rule.stage].sla_minutes = rule.sla_minutes
        else:
            session.add(StagePolicy(org_id=org_id, stage=rule.stage, sla_minutes=rule.sla_minutes))
    session.flush()
    after = {str(rule.stage): rule.sla_minutes for rule in rules}
    record(session, "stage_policies", org_id, "replaced", before=before, after=after)


def outcomes(session: Session) -> list[Outcome]:
    """What each result leads to in each stage."""
    rows = session.scalars(select(ActivityOutcome).where(ActivityOutcome.org_id == context_of(session).org_id))
    return sorted(
        (_rule(row) for row in rows), key=lambda rule: (_RESULTS.index(rule.result), _STAGES.index(rule.stage))
    )


def replace_outcomes(session: Session, rules: Sequence[Outcome], *, expected: int | None = None) -> None:
    """Puts another table in the place of the one there is.

    Raises :class:`Invalid` for a pair that is missing or named twice, a move that is not legal, a cadence that there
    is not; and :class:`PreconditionFailed`.
    """
    refuse_outcomes(rules)
    org_id = _begin(session, expected)
    _refuse_unknown_cadences(session, rules)
    rows = session.scalars(select(ActivityOutcome).where(ActivityOutcome.org_id == org_id))
    known = {(row.result, row.stage): row for row in rows}
    before, after = [], []
    for rule in rules:
        row = known.get((rule.result, rule.stage))
        if row is None:
            session.add(ActivityOutcome(org_id=org_id, **asdict(rule)))
        elif _rule(row) != rule:
            before.append(_audited(_rule(row)))
            row.to_stage, row.cadence_id = rule.to_stage, rule.cadence_id
            row.next_action_minutes = rule.next_action_minutes
        else:
            continue
        after.append(_audited(rule))
    session.flush()
    record(session, "activity_outcomes", org_id, "replaced", before={"rules": before}, after={"rules": after})


def _begin(session: Session, expected: int | None) -> uuid.UUID:
    organisation = session.scalars(
        select(Organisation).where(Organisation.id == context_of(session).org_id).with_for_update()
    ).one()
    begin_edit(organisation, expected)
    return organisation.id


def _refuse_unknown_cadences(session: Session, rules: Sequence[Outcome]) -> None:
    wanted = {rule.cadence_id for rule in rules if rule.cadence_id is not None}
    there = set(
        session.scalars(select(Cadence.id).where(Cadence.org_id == context_of(session).org_id, Cadence.id.in_(wanted)))
    )
    if wanted - there:
        raise unknown_cadence(rules, wanted - there)


def _rule(row: ActivityOutcome) -> Outcome:
    return Outcome(row.result, row.stage, row.to_stage, row.next_action_minutes, row.cadence_id)


def _audited(rule: Outcome) -> dict[str, Any]:
    return {name: str(value) if value is not None else None for name, value in asdict(rule).items()}
