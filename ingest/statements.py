"""The statements that turn rows of ``import_rows`` into doors, leads and their history, a chunk at a time.

A chunk is the temporary table ``import_chunk``; its ``fate`` is what becomes of a row, once decisions about unsure
ones are counted in: ``new`` or ``same``.
"""

# ruff: noqa: S608
# Nothing but constants stands in the statements; values are always parameters.

from outbound.geo.accuracy import COARSE_METRES
from outbound.leads.moves import history_of, placed_by


def _rough(table: str) -> str:
    """As :func:`outbound.geo.accuracy.is_coarse`: rather a part of town than a door."""
    return f"coalesce({table}.location_source = 'zip_centroid' or {table}.location_accuracy > {COARSE_METRES}, false)"


# Doors that are known with their place: the list adds nothing to it, and no geocoder need be asked.
KNOWN_DOORS = f"""
update outbound.import_rows as r set
    position = null, cell = a.cell, location_source = a.location_source,
    location_accuracy = a.location_accuracy, location_confidence = a.location_confidence,
    territory_id = a.territory_id
from outbound.addresses as a
where
    r.org_id = %(org)s and r.import_id = %(import)s and coalesce(r.fate, 'new') in ('new', 'unsure')
    and a.org_id = r.org_id and a.canonical = r.canonical and a.position is not null
    -- A rough place gives way to one that is exact.
    and (r.position is null or not {_rough("a")} or {_rough("r")})
    and (r.position is not null or r.cell is distinct from a.cell or r.territory_id is distinct from a.territory_id)
"""

# A manager with territories imports into these alone, and fills in no lead of others.
OUTSIDE = """
update outbound.import_rows as r set
    fate = 'outside', reason = 'it lies outside your territories',
    matched_lead_id = null, matched_line = null, match_score = null, match_evidence = null
from outbound.import_rows as x
left join outbound.leads as l on l.org_id = x.org_id and l.id = x.matched_lead_id
where
    x.org_id = %(org)s and x.import_id = %(import)s and x.fate in ('new', 'same', 'unsure')
    and r.org_id = x.org_id and r.import_id = x.import_id and r.line = x.line
    and (
        (x.fate <> 'same' and (x.territory_id is null or x.territory_id <> all(%(writable)s::uuid[])))
        or (
            l.id is not null and l.owner_id is distinct from %(by)s
            and (l.territory_id is null or l.territory_id <> all(%(writable)s::uuid[]))
        )
    )
"""

# Between the dry run and the commit turf may have been cut anew, and people may have left.
GONE_TURF = """
update outbound.import_rows as r set territory_id = null, owner_id = null
where
    r.org_id = %(org)s and r.import_id = %(import)s and r.territory_id is not null and r.written_at is null
    and not exists (
        select from outbound.territories as t where t.org_id = r.org_id and t.id = r.territory_id and t.active
    )
"""
GONE_OWNERS = """
update outbound.import_rows as r set owner_id = null
where
    r.org_id = %(org)s and r.import_id = %(import)s and r.owner_id is not null and r.written_at is null
    and not exists (
        select from outbound.memberships as m where m.org_id = r.org_id and m.user_id = r.owner_id and m.active
    )
"""

# What is to be written next.
CHUNK = """
create temporary table import_chunk on commit drop as
select
    r.line, r.fate as judged, r.door_id, r.lead_id, r.change_id, r.canonical, r.house_number, r.street, r.unit, r.city,
    r.state, r.postcode, r.first_name, r.last_name, r.phone, r.email, r.language, r.external_ref, r.yard_size_sqft,
    r.position, r.cell, r.location_source, r.location_accuracy, r.location_confidence, r.territory_id, r.owner_id,
    r.matched_lead_id as into_lead, r.matched_line, coalesce(r.decision, r.fate) as fate
from outbound.import_rows as r
where
    r.org_id = %(org)s and r.import_id = %(import)s and r.written_at is null
    and (r.fate in ('new', 'same') or (r.fate = 'unsure' and r.decision is not null))
    and (%(lines)s::bigint[] is null or r.line = any(%(lines)s::bigint[]))
order by r.line
limit %(limit)s
"""
# A row that is another row of the file is what became of that one; one whose lead is no more is new.
INTO_OTHER_ROWS = """
update import_chunk as c
set into_lead = case when o.fate = 'same' then o.matched_lead_id else o.lead_id end
from outbound.import_rows as o
where
    c.fate = 'same' and c.into_lead is null and c.matched_line is not null
    and o.org_id = %(org)s and o.import_id = %(import)s and o.line = c.matched_line
"""
NEW_AFTER_ALL = "update import_chunk set fate = 'new' where fate = 'same' and into_lead is null"

