"""What schemas of edits share: small JSON objects whose fields clients choose, and fields that cannot be null."""

from __future__ import annotations

import json
import math
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel

from outbound.texts import is_storable

MOST_BYTES = 4_096
DEEPEST = 4
Patch = TypeVar("Patch", bound=BaseModel)


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


def refuse_nulls(patch: Patch, *names: str) -> Patch:
    """Raises for a field that was sent as null where only a value makes sense."""
    for name in names:
        if name in patch.model_fields_set and getattr(patch, name) is None:
            raise ValueError(f"{name} cannot be null; leave it out to keep it")
    return patch
