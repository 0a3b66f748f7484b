"""Where else a person stands: every table of the organisation is walked by the catalogue, so that no new one is
forgotten."""

# ruff: noqa: S608
# Names of tables and columns come from the catalogue; values are always parameters.

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from outbound.privacy.rules import Person, scrubbed, scrubbed_text
from outbound.storage.context import context_of

_NOT_WALKED = frozenset({"leads", "lead_tokens", "audit_entries", "tombstones", "erasures", "captures", "memberships"})
"""Handled for themselves, or of other people who may share a number."""
_KEPT_COLUMNS = frozenset({"canonical", "house_number", "street", "unit", "building", "street_key", "city"})
"""The door outlives the person."""


@dataclass(frozen=True)
class Column:
    table: str
    name: str
    kind: str


def references_to_leads(session: Session) -> list[Column]:
    """Every column that a foreign key holds to a lead."""
    rows = session.execute(
        text(
            "select distinct t.relname, a.attname from pg_constraint as c join pg_class as t on t.oid = c.conrelid"
            " join lateral unnest(c.conkey, c.confkey) as k (mine, theirs) on true"
            " join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = k.mine"
            " join pg_attribute as b on b.attrelid = c.confrelid and b.attnum = k.theirs and b.attname = 'id'"
            " where c.contype = 'f' and c.confrelid = 'outbound.leads'::regclass order by 1, 2"
        )
    )
    return [Column(row.relname, row.attname, "uuid") for row in rows]


def move_loose_ids(session: Session, person: Person, held: list[Column]) -> int:
    """Gives columns of ids that no foreign key holds the ids that the person has since. Returns how
    many columns held one."""
    moved = 0
    for column in _columns(session, "uuid"):
        if column in held or column.name in {"org_id", "id"} or column.table in _NOT_WALKED:
            continue
        # Asked first: the system's own work may read all, and change only what there is reason to.
        found = session.scalars(
            text(
                f'select distinct "{column.name}" from outbound."{column.table}"'
                f' where org_id = :org and "{column.name}" = any(:formers)'
            ),
            {"formers": list(person.ids), "org": context_of(session).org_id},
        ).all()
        for former in found:
            session.execute(
                text(
                    f'update outbound."{column.table}" set "{column.name}" = :present'
                    f' where org_id = :org and "{column.name}" = :former'
                ),
                {"present": person.ids[former], "former": former, "org": context_of(session).org_id},
            )
            moved += 1
    return moved


def scrub(session: Session, person: Person) -> int:
    """Takes the person out of every text and document. Returns how many values were changed."""
    by_table: dict[str, list[Column]] = {}
    for column in (*_columns(session, "text"), *_columns(session, "jsonb")):
        if column.table not in _NOT_WALKED and column.name not in _KEPT_COLUMNS:
            by_table.setdefault(column.table, []).append(column)
    return sum(_scrub_table(session, table, columns, person) for table, columns in sorted(by_table.items()))


def empty_import_rows(session: Session, person: Person) -> int:
    """Empties rows of imports that became the person, or name them; the door stays. Returns how many."""
    moved = [
        {"present": present, "former": former, "org": context_of(session).org_id}
        for former, present in person.ids.items()
    ]
    values = {
        "org": context_of(session).org_id,
        "ids": [*person.ids, *person.ids.values()],
        "needles": person.needles,
        "words": [word.lower() for word in person.words],
    }
    emptied = session.execute(text(_EMPTY_ROWS), values).rowcount  # type: ignore[attr-defined]
    for each in moved:
        session.execute(
            text("update outbound.import_rows set lead_id = :present where org_id = :org and lead_id = :former"), each
        )
    return emptied


_EMPTY_ROWS = """
update outbound.import_rows as r set
    raw = null, first_name = null, last_name = null, phone = null, email = null, language = null, external_ref = null,
    match_evidence = null
where
    r.org_id = :org
    and (
        r.lead_id = any(cast(:ids as uuid[]))
        or (r.matched_lead_id = any(cast(:ids as uuid[])) and r.fate = 'same')
        or (
            cardinality(cast(:words as text[])) > 1 and lower(r.first_name) = any(cast(:words as text[]))
            and lower(r.last_name) = any(cast(:words as text[]))
        )
        or exists (
            select from unnest(cast(:needles as text[])) as n
            where strpos(lower(concat_ws(' ', r.raw::text, r.phone, r.email, r.external_ref)), n) > 0
            or strpos(lower(r.match_evidence::text), n) > 0
        )
    )
"""


def _scrub_table(session: Session, table: str, columns: list[Column], person: Person) -> int:
    org_id = context_of(session).org_id
    listed = ", ".join(f'"{column.name}"' for column in columns)
    whole = " || ' ' || ".join(f"coalesce(\"{column.name}\"::text, '')" for column in columns)
    # One look at each row; an index could not help, for the words may stand anywhere.
    rows = session.execute(
        text(
            f'select id, {listed} from outbound."{table}" as t, lateral (select lower({whole}) as words) as w'
            " where org_id = :org and exists (select from unnest(cast(:needles as text[])) as n"
            " where strpos(w.words, n) > 0)"
        ),
        {"org": org_id, "needles": person.needles},
    ).all()
    changed = 0
    for row in rows:
        for column, value in zip(columns, row[1:], strict=True):
            fresh = scrubbed(value, person) if column.kind == "jsonb" else _text(value, person)
            if fresh != value:
                _put(session, org_id, row[0], column, fresh)
                changed += 1
    return changed


def _text(value: str | None, person: Person) -> str | None:
    return None if value is None else scrubbed_text(value, person)


def _put(session: Session, org_id: uuid.UUID, row_id: uuid.UUID, column: Column, value: object) -> None:
    statement = text(f'update outbound."{column.table}" set "{column.name}" = :value where org_id = :org and id = :id')
    if column.kind == "jsonb":
        statement = statement.bindparams(bindparam("value", type_=JSONB()))
    session.execute(statement, {"value": value, "org": org_id, "id": row_id})


def _columns(session: Session, kind: str) -> Iterator[Column]:
    """Columns of a type, of every table that has rows of an organisation with ids of their own."""
    rows = session.execute(
        text(
            "select c.table_name, c.column_name from information_schema.columns as c"
            " join information_schema.tables as t using (table_schema, table_name)"
            " where c.table_schema = 'outbound' and c.data_type = :kind and c.is_generated = 'NEVER'"
            " and t.table_type = 'BASE TABLE'"
            " and 2 = (select count(*) from information_schema.columns as k where k.table_schema = 'outbound'"
            " and k.table_name = c.table_name and k.column_name in ('org_id', 'id')) order by 1, 2"
        ),
        {"kind": kind},
    )
    return iter([Column(row.table_name, row.column_name, kind) for row in rows])