ADD_DOORS = """
insert into outbound.addresses (
    org_id, id, house_number, street, unit, city, state, postcode, canonical, position, cell, territory_id,
    location_source, location_accuracy, location_confidence
)
select
    %(org)s, door_id, house_number, street, unit, city, state, postcode, canonical, position,
    case when position is not null then cell end, case when position is not null then territory_id end,
    case when position is not null then location_source end, case when position is not null then location_accuracy end,
    case when position is not null then location_confidence end
from (
    -- Of the rows of one door the first is taken, one with a position before one without.
    select distinct on (canonical) * from import_chunk where fate = 'new' order by canonical, position is null, line
) as f
order by door_id
on conflict (org_id, canonical) do nothing
"""

# Doors that are known without a place, or with a rough one, and the row that gives them a better.
BARE_DOORS = f"""
select distinct on (found.id) found.* from (
    select a.id, c.line, c.door_id, c.position, c.cell, c.territory_id, c.location_source, c.location_accuracy,
        c.location_confidence
    from import_chunk as c
    join outbound.addresses as a on a.org_id = %(org)s and a.canonical = c.canonical
    where c.fate = 'new' and c.position is not null and (a.position is null or ({_rough("a")} and not {_rough("c")}))
    union all
    select a.id, c.line, c.door_id, c.position, c.cell, c.territory_id, c.location_source, c.location_accuracy,
        c.location_confidence
    from import_chunk as c
    join outbound.leads as l on l.org_id = %(org)s and l.id = c.into_lead
    join outbound.addresses as a on a.org_id = l.org_id and a.id = l.address_id
    where c.fate = 'same' and c.position is not null and (a.position is null or ({_rough("a")} and not {_rough("c")}))
) as found
order by found.id, found.line
"""

# ``import_positions`` holds what each such door gets. They and their leads are held first: what is read of them below
# is what stands when it is written.
HOLD_DOORS = """
select from outbound.addresses where org_id = %(org)s and id in (select door_id from import_positions)
order by id for no key update
"""
HOLD_LEADS = """
select from outbound.leads
where org_id = %(org)s and address_id in (select door_id from import_positions) and archived_at is null
order by id for no key update
"""

# A rough place's territory was a guess. Who placed a door meanwhile knew better.
PLACE_DOORS = f"""
with placed as (
    update outbound.addresses as a set
        position = p.position, cell = p.cell,
        territory_id = case
            when o.position is null then coalesce(a.territory_id, p.territory_id)
            else coalesce(p.territory_id, a.territory_id)
        end,
        location_source = p.location_source, location_accuracy = p.location_accuracy,
        location_confidence = p.location_confidence
    from import_positions as p
    join outbound.addresses as o on o.org_id = %(org)s and o.id = p.door_id
    where
        a.org_id = %(org)s and a.id = p.door_id
        and (o.position is null or ({_rough("o")} and not {_rough("p")}))
    returning
        a.id, p.line, a.territory_id is distinct from o.territory_id as assigned, o.position as former_position,
        jsonb_build_object(
            'cell', o.cell, 'territory_id', o.territory_id, 'location_source', o.location_source,
            'location_accuracy', o.location_accuracy, 'location_confidence', o.location_confidence
        ) as former
)
insert into outbound.import_changes (
    org_id, id, import_id, line, entity, entity_id, columns, former, former_position
)
select
    %(org)s, gen_random_uuid(), %(import)s, line, 'address', id,
    '["position"]'::jsonb || case when assigned then '["territory_id"]'::jsonb else '[]'::jsonb end,
    former, former_position
from placed
"""

