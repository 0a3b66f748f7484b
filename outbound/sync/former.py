"""Operations that waited since they were kept as drafts of the services: read as what was sent.

Nothing waits longer than ``memory.WAITS``; a release later than that after this one may leave this module out.
"""

from __future__ import annotations

from typing import Any

_SAME = frozenset({"task.complete", "trip.status", "shift.end", "positions", "stage", "consent", "activity.undo"})
"""Kinds whose draft was what was sent."""


def data_of(kind: str, draft: dict[str, Any]) -> dict[str, Any]:
    """What was sent, by the draft that was made of it."""
    if kind in _SAME:
        return draft
    match kind:
        case "activity":
            told = ("id", "occurred_at", "client_sent_at")
            return {"lead_id": draft["lead_id"]} | _but(draft["activity"], *told)
        case "lead.create":
            return _but(draft, "id", "door", "lead_type") | ({"address": _door(draft["door"])} if draft["door"] else {})
        case "lead.update":
            return _lead_edit(draft)
        case "address.update":
            sent = {name: draft[name] for name in draft["named"]}
            if "position" in sent:
                sent["position"] = _place(sent["position"])
            return sent | _given(draft, "address_id", "lead_id", "version")
        case "task.update":
            changes = _given(draft, "task_id", "title", "due_at", "assignee_id", "state", "version")
            return changes | ({"due_at": None} if draft["clears_due_at"] else {})
        case "trip.create":
            return _but(draft, "id") | {name: _place(draft[name]) for name in ("start", "end")}
        case "position":
            (here,) = draft["positions"]
            return _but(here, "id", "occurred_at") | {"shift_id": draft["shift_id"]}
        case "photo":
            file = draft["attachment"]
            return _but(file, "id", "sent") | file["sent"] | {"media_type": draft["media_type"]}
        case "shift.start":
            return {}
    return _but(draft, "id")


def _lead_edit(draft: dict[str, Any]) -> dict[str, Any]:
    sent = {
        **draft["plain"],
        **draft["ids"],
        **draft["times"],
        **_given(draft, "lead_id", "version", "tags", "consent"),
    }
    return sent | ({"address": _door(draft["door"])} if draft["door"] else {})


def _door(door: dict[str, Any]) -> dict[str, Any]:
    return {**door["parts"], "lat": door["lat"], "lon": door["lon"]}


def _place(point: list[float] | None) -> dict[str, float] | None:
    return {"lat": point[0], "lon": point[1]} if point is not None else None


def _given(draft: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: draft[name] for name in names if draft[name] is not None}


def _but(draft: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in draft.items() if name not in names}
