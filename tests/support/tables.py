"""What stands in every table, to be compared before and after."""

from __future__ import annotations

import json
from collections import Counter

from sqlalchemy import text

from outbound.storage.database import Database

Contents = dict[str, Counter[str]]


def contents(
    database: Database, *, but: frozenset[str] = frozenset(), without: frozenset[str] = frozenset()
) -> Contents:
    """Every row of every table but some, without some columns, as counted text."""
    found: Contents = {}
    with database.admin_engine.connect() as connection:
        tables = connection.scalars(
            text("select tablename from pg_tables where schemaname = 'outbound' and tablename <> 'alembic_version'")
        ).all()
        for table in tables:
            if table not in but:
                rows = connection.scalars(text(f'select to_jsonb(t) from outbound."{table}" as t'))
                found[table] = Counter(
                    json.dumps({name: value for name, value in row.items() if name not in without}, sort_keys=True)
                    for row in rows
                )
    return found


def difference(before: Contents, after: Contents) -> dict[str, tuple[list[str], list[str]]]:
    """By table what is gone and what has come; empty where nothing changed."""
    return {
        table: (sorted((rows - after[table]).elements()), sorted((after[table] - rows).elements()))
        for table, rows in before.items()
        if rows != after[table]
    }
