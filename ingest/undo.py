"""Taking an import back: what it made goes, unless somebody has worked on it since; what it filled is blank again.

In chunks, each a transaction that can be repeated: what is gone is not looked at again, what was kept is judged anew.
"""

# ruff: noqa: S608
# Names of tables and columns come from the catalogue; values are always parameters.

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from ingest.write import Statements
from outbound.leads.moves import history_removed_by, placed_by, removed_by
from outbound.vocabulary import Stage

CHUNK = 5_000

_OWN = frozenset(
    {"lead_stage_changes", "lead_cadence_enrollments", "import_rows", "import_changes", "lead_tokens", "match_pairs"}
)
"""References to a lead that are no work of anybody's, or are looked at by themselves."""

_OF_DOORS = frozenset({"geocoding_attempts", "door_changes"})
"""References to a door that are no work of anybody's: attempts to find its place, and what it was before."""

FILLABLE = ("first_name", "last_name", "phone", "email", "language", "external_ref", "yard_size_sqft")


@dataclass
class Undone:
    """What a step took back, and what it kept, by reason. ``last``: the line, or id, to go on after."""

    removed: int = 0
    doors: int = 0
    restored: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    last: int | None = None


def remove_leads(session: Session, import_id: uuid.UUID, after: int, limit: int | None = None) -> Undone:
    """Deletes leads that the next written rows made and nobody has worked on; the others are kept and say why."""
    run = Statements(session, import_id, after=after, limit=limit or CHUNK, cold=str(Stage.COLD))
    done = Undone()
    rows = run.rows(_WRITTEN)
    if not rows:
        return done
    done.last = rows[-1][0]
    run.run(_MADE, until=done.last)
    run.run("create unique index on undo_leads (line)")
    run.run("analyze undo_leads")
    for table, column in _references(run, "leads"):
        if table not in _OWN:
            run.run(_WORKED_ON.format(table=table, column=column, why=_WORDS.get(table, "was worked on since")))
    for statement in _CHANGED:
        run.run(statement)
    done.removed = run.run(_DELETE_LEADS)
    run.run(_FORGET)
    done.kept = Counter(dict(run.rows("select reason, count(*) from undo_leads where reason is not null group by 1")))
    if done.kept:
        run.run(_TELL)
    run.run("drop table undo_leads")
    return done


def remove_doors(session: Session, import_id: uuid.UUID, after: int, limit: int | None = None) -> Undone:
    """Deletes doors that the import added and nobody needs. To be called once its leads are gone."""
    run = Statements(session, import_id, after=after, limit=limit or CHUNK)
    done = Undone()
    rows = run.rows(_STAGED)
    if not rows:
        return done
    done.last = rows[-1][0]
    run.run(_DOORS, until=done.last)
    for table, column in _references(run, "addresses"):
        if table not in _OF_DOORS:
            run.run(
                f"delete from undo_doors as d using outbound.{table} as t"
                f" where t.org_id = %(org)s and t.{column} = d.id"
            )
    run.run(_EDITED_DOORS)
    done.doors = run.run(_DELETE_DOORS)
    run.run("drop table undo_doors")
    return done


def blank_again(session: Session, import_id: uuid.UUID, limit: int = CHUNK, *, line: int | None = None) -> Undone:
    """Empties what the import, or one row of it, filled in leads and doors that were there before, where it still
    stands so."""
    run = Statements(session, import_id, limit=limit or CHUNK, line=line)
    done = Undone()
    if not run.run(_CHANGES):
        run.run("drop table undo_changes")
        return done
    done.last = 1
    run.run(_DROP_HISTORY)
    # What an enrolment or a move of a lead that is kept came to stays with it.
    done.restored = run.run(_BLANK_PINS)
    done.restored += run.run(_BLANK_DOORS)
    done.restored += run.run(_BLANK_LEADS)
    changed = run.rows(_STILL_THERE)[0][0]
    if changed:
        done.kept["was changed since, so what the list filled in stays"] = changed
    run.run("delete from outbound.import_changes as c using undo_changes as u where c.org_id = %(org)s and c.id = u.id")
    run.run("drop table undo_changes")
    return done


