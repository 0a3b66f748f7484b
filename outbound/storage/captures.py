"""What was sent under a client's id: the same again is a repeat, something else under it is a conflict."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session

from outbound.errors import Conflict, NotFound
from outbound.storage.base import Base, TenantKey
from outbound.storage.context import context_of, keys_of


class Capture(Base, TenantKey):
    """The first request that used an id. ``digest`` tells nothing of the content to who lacks the key ring."""

    __tablename__ = "captures"

    kind: Mapped[str]
    digest: Mapped[str]


def first_capture(session: Session, kind: str, row_id: uuid.UUID, content: dict[str, Any]) -> bool:
    """Whether this id is used for the first time; false for a repeat of the same request.

    Two requests at once wait for each other. Raises :class:`Conflict` when the id was used for something else.
    """
    org_id, digest = context_of(session).org_id, digest_of(session, content)
    values = {"org_id": org_id, "id": row_id, "kind": kind, "digest": digest}
    if session.execute(insert(Capture).values(values).on_conflict_do_nothing().returning(Capture.id)).first():
        return True
    known = session.execute(
        select(Capture.kind, Capture.digest).where(Capture.org_id == org_id, Capture.id == row_id)
    ).one()
    if (known.kind, known.digest) != (kind, digest):
        raise Conflict(f"The id {row_id} was used for another {known.kind} already; send this under a new id.")
    return False


def digest_of(session: Session, content: dict[str, Any]) -> str:
    """A name for what was sent, the same for the same."""
    plain = json.dumps(content, sort_keys=True, default=str, separators=(",", ":")).encode()
    return keys_of(session).fingerprint(context_of(session).org_id, plain)


@contextmanager
def of_before() -> Iterator[None]:
    """Around looking up what a repeat made: where it was deleted, or is out of the caller's reach by now, the repeat is
    a :class:`Conflict`, for a create finds nothing missing."""
    try:
        yield
    except NotFound as error:
        raise Conflict(
            "This was stored already, and was deleted or has left your reach since; send it under a new id.",
            stored=True,
        ) from error


def conflict_of_taken(error: DBAPIError) -> Conflict | None:
    """What a value that must be unique and is not means to who sent it; none for another error.

    The one answer wherever an id that a client made is taken, be its row in their reach or not: it tells that it is
    taken, and nothing of the row.
    """
    if getattr(error.orig, "sqlstate", None) != _UNIQUE_VIOLATION:
        return None
    constraint = str(getattr(getattr(error.orig, "diag", None), "constraint_name", None) or "")
    if constraint.startswith("pk_") or constraint == "uq_api_keys_id":
        return Conflict("This id is taken by something else; send it under a new id.")
    return Conflict("This contradicts what is stored already; read it again.")


_UNIQUE_VIOLATION = "23505"
