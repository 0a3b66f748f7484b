"""Days and hours of a demo history, in a town's own zone; everything else counts in UTC milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
"""In milliseconds."""
NEVER = np.int64(1) << 60
"""Later than anything."""

WEEKDAY_LOAD = np.array([0.88, 1.0, 1.0, 1.0, 0.86, 0.62, 0.04])
"""How likely a rep works, Monday to Sunday."""


@dataclass(frozen=True)
class Calendar:
    """Local days of a history, oldest first, the last one being the day of `as_of`."""

    first: date
    offsets: np.ndarray
    """By day: what local time is ahead of UTC, in milliseconds (the same from three in the morning on)."""
    as_of: int

    @classmethod
    def before(cls, as_of: datetime, days: int, zone: str) -> Calendar:
        """The `days` local days that end with the one `as_of` falls in, with a fortnight to come behind."""
        tz = ZoneInfo(zone)
        first = as_of.astimezone(tz).date() - timedelta(days=days - 1)
        noons = [
            datetime(d.year, d.month, d.day, 12, tzinfo=tz) for d in (first + timedelta(n) for n in range(days + 120))
        ]
        offsets = np.array([round(noon.utcoffset().total_seconds()) * 1000 for noon in noons], dtype=np.int64)  # type: ignore[union-attr]
        return cls(first, offsets, ms_of(as_of))

    @property
    def _first_ms(self) -> int:
        return ms_of(datetime(self.first.year, self.first.month, self.first.day, tzinfo=UTC))

    def at(self, day: np.ndarray, time_of_day: np.ndarray) -> np.ndarray:
        """UTC milliseconds of a local time (milliseconds after midnight, 03:00 or later) on a day."""
        return self._first_ms + day.astype(np.int64) * DAY + time_of_day.astype(np.int64) - self.offsets[day]

    def local(self, ms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Day and local time of day (milliseconds) of UTC milliseconds."""
        day = np.clip((ms - self._first_ms) // DAY, 0, len(self.offsets) - 1)
        shifted = ms + self.offsets[day]
        day = np.clip((shifted - self._first_ms) // DAY, 0, len(self.offsets) - 1)
        return day, ms + self.offsets[day] - self._first_ms - day * DAY

    def weekday(self, day: np.ndarray) -> np.ndarray:
        """0 on Mondays."""
        return (self.first.weekday() + day) % 7

    def week(self, day: np.ndarray) -> np.ndarray:
        """Which ISO week of the history a day lies in, counted from 0."""
        return (self.first.weekday() + day) // 7

    def into_hours(self, ms: np.ndarray, first_hour: float, last_hour: float, spread: np.ndarray) -> np.ndarray:
        """The same moments where they lie between two local hours of a day that is no Sunday; else the next
        such day or hour. `spread` (0 to 1) says how far into the first two hours a moved one falls."""
        day, time = self.local(ms)
        late = time >= last_hour * HOUR
        early = time < first_hour * HOUR
        day = np.minimum(day + late, len(self.offsets) - 2)
        sunday = self.weekday(day) == 6
        day = day + sunday
        moved = late | early | sunday
        fresh = (first_hour * HOUR + spread * 2 * HOUR).astype(np.int64)
        return np.where(moved, self.at(day, np.where(moved, fresh, 4 * HOUR)), ms)


def ms_of(moment: datetime) -> int:
    """Milliseconds since 1970 UTC."""
    return round(moment.timestamp() * 1000)
