"""The statements of bulk changes: each takes the leads as arrays and writes them as a set.

``ids`` are the leads that change, ``befores`` what each was as JSON, in the same order.
"""

KEEP_ITEMS = """
insert into outbound.bulk_change_items (org_id, id, bulk_id, lead_id, before)
select :org, gen_random_uuid(), :bulk, i.id, i.before::jsonb
from unnest(cast(:ids as uuid[]), cast(:befores as text[])) as i (id, before)
"""

REASSIGN = """
update outbound.leads as l
set
    owner_id = cast(:value as uuid), version = l.version + 1,
    due_at = case when l.id = any(cast(:restarted as uuid[])) then cast(:due as timestamptz) else l.due_at end,
    next_action_at = case
        when l.id = any(cast(:restarted as uuid[])) then cast(:due as timestamptz) else l.next_action_at
    end
where l.org_id = :org and l.id = any(cast(:ids as uuid[]))
"""

# COLD owes something only to an owner.
SET_STAGE = """
update outbound.leads as l
set
    pipeline_stage = :value, stage_entered_at = :now, version = l.version + 1,
    due_at = case when :value = 'COLD' and l.owner_id is null then null else cast(:due as timestamptz) end,
    next_action_at = case when :value = 'COLD' and l.owner_id is null then null else cast(:due as timestamptz) end
where l.org_id = :org and l.id = any(cast(:ids as uuid[]))
"""

SET_CAMPAIGN = """
update outbound.leads as l set campaign_id = cast(:value as uuid), version = l.version + 1
where l.org_id = :org and l.id = any(cast(:ids as uuid[]))
"""

COUNT_EDIT = """
update outbound.leads as l set version = l.version + 1
where l.org_id = :org and l.id = any(cast(:ids as uuid[]))
"""

ADD_TAG = """
insert into outbound.lead_tags (org_id, id, lead_id, tag, created_by_id)
select :org, gen_random_uuid(), i.id, :value, :by from unnest(cast(:ids as uuid[])) as i (id)
on conflict (org_id, lead_id, tag) do nothing
"""

DROP_TAG = """
delete from outbound.lead_tags as t
where t.org_id = :org and t.tag = :value and t.lead_id = any(cast(:ids as uuid[]))
"""

# A move, or a change of owner alone with the stage unchanged. A clock is noted where one was started.
ADD_HISTORY = """
insert into outbound.lead_stage_changes (
    org_id, id, lead_id, from_stage, to_stage, occurred_at, user_id, acted_by, owner_id, territory_id, due_at
)
select
    l.org_id, gen_random_uuid(), l.id, i.from_stage, l.pipeline_stage, :now, :by,
    case when l.owner_id is distinct from :by then cast(:by as uuid) end, l.owner_id, l.territory_id,
    case when i.from_stage <> l.pipeline_stage or l.id = any(cast(:restarted as uuid[])) then l.due_at end
from unnest(cast(:ids as uuid[]), cast(:stages as text[])) as i (id, from_stage)
join outbound.leads as l on l.org_id = :org and l.id = i.id
order by l.id
"""

AUDIT = """
insert into outbound.audit_entries (
    org_id, id, acted_by, acted_for, entity, entity_id, action, before, after, request_id, source
)
select
    :org, gen_random_uuid(), :by, nullif(i.owner_id, cast(:by as uuid)), 'lead', i.id, :action,
    i.before::jsonb, cast(:after as jsonb), :request, :source
from unnest(cast(:ids as uuid[]), cast(:befores as text[]), cast(:owners as uuid[])) as i (id, before, owner_id)
order by i.id
"""

# Undoing: what each was stands in the items.
RESTORE_OWNERS = """
update outbound.leads as l
set
    owner_id = cast(i.before ->> 'owner_id' as uuid), version = l.version + 1,
    due_at = case
        when (i.before ->> 'restarted')::boolean and coalesce(l.last_activity_at <= :made, true)
        then cast(i.before ->> 'due_at' as timestamptz) else l.due_at
    end,
    next_action_at = case
        when (i.before ->> 'restarted')::boolean and coalesce(l.last_activity_at <= :made, true)
        then cast(i.before ->> 'next_action_at' as timestamptz) else l.next_action_at
    end
from outbound.bulk_change_items as i
where
    i.org_id = :org and i.bulk_id = :bulk and i.lead_id = any(cast(:ids as uuid[]))
    and l.org_id = i.org_id and l.id = i.lead_id
"""

RESTORE_STAGES = """
update outbound.leads as l
set
    pipeline_stage = i.before ->> 'stage',
    stage_entered_at = cast(i.before ->> 'stage_entered_at' as timestamptz),
    version = l.version + 1,
    due_at = case
        when coalesce(l.last_activity_at <= :made, true) then cast(i.before ->> 'due_at' as timestamptz) else l.due_at
    end,
    next_action_at = case
        when coalesce(l.last_activity_at <= :made, true) then cast(i.before ->> 'next_action_at' as timestamptz)
        else l.next_action_at
    end
from outbound.bulk_change_items as i
where
    i.org_id = :org and i.bulk_id = :bulk and i.lead_id = any(cast(:ids as uuid[]))
    and l.org_id = i.org_id and l.id = i.lead_id
"""

RESTORE_CAMPAIGNS = """
update outbound.leads as l
set campaign_id = c.id, version = l.version + 1
from outbound.bulk_change_items as i
left join outbound.campaigns as c on c.org_id = i.org_id and c.id = cast(i.before ->> 'campaign_id' as uuid)
where
    i.org_id = :org and i.bulk_id = :bulk and i.lead_id = any(cast(:ids as uuid[]))
    and l.org_id = i.org_id and l.id = i.lead_id
"""
