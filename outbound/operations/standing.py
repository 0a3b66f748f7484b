"""What Dagster's schedules and sensors were last seen to do, for programs that know nothing of Dagster."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from outbound.settings import Settings

OLD = timedelta(minutes=30)
"""What was seen longer ago says nothing of now."""


@dataclass(frozen=True)
class Seen:
    """One look at them."""

    at: datetime
    standing: tuple[str, ...]
    """A sentence for each that stood still."""


def last_seen(settings: Settings, now: datetime) -> Seen | None:
    """The last look; None: there was none of late."""
    try:
        said = json.loads(settings.standing_file.read_text())
        seen = Seen(datetime.fromisoformat(said["at"]), tuple(map(str, said["standing"])))
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return seen if now - seen.at < OLD else None
