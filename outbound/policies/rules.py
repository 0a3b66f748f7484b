"""What a result table and a table of stage clocks must hold to be usable: complete, and within the legal moves."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass

from outbound.activities.rules import Outcome
from outbound.errors import Invalid
from outbound.leads.rules import TRANSITIONS
from outbound.vocabulary import OPEN_STAGES, ActivityResult, Stage

Error = dict[str, str]


@dataclass(frozen=True)
class StageClock:
    """How soon a lead that enters a stage is owed a touch, in minutes; none: never."""

    stage: Stage
    sla_minutes: int | None


def refuse_stage_clocks(clocks: Sequence[StageClock]) -> None:
    """Raises :class:`Invalid` unless each stage is there once, and closed ones have no clock."""
    errors = [
        _at(i, "sla_minutes", f"A lead that is {clock.stage} is closed: nothing is owed there.")
        for i, clock in enumerate(clocks)
        if clock.sla_minutes is not None and clock.stage not in OPEN_STAGES
    ]
    errors += _each_once([clock.stage for clock in clocks], list(Stage), "stage")
    _refuse(errors)


def refuse_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Raises :class:`Invalid` unless each result is there once for each stage, and leads where a lead may go.

    DO_NOT_CONTACT takes an open lead off the board, always: a person who asks not to be contacted is not to be
    called or written to again (Telemarketing Sales Rule, 16 CFR 310.4(b)(1)(iii)(A); 47 CFR 64.1200(d)).
    """
    errors = []
    for i, outcome in enumerate(outcomes):
        reason = _fault(outcome)
        if reason:
            errors.append(_at(i, "to_stage", reason))
        if outcome.next_action_minutes is not None and outcome.to_stage not in OPEN_STAGES:
            errors.append(_at(i, "next_action_minutes", f"A lead that is {outcome.to_stage} has no next action."))
        if outcome.cadence_id is not None and outcome.result is ActivityResult.DO_NOT_CONTACT:
            errors.append(_at(i, "cadence_id", "Nobody who asked not to be contacted is enrolled in a cadence."))
    pairs = [(result, stage) for result in ActivityResult for stage in Stage]
    errors += _each_once([(outcome.result, outcome.stage) for outcome in outcomes], pairs, "result")
    _refuse(errors)


def unknown_cadence(outcomes: Sequence[Outcome], unknown: Collection[uuid.UUID]) -> Invalid:
    """The error of rows that name a cadence that there is not."""
    errors = [
        _at(i, "cadence_id", "There is no such cadence in this organisation; name one that exists, or none.")
        for i, outcome in enumerate(outcomes)
        if outcome.cadence_id in unknown
    ]
    return Invalid(errors[0]["reason"], errors=errors)


def _fault(outcome: Outcome) -> str | None:
    result, stage, to_stage = outcome.result, outcome.stage, outcome.to_stage
    if to_stage is not stage and to_stage not in TRANSITIONS[stage]:
        legal = ", ".join([stage, *sorted(TRANSITIONS[stage])])
        return f"{result} in {stage} cannot lead to {to_stage}; from there a lead may go to {legal}."
    if result is ActivityResult.DO_NOT_CONTACT and to_stage in OPEN_STAGES:
        return f"DO_NOT_CONTACT in {stage} must close the lead: LOST or NOT_QUALIFIED."
    return None


def _each_once(given: Sequence[Hashable], wanted: Iterable[Hashable], field: str) -> list[Error]:
    seen: set[Hashable] = set()
    errors = []
    for i, key in enumerate(given):
        if key in seen:
            errors.append(_at(i, field, f"{_words(key)} is named twice."))
        seen.add(key)
    missing = [_words(key) for key in wanted if key not in seen]
    if missing:
        errors.append({"field": "body.items", "reason": f"{missing[0]} is missing ({len(missing)} in all)."})
    return errors


def _words(key: Hashable) -> str:
    return " in ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _at(index: int, field: str, reason: str) -> Error:
    return {"field": f"body.items.{index}.{field}", "reason": reason}


def _refuse(errors: list[Error]) -> None:
    if errors:
        raise Invalid(f"{errors[0]['field']}: {errors[0]['reason']}", errors=errors)
