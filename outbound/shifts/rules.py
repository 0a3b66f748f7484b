"""When shifts begin and end, in whatever order their starts and ends arrive."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from outbound.errors import Invalid


@dataclass(frozen=True)
class Span:
    """A shift as far as its time is concerned. ``inferred``: its end is where the next one began."""

    id: uuid.UUID
    started_at: datetime
    ended_at: datetime | None = None
    inferred: bool = False

    @property
    def is_ended(self) -> bool:
        """Whether somebody said when it ended."""
        return self.ended_at is not None and not self.inferred

    def holds(self, moment: datetime) -> bool:
        return self.started_at <= moment and (self.ended_at is None or moment <= self.ended_at)


def fitted(spans: Iterable[Span]) -> list[Span]:
    """A person's shifts with at most one open, the last: every other that nobody ended ends where the next begins.

    What somebody said stands, even where two overlap. The result is the same in whatever order they became known.
    """
    ordered = sorted(spans, key=lambda span: (span.started_at, span.id))
    out = []
    for i, span in enumerate(ordered):
        if span.is_ended:
            out.append(span)
        elif i + 1 < len(ordered):
            out.append(replace(span, ended_at=ordered[i + 1].started_at, inferred=True))
        else:
            out.append(replace(span, ended_at=None, inferred=False))
    return out


def shift_at(spans: Sequence[Span], moment: datetime) -> Span | None:
    """The shift that a moment belongs to: of several, the one that began last."""
    holding = [span for span in spans if span.holds(moment)]
    return max(holding, key=lambda span: (span.started_at, span.id)) if holding else None


def refuse_impossible_times(started_at: datetime, ended_at: datetime | None, now: datetime) -> None:
    """Raises :class:`Invalid` for times set by hand that run backwards or lie ahead. Captured ones are corrected."""
    if ended_at is not None and ended_at < started_at:
        reason = "A shift cannot end before it began; correct one of both."
        raise Invalid(reason, errors=[{"field": "body.ended_at", "reason": reason}])
    for field, moment in (("started_at", started_at), ("ended_at", ended_at)):
        if moment is not None and moment > now:
            reason = "A shift cannot begin or end in the future; give the time that it was."
            raise Invalid(reason, errors=[{"field": f"body.{field}", "reason": reason}])
