"""What an organisation said of the columns of a list, for the next list of the same source.

Lists of one source have the same header, so that is what they are known by; where a list has no header, nothing is
remembered of it.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from outbound.imports.models import ImportMapping
from outbound.storage.context import context_of

_MOST_FIELDS = 50


def source_key(names: Sequence[str]) -> str:
    """The source of a list by the names of its columns, in whichever order they stand."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()


def recall(session: Session, key: str) -> dict[str, str]:
    """Column by field, as it was said last; an empty column says that the field has none."""
    found = session.scalar(
        select(ImportMapping.columns).where(
            ImportMapping.org_id == context_of(session).org_id, ImportMapping.source_key == key
        )
    )
    return dict(found or {})


def remember(session: Session, key: str, columns: Mapping[str, str], now: datetime, by: uuid.UUID | None) -> None:
    """Keeps what was said in place of what was said before."""
    kept = dict(list(columns.items())[:_MOST_FIELDS])
    values = insert(ImportMapping).values(
        org_id=context_of(session).org_id, source_key=key, columns=kept, uses=1, used_at=now, created_by_id=by
    )
    session.execute(
        values.on_conflict_do_update(
            index_elements=[ImportMapping.org_id, ImportMapping.source_key],
            set_={"columns": kept, "uses": ImportMapping.uses + 1, "used_at": now, "created_by_id": by},
        )
    )


def forget(session: Session, key: str) -> None:
    """Says of every field that nothing was said."""
    session.execute(
        update(ImportMapping)
        .where(ImportMapping.org_id == context_of(session).org_id, ImportMapping.source_key == key)
        .values(columns={})
    )
