"""What may become of a handoff. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from outbound.errors import Conflict
from outbound.vocabulary import HandoffStatus, Stage

TRANSITIONS: Mapping[HandoffStatus, frozenset[HandoffStatus]] = {
    HandoffStatus.PENDING: frozenset({HandoffStatus.QUOTED, HandoffStatus.ACCEPTED, HandoffStatus.DECLINED}),
    HandoffStatus.QUOTED: frozenset({HandoffStatus.ACCEPTED, HandoffStatus.DECLINED}),
    HandoffStatus.ACCEPTED: frozenset(),
    HandoffStatus.DECLINED: frozenset(),
}
"""Legal moves: a quote is made once (its amount may change), accepted or declined once."""

STAGE_AFTER: Mapping[HandoffStatus, Stage] = {
    HandoffStatus.ACCEPTED: Stage.WON,
    HandoffStatus.DECLINED: Stage.FOLLOW_UP,
}
"""Where the lead goes: a quote that falls through is followed up, not forgotten."""


def refuse_illegal_decision(status: HandoffStatus, wanted: HandoffStatus) -> None:
    """Raises :class:`Conflict` unless a handoff may become ``wanted``, or is that already."""
    if wanted is not status and wanted not in TRANSITIONS[status]:
        legal = ", ".join(sorted(TRANSITIONS[status])) or "nothing: it was decided"
        raise Conflict(f"A handoff that is {status} cannot become {wanted}; it may become {legal}.", state=status)
