"""Sealing everything anew under the newest key while everything serves."""

# ruff: noqa: S608
# Names of tables and columns come from SEALED; values are always parameters.

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from outbound.errors import Unavailable
from outbound.storage.context import keys_of
from outbound.storage.crypto import Unreadable
from outbound.storage.database import Database
from outbound.storage.sealed_columns import ROW_ID, SEALED, UNSEALED

__all__ = ["ROW_ID", "SEALED", "UNSEALED", "Progress", "Resealed", "reseal", "usage"]

Progress = Callable[[str, int, int], None]
"""Called with what is being done, values done and values in all."""

BATCH = 500
_PASSES = 30


@dataclass(frozen=True)
class Resealed:
    """What one run did."""

    key: int
    values: int
    not_readable: int
    """Values that were left as they are, for no key of the ring opens them."""


def usage(database: Database) -> Counter[int]:
    """How many values each key has sealed, of all organisations."""
    found: Counter[int] = Counter()
    for organisation in database.organisations():
        with database.as_job(organisation.id, source="cli") as session:
            for table, column in SEALED:
                rows = session.execute(
                    text(
                        f"select substring({column} from 1 for 4) as key, count(*) as uses from outbound.{table}"
                        f" where org_id = :org and {column} is not null group by 1"
                    ),
                    {"org": organisation.id},
                )
                for row in rows:
                    found[int.from_bytes(row.key, "big")] += row.uses
    return found


def reseal(database: Database, progress: Progress | None = None, *, batch: int = BATCH) -> Resealed:
    """Seals every value under the newest key, a few at a time: rows are locked for moments only, and one that
    somebody else holds is come back to. Stopped anywhere, it goes on where it was. What does not open is left.

    Raises :class:`Unavailable` when rows stay locked.
    """
    newest = database.keys.newest
    total = sum(count for key, count in usage(database).items() if key != newest)
    done = 0
    for attempt in range(_PASSES):
        shut = 0
        for organisation in database.organisations():
            for table, column in SEALED:
                after = uuid.UUID(int=0)
                while True:
                    with database.as_job(organisation.id, source="cli") as session:
                        part = _batch(session, organisation.id, table, column, after, newest, batch)
                    if part is None:
                        break
                    done, shut, after = done + part.sealed, shut + part.not_readable, part.last
                    if progress and part.sealed:
                        progress("Sealing anew", done, max(total, done))
        left = sum(count for key, count in usage(database).items() if key != newest)
        if left <= shut:
            return Resealed(newest, done, left)
        # Held by somebody, or sealed by a process that has not yet looked at the ring again.
        time.sleep(min(1.0, 0.2 * (attempt + 1)))
    raise Unavailable(
        f"{left - shut} values are still sealed under an older key, for their rows stay locked; end what holds them "
        "and run `outbound keys rotate` again: it goes on from here."
    )


@dataclass(frozen=True)
class _Part:
    last: uuid.UUID
    sealed: int
    not_readable: int


def _batch(
    session: Session, org_id: uuid.UUID, table: str, column: str, after: uuid.UUID, newest: int, batch: int
) -> _Part | None:
    """What it looked at; none: there are no more."""
    ring, row_id = keys_of(session), ROW_ID.get(table, "id")
    # What is sealed anew is the same to everybody: no new stamp, nothing for the lake or phones.
    session.execute(text("select set_config('app.resealing', 'on', true)"))
    rows = session.execute(
        text(
            f"select {row_id} as id, {column} as sealed from outbound.{table}"
            f" where org_id = :org and {row_id} > :after"
            f" and {column} is not null and substring({column} from 1 for 4) <> :newest"
            f" order by {row_id} limit :batch for update skip locked"
        ),
        {"org": org_id, "after": after, "newest": newest.to_bytes(4, "big"), "batch": batch},
    ).all()
    if not rows:
        return None
    opened: list[tuple[uuid.UUID, bytes]] = []
    for row in rows:
        try:
            opened.append((row.id, ring.open_sealed(org_id, row.id, bytes(row.sealed))))
        except Unreadable:
            continue  # counted: what is left of it may yet open with another copy of the ring
    session.execute(
        text(
            f"update outbound.{table} as t set {column} = v.sealed"
            " from unnest(cast(:ids as uuid[]), cast(:fresh as bytea[])) as v (id, sealed)"
            f" where t.org_id = :org and t.{row_id} = v.id"
        ),
        {
            "org": org_id,
            "ids": [row for row, _ in opened],
            "fresh": [ring.seal(org_id, row, plain) for row, plain in opened],
        },
    )
    return _Part(rows[-1].id, len(opened), len(rows) - len(opened))
