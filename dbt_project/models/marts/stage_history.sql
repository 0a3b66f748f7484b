-- Rows that only change an owner or a territory end no stay in a stage.
{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    meta={'touched': 'moved lead', 'keys': ['org_id', 'lead_id']},
    indexes=[
        {'columns': ['org_id', 'lead_id']},
    ]
) }}

with moves as (
    select
        changes.org_id,
        changes.id,
        changes.lead_id,
        changes.to_stage as stage,
        changes.occurred_at as entered_at,
        coalesce(changes.territory_id, {{ nobody() }}) as territory_id,
        coalesce(changes.owner_id, {{ nobody() }}) as owner_id
    from {{ ref('stg_lead_stage_changes') }} as changes
    where
        (changes.from_stage is null or changes.from_stage <> changes.to_stage)
        {{ and_touched(ref('int_touched'), 'moved lead', ['org_id', 'lead_id'], 'changes') }}
),

stays as (
    select
        moves.*,
        lead(moves.entered_at) over (
            partition by moves.org_id, moves.lead_id order by moves.entered_at asc nulls last, moves.id asc nulls last
        ) as left_at,
        lead(moves.stage) over (
            partition by moves.org_id, moves.lead_id order by moves.entered_at asc nulls last, moves.id asc nulls last
        ) as next_stage,
        row_number() over (
            partition by moves.org_id, moves.lead_id order by moves.entered_at asc nulls last, moves.id asc nulls last
        ) as stay,
        min(case when moves.stage = 'WON' then moves.entered_at end) over (
            partition by moves.org_id, moves.lead_id order by moves.entered_at desc nulls last, moves.id desc nulls last
        ) as won_at
    from moves
)

select
    stays.org_id,
    stays.id,
    stays.lead_id,
    cast(stays.stay as bigint) as stay,
    stays.stage,
    stays.entered_at,
    {{ week_in_zone('stays.entered_at', 'zones.zone') }} as week_start,
    stays.territory_id,
    stays.owner_id,
    stays.left_at,
    stays.next_stage,
    {{ seconds_between('stays.entered_at', 'stays.left_at') }} as seconds_in_stage,
    stays.won_at
from stays
inner join {{ ref('int_zones') }} as zones
    on stays.org_id = zones.org_id and stays.territory_id = zones.territory_id