_PINNED = """
    select
        id, cell, case when assigned then territory_id else former_territory end as territory_id, assigned, pinned,
        jsonb_build_object('cell', former_cell, 'territory_id', former_territory) as former
    from placed where pinned or assigned
"""
_ASSIGNED = """
    select
        gen_random_uuid() as id, id as lead_id, pipeline_stage as from_stage, pipeline_stage as to_stage,
        %(now)s::timestamptz as occurred_at, %(by)s::uuid as user_id, owner_id, territory_id,
        null::timestamptz as due_at, null::uuid as activity_id
    from moved where assigned
"""
# Open leads of doors that were placed just now: the cell for their pins, the territory where it was their door's.
PLACE_LEADS = f"""
with placed as (
    select
        l.id, l.cell is distinct from a.cell as pinned, l.cell as former_cell, l.territory_id as former_territory,
        a.territory_id is not null and a.territory_id is distinct from l.territory_id
        and (l.territory_id is null or l.territory_id::text = c.former ->> 'territory_id') as assigned,
        a.cell, a.territory_id
    from import_positions as p
    join outbound.addresses as a on a.org_id = %(org)s and a.id = p.door_id
    join outbound.import_changes as c
        on c.org_id = a.org_id and c.import_id = %(import)s and c.entity = 'address' and c.entity_id = a.id
    join outbound.leads as l on l.org_id = a.org_id and l.address_id = a.id
    where l.archived_at is null and l.pipeline_stage = any(%(open)s)
), moved as (
    {placed_by(_PINNED)}
    returning l.id, l.pipeline_stage, l.owner_id, l.territory_id, l.version, p.assigned, p.pinned, p.former
), told as (
    {history_of(_ASSIGNED)}
    returning id
)
insert into outbound.import_changes (org_id, id, import_id, entity, entity_id, columns, former, version)
select
    %(org)s, gen_random_uuid(), %(import)s, 'lead', id,
    case when pinned then '["cell"]'::jsonb else '[]'::jsonb end
    || case when assigned then '["territory_id"]'::jsonb else '[]'::jsonb end, former, version
from moved
union all
select %(org)s, gen_random_uuid(), %(import)s, 'stage_change', id, null, null, null from told
"""

ADD_LEADS = """
insert into outbound.leads (
    org_id, id, lead_type, pipeline_stage, stage_entered_at, address_id, territory_id, cell, import_id, campaign_id,
    created_by_id, owner_id, due_at, next_action_at, first_name, last_name, phone, email, language,
    yard_size_sqft, source, external_ref
)
select
    %(org)s, c.lead_id, %(lead_type)s, %(stage)s, %(now)s, a.id, a.territory_id, a.cell, %(import)s, %(campaign)s,
    %(by)s, c.owner_id, due.at, due.at, c.first_name, c.last_name, c.phone, c.email, c.language,
    c.yard_size_sqft, %(lead_source)s, c.external_ref
from import_chunk as c
join outbound.addresses as a on a.org_id = %(org)s and a.canonical = c.canonical
cross join lateral (
    select case when c.owner_id is null then %(undue)s::timestamptz else %(due)s::timestamptz end as at
) as due
where c.fate = 'new'
order by c.lead_id
on conflict do nothing
"""

# Another lead is open at the door: of the file, or somebody captured one since the dry run. Theirs stays.
YIELD_TO_OTHERS = """
with beaten as (
    update import_chunk as c
    -- Whoever was said to be somebody else fills in nothing there.
    set
        fate = case
            when c.judged = 'unsure' or l.import_id is not distinct from %(import)s then 'duplicate' else 'same'
        end,
        into_lead = l.id
    from outbound.addresses as a
    left join outbound.leads as l
        on
            l.org_id = a.org_id and l.address_id = a.id and l.lead_type = %(lead_type)s and l.archived_at is null
            and l.pipeline_stage = any(%(open)s)
    where
        c.fate = 'new' and a.org_id = %(org)s and a.canonical = c.canonical
        and not exists (select from outbound.leads as w where w.org_id = %(org)s and w.id = c.lead_id)
    returning c.line, c.fate, l.id as lead_id, l.import_id is not distinct from %(import)s as of_list
)
update outbound.import_rows as r set
    fate = b.fate, decision = null,
    matched_lead_id = case when b.fate = 'same' then b.lead_id end,
    matched_line = o.line,
    reason = case
        when b.fate = 'same' then 'the door has an open lead already'
        when b.of_list then 'duplicate: the door has a lead of this list already'
        else 'the door has an open lead of somebody else'
    end
from beaten as b
left join outbound.import_rows as o
    on b.fate = 'duplicate' and o.org_id = %(org)s and o.import_id = %(import)s and o.lead_id = b.lead_id
where r.org_id = %(org)s and r.import_id = %(import)s and r.line = b.line
"""

