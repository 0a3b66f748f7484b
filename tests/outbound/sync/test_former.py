"""What waited as a draft of a service, before operations were kept as they were sent, is read as it was sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from outbound.sync.former import data_of
from outbound.sync.handlers import HANDLERS

KEPT: list[dict[str, Any]] = json.loads((Path(__file__).parent / "former_drafts.json").read_text())
"""Of every kind: what was sent, and the draft that was kept of it."""


def test_every_kind_could_wait():
    assert {each["kind"] for each in KEPT} == set(HANDLERS)


@pytest.mark.parametrize("kept", KEPT, ids=lambda each: each["kind"])
def test_a_draft_says_what_was_sent(kept: dict[str, Any]):
    reads = HANDLERS[kept["kind"]].data.model_validate
    sent, again = reads(kept["sent"]), reads(data_of(kept["kind"], kept["draft"]))
    assert told(again) == told(sent)


def told(data: Any) -> Any:
    """What a service is given of it."""
    if hasattr(data, "changes"):
        return data.changes()
    if kept_as_draft := getattr(data, "draft", None):
        try:
            return kept_as_draft()
        except TypeError:  # it wants the id that the operation brings
            return kept_as_draft(None)
    return data
