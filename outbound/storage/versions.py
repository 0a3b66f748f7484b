"""Optimistic locking: whoever edits says which version they read."""

from __future__ import annotations

from typing import Protocol

from outbound.errors import PreconditionFailed


class Versioned(Protocol):
    version: int


def begin_edit(row: Versioned, expected: int | None) -> None:
    """Counts an edit of a locked row. Raises :class:`PreconditionFailed` when another came between."""
    if expected is not None and expected != row.version:
        raise PreconditionFailed(
            f"This has changed since you read it (version {row.version}, not {expected}); read it again.",
            version=row.version,
        )
    row.version += 1