def _references(run: Statements, table: str) -> list[tuple[str, str]]:
    """Columns that a foreign key holds to a table of leads or addresses."""
    return [(each[0], each[1]) for each in run.rows(_REFERENCES, table=f"outbound.{table}")]


_REFERENCES = """
select distinct t.relname, a.attname from pg_constraint as c join pg_class as t on t.oid = c.conrelid
join lateral unnest(c.conkey, c.confkey) as k (mine, theirs) on true
join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = k.mine
join pg_attribute as b on b.attrelid = c.confrelid and b.attnum = k.theirs and b.attname = 'id'
where c.contype = 'f' and c.confrelid = %(table)s::regclass order by 1, 2
"""

_WRITTEN = """
select line from outbound.import_rows
where org_id = %(org)s and import_id = %(import)s and written_at is not null and line > %(after)s
order by line limit %(limit)s
"""
_STAGED = """
select line from outbound.import_rows
where org_id = %(org)s and import_id = %(import)s and door_id is not null and line > %(after)s
order by line limit %(limit)s
"""
_MADE = """
create temporary table undo_leads on commit drop as
select l.id, r.line, null::text as reason
from outbound.import_rows as r
join outbound.leads as l on l.org_id = r.org_id and l.id = r.lead_id
where
    r.org_id = %(org)s and r.import_id = %(import)s and r.written_at is not null
    and l.import_id is not distinct from r.import_id  -- by the lead's id, not by all that the import made
    and r.line > %(after)s and r.line <= %(until)s
"""
_WORDS = {
    "activities": "somebody was there since",
    "tasks": "has tasks",
    "messages": "was written to",
    "lead_tags": "was tagged",
    "attachments": "has files",
    "trip_stops": "is on a trip",
    "lead_merges": "was merged",
    "leads": "was merged",
    "onboarding_handoffs": "was handed over",
    "bulk_change_items": "was changed with others",
}
_WORKED_ON = """
update undo_leads as u set reason = '{why}'
where u.reason is null and exists (
    select from outbound.{table} as t where t.org_id = %(org)s and t.{column} = u.id
)
"""
_CHANGED = (
    """
update undo_leads as u set reason = 'was worked on since'
from outbound.leads as l
where
    u.reason is null and l.org_id = %(org)s and l.id = u.id
    and (
        l.pipeline_stage <> %(cold)s or l.last_activity_at is not null or l.archived_at is not null
        or l.merged_into_id is not null or l.erased_at is not null
    )
""",
    """
update undo_leads as u set reason = 'was changed by hand'
where u.reason is null and exists (
    select from outbound.audit_entries as e
    where e.org_id = %(org)s and e.entity = 'lead' and e.entity_id = u.id and e.acted_by is not null
)
""",
    """
update undo_leads as u set reason = 'is in a cadence since'
where u.reason is null and exists (
    select from outbound.lead_cadence_enrollments as e
    where
        e.org_id = %(org)s and e.lead_id = u.id
        and (
            e.last_executed_at is not null
            or not exists (
                select from outbound.import_changes as c
                where
                    c.org_id = e.org_id and c.import_id = %(import)s and c.entity = 'enrollment' and c.entity_id = e.id
            )
        )
)
""",
    """
update undo_leads as u set reason = 'was filled in by another list'
where u.reason is null and exists (
    select from outbound.import_rows as o
    where
        o.org_id = %(org)s and o.matched_lead_id = u.id and o.import_id <> %(import)s and o.written_at is not null
)
""",
)
_DELETE_LEADS = removed_by("select id from undo_leads where reason is null")
_FORGET = """
update outbound.import_rows as r set written_at = null
from undo_leads as u
where r.org_id = %(org)s and r.import_id = %(import)s and r.line = u.line and u.reason is null
"""
_TELL = """
update outbound.import_rows as r set reason = 'kept: it ' || u.reason
from undo_leads as u
where r.org_id = %(org)s and r.import_id = %(import)s and r.line = u.line and u.reason is not null
"""

