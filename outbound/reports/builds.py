"""What a published build says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from outbound.vocabulary import FiguresState
from outbound.warehouse.freshness import FRESH_FOR
from outbound.warehouse.outcomes import Outcome


@dataclass(frozen=True)
class BuildInfo:
    """The published build."""

    build_id: str
    generation: str
    batch: int
    extracted_at: datetime
    """When the data was taken from the operational tables."""
    built_at: datetime
    zone: str
    """The organisation's time zone."""
    go_live_on: date | None

    def age(self, now: datetime | None = None) -> timedelta:
        """How old the figures are."""
        return (now or datetime.now(UTC)) - self.extracted_at

    def is_stale(self, last_run: Outcome | None = None, now: datetime | None = None) -> bool:
        """Whether newer figures should long have been there. Where nothing was captured, a run that ended well of late
        found these to be the newest there are, however long ago they were taken."""
        known = self.extracted_at
        if last_run is not None and last_run.state is FiguresState.PUBLISHED:
            known = max(known, last_run.at)
        return (now or datetime.now(UTC)) - known > FRESH_FOR
