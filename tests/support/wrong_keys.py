"""Values sealed under a key that is not the installation's: what a lost and replaced key ring leaves behind."""

from __future__ import annotations

import uuid

from sqlalchemy import text

from outbound.storage.crypto import KeyRing, seal_position
from outbound.storage.database import Database
from outbound.storage.sealed_columns import ROW_ID, SEALED

STRANGE = KeyRing({1: b"another key, just as long as ours"[:32]})


def seal_strangely(database: Database, *, only: tuple[tuple[str, str, uuid.UUID], ...] = ()) -> int:
    """Seals everything that is sealed anew under another key of the same number; or only some rows, named by table,
    column and id. Returns how many values."""
    count = 0
    with database.admin_engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))  # no trigger tells of a change
        for table, column in SEALED:
            named = [row_id for name, of, row_id in only if (name, of) == (table, column)]
            row_id = ROW_ID.get(table, "id")
            rows = connection.execute(
                text(f"select org_id, {row_id} as id from outbound.{table} where {column} is not null")
            ).all()
            for row in rows:
                if only and row.id not in named:
                    continue
                connection.execute(
                    text(f"update outbound.{table} set {column} = :sealed where org_id = :org and {row_id} = :id"),
                    {
                        "org": row.org_id,
                        "id": row.id,
                        "sealed": seal_position(STRANGE, row.org_id, row.id, 41.6, -93.6),
                    },
                )
                count += 1
    return count
