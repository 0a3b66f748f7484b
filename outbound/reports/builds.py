"""What a published build says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from outbound.warehouse.freshness import FRESH_FOR


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

    def is_stale(self, now: datetime | None = None) -> bool:
        """Whether newer figures should long have been there."""
        return self.age(now) > FRESH_FOR
