"""Cursors: an opaque name of the last row of a page."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from outbound.errors import Invalid

Item = TypeVar("Item")
Limit = Annotated[int, Query(ge=1, le=500)]


class Page(BaseModel, Generic[Item]):
    """One page of a list; ``next_cursor`` is null on the last."""

    items: list[Item]
    next_cursor: str | None


@dataclass(frozen=True)
class Place:
    """Where a page ended."""

    id: uuid.UUID
    moment: datetime | None = None


def write_cursor(place: Place) -> str:
    parts = [str(place.id)] + ([place.moment.isoformat()] if place.moment else [])
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> Place:
    """Raises :class:`Invalid` for a text that no page has given out."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment = datetime.fromisoformat(parts[1]) if len(parts) > 1 else None
        if moment is not None and moment.tzinfo is None:
            raise ValueError("a time without a zone")
        return Place(uuid.UUID(parts[0]), moment)
    except (binascii.Error, ValueError, TypeError, IndexError, KeyError, AttributeError):
        raise Invalid("The cursor is none of ours; start again from the first page.") from None
