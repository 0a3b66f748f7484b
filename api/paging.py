"""Pages of a list: where one begins, how long it is, and the opaque name of its last row."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

from outbound.errors import Invalid

Item = TypeVar("Item")
Row = TypeVar("Row")
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


@dataclass(frozen=True)
class Window:
    """What a client asked of a list: the place after which its page begins, and how many rows it has at the most."""

    cursor: Place | None
    limit: int

    @property
    def fetched(self) -> int:
        """Rows to be looked up: one more than the page has tells whether there is another."""
        return self.limit + 1

    @property
    def after(self) -> uuid.UUID | None:
        """The id that a list by ids goes on from."""
        return self.cursor.id if self.cursor else None

    @property
    def after_moment(self) -> tuple[datetime, uuid.UUID] | None:
        """The moment and id that a list by moments goes on from. Raises :class:`Invalid` for another list's cursor."""
        if self.cursor is None:
            return None
        if self.cursor.moment is None:
            raise Invalid("The cursor is none of this list's; start again from the first page.")
        return self.cursor.moment, self.cursor.id

    def page(self, found: Sequence[Row], out: Callable[[Row], Item], place: Callable[[Row], Place]) -> Page[Item]:
        """The page of what was found, shown by ``out``; ``place`` names a row."""
        items, last = self.cut(found, place)
        return Page(items=[out(row) for row in items], next_cursor=last)

    def cut(self, found: Sequence[Row], place: Callable[[Row], Place]) -> tuple[Sequence[Row], str | None]:
        """The rows of the page, and the cursor of the next one."""
        rows = found[: self.limit]
        return rows, write_cursor(place(rows[-1])) if len(found) > self.limit else None


def window_of(default: int) -> Any:
    """A dependency: the window of a list whose pages have ``default`` rows, unless said."""

    async def window(cursor: Annotated[str | None, Query(max_length=1000)] = None, limit: Limit = default) -> Window:
        return Window(read_cursor(cursor) if cursor else None, limit)

    return Depends(window)


Paging = Annotated[Window, window_of(50)]
