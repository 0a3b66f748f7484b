{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    meta={'touched': 'entry', 'keys': ['org_id', 'id']},
    indexes=[
        {'columns': ['org_id', 'id']},
    ]
) }}

with entries as (
    select
        changes.org_id,
        changes.id,
        changes.lead_id,
        changes.from_stage,
        changes.to_stage,
        changes.occurred_at,
        changes.due_at,
        changes.activity_id,
        coalesce(changes.owner_id, {{ nobody() }}) as owner_id,
        coalesce(changes.territory_id, {{ nobody() }}) as territory_id
    from {{ ref('stg_lead_stage_changes') }} as changes
    where true {{ and_touched(ref('int_touched'), 'entry', ['org_id', 'id'], 'changes') }}
),

owed as (
    select * from entries where due_at is not null
),

followed_up as (
    select distinct
        owed.org_id,
        owed.id
    from owed
    inner join {{ ref('int_touches') }} as touches
        on
            owed.org_id = touches.org_id
            and owed.lead_id = touches.lead_id
            and owed.occurred_at <= touches.occurred_at
            and owed.due_at >= touches.occurred_at
            and (owed.activity_id is null or owed.activity_id <> touches.id)
    {%- if is_incremental() %}
    where
        touches.occurred_at >= (select min(first_owed.occurred_at) from owed as first_owed)
        and touches.occurred_at <= (select max(last_owed.due_at) from owed as last_owed)
    {%- endif %}
)

select
    entries.org_id,
    entries.id,
    entries.lead_id,
    entries.to_stage,
    entries.from_stage is null or entries.from_stage <> entries.to_stage as moved,
    entries.occurred_at,
    entries.territory_id,
    entries.owner_id,
    {{ week_in_zone('entries.occurred_at', 'zones.zone') }} as week_start,
    entries.due_at as owed_by,
    followed_up.id is not null as followed_up
from entries
inner join {{ ref('int_zones') }} as zones
    on entries.org_id = zones.org_id and entries.territory_id = zones.territory_id
left join followed_up on entries.org_id = followed_up.org_id and entries.id = followed_up.id
