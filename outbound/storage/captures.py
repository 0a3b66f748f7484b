"""What was sent under a client's id: the same again is a repeat, something else under it is a conflict."""

from __future__ import annotations

import json
import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session

from outbound.errors import Conflict
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
    org_id = context_of(session).org_id
    plain = json.dumps(content, sort_keys=True, default=str, separators=(",", ":")).encode()
    digest = keys_of(session).fingerprint(org_id, plain)
    values = {"org_id": org_id, "id": row_id, "kind": kind, "digest": digest}
    if session.execute(insert(Capture).values(values).on_conflict_do_nothing().returning(Capture.id)).first():
        return True
    known = session.execute(
        select(Capture.kind, Capture.digest).where(Capture.org_id == org_id, Capture.id == row_id)
    ).one()
    if (known.kind, known.digest) != (kind, digest):
        raise Conflict(f"The id {row_id} was used for another {known.kind} already; send this under a new id.")
    return False