_DOORS = """
create temporary table undo_doors on commit drop as
select a.id from outbound.import_rows as r
join outbound.addresses as a on a.org_id = r.org_id and a.id = r.door_id
where r.org_id = %(org)s and r.import_id = %(import)s and r.line > %(after)s and r.line <= %(until)s
"""
_EDITED_DOORS = """
delete from undo_doors as d using outbound.addresses as a
where
    a.org_id = %(org)s and a.id = d.id
    and (
        a.do_not_knock or exists (
            select from outbound.audit_entries as e
            where e.org_id = a.org_id and e.entity = 'address' and e.entity_id = a.id and e.acted_by is not null
        )
    )
"""
_DELETE_DOORS = """
delete from outbound.addresses as a using undo_doors as d where a.org_id = %(org)s and a.id = d.id
"""

_CHANGES = """
create temporary table undo_changes on commit drop as
select id, line, entity, entity_id, columns, former, former_position, null::boolean as done
from outbound.import_changes
where org_id = %(org)s and import_id = %(import)s and (%(line)s::bigint is null or line = %(line)s::bigint)
order by case entity when 'stage_change' then 0 when 'lead' then 1 else 2 end, id
limit %(limit)s
"""
_DROP_HISTORY = history_removed_by("select entity_id as id from undo_changes where entity = 'stage_change'")
_BLANK_LEADS = f"""
with blanked as (
    update outbound.leads as l set
        {
    ", ".join(
        f"{name} = case when u.columns ? '{name}' and l.{name} = r.{name} then null else l.{name} end"
        for name in FILLABLE
    )
},
        version = l.version + 1
    from undo_changes as u
    join outbound.import_rows as r on r.org_id = %(org)s and r.import_id = %(import)s and r.line = u.line
    where
        u.entity = 'lead' and l.org_id = %(org)s and l.id = u.entity_id
        and ({" or ".join(f"(u.columns ? '{name}' and l.{name} = r.{name})" for name in FILLABLE)})
    returning u.id
)
update undo_changes as u set done = true from blanked as b where u.id = b.id
"""
# The pins of doors that were placed: still those of their door, so nobody has moved them.
_PINS = """
        l.id, u.id as change_id,
        case when u.columns ? 'cell' then (u.former ->> 'cell')::bigint else l.cell end as cell,
        case when u.columns ? 'territory_id' then t.id else l.territory_id end as territory_id
    from undo_changes as u
    left join outbound.territories as t on t.org_id = %(org)s and t.id = (u.former ->> 'territory_id')::uuid
    cross join outbound.addresses as a
    cross join outbound.leads as l
    where
        u.entity = 'lead' and (u.columns ? 'cell' or u.columns ? 'territory_id')
        and l.org_id = %(org)s and l.id = u.entity_id and a.org_id = l.org_id and a.id = l.address_id
        and l.cell is not distinct from a.cell
        and (not u.columns ? 'territory_id' or l.territory_id is not distinct from a.territory_id)
    for update of l
"""
_BLANK_PINS = f"""
with blanked as (
    {placed_by(f"select {_PINS}")}
    returning p.change_id
)
update undo_changes as u set done = true from blanked as b where u.id = b.change_id
"""
_BLANK_DOORS = """
with blanked as (
    update outbound.addresses as a set
        position = u.former_position, cell = (u.former ->> 'cell')::bigint,
        location_source = u.former ->> 'location_source',
        location_accuracy = (u.former ->> 'location_accuracy')::double precision,
        location_confidence = (u.former ->> 'location_confidence')::real,
        territory_id = case when u.columns ? 'territory_id' then t.id else a.territory_id end
    from undo_changes as u
    join outbound.import_rows as r on r.org_id = %(org)s and r.import_id = %(import)s and r.line = u.line
    left join outbound.territories as t on t.org_id = %(org)s and t.id = (u.former ->> 'territory_id')::uuid
    where
        u.entity = 'address' and a.org_id = %(org)s and a.id = u.entity_id
        and a.cell = r.cell and a.location_source = r.location_source
    returning u.id
)
update undo_changes as u set done = true from blanked as b where u.id = b.id
"""
# Of leads and doors that are still there.
_STILL_THERE = """
select
    (select count(*) from undo_changes as u
    where u.entity = 'lead' and u.done is null and exists (
        select from outbound.leads as l where l.org_id = %(org)s and l.id = u.entity_id
    ))
    + (select count(*) from undo_changes as u
    where u.entity = 'address' and u.done is null and exists (
        select from outbound.addresses as a where a.org_id = %(org)s and a.id = u.entity_id
    ))
"""
