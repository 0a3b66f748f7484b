"""Whether a person may be reached by a channel, when they said so, and where that is known from. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from outbound.vocabulary import ConsentChannel


@dataclass(frozen=True)
class Consent:
    """A yes or no for one channel. ``at`` and ``source`` are unknown for what came with a list."""

    granted: bool
    at: datetime | None = None
    source: str | None = None


def read(stored: Mapping[str, Any] | None) -> dict[ConsentChannel, Consent]:
    """What is known, by channel. Stored is the plain yes or no by channel, and beside it ``said``: when and where."""
    given = stored or {}
    said = given.get("said") or {}
    known = {}
    for channel in ConsentChannel:
        if isinstance(given.get(channel), bool):
            detail = said.get(channel) or {}
            at = datetime.fromisoformat(detail["at"]) if detail.get("at") else None
            known[channel] = Consent(given[channel], at, detail.get("source") or given.get("source"))
    return known


def with_answer(stored: Mapping[str, Any] | None, channel: ConsentChannel, answer: Consent) -> dict[str, Any]:
    """The stored form with one more answer; an answer given before the one that is known changes nothing."""
    given = dict(stored or {})
    known = read(given).get(channel)
    if known is not None and known.at is not None and answer.at is not None and answer.at < known.at:
        return given
    said = dict(given.get("said") or {})
    said[str(channel)] = {"at": answer.at.isoformat() if answer.at else None, "source": answer.source}
    return given | {str(channel): answer.granted, "said": said}
