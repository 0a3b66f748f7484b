"""The statements of bulk changes: each takes the leads as arrays and writes them as a set.

``ids`` are the leads that change, in the order of every other array; ``befores`` what each was. What moves a lead is a
relation of what they become, written as :mod:`outbound.leads.moves` has it.
"""

# ruff: noqa: S608
# Nothing but constants stands in the statements; values are always parameters.

from __future__ import annotations

from outbound.audit.service import entries_of
from outbound.leads.moves import history_of, moved_by

_LEADS = "l.org_id = %(org)s and l.id = any(%(ids)s::uuid[])"

KEEP_ITEMS = """
insert into outbound.bulk_change_items (org_id, id, bulk_id, lead_id, before)
select %(org)s, gen_random_uuid(), %(bulk)s, i.id, i.before
from unnest(%(ids)s::uuid[], %(befores)s::jsonb[]) as i (id, before)
"""

REASSIGN = moved_by(
    """
    select
        i.id, %(value)s::uuid as owner_id,
        case when i.restarted then %(due)s::timestamptz else i.due_at end as due_at,
        case when i.restarted then %(due)s::timestamptz else i.next_action_at end as next_action_at
    from unnest(
        %(ids)s::uuid[], %(restarted)s::boolean[], %(dues)s::timestamptz[], %(next_actions)s::timestamptz[]
    ) as i (id, restarted, due_at, next_action_at)
    """,
    "owner_id",
    "due_at",
    "next_action_at",
)

# What nobody owns may owe nothing.
SET_STAGE = moved_by(
    """
    select
        i.id, %(value)s::text as pipeline_stage, %(now)s::timestamptz as stage_entered_at, due.at as due_at,
        due.at as next_action_at
    from unnest(%(ids)s::uuid[], %(owners)s::uuid[]) as i (id, owner_id)
    cross join lateral (
        select case when i.owner_id is null then %(undue)s::timestamptz else %(due)s::timestamptz end as at
    ) as due
    """,
    "pipeline_stage",
    "stage_entered_at",
    "due_at",
    "next_action_at",
)

SET_CAMPAIGN = f"""
update outbound.leads as l set campaign_id = %(value)s::uuid, version = l.version + 1 where {_LEADS}
"""

COUNT_EDIT = f"""
update outbound.leads as l set version = l.version + 1 where {_LEADS}
"""

ADD_TAG = """
insert into outbound.lead_tags (org_id, id, lead_id, tag, created_by_id)
select %(org)s, gen_random_uuid(), i.id, %(value)s::text, %(by)s::uuid from unnest(%(ids)s::uuid[]) as i (id)
on conflict (org_id, lead_id, tag) do nothing
"""

DROP_TAG = """
delete from outbound.lead_tags as t
where t.org_id = %(org)s and t.tag = %(value)s::text and t.lead_id = any(%(ids)s::uuid[])
"""

# A move, or a change of owner alone with the stage unchanged. A clock is noted where one was started.
ADD_HISTORY = history_of("""
    select
        gen_random_uuid() as id, l.id as lead_id, i.from_stage, l.pipeline_stage as to_stage,
        %(now)s::timestamptz as occurred_at, %(by)s::uuid as user_id, l.owner_id, l.territory_id,
        case when i.from_stage <> l.pipeline_stage or i.restarted then l.due_at end as due_at,
        null::uuid as activity_id
    from unnest(%(ids)s::uuid[], %(stages)s::text[], %(restarted)s::boolean[]) as i (id, from_stage, restarted)
    join outbound.leads as l on l.org_id = %(org)s and l.id = i.id
    order by l.id
""")

AUDIT = entries_of("""
    select
        gen_random_uuid() as id, 'lead' as entity, i.id as entity_id, %(action)s::text as action,
        nullif(i.owner_id, %(by)s::uuid) as acted_for, i.before, %(after)s::jsonb as after
    from unnest(%(ids)s::uuid[], %(befores)s::jsonb[], %(owners)s::uuid[]) as i (id, before, owner_id)
    order by i.id
""")

# Undoing: what each was stands in the items. What a lead owed is owed again unless it was touched since.
_ITEMS = """
from outbound.bulk_change_items as i
join outbound.leads as l on l.org_id = i.org_id and l.id = i.lead_id
where i.org_id = %(org)s and i.bulk_id = %(bulk)s and i.lead_id = any(%(ids)s::uuid[])
"""

RESTORE_OWNERS = moved_by(
    f"""
    select
        l.id, (i.before ->> 'owner_id')::uuid as owner_id,
        case
            when (i.before ->> 'restarted')::boolean and coalesce(l.last_activity_at <= %(made)s::timestamptz, true)
            then (i.before ->> 'due_at')::timestamptz else l.due_at
        end as due_at,
        case
            when (i.before ->> 'restarted')::boolean and coalesce(l.last_activity_at <= %(made)s::timestamptz, true)
            then (i.before ->> 'next_action_at')::timestamptz else l.next_action_at
        end as next_action_at
    {_ITEMS}
    """,
    "owner_id",
    "due_at",
    "next_action_at",
)

RESTORE_STAGES = moved_by(
    f"""
    select
        l.id, i.before ->> 'stage' as pipeline_stage,
        (i.before ->> 'stage_entered_at')::timestamptz as stage_entered_at,
        case
            when coalesce(l.last_activity_at <= %(made)s::timestamptz, true)
            then (i.before ->> 'due_at')::timestamptz else l.due_at
        end as due_at,
        case
            when coalesce(l.last_activity_at <= %(made)s::timestamptz, true)
            then (i.before ->> 'next_action_at')::timestamptz else l.next_action_at
        end as next_action_at
    {_ITEMS}
    """,
    "pipeline_stage",
    "stage_entered_at",
    "due_at",
    "next_action_at",
)

RESTORE_CAMPAIGNS = """
update outbound.leads as l
set campaign_id = c.id, version = l.version + 1
from outbound.bulk_change_items as i
left join outbound.campaigns as c on c.org_id = i.org_id and c.id = (i.before ->> 'campaign_id')::uuid
where
    i.org_id = %(org)s and i.bulk_id = %(bulk)s and i.lead_id = any(%(ids)s::uuid[])
    and l.org_id = i.org_id and l.id = i.lead_id
"""
