"""Small JSON objects whose fields clients choose."""

from __future__ import annotations

import json
import math
from typing import Annotated, Any

from pydantic import AfterValidator

from outbound.texts import is_storable

MOST_BYTES = 4_096
DEEPEST = 4


def _bounded(value: dict[str, Any]) -> dict[str, Any]:
    _check(value, 1)
    if len(json.dumps(value)) > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES:,} bytes")
    return value


def _check(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise ValueError(f"it is nested deeper than {DEEPEST} levels")
    match value:
        case dict():
            for name, each in value.items():
                _check(name, depth)
                _check(each, depth + 1)
        case list():
            for each in value:
                _check(each, depth + 1)
        case str():
            if not is_storable(value):
                raise ValueError("it holds a character that cannot be stored")
        case float():
            if not math.isfinite(value):
                raise ValueError("it holds a number that is none")
        case int():
            if abs(value) > 2**63:
                raise ValueError("it holds a number that is too large")


SmallObject = Annotated[dict[str, Any], AfterValidator(_bounded)]
"""At most 4 KB of JSON, four levels deep."""