ADD_HISTORY = history_of("""
    select
        c.change_id as id, c.lead_id, null::text as from_stage, %(stage)s::text as to_stage,
        %(now)s::timestamptz as occurred_at, %(by)s::uuid as user_id, c.owner_id, l.territory_id,
        case when c.owner_id is null then %(undue)s::timestamptz else %(due)s::timestamptz end as due_at,
        null::uuid as activity_id
    from import_chunk as c
    join outbound.leads as l on l.org_id = %(org)s and l.id = c.lead_id
    where c.fate = 'new'
    order by c.change_id
""")

ENROL = """
with enrolled as (
    insert into outbound.lead_cadence_enrollments (
        org_id, id, lead_id, cadence_id, current_step_id, status, started_at, next_run_at, edition
    )
    select %(org)s, gen_random_uuid(), lead_id, %(cadence)s, %(step)s, 'active', %(now)s, %(next)s, %(edition)s
    from import_chunk where fate = 'new' order by lead_id
    returning id
)
insert into outbound.import_changes (org_id, id, import_id, entity, entity_id)
select %(org)s, gen_random_uuid(), %(import)s, 'enrollment', id from enrolled
"""

# Fills what is empty, and nothing else: what the team entered stays. A name is taken whole or not at all.
FILL = """
with wanted as (
    select distinct on (l.id)
        l.id, c.line,
        array_remove(array[
            case when l.first_name is null and l.last_name is null and c.first_name is not null then 'first_name' end,
            case when l.first_name is null and l.last_name is null and c.last_name is not null then 'last_name' end,
            case when l.phone is null and c.phone is not null then 'phone' end,
            case when l.email is null and c.email is not null then 'email' end,
            case when l.language is null and c.language is not null then 'language' end,
            case when l.yard_size_sqft is null and c.yard_size_sqft is not null then 'yard_size_sqft' end,
            case when l.external_ref is null and c.external_ref is not null then 'external_ref' end
        ], null) as columns,
        c.first_name, c.last_name, c.phone, c.email, c.language, c.yard_size_sqft, c.external_ref
    from import_chunk as c
    join outbound.leads as l on l.org_id = %(org)s and l.id = c.into_lead
    where c.fate = 'same' and l.archived_at is null and l.erased_at is null
    order by l.id, c.line
), filled as (
    update outbound.leads as l set
        first_name = case when 'first_name' = any(w.columns) then w.first_name else l.first_name end,
        last_name = case when 'last_name' = any(w.columns) then w.last_name else l.last_name end,
        phone = coalesce(l.phone, w.phone),
        email = coalesce(l.email, w.email),
        language = coalesce(l.language, w.language),
        yard_size_sqft = coalesce(l.yard_size_sqft, w.yard_size_sqft),
        external_ref = coalesce(l.external_ref, w.external_ref),
        version = l.version + 1
    from wanted as w
    where l.org_id = %(org)s and l.id = w.id and cardinality(w.columns) > 0
    returning l.id, l.version, w.line, w.columns
)
insert into outbound.import_changes (org_id, id, import_id, line, entity, entity_id, columns, version)
select %(org)s, gen_random_uuid(), %(import)s, line, 'lead', id, to_jsonb(columns), version from filled
"""

WRITTEN = """
update outbound.import_rows as r set written_at = %(now)s
from import_chunk as c
where r.org_id = %(org)s and r.import_id = %(import)s and r.line = c.line
"""

KEEP_DUPLICATES = """
insert into outbound.import_rejects (org_id, id, import_id, line, reason, raw)
select %(org)s, gen_random_uuid(), %(import)s, line, coalesce(reason, fate), coalesce(raw, '{}'::jsonb)
from outbound.import_rows
where org_id = %(org)s and import_id = %(import)s and fate in ('duplicate', 'outside')
"""
